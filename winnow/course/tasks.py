"""The tasks of an exercise, read off its TASKS.md."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from winnow.model.errors import CannotDo
from winnow.model.exercise import Exercise

FILE = "TASKS.md"
_TASK = re.compile(r"^## (\d+)\. ([^\n]*)\n(.*?)(?=^## |\Z)",
                   re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`([^`\n]+)`")
_DONE = "Done when caught:"
_FILES = re.compile(r"`(test_\w+\.py)`")
_CLASSES = re.compile(r"`(Test\w+)(?:\.\w+)?`")


class NoTask(CannotDo):
    """Why there is no such task, in one sentence."""


@dataclass(frozen=True)
class Task:
    """A task: its number and title, the faults to be caught, and its text."""

    number: int
    title: str
    faults: tuple[str, ...]
    text: str

    @property
    def files(self) -> tuple[str, ...]:
        """The files of tests that it names."""
        return tuple(dict.fromkeys(_FILES.findall(self.text)))

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of tests that it names."""
        return tuple(dict.fromkeys(_CLASSES.findall(self.text)))


def tasks(exercise: Exercise) -> tuple[Task, ...]:
    """Return the tasks of an exercise that end when faults are caught."""
    try:
        text = (exercise.folder / FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(_of(text, {fault.name: None for fault in exercise.faults}))


def task(wanted: int, among: tuple[Task, ...], exercise: Exercise) -> Task:
    """Return the task of a number; or `NoTask`."""
    for each in among:
        if each.number == wanted:
            return each
    if not among:
        raise NoTask(f"The exercise {exercise.name} has no tasks.")
    raise NoTask(f"There is no task {wanted}: there are {among[0].number} to "
                 f"{among[-1].number}.")


def _of(text: str, faults: Mapping[str, None]) -> Iterator[Task]:
    """Yield the tasks in a text that name faults, each fault once."""
    for number, title, said in _TASK.findall(text):
        named = _FENCED.sub("", said).rpartition(_DONE)[2]
        found = tuple(name for name in dict.fromkeys(_NAMED.findall(named))
                      if name in faults)
        if found:
            yield Task(int(number), title, found, said)
