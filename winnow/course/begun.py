"""A folder that `winnow start` has made, and how far its owner has come."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from winnow.model.errors import CannotDo

from . import kept

# How older folders call the one lesson that they are of.
_BY_NUMBER = re.compile(r"lesson \d+")
_SHAPE: dict[str, type] = {"lesson": str, "exercise": str, "caught": list,
                           "hints": dict, "done": list}


class NoneBegun(CannotDo):
    """Why a folder is none of a lesson or an exercise, in one sentence."""


@dataclass(frozen=True)
class Begun:
    """A folder, its lesson and its exercise, and what has happened there.

    `lesson` is the name of one, empty where the folder is of a whole
    exercise. `caught` are the faults that the last check saw caught; `hints`
    says how many were given, and `done` what is done, by the keys of goals.
    """

    folder: Path
    lesson: str
    exercise: str
    caught: frozenset[str] = frozenset()
    hints: Mapping[str, int] = field(default_factory=dict)
    done: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """The file in which all that is kept."""
        return self.folder / kept.IN_FOLDER

    def values(self) -> dict[str, object]:
        """Return what the file says."""
        return {"lesson": self.lesson, "exercise": self.exercise,
                "done": list(self.done), "hints": dict(self.hints),
                "caught": sorted(self.caught)}

    def changed(self, **changes: Any) -> Begun:
        """Write a change into the folder, and return what is so then.

        Raises `OSError` where it cannot be written.
        """
        new = replace(self, **changes)
        if new != self:
            kept.write(self.file, new.values())
        return new


def at(folder: Path) -> Begun | None:
    """Return what is known of a folder; None where it is not ours.

    Raises `BrokenState`.
    """
    file = folder / kept.IN_FOLDER
    found = kept.read(file, _SHAPE, (
        "delete it, and this is a folder like any other; or begin anew in "
        "another one."))
    if found is None:
        return None
    its = found["lesson"]
    return Begun(folder, its, found["exercise"],
                 frozenset(map(str, found["caught"])),
                 {_key(key, its): value
                  for key, value in found["hints"].items()
                  if isinstance(value, int)},
                 tuple(_key(str(key), its) for key in found["done"]))


def _key(key: str, lesson: str) -> str:
    """Return the key of a goal as it is called now."""
    return f"lesson {lesson}" if _BY_NUMBER.fullmatch(key) else key


def around(paths: Sequence[Path]) -> Begun | None:
    """Return the folder that paths are, or are in; None if it is not ours."""
    folders = {path if path.is_dir() else path.parent for path in paths}
    return at(folders.pop()) if len(folders) == 1 else None


def here(folder: Path, command: str) -> Begun:
    """Return what is known of a folder that has to be ours; or `NoneBegun`.

    `command` is what is to be typed where it is not.
    """
    found = at(folder)
    if found is None:
        named = "This folder" if folder == Path() else str(folder)
        raise NoneBegun(
            f"{named} is of no lesson and of no exercise (there is no "
            f"{kept.IN_FOLDER}): begin one with {command}.")
    return found
