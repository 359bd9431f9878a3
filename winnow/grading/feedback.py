"""What a learner may see of a grade: all that leaves for a learner is here.

What stays secret is summed up in one line, and what a sentence tells of a
secret fault is left out: coaching quotes the fault on which a test passes.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .amounts import decimal
from .grades import Grade, Item
from .marks import Mark
from .policy import (
    ALL,
    EXTRA,
    HINTS,
    NAMES,
    NUMBERS,
    REQUIRED,
    RULES,
    Policy,
)

SECRET = "secret faults"


@dataclass(frozen=True)
class Advice:
    """Something besides faults that a learner should change, and where."""

    kind: str
    title: str
    advice: str
    where: str


@dataclass(frozen=True)
class Feedback:
    """A grade as its learner sees it.

    `items` have only those marks that may be seen, and of these only what may
    be; a mark that is named `SECRET` sums up the others. `summary` is a line
    about the whole; only what `is_judged` has run.
    """

    identifier: str
    name: str
    points: Fraction | None
    possible: Fraction
    summary: str
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    key: str = ""
    is_judged: bool = True

    @property
    def score(self) -> Fraction:
        """The points for a system that has no place for "not yet"."""
        return self.points or Fraction(0)

    @property
    def share(self) -> Fraction:
        """The points as a share, which is never above 1."""
        return min(Fraction(1), self.score / self.possible)


def feedback(grade: Grade, policy: Policy) -> Feedback:
    """Return what the learner of a grade may see, by the policy."""
    report = grade.record.report
    secrets = [mark for item in grade.items for mark in item.marks
               if mark.is_secret]
    whole = Feedback(grade.identifier, grade.name, grade.points,
                     grade.possible, _summary(grade), key=grade.record.key,
                     is_judged=report is not None)
    if not policy.sees(NUMBERS) or report is None:
        return whole
    return replace(
        whole, notes=grade.notes,
        items=tuple(_item(item, policy, secrets) for item in grade.items),
        advice=tuple(_advice(report, secrets)) if policy.sees(HINTS) else ())


def _summary(grade: Grade) -> str:
    """Return one line on a grade."""
    if grade.points is None:
        said = "Your instructor will grade this submission."
        return f"{grade.reason} {said}".strip()
    said = f"{decimal(grade.points)} of {decimal(grade.possible)} points."
    return f"{said} {grade.reason}".strip()


def _item(item: Item, policy: Policy, secrets: Sequence[Mark]) -> Item:
    """Return a part of a grade with the marks that may be seen."""
    if not policy.sees(NAMES):
        return replace(item, marks=())
    marks = [_mark(mark, item.name, policy, secrets) for mark in item.marks
             if not mark.is_secret]
    hidden = [mark for mark in item.marks if mark.is_secret]
    if hidden:
        good = sum(mark.is_good for mark in hidden)
        marks.append(Mark(
            SECRET, good == len(hidden), f"{good} of {len(hidden)} faults "
            "that stay secret are caught."))
    return replace(item, marks=tuple(marks))


def _mark(mark: Mark, part: str, policy: Policy, secrets: Sequence[Mark]
          ) -> Mark:
    """Return of one mark what may be seen."""
    if not policy.sees(HINTS):
        return mark._replace(
            title="", hint="", lesson="", tests=(), change=(),
            detail=mark.detail if part == RULES else "")
    hint = mark.hint if not _tells(mark.hint, secrets) else ""
    if policy.sees(ALL):
        return mark._replace(hint=hint)
    return mark._replace(hint=hint, tests=(), change=(), detail=(
        "" if part in (REQUIRED, EXTRA) else mark.detail))


def _tells(text: str, secrets: Iterable[Mark]) -> bool:
    """Tell whether a text speaks of something secret."""
    return any(said and said in text for mark in secrets
               for said in (mark.name, mark.title, mark.hint))


def _advice(report: Mapping[str, Any], secrets: Sequence[Mark]
            ) -> Iterable[Advice]:
    """Yield the problems of a suite, as far as they tell nothing secret."""
    for row in report["problems"]:
        if not _tells(row["detail"] + row["advice"], secrets):
            place = f"{row['file']}, line {row['line']}" if (
                row["line"]) else row["file"]
            yield Advice(row["kind"], row["detail"], row["advice"], " · ".join(
                filter(None, ("" if row["test"] in row["detail"]
                              else row["test"], place))))
