"""Hints to a lesson or a task, one after the other: a nudge first."""
from __future__ import annotations

from collections.abc import Iterable, Sequence

from winnow.model.exercise import Exercise, Fault
from winnow.reports import wording


def of_lesson(texts: Sequence[str], faults: Sequence[Fault],
              exercise: Exercise) -> list[str]:
    """Return the page's own hints, and then those to each fault."""
    if not faults:
        return [*texts]
    return [*texts, _joined(_hint(each) for each in faults),
            _joined(_line(each, exercise) for each in faults)]


def of_task(faults: Sequence[Fault], exercise: Exercise) -> list[str]:
    """Return what may go wrong, then a hint to each, then the line."""
    return [_joined(f"{each.name}: {each.breaks}" for each in faults),
            *of_lesson((), faults, exercise)]


def left(names: Iterable[str], caught: Iterable[str], exercise: Exercise
         ) -> list[Fault]:
    """Return the faults of some names that are not caught; or else all."""
    of_name = {fault.name: fault for fault in exercise.faults}
    named = [of_name[name] for name in names if name in of_name]
    return [fault for fault in named if fault.name not in {*caught}] or named


def _hint(fault: Fault) -> str:
    """Return what the table advises."""
    return f"{fault.name}: {fault.hint}"


def _line(fault: Fault, exercise: Exercise) -> str:
    """Return the line in which a fault is, and what it changes."""
    source = exercise.sources[fault.module]
    changed = "\n".join(f"    {line[0]} {line[1:].strip()}"
                        for line in wording.difference(fault, source))
    return (f"{fault.name}, {exercise.file_of(fault.module)}, line "
            f"{fault.line_in(source)}: {fault.breaks}\n{changed}")


def _joined(parts: Iterable[str]) -> str:
    """Return parts as paragraphs."""
    return "\n\n".join(parts)
