"""Exercises: reference modules with the faults that a good suite catches.

An exercise is any folder with a `faults.toml` beside flat modules. `load`
reads one and checks all that can be told without running its code, so that
what is wrong in a table is said in one sentence, and before any test runs.
"""
from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from os.path import commonprefix
from pathlib import Path
from typing import Optional

if sys.version_info >= (3, 11):
    pass
else:
    pass

LEVELS = ("core", "beyond")
CAUGHT_AT = ("unit", "integration", "contract", "end-to-end")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A named change of one module: a text that stands once, and its heir."""

    name: str
    module: str
    old: str
    new: str

    def applied_to(self, source: str) -> str:
        """Return the module's text with this change made."""
        return source.replace(self.old, self.new)

    def line_in(self, source: str) -> int:
        """Return the number, from 1, of the first line that differs."""
        same = commonprefix([source, self.applied_to(source)])
        return same.count("\n") + 1


@dataclass(frozen=True, kw_only=True)
class Fault(Edit):
    """A mistake that someone makes, and what it does to the module's user."""

    level: str
    caught_at: str
    breaks: str
    hint: str
    witness: str
    lesson: Optional[str] = None


@dataclass(frozen=True, kw_only=True)
class Refactoring(Edit):
    """Another way to write the same behaviour, and what stays the same."""

    keeps: str


@dataclass(frozen=True)
class Exercise:
    """Everything that one `faults.toml` and the files beside it say.

    `libraries` are the packages of others that its modules import, or that its
    tests may, and that start nothing when they are imported; `install` is the
    command that installs them. A test that executes a function named in
    `outside`, which reaches a database, say, or a file, is an integration
    test, and so is one that executes a boundary from another module.
    `environment` holds what every run of a suite finds set. Where it is
    `aimed`, whose tests take long, only those run on a variant that execute
    what is changed, integration tests only on faults that the others let pass
    (unless all are asked for), and more at a time. Where it is `sparse`, which
    has not a fault for each of its promises, a test that catches none may be
    of use all the same. `sources` holds the text of each module, then of each
    support module.
    """

    name: str
    title: str
    folder: Path
    modules: tuple[str, ...]
    support: tuple[str, ...]
    boundaries: tuple[str, ...]
    faults: tuple[Fault, ...]
    refactorings: tuple[Refactoring, ...]
    sources: Mapping[str, str]
    libraries: tuple[str, ...] = ()
    install: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    aimed: bool = False
    sparse: bool = False

    @property
    def knows_kinds(self) -> bool:
        """Whether it says at what a test becomes an integration test."""
        return bool(self.boundaries or self.outside)

    def file_of(self, module: str) -> str:
        """Return the path of a module in the folder."""
        return f"{module}.py"

    def sources_with(self, edit: Edit) -> dict[str, str]:
        """Return the text of every module, one of them changed by an edit."""
        changed = edit.applied_to(self.sources[edit.module])
        return {**self.sources, edit.module: changed}

    def files(self, sources: Mapping[str, str]) -> dict[str, str]:
        """Return modules' texts by the paths of their files."""
        return {self.file_of(module): text
                for module, text in sources.items()}
