"""Makes a folder to begin an exercise in, completely or not at all."""
from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from winnow.course import kept
from winnow.course.begun import Begun
from winnow.model.errors import BrokenExercise, CannotDo
from winnow.model.exercise import Exercise
from winnow.subjects.faults_toml import bundled, load, named
from winnow.subjects.requirements import why_missing
from winnow.system.processes import uninterrupted

from . import typed
from .scaffold import TASKS, files


class CannotStart(CannotDo):
    """Why no folder to begin in can be made, in one sentence."""


def start(folder: Path | None, wanted: str | None) -> str:
    """Make a folder to begin in, and return what to do next.

    The exercise is the one `wanted`, a name or a folder, or else the first
    that comes along; the folder has its name unless another is given. What
    is there already stays as it is: then `CannotStart` is raised, as it is
    where something cannot be written, and nothing of it stays behind.
    """
    known = bundled()
    exercise = named(wanted) if wanted is not None else load(
        next(iter(known.values())))
    if folder is None:
        folder = Path(re.sub(r"\W+", "-", exercise.name).strip("-")
                      or "exercise")
    try:
        texts = texts_of(exercise)
    except SyntaxError as error:
        raise BrokenExercise(
            f"{exercise.folder}: a module of it is not Python: {error}."
        ) from error
    check_free(folder, texts)
    write(folder, texts)
    others = [name for name in known if wanted is None
              and name != exercise.name]
    return "\n".join(_next(folder, exercise, others)) + "\n"


def texts_of(exercise: Exercise) -> dict[str, bytes]:
    """Return the files of a folder to begin in, the one of its state too.

    By that a check knows the folder's exercise. Raises `SyntaxError`.
    """
    name = (exercise.name if bundled().get(exercise.name) == exercise.folder
            else str(exercise.folder.resolve()))
    return {kept.IN_FOLDER: kept.as_text(
        Begun(Path(), "", name).values()).encode(), **files(exercise)}


def check_free(folder: Path, texts: Mapping[str, bytes]) -> None:
    """Refuse to touch what is there already."""
    for above in (folder, *folder.parents):
        if os.path.lexists(above) and not above.is_dir():
            raise CannotStart(
                f"{above} is there already, and is no folder. Choose another "
                f"one: {typed.winnow('start')} DIR.")
    taken = [name for name in texts if os.path.lexists(folder / name)]
    if taken:
        is_one = len(taken) == 1
        raise CannotStart(
            f"{', '.join(taken)} {'is' if is_one else 'are'} in "
            f"{_named(folder)} already, and nothing was written. Choose "
            f"another folder: {typed.winnow('start')} DIR.")


def _named(folder: Path) -> str:
    """Return what a folder is called in a sentence."""
    return "this folder" if folder == Path() else str(folder)


def write(folder: Path, texts: Mapping[str, bytes]) -> None:
    """Write all files, or take back what was written."""
    made: list[Path] = []
    with uninterrupted():
        try:
            for above in reversed([folder, *folder.parents]):
                if not above.is_dir():
                    above.mkdir()
                    made.append(above)
            for name, text in texts.items():
                # "x" refuses what somebody else has made meanwhile.
                with open(folder / name, "xb") as file:
                    made.append(folder / name)
                    file.write(text)
                make_executable(folder / name, text)
        except OSError as error:
            for path in reversed(made):
                path.rmdir() if path.is_dir() else path.unlink()
            raise CannotStart(
                f"{error.filename or folder} cannot be written: "
                f"{error.strerror}. Nothing was left behind.") from error


def make_executable(path: Path, text: bytes) -> None:
    """Let everyone execute a script who may read it."""
    if text.startswith(b"#!"):
        mode = path.stat().st_mode
        path.chmod(mode | (mode & 0o444) >> 2)


def _next(folder: Path, exercise: Exercise, others: list[str]
          ) -> Iterator[str]:
    """Yield what there is now, and what to do next."""
    yield f"{exercise.title}: all that you need is in {_named(folder)}."
    yield f"{TASKS} says what to do, one step after the other."
    yield ""
    if folder != Path():
        yield f"  {typed.line('cd', str(folder))}"
    if why_missing(exercise):
        yield f"  {exercise.install}"
    yield f"  {typed.python('-m', 'unittest', at=folder)}"
    yield f"  {typed.winnow('check', at=folder)}"
    if others:
        yield ""
        yield (f"Other exercises: {typed.winnow('start', '--exercise')} "
               f"{', '.join(others)}")
