"""Notes the ports and files of the machine that a run uses.

Two runs at a time would meet there: a port is taken, a file is another's. So
where a suite uses any, its runs take turns. What child processes and code in
C use is not seen here.
"""
from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .audit import listen

# Audit events of which the first argument is a path that is about to change
# (Python's library reference, "Audit events table").
_CHANGES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate",
            "shutil.rmtree", "sqlite3.connect")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
# What is no file of anybody's.
_NO_FILES = ("/dev/", "/proc/", "/sys/", ":memory:", "file:", "\0")


def listen_for_sharing(base: Path, tell: Callable[[str, str], None]) -> None:
    """Tell each port and each file outside of a folder, once, by its kind.

    A port that the system chose is told, too: another run has another one.
    """
    told = set[tuple[str, str]]()
    above = f"{base}{os.sep}"

    def note(kind: str, name: str) -> None:
        """Tell of a thing when it is first used."""
        if (kind, name) not in told:
            told.add((kind, name))
            tell(kind, name)

    def note_file(path: object) -> None:
        """Tell of a file that is about to change, unless it is the run's."""
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # An open file's number: it was opened by its path.
        name = os.fsdecode(path)
        if name and not name.startswith(_NO_FILES):
            name = os.path.abspath(name)
            if not f"{name}{os.sep}".startswith(above):
                note("file", name)

    def hear(event: str, args: tuple[Any, ...]) -> None:
        """Judge what an audit event is about to use."""
        if event in ("socket.bind", "socket.connect"):
            address = args[1]
            if not isinstance(address, tuple):
                note_file(address)
            elif address[1]:
                note("port", str(address[1]))
        elif event == "open":
            if isinstance(args[2], int) and args[2] & _WRITES:
                note_file(args[0])
        elif event in _CHANGES:
            note_file(args[0])

    listen(hear)
