"""Pawtograder's results of a mutation test: one file for each fault.

`"pass"` means that the fault was caught. Points are Pawtograder's own, by
`breakPoints` or `linearScoring`: so each fault has a file, also one that
stays without a name. `location` is the fault's name: a unit of the
assignment lists the names, or what they begin with.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping

from winnow.grading.feedback import SECRET, Feedback
from winnow.grading.grades import Item
from winnow.grading.policy import EXTRA, REQUIRED

from .shared import as_text, said

_FOLDER = "mutation_test_results"


def render(told: Feedback, environment: Mapping[str, str]
           ) -> Mapping[str, str]:
    """Return a file for each fault, in the folder that the action reads."""
    results = [result for item in told.items
               if item.name in (REQUIRED, EXTRA)
               for result in _results(item)]
    return {f"{_FOLDER}/{number:04}.json": as_text(result)
            for number, result in enumerate(results, 1)}


def _results(item: Item) -> Iterator[dict[str, object]]:
    """Yield the faults of a part: those with a name, then the others."""
    named = [mark for mark in item.marks if mark.name != SECRET]
    for mark in named:
        yield _result(mark.name, mark.is_good, mark.tests, said(mark))
    good = item.good - sum(mark.is_good for mark in named)
    for number in range(item.every - len(named)):
        yield _result(f"secret-{item.name}-{number + 1}", number < good)


def _result(name: str, is_caught: bool, tests: tuple[str, ...] = (),
            output: str = "") -> dict[str, object]:
    """Return one fault as Pawtograder's `MutantResult`."""
    return {"name": name, "location": name,
            "status": "pass" if is_caught else "fail",
            "tests": [*tests], "output": output}
