"""Runs many variants, some at a time, and judges what has to run again.

How a process runs a variant is up to a `Backend`: the pool knows only when it
begins, and that it has ended.
"""
from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Generic

from winnow.model.outcome import Ending
from winnow.system.processes import uninterrupted

from .backend import Execution, chosen
from .job import Schedule
from .result import GRACE, Limits, Run, tests_in
from .variant import Key, Variant
from .working_copy import WorkingCopy
from .workspace import Workspace

# How often it is looked at what stems have told, in seconds, and how many
# times as long as that takes it is not.
EARLY = 5.0
_PARTS = 20


class Pool:
    """Working copies, and as many processes at a time as there are copies."""

    def __init__(self, workspace: Workspace, jobs: int) -> None:
        """Prepare for so many processes at a time."""
        self._workspace = workspace
        self._way = chosen()
        self._copies = [workspace.copy(number) for number in range(
            min(jobs, self._way.most or jobs))]
        self._killers: dict[str, str] = {}
        self._holds: dict[tuple[str, ...], bool] = {}
        self._left: list[str] = []
        self.rescued: list[tuple[Any, Run]] = []

    def notes(self) -> Iterator[str]:
        """Yield what is uncertain, where a process could not be put right."""
        if self._left:
            what = " and ".join(dict.fromkeys(self._left[:3]))
            yield (f"All tests ran in one process, and what they left in it "
                   f"could not all be put right ({what}): what ran after may "
                   "have met it. The verdicts are certain where Winnow can "
                   "start processes.")

    @property
    def clones(self) -> bool:
        """Whether each variant has a process that nothing else has used."""
        return self._way.branches

    def take_turns(self) -> bool:
        """Run one variant at a time from now on; tell if that is new."""
        was_shared = len(self._copies) > 1
        del self._copies[1:]
        return was_shared

    def widen(self, jobs: int) -> None:
        """Run so many variants at a time, unless they take turns."""
        if len(self._copies) > 1 and self._way.most is None:
            self._copies += [self._workspace.copy(number) for number in range(
                len(self._copies), jobs)]

    def pattern(self, path: str) -> bytes:
        """Return a file of the folder that the working copies are made of."""
        return self._workspace.read(path)

    def lacking(self, messages: Mapping[str, str | None]) -> dict[str, str]:
        """Return what the copies lack that messages name, by their tests."""
        said = {test: self._workspace.lacking.said_of(message or "")
                for test, message in messages.items()}
        return {test: text for test, text in said.items() if text}

    def warm(self, names: Iterable[str], texts: Mapping[str, bytes]) -> None:
        """Import modules and compile files that every run would."""
        self._way.warm(list(names), [str(copy.folder) for copy in
                                     self._copies], texts)

    def end(self) -> None:
        """Leave no process behind."""
        self._way.end(str(self._workspace.root))

    def run(self, variants: Iterable[Variant[Key]], limits: Limits,
            report: Callable[[int], None] = lambda number: None,
            early: Callable[[Key, Run], None] | None = None
            ) -> Iterator[tuple[Key, Run]]:
        """Run each variant, and yield it with what was seen as it ends.

        `report` hears from time to time how many have ended, and `early` of
        those that a stem has told of, which are yielded once it ends itself.
        Whatever happens, no process is left when this ends or is closed. What
        a stem had told when it was interrupted is `rescued`.
        """
        free = list(self._copies)
        variants = list(variants)
        over = 0
        for variant in variants:
            if variant.aim == ():  # No test can tell.
                over += 1
                yield variant.key, Run(ended=Ending.DONE)
        waiting = deque(_shares([
            each if self._way.branches else replace(each, change=None)
            for each in variants if each.aim != ()], len(free)))
        work: list[_Task[Key]] = []
        looks = _Looks()
        done = self._way.pausing()
        try:
            while waiting or work:
                while waiting and free:
                    share, copy = self._likely(waiting.popleft()), free.pop()
                    copy.lay(share.first_sources)
                    with uninterrupted():
                        work.append(_Task(share, copy, self._way.begin(
                            share.laid_in(copy), copy, limits)))
                ended = self._way.over([each.work for each in work])
                for task in [each for each in work if each.work in ended]:
                    with uninterrupted():
                        work.remove(task)
                        runs = task.work.runs(GRACE)
                    if not self._way.replaces:
                        self._left += [what for run in runs.values()
                                       for what in run.left]
                    free.append(task.copy)
                    for variant, run in self._settled(task.share, runs,
                                                      waiting):
                        over += 1
                        yield variant.key, run
                if early:
                    looks.tell(work, early)
                report(over + sum(each.work.told() for each in work))
        except KeyboardInterrupt:
            with uninterrupted():
                for each in work:  # All of them end here, rescued or not.
                    ended_runs = each.work.runs(0)
                    if each.share.variants[0].change:
                        self.rescued += [
                            (each.share.variants[place].key, run)
                            for place, run in ended_runs.items()]
                work.clear()
            raise
        finally:
            done()
            for each in work:
                each.work.runs(0)

    def _settled(self, share: _Share[Key], runs: Mapping[int, Run],
                 waiting: deque[_Share[Key]]
                 ) -> Iterator[tuple[Variant[Key], Run]]:
        """Yield what is certain; let wait what has to run, or to run again.

        A test that fails in another order than its own counts if it passes
        in that very order on the right modules.
        """
        if share.control:
            killer = tests_in(runs[0].events, frozenset(share.control))[1]
            self._holds[share.control] = (
                runs[0].ended == Ending.DONE and killer is None)
            for place, variant in enumerate(share.variants):
                if self._holds[share.control]:
                    yield variant, share.doubted[place]
                else:
                    waiting.append(_Share([variant.as_it_comes()]))
            return
        for place, variant in enumerate(share.variants):
            if place not in runs:
                waiting.append(_Share([replace(variant, change=None)]))
                continue
            ran, killer = tests_in(runs[place].events, variant.job.until)
            if killer and variant.edited:
                self._killers[variant.edited[0]] = killer
            if (not killer and variant.aim is None and not variant.change
                    and not variant.in_order
                    and not set(variant.order).issubset(ran)):
                # Tests have other names here: all there are must run.
                waiting.append(_Share([variant.as_it_comes()]))
            elif (variant.change or variant.in_order or not variant.order
                    or not killer and not share.is_retried
                    or ran == variant.order[:len(ran)]
                    or self._holds.get(ran)):
                yield variant, runs[place]
            elif ran == (killer,) and ran not in self._holds:
                waiting.appendleft(_Share([variant], ran, [runs[place]]))
            elif not killer or ran == (killer,) or share.is_retried:
                waiting.append(_Share([variant.as_it_comes()]))
            else:  # Whether it fails first of all is soon known.
                waiting.appendleft(_Share([replace(
                    variant, aim=(killer,))], is_retried=True))

    def _likely(self, share: _Share[Key]) -> _Share[Key]:
        """Let the tests that can tell run alone, the likeliest of them first.

        That is the one that failed last on this module.
        """
        variant = share.variants[0]
        if share.control:
            return share
        if variant.change or not variant.order or variant.in_order:
            return share
        assert variant.edited
        aim = variant.order if variant.aim is None else variant.aim
        killer = self._killers.get(variant.edited[0], "")
        tests = dict.fromkeys([killer] * (killer in aim) + [*aim])
        return replace(share, variants=[replace(variant, job=replace(
            variant.job, schedule=Schedule(tuple(tests))))])


@dataclass(frozen=True)
class _Share(Generic[Key]):
    """What a clone is to do: a stem many variants, any other one.

    A control runs some tests on the right modules, since a run is doubted in
    which the last of them failed; what is retried was doubted before.
    """

    variants: list[Variant[Key]]
    control: tuple[str, ...] = ()
    doubted: list[Run] = field(default_factory=list)
    is_retried: bool = False

    @property
    def first_sources(self) -> Mapping[str, str]:
        """The modules that the clone is to find."""
        first = self.variants[0]
        return (first.right if first.change or self.control
                else first.sources)

    def laid_in(self, copy: WorkingCopy) -> list[Variant[Key]]:
        """Return the variants as they are to run in a working copy."""
        return [replace(each, job=replace(
            each.job, folder=copy.folder,
            schedule=Schedule(self.control) if self.control
            else each.job.schedule))
            for each in self.variants]


@dataclass(eq=False)
class _Task(Generic[Key]):
    """A share that is worked at, in a working copy."""

    share: _Share[Key]
    copy: WorkingCopy
    work: Execution


class _Looks:
    """When to look at what stems have told: it may take a part of the time."""

    def __init__(self) -> None:
        """Wait at first, for most checks are over soon."""
        self._next = monotonic() + EARLY

    def tell(self, work: Iterable[_Task[Key]],
             early: Callable[[Key, Run], None]) -> None:
        """Tell of what is over, if it is time."""
        begun = monotonic()
        if begun < self._next:
            return
        for task in work:
            for place, run in task.work.so_far().items():
                early(task.share.variants[place].key, run)
        now = monotonic()
        self._next = now + max(EARLY, _PARTS * (now - begun))


def _shares(variants: Sequence[Variant[Key]], parts: int
            ) -> list[_Share[Key]]:
    """Return what each clone does: a stem many variants, any other one."""
    staged = sorted((each for each in variants if each.change),
                    key=_length, reverse=True)
    # The longest first, each to whom has least to do as yet.
    shares: list[list[Variant[Key]]] = [[] for _ in range(parts)]
    lengths = [0] * parts
    for each in staged:
        least = lengths.index(min(lengths))
        shares[least].append(each)
        lengths[least] += _length(each)
    for share in shares:
        share.sort(key=lambda each: each.change.since if each.change else 0)
    return [*map(_Share, filter(None, shares)),
            *(_Share([each]) for each in variants if not each.change)]


def _length(variant: Variant[Key]) -> int:
    """Return about how many tests a variant runs: 50, where all of them do."""
    return len(variant.job.scheduled) if variant.job.schedule else 50
