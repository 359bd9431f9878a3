"""What one process is to do, and whether what comes of it is certain.

A test that fails in another order than its own counts if it passes in that
very order on the right modules. Where it does not, all tests run as they come.
"""
from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Union

from winnow.model.outcome import Ending

from .job import Job, Schedule
from .result import Run, tests_in
from .variant import (
    BodyChange,
    Branching,
    BranchingUntilOneFails,
    Key,
    UntilOneFails,
    Variant,
)

# About how many tests a variant runs, where it runs all.
_MANY = 50

Ran = tuple[str, ...]


@dataclass
class Learned:
    """What runs have shown that helps those to come.

    `killers` has, by the path of a module, the test that failed last on a
    change of it; `holds` whether tests that ran alone, up to one that failed,
    pass so on the right modules.
    """

    killers: dict[str, str] = field(default_factory=dict)
    holds: dict[Ran, bool] = field(default_factory=dict)

    def of(self, variant: Variant[Key], run: Run) -> tuple[Ran, str | None]:
        """Return which tests ran, and which of them failed; remember it."""
        ran, killer = tests_in(run.events, variant.job.until)
        if killer and variant.edited:
            self.killers[variant.edited[0]] = killer
        return ran, killer


@dataclass(frozen=True)
class Branches(Generic[Key]):
    """Many variants that branch off one run of the right modules."""

    variants: Sequence[Branching[Key]]

    @property
    def sources(self) -> Mapping[str, str]:
        """The modules that the process is to find."""
        return self.variants[0].right

    def settled(self, runs: Mapping[int, Run], learned: Learned,
                waiting: deque[Share[Key]]
                ) -> Iterator[tuple[Variant[Key], Run]]:
        """Yield what is certain; let the others run from the start.

        Those that need none of the tests that ran before branch off before
        the first one then, if a clone might be made there.
        """
        early, left = list[Branching[Key]](), list[Variant[Key]]()
        for place, variant in enumerate(self.variants):
            if place in runs:
                learned.of(variant, runs[place])
                yield variant, runs[place]
            elif variant.change.since and isinstance(
                    variant, BranchingUntilOneFails):
                early.append(replace(variant, change=BodyChange(
                    variant.change.body, 0, ())))
            else:
                left.append(variant.unbranched())
        _join(left, waiting)
        if early:
            waiting.append(Branches(early))


@dataclass(frozen=True)
class Reimports(Generic[Key]):
    """Many variants that one process tries, if none leaves anything.

    It imports the suite anew for each, and they run as they are; their jobs
    differ in nothing but which tests run.
    """

    variants: Sequence[Variant[Key]]

    @property
    def sources(self) -> Mapping[str, str]:
        """The modules that the process is to find."""
        return self.variants[0].sources

    def settled(self, runs: Mapping[int, Run], learned: Learned,
                waiting: deque[Share[Key]]
                ) -> Iterator[tuple[Variant[Key], Run]]:
        """Yield what is certain; let the others share another process.

        Each has one for itself, if the very first has left something.
        """
        for place, run in runs.items():
            learned.of(self.variants[place], run)
            yield self.variants[place], run
        left = [variant for place, variant in enumerate(self.variants)
                if place not in runs]
        if left and len(runs) > 1:
            waiting.append(Reimports(left))
        else:
            waiting.extend(map(alone, left))


@dataclass(frozen=True)
class Whole(Generic[Key]):
    """One variant, whose job runs as it is: what comes of it is certain."""

    variant: Variant[Key]

    @property
    def sources(self) -> Mapping[str, str]:
        """The modules that the process is to find."""
        return self.variant.sources

    def job(self, learned: Learned) -> Job:
        """Return what is to be run."""
        return self.variant.job

    def settled(self, runs: Mapping[int, Run], learned: Learned,
                waiting: deque[Share[Key]]
                ) -> Iterator[tuple[Variant[Key], Run]]:
        """Yield what has come of it."""
        learned.of(self.variant, runs[0])
        yield self.variant, runs[0]


@dataclass(frozen=True)
class LikelyFirst(Generic[Key]):
    """One variant, and the tests that can tell, the likeliest of them first.

    That is the one that failed last on this module.
    """

    variant: UntilOneFails[Key]

    @property
    def sources(self) -> Mapping[str, str]:
        """The modules that the process is to find."""
        return self.variant.sources

    def job(self, learned: Learned) -> Job:
        """Return what is to be run."""
        assert self.variant.edited
        aim = (self.variant.order if self.variant.aim is None
               else self.variant.aim)
        killer = learned.killers.get(self.variant.edited[0], "")
        return _scheduled(self.variant, tuple(dict.fromkeys(
            [killer] * (killer in aim) + [*aim])))

    def settled(self, runs: Mapping[int, Run], learned: Learned,
                waiting: deque[Share[Key]]
                ) -> Iterator[tuple[Variant[Key], Run]]:
        """Yield what is certain; let wait what has to run again."""
        ran, killer = learned.of(self.variant, runs[0])
        if not killer:
            if self.variant.aim is None and not {
                    *self.variant.order}.issubset(ran):
                # Tests have other names here: all there are must run.
                waiting.append(Whole(self.variant.as_it_comes()))
            else:
                yield self.variant, runs[0]
        elif ran == (killer,):
            yield from _failed_first(self.variant, ran, runs[0], learned,
                                     waiting)
        elif _is_certain(self.variant, ran, learned):
            yield self.variant, runs[0]
        else:  # Whether it fails first of all is soon known.
            waiting.appendleft(FailsFirst(self.variant, killer))


@dataclass(frozen=True)
class FailsFirst(Generic[Key]):
    """One variant, and a test that failed on it after others."""

    variant: UntilOneFails[Key]
    test: str

    @property
    def sources(self) -> Mapping[str, str]:
        """The modules that the process is to find."""
        return self.variant.sources

    def job(self, learned: Learned) -> Job:
        """Return what is to be run."""
        return _scheduled(self.variant, (self.test,))

    def settled(self, runs: Mapping[int, Run], learned: Learned,
                waiting: deque[Share[Key]]
                ) -> Iterator[tuple[Variant[Key], Run]]:
        """Yield what is certain; let wait what has to run again."""
        ran, killer = learned.of(self.variant, runs[0])
        if killer:
            yield from _failed_first(self.variant, ran, runs[0], learned,
                                     waiting)
        else:
            waiting.append(Whole(self.variant.as_it_comes()))


@dataclass(frozen=True)
class Control(Generic[Key]):
    """Some tests on the right modules, since a variant's run is doubted.

    The last of them failed there.
    """

    variant: UntilOneFails[Key]
    tests: Ran
    doubted: Run

    @property
    def sources(self) -> Mapping[str, str]:
        """The modules that the process is to find."""
        return self.variant.right

    def job(self, learned: Learned) -> Job:
        """Return what is to be run."""
        return _scheduled(self.variant, self.tests)

    def settled(self, runs: Mapping[int, Run], learned: Learned,
                waiting: deque[Share[Key]]
                ) -> Iterator[tuple[Variant[Key], Run]]:
        """Yield the doubted run, if the tests pass here."""
        _, killer = tests_in(runs[0].events, frozenset(self.tests))
        learned.holds[self.tests] = (
            runs[0].ended == Ending.DONE and killer is None)
        if learned.holds[self.tests]:
            yield self.variant, self.doubted
        else:
            waiting.append(Whole(self.variant.as_it_comes()))


Alone = Union[Whole[Key], LikelyFirst[Key], FailsFirst[Key], Control[Key]]
Share = Union[Branches[Key], Reimports[Key], Alone[Key]]


def alone(variant: Variant[Key]) -> Alone[Key]:
    """Return how a variant is run by itself, at first."""
    if isinstance(variant, UntilOneFails) and not variant.in_order:
        return LikelyFirst(variant)
    return Whole(variant)


def parted(variants: Sequence[Variant[Key]], parts: int) -> list[Share[Key]]:
    """Return what each process does: many variants, or one."""
    staged = sorted((each for each in variants
                     if isinstance(each, Branching)),
                    key=_length, reverse=True)
    # The longest first, each to whom has least to do as yet.
    shares: list[list[Branching[Key]]] = [[] for _ in range(parts)]
    lengths = [0] * parts
    for each in staged:
        least = lengths.index(min(lengths))
        shares[least].append(each)
        lengths[least] += _length(each)
    for share in shares:
        share.sort(key=lambda each: each.change.since)
    others = [each for each in variants if not isinstance(each, Branching)]
    anew = [each for each in others if _may_reimport(each)]
    return [*map(Branches, filter(None, shares)),
            *(Reimports(anew[part::parts]) for part in range(parts)
              if anew[part:]),
            *(alone(each) for each in others if not _may_reimport(each))]


def _join(left: Sequence[Variant[Key]], waiting: deque[Share[Key]]) -> None:
    """Let variants wait, with others of which each is imported anew."""
    anew = [each for each in left if _may_reimport(each)]
    for number, share in enumerate(waiting):
        if anew and isinstance(share, Reimports):
            waiting[number] = Reimports([*share.variants, *anew])
            anew = []
    if anew:
        waiting.append(Reimports(anew))
    waiting.extend(alone(each) for each in left if not _may_reimport(each))


def _may_reimport(variant: Variant[Key]) -> bool:
    """Tell whether a variant may share a process that imports it anew.

    What is repeated on the right modules has a process for itself.
    """
    job = variant.job
    return bool(variant.edited and job.imports and job.runner == "unittest"
                and not (job.trace or job.explain or job.cold)
                and (type(variant) is Variant or isinstance(
                    variant, UntilOneFails) and variant.in_order))


def _length(variant: Variant[Key]) -> int:
    """Return about how many tests a variant runs."""
    return len(variant.job.scheduled) if variant.job.schedule else _MANY


def _scheduled(variant: Variant[Key], tests: Ran) -> Job:
    """Return a variant's job with these tests alone."""
    return replace(variant.job, schedule=Schedule(tests))


def _is_certain(variant: UntilOneFails[Key], ran: Ran, learned: Learned
                ) -> bool:
    """Tell whether tests ran in their own order, or pass so when all is right.
    """
    return ran == variant.order[:len(ran)] or learned.holds.get(ran, False)


def _failed_first(variant: UntilOneFails[Key], ran: Ran, run: Run,
                  learned: Learned, waiting: deque[Share[Key]]
                  ) -> Iterator[tuple[Variant[Key], Run]]:
    """Yield a run whose very first test failed, or doubt it."""
    if _is_certain(variant, ran, learned):
        yield variant, run
    elif ran in learned.holds:
        waiting.append(Whole(variant.as_it_comes()))
    else:
        waiting.appendleft(Control(variant, ran, run))
