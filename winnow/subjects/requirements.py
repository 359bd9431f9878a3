"""Are the libraries that an exercise needs installed?"""
from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec

from winnow.model.errors import BrokenExercise, CannotDo
from winnow.model.exercise import Exercise
from winnow.model.syntax import parsed
from winnow.suites.discovery import imports_of


class LibraryMissing(CannotDo):
    """Which libraries are not installed, and how to install them."""


def imported_by(exercise: Exercise, module: str) -> Iterator[str]:
    """Yield the first part of each name that a module imports."""
    path = exercise.folder / f"{module}.py"
    try:
        return imports_of(parsed(exercise.sources[module]))
    except SyntaxError as error:
        raise BrokenExercise(
            f"{path} is not Python: SyntaxError: {error}.") from error


def why_missing(exercise: Exercise) -> str:
    """Return a sentence on what is not installed, or nothing.

    Asked for are those of its libraries that its own modules import.
    """
    if not exercise.libraries:
        return ""
    missing = _missing(exercise, *exercise.sources)
    if not missing:
        return ""
    how = f": {exercise.install}" if exercise.install else "."
    return (f"The exercise {exercise.name} needs packages that are not "
            f"installed here ({', '.join(missing)}){how}")


def with_libraries(exercise: Exercise, optional: Mapping[str, str]
                   ) -> Exercise:
    """Return an exercise without what can only be run after an install.

    `optional` has, by the names of modules, the commands that install their
    libraries. Where one is missing, the module is left out with its faults
    and its refactorings, as if it were in no table: nobody is told to catch
    what cannot be run here.
    """
    lacking = {module: missing for module in optional
               if (missing := _missing(exercise, module))}
    left_out = {module: ", ".join(each) for module, each in lacking.items()}
    if not left_out or left_out.keys() == set(exercise.modules):
        return exercise  # `require` says of the whole what it needs.
    # Support that imports one of these in a function can do without it, too.
    unneeded = set().union(*lacking.values()).difference(_missing(
        exercise, *(module for module in exercise.modules
                    if module not in left_out)))

    def here(functions: tuple[str, ...]) -> tuple[str, ...]:
        """Return those functions that are in no module left out."""
        return tuple(each for each in functions
                     if each.partition(".")[0] not in left_out)

    return replace(
        exercise, modules=here(exercise.modules),
        sources={module: text for module, text in exercise.sources.items()
                 if module not in left_out},
        boundaries=here(exercise.boundaries), outside=here(exercise.outside),
        libraries=tuple(name for name in exercise.libraries
                        if name not in unneeded),
        faults=tuple(each for each in exercise.faults
                     if each.module not in left_out),
        refactorings=tuple(each for each in exercise.refactorings
                           if each.module not in left_out),
        left_out={module: f"{exercise.file_of(module)} is left out with its "
                  "faults. It needs what is not installed here "
                  f"({missing}): {optional[module]}"
                  for module, missing in left_out.items()})


def _missing(exercise: Exercise, *modules: str) -> list[str]:
    """Return which libraries that modules import are not installed."""
    needed = set().union(*(imported_by(exercise, module)
                           for module in modules))
    return [name for name in exercise.libraries
            if name in needed and not _is_here(name)]


def _is_here(name: str) -> bool:
    """Tell whether a package can be imported, or was.

    Some, as kombu does, leave no `__spec__` to be found once they are loaded.
    """
    return name in sys.modules or find_spec(name) is not None


def require(exercise: Exercise) -> None:
    """Raise `LibraryMissing` where an exercise cannot be run."""
    if why := why_missing(exercise):
        raise LibraryMissing(why)
