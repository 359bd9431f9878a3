"""A job: which tests to run on which modules, and how to run them.

A `Recorder` is between the runner of a suite and whoever listens.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from .pytest_call import Call

Event = list[object]
Emit = Callable[[Event], None]
Plan = Optional[Iterable[str]]
Pause = Callable[[int], Plan]


class UntilOneFails(tuple[str, ...]):
    """A plan of which no more is run once a test has failed."""


@dataclass(frozen=True)
class Job:
    """What to run: test files of a folder, as they stand there.

    `modules` are the modules that the suite is about, with the path of each
    in the folder, `roots` the folders in it from which it imports, `here` the
    current folder of the run; `package` is the dotted name of the package
    that the folder is, where the tests are imported as part of it. `without`
    are the ids of tests to leave out. Once one of the tests `until` fails, no
    more are run; a `plan` says which are, and in what order, and None all in
    their own. `trace` asks for the functions executed, `explain` for
    messages; `pytest` says how that is called, and `options` are a person's
    own for it (PYTEST_ADDOPTS); `cold` says whether modules that are loaded
    already must be loaded anew; `environment` is what is set before anything
    runs, `libraries` the packages of others that a clone finds as a new
    process would; `for_children` are the entries of PYTHONPATH, if any, by
    which a process that a test starts finds the copy.
    """

    folder: Path
    files: tuple[str, ...]
    runner: str
    modules: Mapping[str, str]
    roots: tuple[str, ...] = (".",)
    here: str = "."
    package: str = ""
    without: frozenset[str] = frozenset()
    until: frozenset[str] = frozenset()
    plan: tuple[str, ...] | None = None
    boundaries: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    trace: bool = False
    explain: bool = False
    pytest: Call = Call()
    cold: bool = False
    options: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    for_children: tuple[str, ...] = ()

    @property
    def above(self) -> Path:
        """The folder above all packages that the folder is in."""
        return self.folder.parents[self.package.count(".")]
