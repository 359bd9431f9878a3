"""Hints to a lesson or a task, one after the other: a nudge first."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import dedent

from winnow.model.exercise import Exercise, Fault
from winnow.reports import wording


def of_lesson(texts: Sequence[str], faults: Sequence[Fault],
              exercise: Exercise) -> list[str]:
    """Return the page's own hints, and then the line of each fault.

    What the table advises, a check has said of each fault already.
    """
    if not faults:
        return [*texts]
    return [*texts, _joined(_line(each, exercise) for each in faults)]


def of_task(faults: Sequence[Fault], exercise: Exercise) -> list[str]:
    """Return what may go wrong, then a hint to each, then the line."""
    if not faults:
        return []
    return [_joined(f"{each.name}: {each.breaks}" for each in faults),
            _joined(f"{each.name}: {each.hint}" for each in faults),
            *of_lesson((), faults, exercise)]


def left(names: Iterable[str], caught: Iterable[str], exercise: Exercise
         ) -> list[Fault]:
    """Return the faults of some names that are not caught; or else all."""
    of_name = {fault.name: fault for fault in exercise.faults}
    named = [of_name[name] for name in names if name in of_name]
    return [fault for fault in named if fault.name not in {*caught}] or named


def _line(fault: Fault, exercise: Exercise) -> str:
    """Return the line in which a fault is, and what it changes."""
    source = exercise.sources[fault.module]
    lines = [*wording.difference(fault, source)]
    code = dedent("\n".join(line[1:] for line in lines)).splitlines()
    changed = "\n".join(f"    {line[0]} {text}".rstrip()
                        for line, text in zip(lines, code))
    return (f"{fault.name}, {exercise.file_of(fault.module)}, line "
            f"{fault.line_in(source)}: {fault.breaks}\n{changed}")


def _joined(parts: Iterable[str]) -> str:
    """Return parts as paragraphs."""
    return "\n\n".join(parts)
