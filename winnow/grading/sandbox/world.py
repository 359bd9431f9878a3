"""What a sandboxed process may read: Python, its packages, and no more."""
from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from winnow import ABOVE, PACKAGE

# What programs of the system need besides /usr. /etc holds secrets, too.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/nix/store")
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives")
# Of an installation of Python, what it runs from.
_PARTS = ("bin", "lib", "lib64", "pyvenv.cfg")

# As distributed calls them (core.py, Server.__init__).
_SCRATCH = "dask-scratch-space"


def import_path() -> list[str]:
    """Return where a sandboxed Python looks for modules.

    It is where this one does, but for the folder in which it was started,
    which may be the one with the whole class in it, and for those in which a
    worker of Dask may have what it cannot hold in memory.
    """
    started = {"", os.getcwd(), os.path.dirname(os.path.abspath(
        sys.argv[0] if sys.argv and sys.argv[0] else "."))}
    return [ABOVE, *(path for path in sys.path
                     if path not in started and os.path.exists(path)
                     and f"{os.sep}{_SCRATCH}" not in path)]


def readable(hidden: Iterable[Path]) -> list[str]:
    """Return the files and folders that a sandboxed process may read.

    They are those from which this Python runs and imports. None of them has
    a `hidden` one in it: a package beside the submissions is not found, and
    no submission is readable.
    """
    secret = [os.path.realpath(path) for path in hidden]
    found = dict.fromkeys(
        path for given in _installed() for path in (
            os.path.abspath(given), os.path.realpath(given))
        if os.path.exists(path) and not any(
            each == path or each.startswith(f"{path.rstrip(os.sep)}{os.sep}")
            for each in secret))
    return outermost(found)


def outermost(paths: Iterable[str]) -> list[str]:
    """Return those paths that are in none of the others, nor in /usr."""
    each = dict.fromkeys(paths)
    return [path for path in each if not any(
        path.startswith(f"{other}{os.sep}") for other in (*each, "/usr"))]


def _installed() -> Iterator[str]:
    """Yield what Python is installed in, links on the way there included."""
    for prefix in (sys.prefix, sys.base_prefix, sys.base_exec_prefix,
                   *_linked(sys.executable)):
        for part in _PARTS:
            yield os.path.join(prefix, part)
    yield os.path.join(ABOVE, PACKAGE)
    for path in import_path()[1:]:
        if path != ABOVE:
            yield path


def _linked(program: str) -> Iterator[str]:
    """Yield the installations that a program's links lead through."""
    for _ in range(40):  # As many as Linux follows.
        if not os.path.islink(program):
            return
        program = os.path.join(os.path.dirname(program),
                               os.readlink(program))
        yield os.path.dirname(os.path.dirname(program))


def environment() -> dict[str, str]:
    """Return the variables of a sandboxed process: none of the person's own.

    A token in the environment of who grades is none of a learner's business.
    """
    return {"PATH": os.pathsep.join((os.path.dirname(sys.executable),
                                     "/usr/local/bin", "/usr/bin", "/bin")),
            "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8",
            "USER": "learner", "LOGNAME": "learner",
            "PYTHONDONTWRITEBYTECODE": "1"}
