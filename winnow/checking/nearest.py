"""Tries changes that are executed at the import on one file of tests first.

For such a change everything is imported anew, and to import all files of
tests takes longer than to run the few tests that would fail.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from winnow.execution.job import Job
from winnow.execution.result import Run
from winnow.execution.variant import Variant
from winnow.model.exercise import Edit
from winnow.model.identifier import TestId
from winnow.model.outcome import FAILING, FINE

from . import outcomes
from .outcomes import Seen


@dataclass(frozen=True)
class OnRight:
    """A run of one file's tests on the right modules."""

    file: str


Key = Edit | OnRight
RunAll = Callable[[Sequence[Variant[Key]]], Iterable[tuple[Key, Run]]]


def first_tried(variants: Iterable[Variant[Edit]],
                nearest: Callable[[Edit], Sequence[str]],
                files: Sequence[str], valid: frozenset[str], run_all: RunAll
                ) -> dict[Edit, Run]:
    """Return the runs of those variants on which a test fails.

    `nearest` gives the tests that come to a change when they run. What fails
    counts if it passes where its file runs alone on the right modules.
    """
    chosen = {variant.key: (variant, file) for variant in variants
              for file in [_file_of(nearest(variant.key), files)] if file}
    if len(files) < 2 or not chosen:
        return {}
    keys: dict[Key, Variant[Key]] = {}
    for variant, file in chosen.values():
        keys[variant.key] = Variant(
            variant.key, _job_of(variant, file), variant.right,
            variant.edited)
        keys.setdefault(OnRight(file), Variant(
            OnRight(file), _job_of(variant, file), variant.right))
    runs = dict(run_all(list(keys.values())))
    passing = {key.file: _passing(outcomes.seen(run), valid)
               for key, run in runs.items() if isinstance(key, OnRight)}
    return {key: runs[key] for key, (_, file) in chosen.items()
            if key in runs and _fails(outcomes.seen(runs[key]),
                                      passing.get(file, frozenset()))}


def _job_of(variant: Variant[Edit], file: str) -> Job:
    """Return a job in which one file's tests run, in their own order."""
    return replace(variant.job, files=(file,))


def _file_of(tests: Sequence[str], files: Sequence[str]) -> str:
    """Return the file that has most of these tests; "" if none has any."""
    often = Counter(file for test in tests for file in files
                    if TestId.of(test).in_file(file) is not None)
    return max(often, key=lambda file: often[file], default="")


def _passing(seen: Seen, valid: frozenset[str]) -> frozenset[str]:
    """Return the valid tests that pass in a run."""
    return frozenset(test for test, outcome in seen.tests.items()
                     if test in valid and outcome.status in FINE)


def _fails(seen: Seen, passing: frozenset[str]) -> bool:
    """Tell whether a test fails that passes on the right modules."""
    return any(outcome.status in FAILING and test in passing
               for test, outcome in seen.tests.items())
