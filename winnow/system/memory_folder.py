"""A temporary folder in memory, where the machine has room for it.

On a disk, each file that is made and deleted again waits for its journal, and
tests that let the disk write what it has yet to write (fsync) wait for that.
"""
from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from pathlib import Path

try:
    import fcntl as fcntl
except ImportError:  # There is none on Windows, nor in a browser.
    fcntl = None  # type: ignore[assignment]

# Linux keeps files here in memory, at most half of it unless mounted otherwise
# (man 5 tmpfs).
_IN_MEMORY = Path("/dev/shm")
# Who sets one of these has chosen where temporary files lie (tempfile).
_CHOSEN = ("TMPDIR", "TEMP", "TMP")
_AVAILABLE = re.compile(r"^MemAvailable:\s*(\d+) kB$", re.MULTILINE)
# What the memory of a container is limited to, and how much of it is in use:
# control groups of version 2, and of version 1.
_GROUPS = (("memory.max", "memory.current"),
           ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"))
# So many times as much memory must be free: the tests need some, too.
_SPARE = 2
# A folder whose maker was ended is deleted by the next one, not before this
# age in seconds: it may just have been made.
_OLD = 60


class TemporaryFolder:
    """A new folder, which no other process takes for one that is left over.

    It lies in memory, if there is room for `least` bytes, and on the disk
    otherwise. `path` is followed to where it leads.
    """

    def __init__(self, prefix: str, least: int) -> None:
        """Make the folder; delete what killed processes have left there."""
        place = _IN_MEMORY if _has_room(least) else None
        if place:
            _delete_left(place, prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=place)).resolve()
        self._held = _lock(self.path) if place else None

    def let_go(self) -> None:
        """Close what kept the folder from being taken for left over."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def _has_room(least: int) -> bool:
    """Tell whether a folder in memory may hold so many bytes."""
    if fcntl is None or any(map(os.environ.get, _CHOSEN)):
        return False
    try:
        state = os.statvfs(_IN_MEMORY)
        memory = Path("/proc/meminfo").read_text("ascii")
    except OSError:
        return False
    found = _AVAILABLE.search(memory)
    # A project may start what lies in its folder.
    return (os.access(_IN_MEMORY, os.W_OK | os.X_OK)
            and not state.f_flag & os.ST_NOEXEC
            and state.f_bavail * state.f_frsize >= least
            and found is not None
            and min(int(found[1]) * 1024, _left_to_group()) >= _SPARE * least)


def _left_to_group(root: Path = Path("/sys/fs/cgroup")) -> float:
    """Return how many bytes this container may still take."""
    left = float("inf")
    for most, used in _GROUPS:
        try:
            left = min(left, int((root / most).read_text())
                       - int((root / used).read_text()))
        except (OSError, ValueError):  # There is no such file, or no limit.
            continue
    return left


def _lock(folder: Path) -> int | None:
    """Mark a folder as in use until this process has ended."""
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held


def _delete_left(place: Path, prefix: str) -> None:
    """Delete folders of this user whose makers have ended without that."""
    for folder in place.glob(f"{prefix}*"):
        try:
            state = folder.lstat()
        except OSError:
            continue
        if state.st_uid == os.getuid() and (
                state.st_ctime < time.time() - _OLD) and (
                    held := _lock(folder)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)
