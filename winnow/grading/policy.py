"""A policy: what a grade is made of, what is taken off, what learners see."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from fractions import Fraction

from winnow.model.exercise import Subject

from .amounts import Amount
from .policy_text import BrokenPolicy, PolicyText

# What learners may see, each with all that is before it.
NOTHING, NUMBERS, NAMES, HINTS, ALL = SIGHTS = (
    "nothing", "numbers", "names", "hints", "all")
REQUIRED, EXTRA, TESTS, REFACTORINGS, RULES = PARTS = (
    "required", "extra", "tests", "refactorings", "rules")
FAULTS = (REQUIRED, EXTRA)


@dataclass(frozen=True)
class BreakPoint:
    """A break point: from so many on, so many points."""

    at: Amount
    points: Fraction


@dataclass(frozen=True)
class GradePart:
    """What one part of a grade is worth, and how its points are earned.

    Without `steps`, points grow evenly up to `full_at`. `each` is what one
    broken rule costs. Below `min_caught` faults there are none: a suite that
    catches nothing also tolerates everything.
    """

    name: str
    points: Fraction
    full_at: Amount | None = None
    steps: tuple[BreakPoint, ...] = ()
    is_bonus: bool = False
    each: Fraction = Fraction(1)
    min_caught: Amount = field(default_factory=lambda: Amount(Fraction(1)))

    def earned(self, good: int, every: int) -> Fraction:
        """Return the points for so many of all; of rules, for those broken.
        """
        if self.name == RULES:
            return max(Fraction(0), self.points - self.each * (every - good))
        if self.steps:
            return max((step.points for step in self.steps
                        if good >= step.at.of(every)), default=Fraction(0))
        full = self.full_at.of(every) if self.full_at else Fraction(every)
        share = min(Fraction(1), good / full) if full else Fraction(1)
        return self.points * share


@dataclass(frozen=True)
class Late:
    """What is taken off for each hour or day that has begun.

    It is so many per cent of the points earned, or so many points; no more
    than `at_most` of either. The first `grace` hours cost nothing, and then
    they count; after `zero_after` hours, nothing is left.
    """

    hours: int
    percent: Fraction | None
    points: Fraction | None
    grace: Fraction
    at_most: Fraction | None
    zero_after: Fraction | None


@dataclass(frozen=True)
class Policy:
    """How a class is graded, and what its learners see.

    Points are scaled so that the parts without bonus make up `total`.
    `ungradable` is for what the learner has handed in, `unjudged` for what
    went wrong here; None: a person decides, and no grade is written.
    """

    parts: Mapping[str, GradePart]
    total: Fraction
    round_to: Fraction
    learners_see: str = HINTS
    secret: tuple[str, ...] = ()
    count_doubtful: bool = False
    late: Late | None = None
    most: Fraction | None = None
    most_with_invalid: Fraction | None = None
    most_with_problem: Mapping[str, Fraction] = field(default_factory=dict)
    ungradable: Fraction | None = Fraction(0)
    unjudged: Fraction | None = None
    text: PolicyText | None = None

    def sees(self, sight: str) -> bool:
        """Tell whether learners see what is at a place of `SIGHTS`."""
        return SIGHTS.index(self.learners_see) >= SIGHTS.index(sight)

    def is_secret(self, fault: str, part: str) -> bool:
        """Tell whether learners may not read of a fault."""
        return any(pattern == part or fnmatchcase(fault, pattern)
                   for pattern in self.secret)

    def against(self, subject: Subject | None) -> None:
        """Raise `BrokenPolicy` if a secret fault is none of a subject.

        A name that is misspelt would show what should not be seen.
        """
        names = [fault.name for fault in subject.faults] if subject else []
        for pattern in self.secret if names else ():
            if pattern not in FAULTS and not any(
                    fnmatchcase(name, pattern) for name in names):
                why = f'names "{pattern}", which is no fault there'
                raise (self.text.wrong("secret", why) if self.text
                       else BrokenPolicy(f"`secret` {why}."))
