"""Notes which files outside of its folder a run reads, libraries aside.

What a run does may rest on them. What child processes and code in C read is
not seen here, nor what was read before the run, by what it imports.
"""
from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .audit import listen
from .shared_resources import NO_FILES, WRITES

# Audit events of which the first argument is a folder that is looked into
# (Python's library reference, "Audit events table").
_LOOKS = ("os.listdir", "os.scandir")


def listen_for_reads(base: Path, tell: Callable[[str], None]) -> None:
    """Tell each file and folder outside of a folder, once, that is read."""
    told = set[str]()
    around = tuple(_with_end(each) for each in (
        str(base), os.path.dirname(os.__file__),
        str(Path(__file__).parents[2])))

    def hear(event: str, args: tuple[Any, ...]) -> None:
        """Judge what an audit event is about to read."""
        if event == "open":
            if not isinstance(args[2], int) or args[2] & WRITES:
                return
        elif event not in _LOOKS:
            return
        path = args[0]
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # An open file's number: it was opened by its path.
        name = os.fsdecode(path)
        if not name or name.startswith(NO_FILES):
            return
        name = os.path.abspath(name)
        if name not in told and not _with_end(name).startswith((
                *around, *(_with_end(each) for each in sys.path if each))):
            told.add(name)
            tell(name)

    listen(hear)


def _with_end(folder: str) -> str:
    """Return a path that another one only begins with if it is inside."""
    return os.path.join(folder, "")
