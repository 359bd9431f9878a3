"""Runs many variants, each in a process of its own, cloned from a warm one.

The warm process has imported what the tests import, but nothing of the
learner's; it has no thread and no connection. A clone costs a few
milliseconds, starts from clean ground and is thrown away: its verdict is that
of a fresh process.
"""
from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Generic, TypeVar

from . import imports, runner
from .runner import Event, Job
from .workspace import WorkingCopy, Workspace

# Memory that a test's process may take beyond what it starts with, in bytes.
MOST_MEMORY = 2 * 2 ** 30
# A clone that has closed its pipe has this long to end, in seconds.
GRACE = 0.5
# How often the clones are looked at that say nothing, in seconds.
TICK = 0.1
_INTERRUPTS = {signal.SIGINT, signal.SIGTERM}


@dataclass(frozen=True)
class Limits:
    """How long one test, or one import, may take, in seconds.

    `busy` counts the processor's time alone, so that a loaded machine makes
    no difference to it; `waiting` is time on the wall, for those that sleep.
    """

    busy: float
    waiting: float


@dataclass
class Run:
    """What was seen of one variant: its events, and how it ended.

    `ended` is "done", "hung" or "crashed"; `reason` says what a crash was.
    """

    events: list[Event] = field(default_factory=list)
    ended: str = "crashed"
    reason: str = ""


Key = TypeVar("Key")


@dataclass(frozen=True)
class Variant(Generic[Key]):
    """A job to run on modules' sources, by name; the folder is the pool's."""

    key: Key
    job: Job
    sources: Mapping[str, str]


@dataclass
class _Clone(Generic[Key]):
    """A process at work: what it runs, where, and until when it may.

    Its events go into a file without a name, which costs nobody a wake-up
    and outlives the process; the pipe says no more than that it has ended.
    """

    variant: Variant[Key]
    pid: int
    pipe: int
    log: BinaryIO
    copy: WorkingCopy
    deadline: float
    size: int = 0
    run: Run = field(default_factory=Run)


class Pool:
    """Working copies, and as many processes at a time as there are copies."""

    def __init__(self, workspace: Workspace, jobs: int) -> None:
        """Prepare for so many processes at a time."""
        self._copies = [workspace.copy(number) for number in range(jobs)]

    def warm(self, names: Iterable[str], files: Sequence[str],
             sources: Mapping[str, str]) -> None:
        """Import modules and compile files that every clone would."""
        imports.load_ahead(names)
        for copy in self._copies:
            copy.lay(sources)
            for file in (*files, *(f"{name}.py" for name in sources)):
                imports.compile_ahead(copy.folder / file)

    def run(self, variants: Iterable[Variant[Key]],
            limits: Limits) -> Iterator[tuple[Key, Run]]:
        """Run each variant, and yield it with what was seen as it ends.

        Whatever happens, no process is left when this ends or is closed.
        """
        free = list(self._copies)
        waiting = deque(variants)
        clones: dict[int, _Clone[Key]] = {}
        gc.collect()
        gc.freeze()  # Or each clone's first collection copies every page.
        try:
            while waiting or clones:
                while waiting and free:
                    clone = _started(waiting.popleft(), free.pop(), limits)
                    clones[clone.pipe] = clone
                for clone in _ended(clones, limits):
                    del clones[clone.pipe]
                    _reap(clone)
                    free.append(clone.copy)
                    yield clone.variant.key, clone.run
        finally:
            for clone in clones.values():
                _reap(clone)


def _started(variant: Variant[Key], copy: WorkingCopy,
             limits: Limits) -> _Clone[Key]:
    """Clone this process; the clone runs the variant in a working copy."""
    copy.lay(variant.sources)
    job = replace(variant.job, folder=copy.folder)
    log = _log()
    ours, theirs = os.pipe()
    # Until the clone has a session of its own, Ctrl-C would mean it too.
    signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    pid = os.fork()
    if not pid:
        try:
            os.close(ours)
            _be_clone(job, copy, log.fileno(), limits)
            os.write(theirs, b".")
        finally:
            os._exit(1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    os.close(theirs)
    deadline = time.monotonic() + limits.waiting
    return _Clone(variant, pid, ours, log, copy, deadline)


def _log() -> BinaryIO:
    """Return a new file without a name, in memory where there is such."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("winnow"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _be_clone(job: Job, copy: WorkingCopy, log: int, limits: Limits) -> None:
    """Run the job in this new process; note each event in the log."""
    os.setsid()  # Its children, too, are found by its group.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, MOST_MEMORY + _memory())
    os.environ["TMPDIR"] = str(copy.tmp)
    os.chdir(copy.folder)

    def emit(event: Event) -> None:
        """Note an event; the clock of the test that follows starts anew."""
        signal.setitimer(signal.ITIMER_PROF, limits.busy)
        os.write(log, json.dumps(event).encode() + b"\n")

    emit(["born"])
    runner.run(job, emit)


def _limit(what: int, most: int) -> None:
    """Set a limit of this process where the system has it."""
    try:
        resource.setrlimit(what, (most, most))
    except (ValueError, OSError):
        pass  # macOS knows RLIMIT_AS and refuses it.


def _memory() -> int:
    """Return the size of this process's address space, in bytes."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _ended(clones: Mapping[int, _Clone[Key]],
           limits: Limits) -> list[_Clone[Key]]:
    """Wait for news; return the clones that have ended or must end."""
    poll = select.poll()
    for pipe in clones:
        poll.register(pipe, select.POLLIN)
    ready = {pipe for pipe, _ in poll.poll(TICK * 1000)}
    return [clone for pipe, clone in clones.items()
            if pipe in ready or _is_late(clone, limits)
            # A child process that it left behind may hold the pipe open.
            or _has_exited(clone.pid)]


def _is_late(clone: _Clone[Key], limits: Limits) -> bool:
    """Tell whether a clone has told nothing for longer than it may."""
    now = time.monotonic()
    size = os.fstat(clone.log.fileno()).st_size
    if size > clone.size:
        clone.size = size
        clone.deadline = now + limits.waiting
    elif now > clone.deadline:
        clone.run.ended = "hung"
    return clone.run.ended == "hung"


def _has_exited(pid: int) -> bool:
    """Tell whether a process has ended; its number is not free before _reap.

    So no stranger can have got the number of its group in the meantime.
    """
    return os.waitid(os.P_PID, pid,
                     os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _reap(clone: _Clone[Key]) -> None:
    """End a clone with all that it started; read what it told."""
    until = time.monotonic() + GRACE
    told = os.read(clone.pipe, 1) if select.select(
        [clone.pipe], [], [], 0)[0] else b""
    if not told and clone.run.ended != "hung":
        while not _has_exited(clone.pid) and time.monotonic() < until:
            time.sleep(0.001)
    for kill in (os.killpg, os.kill):
        try:
            kill(clone.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # Gone already, or not yet the head of its own group.
    _, status = os.waitpid(clone.pid, 0)
    os.close(clone.pipe)
    clone.log.seek(0)
    lines = clone.log.read().splitlines()
    clone.log.close()
    try:
        clone.run.events += map(json.loads, lines)
    except ValueError:
        clone.run.reason = "a test wrote into the files of the checker"
        return
    if told and clone.run.events[-1:] == [["done"]]:
        clone.run.ended = "done"
    elif clone.run.ended == "crashed":
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            clone.run.ended = "hung"
        clone.run.reason = _why(status)


def _why(status: int) -> str:
    """Return what ended a process before its time."""
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"the process was ended by {name}"
    return f"the process was ended with exit status {os.WEXITSTATUS(status)}"
