"""The problems of a suite as text: what, what instead, and where."""
from __future__ import annotations

from collections.abc import Iterator, Sequence

from winnow.model.findings import Problem

from . import wording
from .terminal import AT_ONCE, Style


def render(problems: Sequence[Problem], style: Style) -> Iterator[str]:
    """Yield the lines of some problems; what many tests have, once."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((wording.said(problem), problem.advice),
                         []).append(problem)
    for (said, advice), alike in kinds.items():
        yield style.wrapped(f"  {style.paint('bad', '✗')} ", said, 4)
        if advice:
            yield style.wrapped("    → ", advice, 6)
        places = list(dict.fromkeys(filter(None, map(_place, alike))))
        shown = places if style.everything else places[:AT_ONCE]
        for place in shown:
            yield style.paint("quiet", f"    {place}")
        if len(places) > len(shown):
            yield f"    and {len(places) - len(shown)} more: --all."


def _place(problem: Problem) -> str:
    """Return where a problem is, unless it has been said."""
    return ("" if problem.kind in ("network", "import")
            else wording.where(problem) or problem.test)
