"""What a learner has set out to do: a lesson, or a task of an exercise."""
from __future__ import annotations

from dataclasses import dataclass

LESSON, TASK = "Lesson", "Task"


@dataclass(frozen=True)
class Goal:
    """A lesson or a task: its kind, number and title, and what to catch.

    `faults` are names in the table of the exercise. `after` says what to type
    once it is done, and `helps` until then, in a line each. `name` is that of
    a lesson, which it keeps when lessons get other numbers.
    """

    kind: str
    number: int
    title: str
    faults: tuple[str, ...]
    after: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    name: str = ""

    @property
    def key(self) -> str:
        """What a file calls it in which something is kept of it."""
        return f"{self.kind.lower()} {self.name or self.number}"

    def __str__(self) -> str:
        """Return what a person calls it."""
        return f"{self.kind} {self.number}"
