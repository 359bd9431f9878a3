"""Notes the ports and files of the machine that a run uses.

Two runs at a time would meet there: a port is taken, a file is another's. So
where a suite uses any, its runs take turns. What cannot be used is no one's: a
file in a folder that is not there, a port at which nobody listens. What child
processes and code in C use is not seen here.
"""
from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from socket import SOCK_STREAM, socket
from typing import Any

from .audit import listen

# Audit events of which the first argument is a path that is about to change
# (Python's library reference, "Audit events table").
_CHANGES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate",
            "shutil.rmtree", "sqlite3.connect")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
# The state of a socket that listens, in the tables of /proc/net.
_LISTENS = "0A"
# What is no file of anybody's.
NO_FILES = ("/dev/", "/proc/", "/sys/", ":memory:", "file:", "\0")


def listen_for_sharing(base: Path, tell: Callable[[str, str], None],
                       inside: Callable[[], None] = lambda: None) -> None:
    """Tell each port and each file outside of a folder, once, by its kind.

    A port that the system chose is told, too: another run has another one.
    `inside` is called for each file of the folder that is about to change.
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
        if name and not name.startswith(NO_FILES):
            name = os.path.abspath(name)
            if f"{name}{os.sep}".startswith(above):
                inside()
            elif os.path.isdir(os.path.dirname(name)):
                note("file", name)

    def hear(event: str, args: tuple[Any, ...]) -> None:
        """Judge what an audit event is about to use."""
        if event in ("socket.bind", "socket.connect"):
            address = args[1]
            if not isinstance(address, tuple):
                note_file(address)
            elif address[1] and (
                    event == "socket.bind" or _is_served(*args)):
                note("port", str(address[1]))
        elif event == "open":
            if isinstance(args[2], int) and args[2] & WRITES:
                note_file(args[0])
        elif event in _CHANGES:
            note_file(args[0])

    listen(hear)


def _is_served(of: socket, address: tuple[Any, ...]) -> bool:
    """Tell whether anybody listens where a socket is about to connect.

    Linux lists who does (proc_pid_net(5)); elsewhere it is not known, nor of
    sockets that need nobody who listens.
    """
    if of.type != SOCK_STREAM:
        return True
    wanted = f":{address[1]:04X}"
    lines = list[list[str]]()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table, encoding="ascii") as file:
                lines += [line.split() for line in file]
        except OSError:
            continue  # There may be no IPv6.
    return not lines or any(
        local.endswith(wanted) and state == _LISTENS
        for _, local, _, state, *_ in lines)
