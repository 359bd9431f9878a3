"""Records a run: one event for each thing that happens."""
from __future__ import annotations

import importlib
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import TracebackType

from winnow.execution.event import (
    Broken,
    Emit,
    FileBegins,
    Finished,
    Moment,
    PassedOver,
    Refused,
    Started,
    Took,
    Unviable,
)
from winnow.execution.job import Job, Pause, Schedule
from winnow.execution.runtime import imports
from winnow.model.outcome import FAILING, Status

from .independence import Independence
from .shared_setup import SharedSetup

# A message is cut where a person stops reading.
MOST_LINES = 12
MOST_CHARACTERS = 1200
# Where an object is, as its repr() says it, and as that of a mock does.
_PLACE = re.compile(r"(?<= at 0x)[0-9a-fA-F]+(?=>)|(?<= id=')\d+(?='>)")
# Of a long one, unittest leaves out the middle: "<Lamp[30 chars]2b0>".
_END_OF_PLACE = re.compile(
    r"((?<!['\"])<[^<>'\"]*\[\d+ chars\])(?:[0-9a-fA-F]+|\d+')(?=>)")


class Recorder:
    """Where the tests play: it knows which test is on, and tells events.

    `schedule` says which tests are still to be run, where it is not all.
    """

    def __init__(self, job: Job, emit: Emit, pause: Pause,
                 over: Callable[[], None] = lambda: None) -> None:
        """Begin with no test; `over` is called when all have ended."""
        self.job = job
        self.emit = emit
        self.test: str | None = None
        self.ended: set[str] = set()
        self.slot = -1
        self.schedule: Schedule | None = job.schedule
        self.is_over = False
        self.shows: Callable[[BaseException, TracebackType | None],
                             None] = lambda error, trace: None
        self.setups = SharedSetup()
        self.independence: Independence | None = None
        self._over = over
        # freezegun would replace one that is a global of this module.
        self._clock = monotonic
        self._begun = 0.0
        self._took: dict[str, float] = {}
        self._names = test_modules(job)
        self._pause = pause

    def ready(self) -> None:
        """Note that all files are imported and the tests may begin."""
        self.slot = 0
        self._rest(0)

    def start(self, test: str) -> None:
        """Note that a test begins."""
        self.test = test
        self._begun = self._clock()
        self.emit(Started(test))

    def end(self, test: str, status: Status, message: str | None) -> None:
        """Note how a test, or what belongs to it, ended."""
        self.test = None
        self._took[test] = max(self._took.get(test, 0),
                               self._clock() - self._begun)
        self.ended.add(test)
        if status != Status.PASSED:
            self.emit(Finished(test, status, _cut(message or "") or None))
        self.slot += 1
        schedule = self.schedule
        if status in FAILING and not (schedule and schedule.one_by_one) and (
                test in self.job.until
                or schedule and schedule.until_one_fails):
            self.is_over = True
        self._rest(self.slot)

    def _rest(self, slot: int) -> None:
        """Pause, and hear whether it goes on by another schedule."""
        schedule = self._pause(slot)
        if schedule is not None:
            self.schedule = schedule

    def over(self) -> None:
        """Tell that all tests have ended: what follows is none of theirs."""
        if self.job.explain:
            self.emit(Took({test: round(seconds, 3) for test, seconds
                            in self._took.items()}))
        self.emit(Moment.TESTS_OVER)
        if self.independence and (told := self.independence.told()):
            self.emit(told)
        self._over()

    def load(self, file: str) -> object | None:
        """Import a test file; tell what is wrong with it, if anything."""
        self.emit(FileBegins(file))
        name = self._names[file]
        try:
            if name == module_name(self.job.folder, file, self.job.package):
                return importlib.import_module(name)
            return imports.load_as(name, self.job.folder / file)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.broken(file, error)
        return None

    def broken(self, file: str, error: BaseException) -> None:
        """Tell why a test file could not be imported."""
        if self._is_unviable():
            return
        if type(error).__name__ in ("SkipTest", "Skipped"):
            self.emit(PassedOver(file, _cut(str(error))))
        else:
            self.emit(Broken(file, self.message(error)))

    def refused(self, why: str) -> None:
        """Tell that pytest ended by itself: whoever runs it sees that."""
        if not self._is_unviable():
            self.emit(Refused(self.unplaced(why)))

    def _is_unviable(self) -> bool:
        """Tell whether a module of the exercise cannot be imported at all."""
        for module in self.job.modules:
            try:
                importlib.import_module(module)
            except BaseException as reason:
                self.emit(Unviable(
                    module, f"{type(reason).__name__}: {reason}"))
                return True
        return False

    def message(self, error: BaseException,
                trace: TracebackType | None = None) -> str:
        """Return what a learner needs of an exception: where, and what.

        Nothing, where the job says that nobody will read it.
        """
        self.shows(error, trace or error.__traceback__)
        if not self.job.explain:
            return ""
        what = "".join(
            traceback.format_exception_only(type(error), error)).strip()
        lines = what.splitlines()
        if len(lines) > MOST_LINES:
            lines[MOST_LINES:] = ["…"]
        what = "\n".join(lines)
        what = self.unplaced(_cut(what))
        where = self._where(trace or error.__traceback__)
        return f"{where}: {what}" if where else what

    def unplaced(self, text: str) -> str:
        """Return a text that names no working copy, and no place in memory.

        Each run has others. Objects are numbered instead, in their order.
        """
        above = self.job.above
        for path in (self.job.folder, above, above.parent):
            for written in {str(path), repr(str(path))[1:-1]}:
                text = re.sub(rf"{re.escape(written)}([/\\]*)",
                              lambda found: "" if found[1] else ".", text)
        numbers: dict[str, str] = {}
        text = _PLACE.sub(lambda found: numbers.setdefault(
            found[0], str(len(numbers) + 1)), text)
        return _END_OF_PLACE.sub(r"\1", text)

    def _where(self, trace: TracebackType | None) -> str | None:
        """Return the deepest place of a traceback in the learner's files."""
        where = None
        for frame, line in traceback.walk_tb(trace):
            path = Path(frame.f_code.co_filename)
            if self.job.folder in path.parents:
                file = path.relative_to(self.job.folder).as_posix()
                if file not in self.job.modules.values():
                    where = f"{file}, line {line}"
        return where


def _cut(text: str) -> str:
    """Return no more of a text than a person reads."""
    return (text if len(text) <= MOST_CHARACTERS
            else text[:MOST_CHARACTERS] + "…")


def module_name(folder: Path, file: str, package: str = "") -> str:
    """Return the name under which a file of a folder is imported.

    It begins with the outermost package around the file: that may be the one
    that the folder is itself.
    """
    path = Path(file)
    name = path.stem
    for above in path.parents:
        if above == Path():
            return f"{package}.{name}" if package else name
        if not (folder / above / "__init__.py").is_file():
            break
        name = f"{above.name}.{name}"
    return name


def test_modules(job: Job) -> dict[str, str]:
    """Return the names under which a job's test files are imported.

    Where two would have the same, as `a/test_x.py` and `b/test_x.py` outside
    of packages have, each is named by its path: Python keeps one module a
    name, and the other file's tests would never run.
    """
    names = {file: module_name(job.folder, file, job.package)
             for file in job.files}
    often = Counter(names.values())
    return {file: name if often[name] == 1 else
            ".".join(Path(file).with_suffix("").parts)
            for file, name in names.items()}


def status_of(error: BaseException) -> Status:
    """Tell an assertion that failed from an accident."""
    pytest = sys.modules.get("_pytest.outcomes")
    failed = (AssertionError,) + ((pytest.Failed,) if pytest else ())
    return Status.FAILED if isinstance(error, failed) else Status.ERROR
