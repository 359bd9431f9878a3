"""How a test ended, and what it said."""
from __future__ import annotations

from dataclasses import dataclass

Status = str  # "passed", "failed" (an assertion), "error" or "skipped"
FAILING = ("failed", "error")

LOST = ("hung", "crashed")


@dataclass(frozen=True)
class Outcome:
    """How one test ended: passed, failed, error, skipped, hung or crashed.

    `failed` is an assertion, `error` any other exception; `message` says
    where and what, for all but the passed.
    """

    status: str
    message: str | None = None
