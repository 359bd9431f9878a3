"""The warm process that judges submissions, each in a confined clone.

Started by `judge.py`, as a program of its own: it has imported what every
check needs, and executes nothing of a learner's itself. Requests come in by
standard input, answers go out by standard output, each with its length first.
A clone confines itself, checks one submission and writes the answer into a
pipe that no process of the tests has open.
"""
from __future__ import annotations

import base64
import errno
import gc
import importlib
import json
import os
import pickle
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from winnow.checking.ahead import prepare
from winnow.checking.check import check
from winnow.checking.module_check import check_modules
from winnow.checking.options import Options
from winnow.model.errors import BrokenExercise, CannotDo
from winnow.model.exercise import Exercise
from winnow.reports import json_report

from .sandbox import kernel
from .sandbox.confinement import Box, can_read_as, enter
from .subject import lay
from .wire import receive, send

# What every check loads, sooner or later.
_LOADED = ("pytest", "requests", "parameterized", "pycodestyle", "unittest",
           "unittest.mock", "asyncio", "tempfile", "sqlite3", "logging",
           "winnow.checking.exercise_check", "winnow.checking.coaching",
           "winnow.execution.fork.backend",
           "winnow.execution.runtime.unittest_runner",
           "winnow.execution.runtime.pytest_runner")
# How often the processes of a submission are counted up, in seconds.
_TICK = 0.5
# A report is some kB; more is no report.
_MOST_BYTES = 2 ** 26
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass
class _Warm:
    """What the process was told when it was started."""

    kind: str
    uid: int
    read: tuple[str, ...]
    options: Options
    modules: tuple[str, ...]
    seconds: float
    exercise: Exercise | None = None

    def answer(self, request: Mapping[str, Any]) -> bytes:
        """Judge a submission in a clone; return the answer as JSON."""
        try:
            folder = (tempfile.mkdtemp(prefix="winnow-grade-")
                      if self.kind != "bubblewrap" else "/tmp")
        except OSError as error:
            return _problem(f"it has no folder for its files: {error}")
        ours, theirs = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(ours)
            self._judged_here(request, folder, theirs)
        os.close(theirs)
        try:
            return self._heard(pid, ours)
        finally:
            os.close(ours)
            _end(pid)
            if folder != "/tmp":
                shutil.rmtree(folder, ignore_errors=True)

    def _judged_here(self, request: Mapping[str, Any], folder: str,
                     pipe: int) -> None:
        """Be the clone: confined, then at work; it never returns."""
        answer: dict[str, Any] = {}
        try:
            nothing = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(nothing, number)
            os.closerange(3, pipe)
            os.closerange(pipe + 1, 1024)
            held = enter(Box(self.kind, folder, self.uid, self.read))
            answer["sandbox"] = str(held)
            answer |= self._checked(request, Path(folder))
        except BlockingIOError:  # As fork(2) has it.
            answer |= {"is_crowded": True, "problem": (
                "It could not be judged: as many processes as there may be "
                "were there already, of its own tests or of another "
                "submission's.")}
        except BaseException as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            answer["bug"] = (f"{type(error).__name__}: {error} "
                             f"({Path(where.filename).name}, "
                             f"line {where.lineno})")
        finally:
            with open(pipe, "wb") as out:
                out.write(json.dumps(answer).encode())
            os._exit(0)

    def _checked(self, request: Mapping[str, Any], base: Path
                 ) -> dict[str, Any]:
        """Return the report, or the sentence on why there is none."""
        folder = base / "submission"
        os.chdir(base)
        try:
            lay({name: base64.b64decode(content)
                 for name, content in request["files"].items()}, folder)
            if self.modules:
                report = check_modules(
                    [folder], [folder / each for each in self.modules],
                    self.options)
            else:
                report = check([folder], self.options,
                               exercise=self.exercise)
        except CannotDo as error:
            said = str(error).replace(f"{folder}{os.sep}", "").replace(
                str(folder), "the folder")
            return {"problem": said, "is_learners": not isinstance(
                error, BrokenExercise) and not _is_full(error)}
        # How long it took is no verdict, and differs from run to run.
        return {"report": json_report.as_object(replace(report, seconds=0.0))}

    def _heard(self, pid: int, pipe: int) -> bytes:
        """Return what a clone answers in time, and within its memory."""
        deadline = time.monotonic() + self.seconds
        most = int((self.options.memory + 1) * 2 ** 30)
        said = b""
        while True:
            ready, _, _ = select.select([pipe, 0], [], [], _TICK)
            if pipe in ready:
                part = os.read(pipe, 2 ** 16)
                if not part:
                    return said or _problem("the process that judged it was "
                                            "ended before it could say more")
                said += part
                if len(said) > _MOST_BYTES:
                    return _problem("its report is larger than any report")
            elif 0 in ready and not os.read(0, 1):
                _end(pid)
                os._exit(1)  # Who asked has ended.
            if time.monotonic() > deadline:
                return _problem("it was not done within "
                                f"{self.seconds:g} s")
            if not ready and _memory_below(os.getpid()) > most:
                return _problem("its processes took more than "
                                f"{most / 2 ** 30:g} GB of memory together",
                                is_learners=True)


def _is_full(error: BaseException) -> bool:
    """Tell whether the disk is full, or a share of it: no learner's doing."""
    cause = error.__cause__
    return (isinstance(cause, OSError)
            and cause.errno in (errno.ENOSPC, errno.EDQUOT)) or (
        cause is not None and _is_full(cause))


def _problem(what: str, is_learners: bool = False) -> bytes:
    """Return an answer: a submission could not be judged, and why.

    Unless it surely is the learner's doing, the instructor decides on it: the
    machine may have been too busy, say.
    """
    return json.dumps({"problem": f"It could not be judged: {what}.",
                       "is_learners": is_learners}).encode()


def _end(pid: int) -> None:
    """Kill a clone, and whatever its tests have left running."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)
    # In namespaces of their own, all end with the first of them; others are
    # this process's children from then on.
    for _ in range(100):
        left = _descendants(os.getpid())
        for each in left:
            try:
                os.kill(each, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if left:
            time.sleep(0.01)


def _descendants(root: int) -> list[int]:
    """Return the processes that descend from one, by Linux's /proc."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = entry.read_text(errors="replace")
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(
            text.rpartition(")")[2].split()[1])
    found = [root]
    for each in found:
        found += [pid for pid, parent in parents.items() if parent == each]
    return found[1:]


def _memory_below(root: int) -> int:
    """Return the bytes of memory that descendants have to themselves.

    A page that clones share is counted once in all (proc(5), smaps). Where
    this process may not read that, it is what each has more than this one.
    """
    return sum(_own_memory(pid, _pages(root)) for pid in _descendants(root))


def _own_memory(pid: int, common: int) -> int:
    """Return a process's share of memory, in bytes; 0 if it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return 1024 * int(text.partition("Pss:")[2].split()[0])
    except (OSError, IndexError):
        return max(0, _pages(pid) - common) * _PAGE


def _pages(pid: int) -> int:
    """Return how many pages of memory a process has that are no file's."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return int(fields[1]) - int(fields[2])


def _begun(setup: Mapping[str, Any]) -> _Warm:
    """Load what every check needs; return who judges."""
    # The folder it was read from is not to be seen from here.
    exercise = (pickle.loads(base64.b64decode(setup["exercise"]))
                if setup["exercise"] else None)
    judge = _Warm(
        setup["kind"], setup["uid"], tuple(setup["read"]),
        Options(jobs=1, **setup["options"]),
        tuple(setup["modules"]), setup["seconds"], exercise)
    for name in (*_LOADED, *(exercise.libraries if exercise else ())):
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # The check that needs it says so.
    if exercise:
        prepare(exercise)
    gc.collect()
    gc.freeze()
    return judge


def main() -> None:
    """Judge one submission after the other, until nobody asks any more."""
    out: BinaryIO = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    setup = json.loads(receive(sys.stdin.buffer) or b"{}")
    gc.disable()
    if kernel.IS_LINUX:
        kernel.adopt_orphans()
    try:
        judge = _begun(setup)
        if judge.uid and os.geteuid() == 0:
            unreadable = can_read_as(judge.uid, judge.read)
            if unreadable:
                judge.uid = 0
        send(out, b"{}")
    except CannotDo as error:
        send(out, json.dumps({"problem": str(error)}).encode())
        return
    while request := receive(sys.stdin.buffer):
        before = _busy()
        answer = json.loads(judge.answer(json.loads(request)))
        send(out, json.dumps({**answer, "busy": _busy() - before}).encode())


def _busy() -> float:
    """Return the processor time of this process and of all it waited for."""
    return sum(each.ru_utime + each.ru_stime for each in map(
        resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


if __name__ == "__main__":
    main()
