"""A job: which tests to run on which modules, and how to run them."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from .pytest_call import Call

# Stands for no test in a schedule: all that is set up is torn down here.
ANEW = ""


@dataclass(frozen=True)
class Schedule:
    """Which tests run, and in which order, where it is not all in their own.

    A test that comes again begins a new round, for which all fixtures are set
    up anew. No more are run once one has failed, if it is `until_one_fails`.
    Those that come `one_by_one` are known only when the last has ended, so
    whoever gives them decides on each: there are no rounds then.
    """

    tests: Iterable[str]
    until_one_fails: bool = False
    one_by_one: bool = False

    def upcoming(self) -> list[str]:
        """Return the tests that are known to come next."""
        if self.one_by_one:
            return [next(iter(self.tests))]
        return [*self.tests]


Pause = Callable[[int], Optional[Schedule]]


@dataclass(frozen=True)
class Job:
    """What to run: test files of a folder, as they stand there.

    `modules` are the modules that the suite is about, with the path of each
    in the folder, `roots` the folders in it from which it imports, `here` the
    current folder of the run; `package` is the dotted name of the package
    that the folder is, where the tests are imported as part of it. `without`
    are the ids of tests to leave out. Once one of the tests `until` fails, no
    more are run. All run in their own order, unless there is a `schedule`.
    `trace` asks for the functions executed, and, if it `compares`, whether
    the tests are independent (see `Independence`), `explain` for messages;
    `pytest` says how that is called, and `options` are a person's own for it
    (PYTEST_ADDOPTS); `cold` says whether modules that are loaded
    already must be loaded anew; `environment` is what is set before anything
    runs, `libraries` the packages of others that a clone finds as a new
    process would; `for_children` are the entries of PYTHONPATH, if any, by
    which a process that a test starts finds the copy; `imports` are the
    packages that the files and the modules import, where they are known: by
    these it can be told whether a clone has changed beyond its own modules,
    so that it may import them anew for the next run.
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
    schedule: Schedule | None = None
    boundaries: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    trace: bool = False
    compares: bool = False
    explain: bool = False
    pytest: Call = Call()
    cold: bool = False
    options: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    for_children: tuple[str, ...] = ()
    imports: frozenset[str] = frozenset()

    @property
    def scheduled(self) -> tuple[str, ...]:
        """The tests of its schedule; none where it has none."""
        return tuple(self.schedule.tests) if self.schedule else ()

    @property
    def above(self) -> Path:
        """The folder above all packages that the folder is in."""
        return self.folder.parents[self.package.count(".")]
