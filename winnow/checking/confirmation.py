"""Tries missed faults again: the whole suite, in processes that start anew.

A fault is missed where no test fails that comes to it. A test that does not
come to it may fail all the same, by what another one leaves behind. So the
suite runs as it is on a sample of what was missed, many faults at a time: if
no test fails on all of them together, none fails on any. If one does, they
are parted until it is known on which (Dorfman, "The detection of defective
members of large populations", 1943).
"""
from __future__ import annotations

from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass, field, replace

from winnow.execution.job import Job
from winnow.execution.result import Run
from winnow.execution.variant import Variant
from winnow.model.exercise import Mutant, Subject

# The sample has as many faults as fit into so many runs of the suite: at most
# one fault of each function. One run would cost less, and show less.
SAMPLE = 2

RunAll = Callable[[Sequence[Variant["Together"]]],
                  Iterable[tuple["Together", Run]]]
IsMissed = Callable[[Mutant, Run], bool]


@dataclass(frozen=True)
class Together:
    """Faults that are in the modules at the same time."""

    faults: tuple[Mutant, ...]

    def halves(self) -> list[Together]:
        """Return two groups of half the faults; none of one alone."""
        middle = len(self.faults) // 2
        return [Together(part) for part in (
            self.faults[:middle], self.faults[middle:])] if middle else []


@dataclass
class Confirmation:
    """What came of the sample of so many missed: it, and runs that differ."""

    missed: int
    differing: dict[Mutant, Run]
    sample: list[Mutant] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many were tried again, by this check or an earlier one."""
        return len(self.sample)

    @property
    def alike(self) -> list[Mutant]:
        """The faults that the whole suite misses, too."""
        return [fault for fault in self.sample
                if fault not in self.differing]

    def notes(self) -> Iterator[str]:
        """Yield what a person is told: nothing, where none differs."""
        again = (f"{self.tried} of the {self.missed} missed faults were tried "
                 "again with the whole suite in a fresh process")
        if self.differing:
            yield (f"{again}. On {len(self.differing)}, tests failed that do "
                   "not come to the change.")


def confirmed(missed: Sequence[Mutant], subject: Subject, job: Job,
              valid: Sequence[str], run_all: RunAll, is_missed: IsMissed,
              known: Collection[Mutant] = ()) -> Confirmation:
    """Return what the whole suite says of a sample of what was missed.

    Where it differs from what was seen, all are tried. An earlier check knows
    it of some.
    """
    groups = grouped(missed)
    result = Confirmation(len(missed), {})
    waiting, left = groups[:SAMPLE], groups[SAMPLE:]
    result.sample = [fault for group in waiting for fault in group.faults]
    waiting, left = _without(waiting, known), _without(left, known)
    while waiting:
        variants = [_variant(group, subject, job, valid) for group in waiting]
        waiting = []
        for group, run in run_all(variants):
            if is_missed(group.faults[0], run):
                continue
            if len(group.faults) == 1:
                result.differing[group.faults[0]] = run
            waiting += group.halves()
        if result.differing and left:
            waiting, left = waiting + left, []
            result.sample = [*missed]
    return result


def _without(groups: Iterable[Together], known: Collection[Mutant]
             ) -> list[Together]:
    """Return the groups without some of their faults."""
    parts = [Together(tuple(fault for fault in group.faults
                            if fault not in known)) for group in groups]
    return [part for part in parts if part.faults]


def grouped(faults: Sequence[Mutant]) -> list[Together]:
    """Return groups with at most one fault of a function, largest first."""
    groups: list[list[Mutant]] = []
    often: Counter[tuple[str, str | None]] = Counter()
    for fault in faults:
        place = fault.module, fault.function
        number = often[place]
        often[place] += 1
        groups += [[] for _ in range(number + 1 - len(groups))]
        groups[number].append(fault)
    return [Together(tuple(part)) for group in groups
            for part in _disjoint(group)]


def _disjoint(faults: Sequence[Mutant]) -> Iterator[list[Mutant]]:
    """Yield faults of which none changes what another one does, too."""
    last: Mutant | None = None
    apart: list[Mutant] = []
    alone: list[Mutant] = []
    for fault in sorted(faults, key=lambda each: (each.module, each.start)):
        overlaps = last is not None and last.module == fault.module and (
            fault.start < last.start + len(last.old))
        (alone if overlaps else apart).append(fault)
        last = last if overlaps else fault
    yield apart
    yield from ([fault] for fault in alone)


def _variant(group: Together, subject: Subject, job: Job,
             valid: Sequence[str]) -> Variant[Together]:
    """Return the whole suite on modules with all these faults."""
    texts = dict(subject.sources)
    # From the last to the first, so that none moves another one's place.
    for fault in sorted(group.faults, key=lambda each: -each.start):
        texts[fault.module] = fault.applied_to(texts[fault.module])
    return Variant(group, replace(job, until=frozenset(valid)),
                   subject.files(texts))
