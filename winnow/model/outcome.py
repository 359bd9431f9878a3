"""How a test ends, how a run does, and what that says of a fault.

Each state is the string that events and reports carry.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class _Word(str, Enum):
    """A state that is a string, as `enum.StrEnum` has it from Python 3.11."""

    def __str__(self) -> str:
        """Return the string itself, in formatted text too."""
        return str(self.value)

    def __format__(self, spec: str) -> str:
        """Return the string itself, formatted."""
        return format(str(self.value), spec)


class Status(_Word):
    """How a test ended: `FAILED` by an assertion, `ERROR` otherwise.

    One that is `HUNG` or `CRASHED` took the whole run along.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    HUNG = "hung"
    CRASHED = "crashed"
    NOT_RUN = "not run"


class Ending(_Word):
    """How a run ended: by itself, too late, or in the middle."""

    DONE = "done"
    HUNG = "hung"
    CRASHED = "crashed"


class Verdict(_Word):
    """What a suite makes of a fault; all but `CAUGHT` count as missed."""

    CAUGHT = "caught"
    MISSED = "missed"
    HUNG = "hung"
    CRASHED = "crashed"
    UNVIABLE = "unviable"


FAILING = (Status.FAILED, Status.ERROR)
FINE = (Status.PASSED, Status.SKIPPED)
LOST = (Status.HUNG, Status.CRASHED)


@dataclass(frozen=True)
class Outcome:
    """How one test ended; `message` says where and why it did not pass."""

    status: Status
    message: str | None = None
