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

# How much the temporary files of one submission may hold.
TMP_MB = 256
_SHARED_MB = 64
_FILES = 20_000


def enter(below_tmp: Sequence[str]) -> None:
    """Go on in a clone that is alone in namespaces of its own.

    What is `below_tmp` stays readable there. The process that called waits
    for its clone and ends with it; nobody returns to it.
    """
    kernel.unshare(kernel.NEW_PIDS | kernel.NEW_MOUNTS | kernel.NEW_IPC)
    pid = os.fork()
    if pid:
        _wait(pid)
    kernel.mount("none", "/", "", kernel.RECURSIVE | kernel.PRIVATE)
    _make_tmp(below_tmp)
    kernel.mount("proc", "/proc", "proc",
                 kernel.NO_SUID | kernel.NO_DEV)


def _wait(pid: int) -> NoReturn:
    """Wait for a clone, with nothing open that it could be known by."""
    os.closerange(0, 1024)
    os.waitpid(pid, 0)
    os._exit(0)


def _make_tmp(below_tmp: Sequence[str]) -> None:
    """Put new and limited file systems in place of those for all to write."""
    harmless = kernel.NO_SUID | kernel.NO_DEV
    kernel.mount("tmpfs", "/dev/shm", "tmpfs", harmless,
                 f"size={_SHARED_MB}m,nr_inodes={_FILES},mode=1777")
    # /dev/shm is the one folder there is to build in.
    new = "/dev/shm/tmp"
    os.mkdir(new)
    kernel.mount("tmpfs", new, "tmpfs", harmless,
                 f"size={TMP_MB}m,nr_inodes={_FILES},mode=1777")
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
