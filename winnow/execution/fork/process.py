"""One process for one variant: cloned, limited, listened to and ended.

Both sides of it are here: the `ChildHandle` that the cloning process holds,
and the `ChildSide` in the clone itself.
"""
from __future__ import annotations

import gc
import os
import select
import signal
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field

# By names of their own: a test may have patched them in their modules.
from os import _exit, getpid, urandom
from os import fork as _fork
from signal import setitimer
from time import monotonic, sleep
from typing import NoReturn

from winnow import WITHIN
from winnow.model.outcome import Ending
from winnow.system.interrupts import be_deaf
from winnow.system.processes import (
    be_named,
    heed_signals,
    kill_group,
    limit,
    of_a_test,
    out_of_the_way,
)

from ..event import Connects, Event, Moment, encoded
from ..result import GRACE, Limits, Run
from ..working_copy import WorkingCopy
from .event_log import EventLog

# No process has opened more files than this.
MOST_FILES = 2 ** 20
SPOILT = "a test wrote into the files of the checker"
# How often the clones are looked at that say nothing, in seconds.
TICK = 0.1


class ChildSide:
    """The clone's own end: a log for its events, a pipe to say it is over."""

    def __init__(self, log: EventLog, pipe: int, word: bytes, limits: Limits
                 ) -> None:
        """Take what was made for this process before it was cloned."""
        self._log = log
        self._pipe = open(pipe, "wb", buffering=0)
        self._word = word
        self._limits = limits
        self._pid = getpid()

    def tell(self, event: Event) -> None:
        """Note an event; the clock of the test that follows starts anew.

        Of a child process that a test has made, and that runs on as if it
        were the runner, no more is heard than whom it tried to reach.
        """
        match event:
            case Connects():
                pass
            case _:
                self.end_copies()
        setitimer(signal.ITIMER_PROF, self._limits.busy_after(event))
        self._log.write(event)

    def copy(self, lines: Iterable[bytes]) -> None:
        """Note events that were written already."""
        self._log.copy(lines)

    def end(self) -> NoReturn:
        """Say that all is told, and end this process."""
        self.end_copies()
        self._pipe.write(self._word)
        _exit(0)

    def end_copies(self) -> None:
        """End this process if it is one that a test has cloned."""
        if getpid() != self._pid:
            _exit(0)

    def close(self) -> None:
        """Let go of both, as a branch does with those of its stem."""
        self._log.close()
        self._pipe.close()


@dataclass
class ChildHandle:
    """A process at work: where, and until when it may say nothing.

    Its events go into a file without a name, which costs nobody a wake-up
    and outlives the process; the pipe says no more than that it has ended,
    by a word that no test knows.
    """

    pid: int
    pipe: int
    word: bytes
    log: EventLog
    deadline: float
    waiting: float
    has_told: bool = False
    run: Run = field(default_factory=Run)


def fork(copy: WorkingCopy, limits: Limits, afresh: bool
         ) -> ChildHandle | ChildSide:
    """Clone this process: return the clone here, its own end in the clone.

    One that starts afresh has no more files open than a process that starts.
    """
    log = EventLog()
    word = urandom(16)
    ours, theirs = os.pipe()
    pid = _fork()
    if not pid:
        try:
            _settle()
            os.close(ours)
            # To a test, 3 is the next free number, as in a fresh process.
            log.leave_low_numbers()
            high = out_of_the_way(theirs)
            os.close(theirs)
            if afresh:
                _start_in(copy, limits, log.fileno(), high)
            return ChildSide(log, high, word, limits)
        except BaseException:
            _exit(1)
    os.close(theirs)
    deadline = monotonic() + limits.waiting
    return ChildHandle(pid, ours, word, log, deadline, limits.waiting)


def _start_in(copy: WorkingCopy, limits: Limits, *kept: int) -> None:
    """Go to a working copy, with few files open and limits set.

    The process takes the name of the folder of all copies (see
    `kill_strays`).
    """
    gc.enable()  # As in a process that starts.
    gc.freeze()  # What the checker holds is no garbage here.
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    bounds = [2, *sorted(kept), MOST_FILES]
    for lower, upper in zip(bounds, bounds[1:]):
        os.closerange(lower + 1, upper)
    limit(**of_a_test(limits.memory))
    be_named(copy.root)
    os.environ["TMPDIR"] = str(copy.tmp)
    os.environ[WITHIN] = "1"
    tempfile.tempdir = None  # What it was in the process that was cloned.
    os.chdir(copy.folder)


def _settle() -> None:
    """Make this new process one of its own, as if nobody had cloned it."""
    os.setsid()  # Its children, too, are found by its group.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    be_deaf()
    heed_signals()


def ended(clones: Iterable[ChildHandle]) -> list[ChildHandle]:
    """Wait a moment for news; return those that have ended or must end."""
    poll = select.poll()
    for clone in clones:
        poll.register(clone.pipe, select.POLLIN)
    ready = {pipe for pipe, _ in poll.poll(TICK * 1000)}
    return [clone for clone in clones
            if clone.pipe in ready and _is_over(clone) or _is_late(clone)
            # A child process that it left behind may hold the pipe open.
            or _has_exited(clone.pid)]


def _is_over(clone: ChildHandle) -> bool:
    """Tell whether a clone has said its word, or nobody holds its pipe.

    What else stands there was written by a test, and says nothing.
    """
    said = os.read(clone.pipe, select.PIPE_BUF)
    clone.has_told = said.endswith(clone.word)
    return clone.has_told or not said


def _is_late(clone: ChildHandle) -> bool:
    """Tell whether a clone has told nothing for longer than it may."""
    now = monotonic()
    if clone.log.has_grown():
        clone.deadline = now + clone.waiting
    elif now > clone.deadline:
        clone.run.ended = Ending.HUNG
    return clone.run.ended == Ending.HUNG


def _has_exited(pid: int) -> bool:
    """Tell whether a process has ended; its number is not free before reap.

    So no stranger can have got the number of its group in the meantime.
    """
    return os.waitid(os.P_PID, pid,
                     os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end(clone: ChildHandle, grace: float = GRACE) -> list[bytes]:
    """End a clone, note how it ended, and return its events as JSON.

    One that has not said that it is over has a grace, in seconds, to end.
    """
    until = monotonic() + (0 if clone.has_told else grace)
    while (clone.run.ended != Ending.HUNG and not _has_exited(clone.pid)
           and monotonic() < until):
        sleep(0.001)
    kill_group(clone.pid)
    _, status = os.waitpid(clone.pid, 0)
    os.close(clone.pipe)
    log, is_whole = clone.log.read(clone.pid)
    clone.log.close()
    if not is_whole:
        clone.run.ended = Ending.CRASHED
        clone.run.reason = SPOILT
    elif log[-1:] == [_DONE]:
        clone.run.ended = Ending.DONE
    elif clone.run.ended == Ending.CRASHED:
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            clone.run.ended = Ending.HUNG
        else:
            clone.run.reason = _why(status)
    return log


_DONE = encoded(Moment.DONE)


def _why(status: int) -> str:
    """Return what ended a process before its time."""
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"the process was ended by {name}"
    return f"the process was ended with exit status {os.WEXITSTATUS(status)}"
