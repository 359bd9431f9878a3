"""How far a learner has come in the course: the list of all lessons."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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


def read_days(file: Path) -> dict[str, str]:
    """Return on which day each lesson was done that a file of progress names.

    Such a file is of this form, from a browser or another machine. Raises
    `BrokenState`.
    """
    helps = "export it once more where it came from."
    found = kept.read(file, _SHAPE, helps)
    if found is None:
        raise kept.BrokenState(f"There is no file {file}: {helps}")
    return {name: each["done"] for name, each in found["lessons"].items()
            if isinstance(each, dict) and _is_day(each.get("done"))}


def _is_day(value: object) -> bool:
    """Tell whether a value is a day, as in 2026-11-29."""
    if not isinstance(value, str):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
