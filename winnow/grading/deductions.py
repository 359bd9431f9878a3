"""What takes points off a grade: caps, and lateness."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from .amounts import decimal
from .policy import Late, Policy


def caps(report: Mapping[str, Any], policy: Policy
         ) -> Iterator[tuple[Fraction, str]]:
    """Yield the most points that a report may get, each with its reason."""
    if policy.most is not None:
        yield policy.most, "that is the most there are"
    fails = any(not row["valid"] and row["outcome"] != "skipped"
                for row in report["tests"])
    if policy.most_with_invalid is not None and fails:
        yield (policy.most_with_invalid,
               "a test fails on the right modules")
    kinds = {row["kind"] for row in report["problems"]}
    for kind, most in policy.most_with_problem.items():
        if kind in kinds:
            yield most, f"the tests have the problem {kind}"


def after_lateness(points: Fraction, hours: Fraction, late: Late
                   ) -> tuple[Fraction, str]:
    """Return what is left of points after so many hours, and why."""
    if hours <= late.grace:
        return points, ""
    if late.zero_after is not None and hours > late.zero_after:
        return Fraction(0), (f"Handed in more than {decimal(late.zero_after)} "
                             "hours late: no points are left.")
    units = -(-hours // late.hours)
    each = late.percent if late.points is None else late.points
    cost = units * (each or Fraction(0))
    if late.at_most is not None:
        cost = min(cost, late.at_most)
    taken = (points * min(cost, Fraction(100)) / 100 if late.points is None
             else min(cost, points))
    unit = "hour" if late.hours == 1 else "day"
    what = f"{decimal(cost)} {'%' if late.points is None else 'points'}"
    return points - taken, (f"{units} {unit}{'s' if units > 1 else ''} late: "
                            f"{what} taken off.")
