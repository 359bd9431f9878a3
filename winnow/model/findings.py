"""What a report lists besides tests and faults."""
from __future__ import annotations

from dataclasses import dataclass

# The kind of a test that does no harm, and no good that was seen.
IDLE = "catches-nothing"


@dataclass(frozen=True)
class Problem:
    """Something to mend that is no fault missed: where, what, what instead.

    `test` is a test's id, or the name of a file; `detail` says what was seen
    there, `advice` what to write instead. `line` counts from 1 in `file`.
    """

    kind: str
    test: str
    detail: str
    advice: str = ""
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class BrokenRule:
    """A place in a file that breaks a rule of the course, and what to do."""

    file: str
    line: int
    rule: str
    message: str
