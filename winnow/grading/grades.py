"""The grade of each learner, computed from stored verdicts by a policy.

`Grade` is the one table that every form is written from. All arithmetic is
exact, in fractions; points are rounded once, at the end, half up.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any

from winnow.model.errors import CannotDo
from winnow.model.exercise import Subject

from .amounts import decimal, rounded
from .deductions import after_lateness, caps
from .marks import Known, Mark, known_of, marks_of
from .policy import EXTRA, REFACTORINGS, REQUIRED, RULES, TESTS, Policy
from .records import Record

TITLES = {REQUIRED: "Required faults caught", EXTRA: "Extra faults caught",
          TESTS: "Tests that pass on the right modules",
          REFACTORINGS: "Refactorings tolerated",
          RULES: "The course's rules on files"}


@dataclass(frozen=True)
class Item:
    """One part of a grade: its points of those possible, and what it counts.

    `good` of `every` are all of them, whichever `marks` are shown.
    """

    name: str
    points: Fraction
    possible: Fraction
    good: int
    every: int
    marks: tuple[Mark, ...] = ()
    is_bonus: bool = False

    @property
    def title(self) -> str:
        """What the part is called."""
        return TITLES[self.name]


@dataclass(frozen=True)
class Grade:
    """What one learner gets, and why.

    `points` are None where a person has to decide; `raw` is what the items
    sum up to, before caps and lateness, which `notes` tell of. `reason` says
    why there are no items.
    """

    record: Record
    points: Fraction | None
    possible: Fraction
    raw: Fraction = Fraction(0)
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""

    @property
    def identifier(self) -> str:
        """The learner, in paths and tables."""
        return self.record.submission.identifier

    @property
    def name(self) -> str:
        """What the system calls the learner."""
        return self.record.submission.name or self.identifier


def grade_class(records: Sequence[Record], policy: Policy,
                subject: Subject | None = None) -> list[Grade]:
    """Return the grades of a class, in the order of its records.

    Raises `CannotDo` where no part of the policy counts anything.
    """
    known = known_of(records, policy, subject)
    judged = any(record.report is not None for record in records)
    if judged and not _basis(policy, known):
        raise CannotDo("No part of the policy counts anything here: the "
                       "exercise has no such faults and refactorings.")
    return [_grade(record, policy, known) for record in records]


def _counts(part: str, known: Known) -> bool:
    """Tell whether there is something that a part could count."""
    return part in (TESTS, RULES) or bool(known.names[part])


def _basis(policy: Policy, known: Known) -> Fraction:
    """Return the points of the parts that count and are no bonus."""
    return sum((part.points for part in policy.parts.values()
                if _counts(part.name, known) and not part.is_bonus),
               Fraction(0))


def _grade(record: Record, policy: Policy, known: Known) -> Grade:
    """Return the grade of one learner."""
    if record.report is None:
        theirs = record.submission.problem
        points = policy.ungradable if theirs else policy.unjudged
        return Grade(record, points if points is None else rounded(
            points, policy.round_to), policy.total,
                     reason=theirs or record.problem or "There is no report.")
    scale = policy.total / _basis(policy, known)
    items = tuple(_items(record.report, policy, known, scale))
    raw = sum((item.points for item in items), Fraction(0))
    points, notes = raw, []
    for most, why in caps(record.report, policy):
        if points > most:
            points = most
            notes.append(f"No more than {decimal(most)} points: {why}.")
    hours = hours_late(record)
    if policy.late and hours:
        points, note = after_lateness(points, hours, policy.late)
        notes += [note] if note else []
        if note and record.submission.details.get("late"):
            notes.append("By how much is not known: look it up.")
    return Grade(record, rounded(points, policy.round_to), policy.total, raw,
                 items, tuple(notes))


def hours_late(record: Record) -> Fraction | None:
    """Return how many hours late a submission is, as far as that is known.

    Hours come from clocks: they are taken to the second, so that no more than
    a day is not two days.
    """
    late = record.submission.late
    if late is None or not isfinite(late):
        return None
    return Fraction(round(late * 3600), 3600)


def _items(report: Mapping[str, Any], policy: Policy, known: Known,
           scale: Fraction) -> Iterator[Item]:
    """Yield the parts of a grade that count something."""
    passed = any(row["valid"] for row in report["tests"])
    marks = marks_of(report, policy, known)
    faults = [*marks[REQUIRED], *marks[EXTRA]]
    caught = sum(mark.is_good for mark in faults)
    for name, part in policy.parts.items():
        if not _counts(name, known):
            continue
        good = sum(mark.is_good for mark in marks[name])
        every = len(marks[name])
        is_earned = passed and (
            name in (REQUIRED, EXTRA)
            or caught >= part.min_caught.of(len(faults)))
        points = part.earned(good, every) if is_earned else Fraction(0)
        yield Item(name, points * scale, part.points * scale, good, every,
                   marks[name], part.is_bonus)
