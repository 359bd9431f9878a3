"""What the folder of a lesson holds: modules, files to begin with, the task.
"""
from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from winnow.course import begun, kept
from winnow.course.begun import Begun
from winnow.course.pages import Lesson
from winnow.model.exercise import Exercise
from winnow.subjects.requirements import why_missing

from . import typed
from .lesson import chosen, note
from .start import CannotStart, check_free, write

TASK = "TASK.md"
_TASK_FILE = """\
# Lesson {number}: {title}

{task}

{files} to begin with. The lesson is done when `winnow check`, typed in this
folder, catches {faults}, and has nothing else to say.

`winnow hint` gives one hint at a time, `winnow reset` the files to begin with,
and `winnow solution` our own suite, once the lesson is done. The page with the
whole lesson is `{page}`.
"""


def begin(wanted: str, folder: Path | None) -> str:
    """Make the folder of a lesson, and return what to do next.

    Unless another is given, it is called after the lesson; from within the
    folder of another lesson, it is beside that. Raises `CannotDo`, and then
    nothing was left behind.
    """
    its = chosen(wanted)
    if not its.start:
        done = typed.winnow("lessons", "--done", str(its.number))
        raise CannotStart(
            f"Lesson {its.number} has no exercise: read {its.path}, and "
            f"tick it off with {done}.")
    if folder is None:
        found = begun.at(Path())
        folder = Path(os.pardir if found and found.lesson else "",
                      f"lesson-{its.number}")
    _check_empty(its, folder)
    texts = files(its)
    check_free(folder, texts)
    write(folder, texts)
    notes = note(its, begun=os.path.abspath(folder))
    return "\n".join([*_next(its, folder), *(f"  · {each}"
                                             for each in notes)]) + "\n"


def files(its: Lesson) -> dict[str, bytes]:
    """Return the files of a lesson's folder, by their names."""
    exercise = its.exercise
    return {
        kept.IN_FOLDER: kept.as_text(
            Begun(Path(), its.name, exercise.name).values()).encode(),
        **modules(exercise),
        TASK: _task(its).encode(),
        **{name: text.encode() for name, text in its.start.items()}}


def modules(exercise: Exercise) -> dict[str, bytes]:
    """Return the modules of an exercise and those beside them, by files."""
    return {f"{module}.py": (exercise.folder / f"{module}.py").read_bytes()
            for module in (*exercise.modules, *exercise.support)}


def _task(its: Lesson) -> str:
    """Return what a lesson asks for, as a file."""
    names = [*its.start]
    faults = [f"`{name}`" for name in its.claims.get("misses", ())]
    return _TASK_FILE.format(
        number=its.number, title=its.title, task=its.task, page=its.path,
        files=f"{_listed([f'`{name}`' for name in names])} "
              f"{'is' if len(names) == 1 else 'are'} there",
        faults=_listed(faults))


def _listed(names: list[str]) -> str:
    """Return names in one phrase."""
    return (f"{', '.join(names[:-1])} and {names[-1]}" if names[1:]
            else names[0])


def _check_empty(its: Lesson, folder: Path) -> None:
    """Refuse a folder in which there is something; hidden files are no matter.

    What else is there would be judged as a part of the lesson.
    """
    if not folder.is_dir():
        return  # What else may be there, `write` says.
    found = begun.at(folder)
    if found and found.lesson and found.lesson != its.name:
        again = typed.winnow("start", "--lesson", str(its.number))
        raise CannotStart(
            f"{folder} is the folder of another lesson, {found.lesson}, and "
            f"nothing was written. Choose another folder: {again} DIR.")
    if found:
        raise CannotStart(
            f"{folder} is the folder of an exercise already: "
            f"{typed.winnow('reset', '--in', str(folder))} begins it anew.")
    there = sorted(each.name for each in folder.iterdir()
                   if not each.name.startswith("."))
    if there:
        shown = ", ".join(there[:3]) + (", …" if there[3:] else "")
        again = typed.winnow("start", "--lesson", str(its.number))
        raise CannotStart(
            f"{folder} is not empty ({shown}), and nothing was written. "
            f"Choose another folder: {again} DIR.")


def _next(its: Lesson, folder: Path) -> Iterator[str]:
    """Yield what there is now, and what to do next."""
    where = "this folder" if folder == Path() else str(folder)
    yield f"Lesson {its.number}: {its.title}. All that you need is in {where}."
    yield f"{TASK} says what to do. The page to read first: {its.path}"
    yield ""
    if folder != Path():
        yield f"  {typed.line('cd', str(folder))}"
    if why_missing(its.exercise):
        yield f"  {its.exercise.install}"
    yield f"  {typed.winnow('check', at=folder)}"
    yield f"  {typed.winnow('hint', at=folder)}"
