"""A check in the folder of a lesson or an exercise: its limits, what is kept.

In a lesson's folder only that lesson is judged; in that of an exercise, all
of it, and the report says which tasks are done.
"""
from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from winnow import __version__
from winnow.course import begun, kept
from winnow.course.begun import Begun
from winnow.course.learner import learner
from winnow.course.pages import Lesson, NoLesson, lesson, lessons
from winnow.course.tasks import Task, task, tasks
from winnow.model.errors import CannotDo
from winnow.model.exercise import Exercise
from winnow.model.goal import LESSON, TASK, Goal
from winnow.model.outcome import Verdict
from winnow.model.report import Report
from winnow.subjects.faults_toml import named

from . import typed


@dataclass(frozen=True)
class Scope:
    """What a check in a folder of ours is about.

    `goal` limits the faults; without one they are all judged, and `tasks` are
    those to say more of. `lesson` is there in a lesson's folder.
    """

    place: Begun
    exercise: Exercise
    goal: Goal | None = None
    lesson: Lesson | None = None
    tasks: tuple[Task, ...] = ()

    @property
    def only(self) -> frozenset[str] | None:
        """The names of the faults and refactorings that are tried, or all."""
        if self.goal is None:
            return None
        return frozenset((*self.goal.faults, *(
            each.name for each in self.exercise.refactorings)))


def scope(options: argparse.Namespace) -> Scope | None:
    """Return what a check is about, where its folder is one of ours.

    Whoever names an exercise, modules or a level means that instead. Raises
    `CannotDo`.
    """
    paths = [Path(path) for path in options.paths or ["."]]
    is_other = options.exercise or options.module or options.level
    found = None if is_other else begun.around(paths)
    if found is None:
        if options.task is not None:
            raise CannotDo("--task goes only in a folder that winnow start "
                           "has made for an exercise.")
        return None
    return scope_of(found, options.task)


def scope_of(found: Begun, number: int | None = None) -> Scope:
    """Return what is known of a folder, or of one task there."""
    if found.lesson:
        if number is not None:
            raise CannotDo("This folder is of a lesson, which has no tasks.")
        every = lessons()
        its = next((each for each in every if each.name == found.lesson),
                   None)
        if its is None:
            raise NoLesson(
                f"{found.file} names the lesson {found.lesson}, which this "
                "Winnow does not have: begin it anew in another folder.")
        exercise = its.exercise
        return Scope(found, exercise, goal_of(its, every, found), its)
    exercise = named(found.exercise)
    every_task = tasks(exercise)
    if number is None:
        return Scope(found, exercise, tasks=every_task)
    return Scope(found, exercise, goal_of_task(
        task(number, every_task, exercise), every_task, found),
        tasks=every_task)


def goal_of(its: Lesson, every: Sequence[Lesson], found: Begun) -> Goal:
    """Return a lesson as a goal, with what comes after it."""
    ours = command_for("solution", found)
    after = [each for each in every[every.index(its) + 1:] if each.start]
    what_next = (
        f"Next, {after[0].title}: "
        f"{typed.winnow('start', '--lesson', str(after[0].number))}"
        if after else f"It was the last. The list: {typed.winnow('lessons')}")
    return Goal(LESSON, its.number, its.title, its.claims.get("misses", ()),
                (what_next, f"Our own solution: {ours}"),
                (f"A hint: {command_for('hint', found)}",), its.name)


def goal_of_task(its: Task, every: Sequence[Task], found: Begun) -> Goal:
    """Return a task as a goal, with what comes after it."""
    after = [each for each in every if each.number > its.number]
    what_next = (f"Next: task {after[0].number}, {after[0].title}."
                 if after else "It was the last task.")
    return Goal(TASK, its.number, its.title, its.faults,
                (what_next, "Our own solution: "
                 f"{command_for('solution', found, its.number)}"),
                (f"A hint: {command_for('hint', found, its.number)}",))


def command_for(command: str, found: Begun, task: int | None = None) -> str:
    """Return a command for a folder as it is typed from where one is."""
    is_here = os.path.abspath(found.folder) == os.getcwd()
    inside = [] if is_here else ["--in", str(found.folder)]
    words = [] if task is None else ["--task", str(task)]
    return typed.winnow(command, *words, *inside)


def judged(report: Report, about: Scope, with_rules: bool) -> Report:
    """Return the report of a check as it concerns a goal, or all tasks.

    What was seen is kept, as far as that can be written.
    """
    caught = {each.fault.name for each in report.faults
              if each.outcome == Verdict.CAUGHT}
    if about.goal:
        report = replace(
            report, goal=about.goal, fail_under=None,
            rules=report.rules if with_rules else ())
        done: tuple[str, ...] = (
            (about.goal.key,) if report.is_clean else ())
        notes: list[str] = []
        tried = {*about.goal.faults}
    else:
        done, notes = _by_tasks(about, caught, report)
        tried = {each.fault.name for each in report.faults}
    if not report.is_stopped:
        notes += _kept(about, caught, tried, done)
    return replace(report, notes=(*report.notes, *notes))


def _by_tasks(about: Scope, caught: set[str], report: Report
              ) -> tuple[tuple[str, ...], list[str]]:
    """Return the keys of the tasks that are done, and what to say of all."""
    done = [each for each in about.tasks if caught.issuperset(each.faults)]
    if not about.tasks or not report.valid:
        return (), []
    left = [each for each in about.tasks if each not in done]
    said = [f"Tasks done: {', '.join(str(each.number) for each in done)}."
            ] if done and left else ["All tasks are done."] if done else []
    new = [each for each in done
           if f"task {each.number}" not in about.place.done]
    notes = [f"Task {each.number} done: {each.title}." for each in new]
    if left:
        its = left[0]
        said.append(
            f"Task {its.number} ({its.title}): "
            f"{len(caught.intersection(its.faults))} of {len(its.faults)} "
            "faults caught. "
            f"{_check_of(about.place, its)} checks this task alone.")
    elif report.is_clean:
        said.append(_summary(report))
    return tuple(f"task {each.number}" for each in done), [
        *notes, " ".join(said)]


def _summary(report: Report) -> str:
    """Return what somebody who has finished an exercise can show."""
    tried, kept_right = len(report.faults), len(report.refactorings)
    return (f"{tried - len(report.missed)} of {tried} faults caught, "
            f"{kept_right - len(report.broken)} of {kept_right} refactorings "
            f"tolerated, on {date.today()} with Winnow {__version__}.")


def _check_of(found: Begun, its: Task) -> str:
    """Return the command that checks one task."""
    is_here = os.path.abspath(found.folder) == os.getcwd()
    return typed.winnow("check", *([] if is_here else [str(found.folder)]),
                        "--task", str(its.number))


def _kept(about: Scope, caught: set[str], tried: set[str],
          done: tuple[str, ...]) -> list[str]:
    """Keep what was seen; return why it could not be kept, if so."""
    try:
        about.place.changed(
            caught=frozenset((about.place.caught - tried) | caught),
            done=tuple(dict.fromkeys((*about.place.done, *done))))
    except OSError as error:
        return [f"How far you are cannot be kept in {about.place.file}: "
                f"{error.strerror}."]
    if about.lesson and done:
        return note(about.lesson, done=date.today().isoformat())
    return []


def note(its: Lesson, **values: str) -> list[str]:
    """Keep something in the list of lessons; return why not, if so."""
    try:
        learner().note(its.name, **values)
    except OSError as error:
        return [f"The list of lessons cannot be kept in {kept.of_user()}: "
                f"{error.strerror}."]
    except kept.BrokenState as error:
        return [str(error)]
    return []


def chosen(wanted: str) -> Lesson:
    """Return the lesson of a number or a name; or `NoLesson`."""
    return lesson(wanted, lessons())
