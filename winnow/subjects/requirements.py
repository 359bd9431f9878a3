"""Are the libraries that an exercise needs installed?"""
from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from winnow.model.errors import BrokenExercise, CannotDo
from winnow.model.exercise import Exercise
from winnow.suites.discovery import imports_of


class LibraryMissing(CannotDo):
    """Which libraries are not installed, and how to install them."""


def imported_by(exercise: Exercise, module: str) -> Iterator[str]:
    """Yield the first part of each name that a module imports."""
    path = exercise.folder / f"{module}.py"
    try:
        return imports_of(ast.parse(exercise.sources[module], path.name))
    except SyntaxError as error:
        raise BrokenExercise(
            f"{path} is not Python: SyntaxError: {error}.") from error


def why_missing(exercise: Exercise) -> str:
    """Return a sentence on what is not installed, or nothing.

    Asked for are those of its libraries that its own modules import.
    """
    if not exercise.libraries:
        return ""
    needed = set().union(*(imported_by(exercise, module)
                           for module in exercise.sources))
    missing = [name for name in exercise.libraries
               if name in needed and not _is_here(name)]
    if not missing:
        return ""
    how = f": {exercise.install}" if exercise.install else "."
    return (f"The exercise {exercise.name} needs packages that are not "
            f"installed here ({', '.join(missing)}){how}")


def _is_here(name: str) -> bool:
    """Tell whether a package can be imported, or was.

    Some, as kombu does, leave no `__spec__` to be found once they are loaded.
    """
    return name in sys.modules or find_spec(name) is not None


def require(exercise: Exercise) -> None:
    """Raise `LibraryMissing` where an exercise cannot be run."""
    if why := why_missing(exercise):
        raise LibraryMissing(why)
