"""What helps in the folder of a lesson or an exercise, and the list of all.

`winnow hint`, `winnow solution`, `winnow reset` and `winnow lessons`.
"""
from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from winnow.course import begun, hints
from winnow.course.learner import learner, read_days
from winnow.course.pages import lessons
from winnow.model.errors import CannotDo
from winnow.model.goal import Goal
from winnow.reports.terminal import Style
from winnow.subjects.faults_toml import bundled
from winnow.subjects.requirements import why_missing
from winnow.system.processes import uninterrupted

from . import begin, scaffold, typed
from .lesson import (
    Scope,
    chosen,
    command_for,
    goal_of_task,
    note,
    scope_of,
)
from .start import write


class NotNow(CannotDo):
    """Why there is no hint, no solution or nothing to reset, in a sentence."""


def asked(folder: Path, number: int | None) -> Scope:
    """Return what a folder is about, which has to be one of ours.

    Without a number, a folder of an exercise is about the first task that is
    not done, or else the last.
    """
    found = begun.here(folder, typed.winnow("start", "--lesson", "0"))
    about = scope_of(found, number)
    if about.goal:
        return about
    if not about.tasks:
        raise NotNow(f"The exercise {about.exercise.name} has no tasks.")
    its = next((each for each in about.tasks
                if not found.caught.issuperset(each.faults)),
               about.tasks[-1])
    return Scope(found, about.exercise, goal_of_task(its, about.tasks, found),
                 tasks=about.tasks)


def hint(folder: Path, number: int | None, task: int | None, style: Style
         ) -> str:
    """Return the next hint, or the one of a number, and how many are left.

    Raises `NotNow` where that cannot be kept: then it has the hint, too.
    """
    about = asked(folder, task)
    assert about.goal
    every = every_hint(about, about.goal)
    given = about.place.hints.get(about.goal.key, 0)
    if number is not None and not 1 <= number <= len(every):
        raise NotNow(f"There is no hint {number}: there are 1 to "
                     f"{len(every)}.")
    which = number or min(given + 1, len(every))
    text = "\n".join(_hint(about.goal, every, which, style,
                           command_for("hint", about.place, task))) + "\n"
    try:
        about.place.changed(hints={**about.place.hints,
                                   about.goal.key: max(which, given)})
    except OSError as error:
        raise NotNow(
            f"{about.place.file} cannot be written: {error.strerror}. "
            "So type the number of the hint: "
            f"{command_for('hint', about.place, task)} 1."
        ) from error
    return text


def every_hint(about: Scope, goal: Goal) -> list[str]:
    """Return all hints to a goal, for the faults that are not caught yet."""
    faults = hints.left(goal.faults, about.place.caught, about.exercise)
    if about.lesson:
        return hints.of_lesson(about.lesson.hints, faults, about.exercise)
    return hints.of_task(faults, about.exercise)


def _is_prose(line: str) -> bool:
    """Tell whether a line goes on in the next: no code, no list, no end."""
    return bool(line) and not line.startswith((" ", "-", "|", "```"))


def _hint(goal: Goal, every: list[str], which: int, style: Style,
          command: str) -> Iterator[str]:
    """Yield the lines of one hint; a command gives the next."""
    yield style.paint("strong", f"{goal}: hint {which} of {len(every)}")
    yield ""
    for is_prose, lines in groupby(every[which - 1].splitlines(), _is_prose):
        if is_prose:
            yield style.wrapped("", " ".join(lines), 0)
        else:
            yield from lines
    yield ""
    left = len(every) - which
    yield (f"{left} more: {command}" if left else "That was the last one.")


def solution(folder: Path, is_now: bool, task: int | None) -> str:
    """Return our own suite, once the goal is reached or if it `is_now`."""
    about = asked(folder, task)
    goal = about.goal
    assert goal
    if not (is_now or goal.key in about.place.done):
        command = command_for("solution", about.place, task)
        raise NotNow(f"{goal} is not done yet. The solution before that: "
                     f"{command} --now.")
    if about.lesson:
        return f"{goal}: {goal.title}\n\n{about.lesson.explained}\n"
    return "\n".join(_of_task(about, goal)) + "\n"


def _of_task(about: Scope, goal: Goal) -> Iterator[str]:
    """Yield the part of the exemplary suite that is about a task.

    Those are the classes and files that the task names.
    """
    its = next(each for each in about.tasks if each.number == goal.number)
    folder = about.exercise.folder
    yield f"{goal}: {goal.title}"
    found = 0
    for path in sorted(folder.glob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and node.name in its.classes:
                first = min([node.lineno, *(each.lineno for each in
                                            node.decorator_list)])
                yield ""
                yield f"# {path}, line {first}"
                yield from source.splitlines()[first - 1:node.end_lineno]
                found += 1
    if not found:
        names = its.files or ("test_*.py",)
        yield ""
        yield "The exemplary suite catches all of it:"
        yield from (f"  {path}" for name in names
                    for path in sorted(folder.glob(name)))


def reset(folder: Path) -> str:
    """Put the files to begin with in their places; keep what was there.

    What differs from them is kept beside, under another name.
    """
    found = begun.here(folder, typed.winnow("start", "--lesson", "0"))
    about = scope_of(found)
    texts = (begin.files(about.lesson) if about.lesson
             else {**scaffold.files(about.exercise)})
    texts.pop(found.file.name, None)
    changed = {name: text for name, text in texts.items()
               if _read(folder / name) != text}
    moved = _move(folder, changed)
    try:
        write(folder, changed)
        found.changed(hints={}, caught=frozenset())
    except (CannotDo, OSError):
        for name, beside in moved.items():
            os.replace(beside, folder / name)
        raise
    return "\n".join(_after_reset(folder, changed, moved, texts)) + "\n"


def _read(path: Path) -> bytes | None:
    """Return what a file says; None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _move(folder: Path, changed: Mapping[str, bytes]) -> dict[str, Path]:
    """Give files other names, all of them or none; return those names.

    No file that is there already is replaced, and none is taken for tests.
    """
    moved: dict[str, Path] = {}
    with uninterrupted():
        try:
            for name in changed:
                path = folder / name
                if os.path.lexists(path):
                    beside = _free(path)
                    os.rename(path, beside)
                    moved[name] = beside
        except OSError as error:
            for name, beside in moved.items():
                os.replace(beside, folder / name)
            raise NotNow(f"{folder} cannot be written to: {error.strerror}. "
                         "Nothing was changed.") from error
    return moved


def _free(path: Path) -> Path:
    """Return a name beside a path that nothing has."""
    number = 1
    while os.path.lexists(path.with_name(f"{path.name}.old{number}")):
        number += 1
    return path.with_name(f"{path.name}.old{number}")


def _after_reset(folder: Path, changed: Mapping[str, bytes],
                 moved: Mapping[str, Path], texts: Mapping[str, bytes]
                 ) -> Iterator[str]:
    """Yield what was done, and what was left alone."""
    if not changed:
        yield "All files are as they were to begin with."
    for name in changed:
        yield (f"{name} is as it was to begin with"
               + (f"; yours is now {moved[name].name}." if name in moved
                  else "."))
    for path in sorted({*folder.glob("test*.py"),
                        *folder.glob("*_test.py")}):
        if path.name not in texts:
            yield f"{path.name} is your own, and was left as it is."


def listed(style: Style) -> str:
    """Return the list of lessons: which are done, and what each needs."""
    every, kept = lessons(), learner()
    done = [each for each in every if kept.is_done(each.name)]
    numbers = {each.name: each.number for each in every}
    lines = [style.paint("strong", f"The course: {len(done)} of {len(every)} "
                         "lessons done"), ""]
    width = max((len(each.title) for each in every), default=0)
    for each in every:
        before = [str(numbers[name]) for name in each.needs
                  if name in numbers]
        needs = [f"lesson{'s' if before[1:] else ''} "
                 f"{' and '.join(before)}"] if before else []
        if each.start and why_missing(each.exercise):
            needs.append(each.exercise.install)
        begun = kept.begun_in(each.name)
        is_done = each in done
        mark = style.paint("good", "✓") if is_done else "·"
        said = "; ".join([*([f"needs {', '.join(needs)}"] if needs else []), *(
            [f"begun in {begun}"] if begun and not is_done else [])])
        lines.append(f"  {mark} {each.number:2}. {each.title:{width}} "
                     f"{each.minutes:3} min  {said}".rstrip())
    lines.append("")
    left = [each for each in every if each not in done]
    if left:
        line = typed.winnow("start", "--lesson", str(left[0].number))
        lines.append(f"The times are those of reading. Next: {line}")
    else:
        others = ", ".join(bundled())
        lines.append("You have finished the course. What comes next are the "
                     f"tasks of a whole exercise ({others}): "
                     f"{typed.winnow('start', '--exercise')} NAME")
    return "\n".join(lines) + "\n"


def tick(wanted: Sequence[str]) -> str:
    """Tick off lessons in the list; return what to say of that.

    None is ticked off where one of them is not there.
    """
    every = [chosen(each) for each in wanted]
    for its in every:
        for problem in note(its, done=date.today().isoformat()):
            raise NotNow(problem)
    said = [f"Lesson {its.number} ({its.title}) is ticked off."
            for its in every]
    return "\n".join(said) + f" {typed.winnow('lessons')} shows them all.\n"


def take_over(file: Path) -> str:
    """Tick off what a file of progress has; return what to say of that.

    Only days are taken over: what the file says besides is a browser's.
    """
    every = {each.name: each for each in lessons()}
    days = read_days(file)
    kept = learner()
    new = [name for name, day in days.items()
           if name in every and not kept.is_done(name)]
    for name in new:
        for problem in note(every[name], done=days[name]):
            raise NotNow(problem)
    numbers = sorted(every[name].number for name in new)
    said = ("Nothing in it was new." if not new else
            f"Ticked off: lesson{'s' if new[1:] else ''} "
            f"{', '.join(map(str, numbers))}.")
    return f"{said} {typed.winnow('lessons')} shows them all.\n"
