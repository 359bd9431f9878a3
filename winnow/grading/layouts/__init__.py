"""Layouts: how instructors' systems lay out what a class has handed in."""
from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class HandedIn:
    """What one learner handed in, as a layout tells it.

    `key` tells one learner from all others of the same path; `details` are
    those of `Submission`.
    """

    key: str
    name: str
    source: str
    files: dict[str, bytes] = field(default_factory=dict)
    late: float | None = None
    details: dict[str, str] = field(default_factory=dict)
    problem: str = ""
