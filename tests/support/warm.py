"""A server that has loaded what every check begins with, and is cloned.

Python's start and imports are half of what a small check costs, and the tests
run hundreds. Each command here is a clone of a process that has loaded what
`winnow check --watch` loads ahead, and nothing of a learner's. What a command
leaves running becomes a child of the process that waits for it (Linux:
PR_SET_CHILD_SUBREAPER, prctl(2)), which tells and ends it.

Tests of how the command starts and ends, and of suites that attack other
processes, start a process of their own: see `run` in `checking.py`.
"""
from __future__ import annotations

import atexit
import ctypes
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

IS_POSSIBLE = sys.platform == "linux"
# From Linux' include/uapi/linux/prctl.h.
_PR_SET_CHILD_SUBREAPER = 36
# How the names begin of what Python and its libraries read as they start.
_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "LD_")


class Ended(NamedTuple):
    """How a command ended: its status, and what it left running."""

    status: int
    running: list[int]


class Server:
    """The process that is cloned, and the socket at which it is asked."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start it. It ends with this process, whose pipe it reads."""
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")
        self._socket = os.path.join(self._folder.name, "socket")
        self._start = _read_at_start(environment)
        self._process = subprocess.Popen(
            [sys.executable, __file__, self._socket], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=os.sep)
        assert self._process.stdout
        assert self._process.stdout.readline() == b"ready\n"

    def serves(self, environment: Mapping[str, str]) -> bool:
        """Return whether Python would start alike with this environment."""
        return (self._process.poll() is None
                and _read_at_start(environment) == self._start)

    def run(self, command: Sequence[str], place: Path,
            environment: Mapping[str, str], streams: Sequence[int],
            patience: float) -> Ended:
        """Run a command in a folder, writing to two open files.

        After so many seconds it is ended.
        """
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(self._socket)
            socket.send_fds(asked, [b"."], list(streams))
            asked.sendall(json.dumps([
                patience, list(command), str(place), dict(environment)
            ]).encode())
            asked.shutdown(socket.SHUT_WR)
            return Ended(*json.loads(_all_of(asked)))


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of an environment that is read as Python starts."""
    return {name: value for name, value in environment.items()
            if name.startswith(_AT_START)}


def _all_of(stream: socket.socket) -> bytes:
    """Return what comes until the other side has said all."""
    return b"".join(iter(lambda: stream.recv(1 << 16), b""))


def serve(path: str) -> None:
    """Clone this process for each command, as long as anybody may ask."""
    sys.path[0] = os.path.dirname(sys.executable)  # As the command has it.
    from winnow.cli.watched import warm
    for room in ("checking.check", "checking.module_check"):
        warm(room)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Nobody waits for a clone.
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        os.write(1, b"ready\n")
        while door in select.select([door, 0], [], [])[0]:
            asked, _ = door.accept()
            with asked:
                if not os.fork():
                    door.close()
                    _answer(asked)


def _answer(asked: socket.socket) -> NoReturn:
    """Run one command in a clone of this clone, and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    adopt_orphans()
    _, streams, _, _ = socket.recv_fds(asked, 1, 2)
    patience, *asks = json.loads(_all_of(asked))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    if not child:
        asked.close()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        _become(*asks, streams)
    for number in streams:
        os.close(number)
    until = time.monotonic() + patience
    while not (ended := os.waitpid(child, os.WNOHANG))[0]:
        left = max(0, until - time.monotonic())
        if not signal.sigtimedwait({signal.SIGCHLD}, left):
            os.kill(child, signal.SIGKILL)
    asked.sendall(json.dumps([
        os.waitstatus_to_exitcode(ended[1]), ended_children()]).encode())
    os._exit(0)


def _become(command: Sequence[str], place: str,
            environment: Mapping[str, str], streams: Sequence[int]
            ) -> NoReturn:
    """Be as a process that was started with this command."""
    status = 3
    try:
        os.chdir(place)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = list(command)
        tempfile.tempdir = None
        random.seed()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, stream in enumerate([nothing, *streams]):
            os.dup2(stream, number)
            os.close(stream)
        # Python would choose how to write by what it writes to.
        sys.stdout = open(1, "w", encoding=sys.stdout.encoding, closefd=False)
        from winnow.__main__ import main
        status = main()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        atexit._run_exitfuncs()  # As Python does at its end.
        os._exit(status)


def adopt_orphans() -> None:
    """Let what this process's children leave behind become its own."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def ended_children() -> list[int]:
    """End, and return, what a command has left running, children first."""
    running = []
    while True:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
        for child in map(int, children.split()):
            if _has_ended(child):
                continue
            running.append(child)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        if not children:
            return running


def _has_ended(child: int) -> bool:
    """Tell whether a child has ended; one that was killed needs a moment."""
    for _ in range(20):
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.01)
    return False


if __name__ == "__main__":
    serve(sys.argv[1])
