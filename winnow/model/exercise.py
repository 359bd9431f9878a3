"""What a suite is judged by: modules, their faults and their refactorings.

A `Subject` is either an `Exercise`, read from its `faults.toml`, or a
person's own modules (`winnow.subjects.project`), for which faults are made.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from os.path import commonprefix
from pathlib import Path
from typing import Optional, Union

LEVELS = ("core", "beyond")
CAUGHT_AT = ("unit", "integration", "contract", "end-to-end")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A named change of one module: a text that occurs once, and its heir."""

    name: str
    module: str
    old: str
    new: str

    def applied_to(self, source: str) -> str:
        """Return the module's text with this change made."""
        return source.replace(self.old, self.new)

    def line_in(self, source: str) -> int:
        """Return the number, from 1, of the first line that differs."""
        return _first_line(source, self.applied_to(source))


@lru_cache(maxsize=1024)  # Each submission of a class asks the same.
def _first_line(source: str, changed: str) -> int:
    """Return the number, from 1, of the first line that differs."""
    return commonprefix([source, changed]).count("\n") + 1


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
class Mutant(Edit):
    """A fault that is made, at one place of a module's text.

    `start` is the place of `old`, in characters. `function` is the qualified
    name of the innermost function there, as in "Class.method.inner"; None
    where the place is executed when the module is imported. `doubt` says why
    the changed module may be equivalent to the right one; None where it is
    sure to be faulty as far as its text shows.
    """

    breaks: str
    start: int
    function: Optional[str]
    doubt: Optional[str] = None

    def applied_to(self, source: str) -> str:
        """Return the module's text with this change made."""
        end = self.start + len(self.old)
        return source[:self.start] + self.new + source[end:]

    def line_in(self, source: str) -> int:
        """Return the number, from 1, of the first line that differs."""
        same = commonprefix([source[self.start:],
                             self.applied_to(source)[self.start:]])
        return source.count("\n", 0, self.start + len(same)) + 1


AnyFault = Union[Fault, Mutant]


@dataclass(frozen=True, kw_only=True)
class Refactoring(Edit):
    """Another way to write the same behaviour, and what stays the same."""

    keeps: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Modules that tests are about, with the faults that these could catch.

    `sources` holds the text of each module by its name. A test that executes
    a function named in `outside`, which reaches a database, say, or a file,
    is an integration test, and so is one that executes a boundary from
    another module. `libraries` are the packages of others that the modules
    import, or that the tests may, and that start nothing when they are
    imported; `environment` holds what every run of a suite finds set.
    """

    title: str
    folder: Path
    modules: tuple[str, ...]
    sources: Mapping[str, str]
    faults: tuple[AnyFault, ...]
    refactorings: tuple[Refactoring, ...] = ()
    boundaries: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

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


@dataclass(frozen=True, kw_only=True)
class Exercise(Subject):
    """Everything that one `faults.toml` and the files beside it say.

    `sources` holds the text of each module, then of each of `support`;
    `install` is the command that installs the libraries. Where the exercise
    is `aimed`, whose tests take long, only those run on a variant that execute
    what is changed, integration tests only on faults that the others let pass
    (unless all are asked for), and more at a time. Where it is `sparse`, which
    has not a fault for each of its promises, a test that catches none may be
    of use all the same. `data` names files beside the modules that these read.
    `left_out` says in sentences which modules are not in it here, since their
    libraries are not installed, by these modules' names.
    """

    name: str
    faults: tuple[Fault, ...]
    support: tuple[str, ...] = ()
    install: str = ""
    aimed: bool = False
    sparse: bool = False
    data: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
