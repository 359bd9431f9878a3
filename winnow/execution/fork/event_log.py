"""The file into which a clone writes its events, each signed.

The tests run in the very process that writes it, and some write into every
file they find. Such lines are no events, and are passed over.
"""
from __future__ import annotations

import fcntl
import os
import re
import tempfile

# By names of their own: what a test patches and forgets must not be heard.
from builtins import hash as signature
from collections.abc import Callable, Iterable
from itertools import count
from os import getpid, urandom
from typing import BinaryIO

from winnow.system.processes import out_of_the_way

from ..event import Event, encoded

# What an entry begins with: a line of JSON cannot hold the second byte.
_MARK = b"\n\0"
_ENTRY = re.compile(rb"(\d+) (\d+) (-?\d+) ([^\n]*)\n")


class EventLog:
    """A file without a name, which outlives the process that tells.

    Made before a process is cloned, it is known to both: one writes, and the
    other one reads what bears the signature on which they agreed. That is
    Python's own hash of bytes, a keyed one (PEP 456).
    """

    def __init__(self) -> None:
        """Open a new file, and agree on a secret."""
        self._file = _nameless()
        self._secret = urandom(16)
        self._numbers = count()
        self._looked_at = 0
        self.fileno: Callable[[], int] = self._file.fileno

    def leave_low_numbers(self) -> None:
        """Take a number that no test takes for the next that is free."""
        number = out_of_the_way(self.fileno())
        self._file.close()
        self._file = open(number, "a+b", buffering=0)
        self.fileno = self._file.fileno

    def write(self, event: Event) -> None:
        """Add an event."""
        self.copy([encoded(event)])

    def copy(self, lines: Iterable[bytes]) -> None:
        """Add events that are written as JSON already.

        Numbers tell one from its copy; a child's are counted by themselves.
        """
        for line in lines:
            head = b"%d %d" % (getpid(), next(self._numbers))
            self._file.write(b"%b%b %d %b\n" % (
                _MARK, head, self._sign(head, line), line))

    def read(self, pid: int) -> tuple[list[bytes], bool]:
        """Return the events, as JSON; tell if those of a process are whole."""
        self._file.seek(0)
        lines = self._signed(self._file.read())
        told = [int(number) for teller, number in lines if int(teller) == pid]
        return [*lines.values()], len(told) == max(told, default=-1) + 1

    def entries(self) -> list[bytes]:
        """Return the events that there are by now, as JSON.

        Who writes meanwhile moves the place in the file, which is shared.
        """
        return [*self._signed(os.pread(
            self.fileno(), self.size(), 0)).values()]

    def _signed(self, content: bytes) -> dict[tuple[bytes, bytes], bytes]:
        """Return the events by who tells them, and by their numbers."""
        lines: dict[tuple[bytes, bytes], bytes] = {}
        for part in content.split(_MARK):
            entry = _ENTRY.match(part)
            if entry:
                teller, number, signed, line = entry.groups()
                if int(signed) == self._sign(b"%b %b" % (teller, number),
                                             line):
                    lines.setdefault((teller, number), line)
        return lines

    def _sign(self, head: bytes, line: bytes) -> int:
        """Return the signature of an event with its number."""
        return signature(b"%b %b %b" % (self._secret, head, line))

    def has_grown(self) -> bool:
        """Tell whether there are entries since this was last asked."""
        begin, self._looked_at = self._looked_at, self.size()
        return _MARK in os.pread(
            self.fileno(), self._looked_at - begin, begin)

    def size(self) -> int:
        """Return how many bytes there are by now."""
        return os.fstat(self.fileno()).st_size

    def close(self) -> None:
        """Let go of the file in this process."""
        self._file.close()


def _nameless() -> BinaryIO:
    """Return a new file without a name, in memory where there is such.

    What stands in it can be added to, and neither cut nor written over.
    """
    if not hasattr(os, "memfd_create"):
        return tempfile.TemporaryFile("a+b", buffering=0)
    number = os.memfd_create("winnow", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    fcntl.fcntl(number, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
    fcntl.fcntl(number, fcntl.F_SETFL, os.O_APPEND)
    return open(number, "a+b", buffering=0)
