"""How far a learner has come in the course: the list of all lessons."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import kept

_SHAPE: dict[str, type] = {"lessons": dict}


@dataclass(frozen=True)
class Learner:
    """What is kept of each lesson, by its name: `begun` in which folder, and
    on which day `done`.
    """

    file: Path
    lessons: dict[str, dict[str, Any]]

    def is_done(self, name: str) -> bool:
        """Tell whether a lesson is done."""
        return bool(self.lessons.get(name, {}).get("done"))

    def begun_in(self, name: str) -> str:
        """Return the folder in which a lesson was begun; empty if nowhere."""
        return str(self.lessons.get(name, {}).get("begun", ""))

    def note(self, name: str, **values: str) -> None:
        """Keep something of a lesson; raises `OSError`."""
        self.lessons.setdefault(name, {}).update(values)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        kept.write(self.file, {"lessons": self.lessons})


def learner() -> Learner:
    """Return what is kept on this machine; raises `BrokenState`."""
    file = kept.of_user()
    found = kept.read(file, _SHAPE, (
        "rename or delete it, and the list begins anew."))
    lessons = found["lessons"] if found else {}
    return Learner(file, {name: value for name, value in lessons.items()
                          if isinstance(value, dict)})
