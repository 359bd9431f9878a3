"""What is said of a run: its job, its tests as they begin and end.

A `Stage` is between the runner of a suite and whoever listens.
"""
from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

# A message is cut where a person stops reading.
MOST_LINES = 12
MOST_CHARACTERS = 1200

Event = list[object]
Emit = Callable[[Event], None]
Pause = Callable[[int], None]
Status = str  # "passed", "failed" (an assertion), "error" or "skipped"


@dataclass(frozen=True)
class Job:
    """What to run: test files of a folder, as they stand there.

    `modules` are the modules that the suite is about, `without` the ids of
    tests to leave out. `trace` asks for the functions executed, `explain` for
    messages; `plugins` says whether pytest loads those of others, `cold`
    whether modules that are loaded already must be loaded anew.
    """

    folder: Path
    files: tuple[str, ...]
    runner: str
    modules: tuple[str, ...]
    without: frozenset[str] = frozenset()
    boundaries: tuple[str, ...] = ()
    trace: bool = False
    explain: bool = False
    plugins: bool = False
    cold: bool = False


class Stage:
    """Where the tests play: it knows which test is on, and tells events.

    An event is a list whose first item is its kind:

    - `file NAME` the import of a test file begins;
      `broken NAME MESSAGE` it failed;
      `unviable MODULE MESSAGE` because a module of the exercise failed;
    - `fixture TESTS` what is set up for several tests begins;
    - `start TEST` a test begins, by its id; it passes if no more is said;
      `end TEST STATUS MESSAGE` it does not;
    - `stopped MESSAGE` the run was ended from within a test;
    - `network ADDRESS` another machine was tried;
    - `executes TEST NAMES INTEGRATED` functions executed, if traced;
      `reached LASTING SLOTS` see `Trace`;
    - `loaded NAMES` the modules that the run imported; `done` the end.
    """

    def __init__(self, job: Job, emit: Emit, pause: Pause) -> None:
        """Begin with no test."""
        self.job = job
        self.emit = emit
        self.test: str | None = None
        self.ended: set[str] = set()
        self.slot = -1
        self._pause = pause

    def ready(self) -> None:
        """Note that all files are imported and the tests may begin."""
        self.slot = 0
        self._pause(0)

    def start(self, test: str) -> None:
        """Note that a test begins."""
        self.test = test
        self.emit(["start", test])

    def end(self, test: str, status: Status, message: str | None) -> None:
        """Note how a test, or what belongs to it, ended."""
        self.test = None
        self.ended.add(test)
        if status != "passed":
            self.emit(["end", test, status, message])
        self.slot += 1
        self._pause(self.slot)

    def load(self, file: str) -> object | None:
        """Import a test file; tell what is wrong with it, if anything."""
        self.emit(["file", file])
        try:
            return importlib.import_module(Path(file).stem)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.broken(file, error)
        return None

    def broken(self, file: str, error: BaseException) -> None:
        """Tell why a test file could not be imported."""
        for module in self.job.modules:
            try:
                importlib.import_module(module)
            except BaseException as reason:
                self.emit(["unviable", module, f"{type(reason).__name__}: "
                           f"{reason}"])
                return
        skipped = type(error).__name__ in ("SkipTest", "Skipped")
        self.emit(["broken", file, f"it is skipped as a whole: {error}"
                   if skipped else self.message(error)])

    def message(self, error: BaseException,
                trace: TracebackType | None = None) -> str:
        """Return what a learner needs of an exception: where, and what.

        Nothing, where the job says that nobody will read it.
        """
        if not self.job.explain:
            return ""
        what = "".join(
            traceback.format_exception_only(type(error), error)).strip()
        lines = what.splitlines()
        if len(lines) > MOST_LINES:
            lines[MOST_LINES:] = ["…"]
        what = "\n".join(lines)
        if len(what) > MOST_CHARACTERS:
            what = what[:MOST_CHARACTERS] + "…"
        what = self.unplaced(what)
        where = self._where(trace or error.__traceback__)
        return f"{where}: {what}" if where else what

    def unplaced(self, text: str) -> str:
        """Return a text that does not name the working copy."""
        for path, name in ((f"{self.job.folder}/", ""),
                           (str(self.job.folder), "."),
                           (f"{self.job.folder.parent.parent}/", "")):
            text = text.replace(path, name)
        return text

    def _where(self, trace: TracebackType | None) -> str | None:
        """Return the deepest place of a traceback in the learner's files."""
        where = None
        for frame, line in traceback.walk_tb(trace):
            path = Path(frame.f_code.co_filename)
            if (self.job.folder in path.parents
                    and path.stem not in self.job.modules):
                where = f"{path.relative_to(self.job.folder)}, line {line}"
        return where


def status_of(error: BaseException) -> Status:
    """Tell an assertion that failed from an accident."""
    pytest = sys.modules.get("_pytest.outcomes")
    failed = (AssertionError,) + ((pytest.Failed,) if pytest else ())
    return "failed" if isinstance(error, failed) else "error"
