"""The problems of a suite as text: what, what instead, and where."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..findings import Problem
from ..verdict import Report

if TYPE_CHECKING:
    from .text import Style

# A test of this kind does no harm: what is missed is to be mended before.
IDLE = "catches-nothing"
# So many places of one problem are shown, unless all are asked for.
_AT_ONCE = 3


def pressing(report: Report) -> list[Problem]:
    """Return the problems to be mended first of all."""
    return [each for each in report.problems if each.kind != IDLE]


def idle(report: Report) -> list[Problem]:
    """Return the tests that no fault makes fail."""
    return [each for each in report.problems if each.kind == IDLE]


def render(problems: Sequence[Problem], style: Style) -> Iterator[str]:
    """Yield the lines of some problems; one said of many tests is said once.
    """
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((_said(problem), problem.advice), []).append(problem)
    for (said, advice), alike in kinds.items():
        yield style.wrapped(f"  {style.paint('bad', '✗')} ", said, 4)
        if advice:
            yield style.wrapped("    → ", advice, 6)
        places = list(dict.fromkeys(filter(None, map(_place, alike))))
        shown = places if style.everything else places[:_AT_ONCE]
        for place in shown:
            yield style.paint("quiet", f"    {place}")
        if len(places) > len(shown):
            yield f"    and {len(places) - len(shown)} more: --all."


def _said(problem: Problem) -> str:
    """Return what a problem is, in a sentence."""
    if problem.kind == "network":
        return (f"{problem.test or 'The suite'} tries to reach "
                f"{problem.detail}. The network is blocked here: a test that "
                "needs it fails on the day it is away.")
    return problem.detail


def _place(problem: Problem) -> str:
    """Return where a problem is, unless it has been said."""
    if problem.kind in ("network", "import"):
        return ""
    where = (f"{problem.file}, line {problem.line}" if problem.line
             else problem.file)
    if problem.test == problem.file or not where:
        return where or problem.test
    return f"{problem.test} · {where}"
