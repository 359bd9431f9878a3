"""Runs variants in started processes, used again and again.

So it is where a process cannot be cloned. After each run a process is put
right; one that cannot be, that hangs or is dead, is replaced by a new one.
"""
from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from winnow import ABOVE
from winnow.model.outcome import Ending
from winnow.system.processes import kill, kill_strays

from ..event import Left, Moment, decoded
from ..job import Job
from ..result import Limits, Run
from ..working_copy import WorkingCopy

# How often it is looked who says nothing, in seconds.
TICK = 0.1
# What a process may take to start, beside a test, in seconds.
START = 5.0


def way() -> SpawnBackend:
    """Return this way to run variants."""
    return SpawnBackend()


_News = queue.SimpleQueue[tuple["_Process", bytes]]


class _Process:
    """A started process, and a thread that hears what it says."""

    def __init__(self, warming: Sequence[bytes], news: _News) -> None:
        """Start it, and let it load what every run needs."""
        path = os.pathsep.join(filter(None, (
            ABOVE, os.environ.get("PYTHONPATH", ""))))
        self._popen = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path},
            start_new_session=True)
        self._news = news
        self._word = os.urandom(16).hex().encode()
        self.order(self._word + b"\n")
        threading.Thread(target=self._hear, daemon=True).start()
        for order in warming:
            self.order(order)

    def _hear(self) -> None:
        """Pass on what the process said; at the end, an empty line.

        What else stands there was written by a test, and says nothing.
        """
        assert self._popen.stdout
        with self._popen.stdout as said:
            for line in said:
                if line.startswith(self._word):
                    self._news.put((self, line[len(self._word):]))
        self._news.put((self, b""))

    def order(self, order: bytes) -> None:
        """Order something; that it is dead is heard soon enough."""
        assert self._popen.stdin
        try:
            self._popen.stdin.write(order)
            self._popen.stdin.flush()
        except OSError:
            pass

    def end(self, grace: float = 0) -> int:
        """End it, with all that it has started; return its exit status.

        One that has closed its pipe has a grace, in seconds, to end itself.
        """
        try:
            status = self._popen.wait(grace)
        except subprocess.TimeoutExpired:
            status = 0
        kill(self._popen)
        self._popen.wait()
        try:
            assert self._popen.stdin
            self._popen.stdin.close()
        except OSError:
            pass  # What was ordered last has not been read.
        return status


@dataclass(eq=False)
class Ordered:
    """A job that a process was ordered to run."""

    process: _Process
    deadline: float
    waiting: float
    run: Run = field(default_factory=Run)
    is_over: bool = False
    is_dead: bool = False

    def hear(self, line: bytes) -> None:
        """Take what the process said; nothing means that it is dead."""
        self.deadline = time.monotonic() + self.waiting
        if not line:
            self.is_over = self.is_dead = True
            return
        event = decoded(line)
        if not isinstance(event, Left):
            self.run.events.append(event)
            return
        self.run.left = event.what
        self.is_over = True
        if self.run.events[-1:] == [Moment.DONE]:
            self.run.ended = Ending.DONE
        else:
            self.run.reason = "the run ended early"

    def is_late(self) -> bool:
        """Tell whether the process has said nothing for too long."""
        if not self.is_over and time.monotonic() > self.deadline:
            self.run.ended = Ending.HUNG
            self.is_over = self.is_dead = True
        return self.is_over

    def runs(self, grace: float) -> dict[int, Run]:
        """Return what was seen; end the process if it is not at rest."""
        if self.is_dead or not self.is_over or self.run.left:
            status = self.process.end(
                grace if self.run.ended == Ending.CRASHED else 0)
            if self.run.ended == Ending.CRASHED and not self.run.reason:
                self.run.ended, self.run.reason = _why(status)
        return {0: self.run}

    def so_far(self) -> dict[int, Run]:
        """Return nothing: what it is at is over when it ends."""
        return {}

    def told(self) -> int:
        """Return that no others share the work."""
        return 0


class SpawnBackend:
    """Processes at rest, and those at work."""

    branch = reimport = None
    replaces = True
    most = None

    def __init__(self) -> None:
        """Begin with no process."""
        self._resting: list[_Process] = []
        self._warming: list[bytes] = []
        self._news: _News = queue.SimpleQueue()

    def warm(self, names: Sequence[str], folders: Sequence[str],
             texts: Mapping[str, bytes]) -> None:
        """Let every process load and compile what every run would."""
        order = pickle.dumps(("warm", names, folders, dict(texts)))
        self._warming.append(order)
        for process in self._resting:
            process.order(order)

    def begin(self, job: Job, copy: WorkingCopy, limits: Limits) -> Ordered:
        """Order a process at rest, or a new one, to run the job."""
        process = (self._resting.pop() if self._resting
                   else _Process(self._warming, self._news))
        process.order(pickle.dumps(("run", job, copy, limits)))
        waiting = limits.waiting + START
        return Ordered(process, time.monotonic() + waiting, waiting)

    def over(self, works: Iterable[Any]) -> list[Any]:
        """Hear the news; return the works that have ended or must end."""
        by_process = {work.process: work for work in works}
        news: list[tuple[_Process, bytes]] = []
        try:
            news.append(self._news.get(timeout=TICK))
            while True:
                news.append(self._news.get_nowait())
        except queue.Empty:
            pass
        for process, line in news:
            if process in by_process:
                by_process[process].hear(line)
        over = [work for work in by_process.values() if work.is_late()]
        self._resting += [work.process for work in over
                          if not work.is_dead and not work.run.left]
        return over

    def pausing(self) -> Callable[[], None]:
        """There is nothing to prepare."""
        return lambda: None

    def end(self, root: str) -> None:
        """End every process at rest; those at work were ended before.

        And what the tests have left running.
        """
        for process in self._resting:
            process.end()
        self._resting.clear()
        kill_strays(Path(root))


def _why(status: int) -> tuple[Ending, str]:
    """Return how a process ended before its time, and why."""
    if status == -getattr(signal, "SIGPROF", 0) != 0:
        return Ending.HUNG, ""
    if status < 0:
        name = signal.Signals(-status).name
        return Ending.CRASHED, f"the process was ended by {name}"
    return Ending.CRASHED, f"the process was ended with exit status {status}"
