"""Inside bubblewrap: a clone of the warm process, closed off from the next.

bubblewrap has made the world that can be read, once for many submissions.
Each submission gets processes, memory and temporary files of its own in it.
"""
from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import kernel

_SHARED_MB = 64
_FILES = 50_000


def enter(below_tmp: Sequence[str], tmp_mb: int) -> None:
    """Go on in a clone that is alone in namespaces of its own.

    What is `below_tmp` stays readable there; temporary files may hold so many
    MB. The process that called waits
    for its clone and ends with it; nobody returns to it.
    """
    kernel.unshare(kernel.NEW_PIDS | kernel.NEW_MOUNTS | kernel.NEW_IPC)
    pid = os.fork()
    if pid:
        _wait(pid)
    kernel.mount("none", "/", "", kernel.RECURSIVE | kernel.PRIVATE)
    _make_tmp(below_tmp, tmp_mb)
    kernel.mount("proc", "/proc", "proc",
                 kernel.NO_SUID | kernel.NO_DEV)


def _wait(pid: int) -> NoReturn:
    """Wait for a clone, with nothing open; end with the status that it has."""
    os.closerange(0, 1024)
    _, status = os.waitpid(pid, 0)
    os._exit(max(0, os.waitstatus_to_exitcode(status)))


def _make_tmp(below_tmp: Sequence[str], tmp_mb: int) -> None:
    """Put new and limited file systems in place of those for all to write."""
    harmless = kernel.NO_SUID | kernel.NO_DEV
    kernel.mount("tmpfs", "/dev/shm", "tmpfs", harmless,
                 f"size={_SHARED_MB}m,nr_inodes={_FILES},mode=1777")
    # /dev/shm is the one folder there is to build in.
    new = "/dev/shm/tmp"
    os.mkdir(new)
    kernel.mount("tmpfs", new, "tmpfs", harmless,
                 f"size={tmp_mb}m,nr_inodes={_FILES},mode=1777")
    for path in below_tmp:
        place = f"{new}/{os.path.relpath(path, '/tmp')}"
        if os.path.isdir(path):
            os.makedirs(place, 0o755, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(place), 0o755, exist_ok=True)
            open(place, "w").close()
        kernel.mount(path, place, "", kernel.BIND | kernel.RECURSIVE)
    kernel.mount(new, "/tmp", "", kernel.MOVE)
    os.rmdir(new)
    sys.path_importer_cache.clear()
