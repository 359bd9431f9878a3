"""What operating systems differ in: signals, clones, limits.

Windows and a browser's page lack most of it. What stands here does what can
be done there, and says what cannot.
"""
from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

try:
    import resource as resource  # For who imports it from here, too.
except ImportError:  # There is none on Windows, nor in a browser.
    resource = None  # type: ignore[assignment]

# Ctrl-C, a request to end, a terminal that is closed; Ctrl-Break on Windows.
INTERRUPTS = frozenset(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name))
HAS_PROCESSES = sys.platform not in ("emscripten", "wasi")
# In a browser's page `os.fork` has its name, and nothing behind it.
CAN_CLONE = HAS_PROCESSES and hasattr(os, "fork")
# Memory that a test's process may take, in bytes, where that can be limited;
# a file may grow to a third of it. `--memory` sets another.
MOST_MEMORY = 3 * 2 ** 30
# What one test may take, in seconds, unless `--timeout` sets another.
MOST_SECONDS = 5.0
# What tells git which repository is meant, and what belongs to it.
_OF_GIT = frozenset({
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR",
    "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_WORK_TREE"})
# What a process is called, which it hands on to those that it clones (Linux).
# Here a process may write it even if its memory is closed to all others.
_NAME = "/proc/thread-self/comm"
# Numbers of files above those that tests come to by chance.
_HIGH = 512


def without_git(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which git looks for a repository by itself.

    What runs as one of git's hooks is told whose hook it is: each command
    would work there, wherever it is started (see `git rev-parse
    --local-env-vars`).
    """
    return {name: value for name, value in environment.items()
            if name not in _OF_GIT}


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let no signal come between the making of a thing and its keeping.

    Windows cannot hold a signal back: there, what was made may be left.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
    try:
        yield
    finally:
        heed_signals()


def heed_signals() -> None:
    """Let signals come again that a process has held back."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)


def limit(**most: int) -> None:
    """Let this process have no more of something: `AS=2 ** 30`, for ever.

    The names are those of resource.setrlimit, without RLIMIT_. Where the
    system has no such limit, there is none.
    """
    _set_limits({name: (number, number) for name, number in most.items()})


def of_a_test(memory: int) -> dict[str, int]:
    """Return what a test may have, as `limit` takes it; memory in bytes.

    On Linux it is what the process can write to by itself (RLIMIT_DATA since
    Linux 4.7). Addresses alone cost nothing: a Java machine, LMDB or a mapped
    file take many more than they use, and pass under any other runner.
    """
    kind = "DATA" if sys.platform == "linux" else "AS"
    return {"CORE": 0, "FSIZE": memory // 3, kind: memory}


@contextmanager
def limited(memory: int) -> Iterator[None]:
    """Let this process have no more than a test may, for as long as it lasts.

    A test could lift them, as it cannot those of `limit`.
    """
    before = _set_limits({name: (number, -1)
                          for name, number in of_a_test(memory).items()})
    try:
        yield
    finally:
        _set_limits(before)


def _set_limits(limits: Mapping[str, tuple[int, int]]
                ) -> dict[str, tuple[int, int]]:
    """Set each limit that can be set; -1 leaves it; return those before."""
    before = {}
    for name, (soft, hard) in limits.items():
        try:
            which = getattr(resource, f"RLIMIT_{name}")
            was = resource.getrlimit(which)
            resource.setrlimit(which, (soft, was[1] if hard < 0 else hard))
            before[name] = was
        except (AttributeError, ValueError, OSError):
            pass  # macOS knows RLIMIT_AS and refuses it.
    return before


def out_of_the_way(number: int) -> int:
    """Return a copy of an open file's number that is higher than most.

    A test that closes or fills every file it finds will hardly count so far.
    """
    for high in range(_HIGH, _HIGH + 100):
        try:
            os.fstat(high)
        except OSError:  # Nobody has it.
            try:
                return os.dup2(number, high, inheritable=False)
            except OSError:
                break  # There are no such numbers here.
    return os.dup(number)


def be_named(root: Path) -> None:
    """Take the name of the folder of all copies, where there are such names.

    A process hands it on to those that it clones: see `kill_strays`.
    """
    try:
        with open(_NAME, "r+b", buffering=0) as name:
            name.write(root.name.encode())
    except OSError:
        pass  # There is no /proc, or a sandbox lets nobody write to it.


def kill_strays(root: Path) -> None:
    """Kill what tests have left running in the working copies below a folder.

    A process that has left its group, too, is known by its name, by its
    current folder or by the TMPDIR it was started with, where the system
    tells them (Linux).
    """
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            started_with = (entry / "environ").read_bytes().split(b"\0")
            where = os.readlink(entry / "cwd")
            name = (entry / "comm").read_text().strip()
        except OSError:
            continue  # It is gone, or not ours.
        mark = f"TMPDIR={root}".encode()
        if int(entry.name) != os.getpid() and (
                name == root.name or where.startswith(str(root))
                or any(each.startswith(mark) for each in started_with)):
            kill_group(int(entry.name))


def processors() -> int:
    """Return how many processes this one may really use at a time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def kill_group(pid: int) -> None:
    """Kill a process, and the group that it leads."""
    for send in (os.killpg, os.kill):
        try:
            send(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # Gone already, or not yet the head of its own group.


def kill(process: subprocess.Popen[Any]) -> None:
    """Kill a process that began a session, with whatever it has started.

    Where there are no sessions, what it has started goes on.
    """
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # Nothing of it is left; macOS has another name for that.
    process.kill()
