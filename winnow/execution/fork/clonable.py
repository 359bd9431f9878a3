"""Would a clone of this process find all that the process has?

Threads and timers end in a clone, its children are not the clone's, and the
position in a file that is open is shared (fork(2)).
"""
from __future__ import annotations

import os
import signal
import threading


def is_clonable(files: list[int]) -> bool:
    """Tell whether nothing is at work that no clone would have.

    `files` are the numbers of those that were open before any test ran.
    """
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return (_threads() == 1
                and signal.getitimer(signal.ITIMER_REAL) == (0, 0)
                and signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
                and open_files() == files)
    return False


def open_files() -> list[int]:
    """Return the numbers of the standard files, and of those not empty."""
    nothing = os.stat(os.devnull)
    files = []
    for number in os.listdir("/dev/fd"):
        try:
            status = os.fstat(int(number))
        except OSError:
            continue  # It was the listing's own.
        if int(number) < 3 or not os.path.samestat(status, nothing):
            files.append(int(number))
    return sorted(files)


def _threads() -> int:
    """Return how many threads this process has."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:  # Elsewhere, those are told that Python itself knows.
        return threading.active_count()
