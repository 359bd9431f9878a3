"""Runs many variants, some at a time, until what comes of each is certain.

How a process runs a variant is up to a `Backend`: the pool knows only when it
begins, and that it has ended.
"""
from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Generic

from winnow.model.outcome import Ending
from winnow.system.processes import uninterrupted

from .backend import Execution, chosen
from .result import GRACE, Limits, Run
from .shares import Branches, Learned, Reimports, Share, parted
from .variant import Branching, Key, Unreached, Variant
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
        self._learned = Learned()
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
        return self._way.branch is not None

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
            if isinstance(variant, Unreached):
                over += 1
                yield variant.key, Run(ended=Ending.DONE)
        waiting = deque(parted([
            each.unbranched() if isinstance(each, Branching)
            and not self.clones else each
            for each in variants if not isinstance(each, Unreached)],
            len(free)))
        work: list[_Task[Key]] = []
        looks = _Looks()
        done = self._way.pausing()
        try:
            while waiting or work:
                while waiting and free:
                    share, copy = waiting.popleft(), free.pop()
                    copy.lay(share.sources)
                    with uninterrupted():
                        work.append(_Task(share, copy, self._begun(
                            share, copy, limits)))
                ended = self._way.over([each.work for each in work])
                for task in [each for each in work if each.work in ended]:
                    with uninterrupted():
                        work.remove(task)
                        runs = task.work.runs(GRACE)
                    if not self._way.replaces:
                        self._left += [what for run in runs.values()
                                       for what in run.left]
                    free.append(task.copy)
                    for variant, run in task.share.settled(
                            runs, self._learned, waiting):
                        over += 1
                        yield variant.key, run
                if early:
                    looks.tell(work, early)
                report(over + sum(each.work.told() for each in work))
        except KeyboardInterrupt:
            with uninterrupted():
                for each in work:  # All of them end here, rescued or not.
                    self.rescued += each.of_branches(each.work.runs(0))
                work.clear()
            raise
        finally:
            done()
            for each in work:
                each.work.runs(0)

    def _begun(self, share: Share[Key], copy: WorkingCopy, limits: Limits
               ) -> Execution:
        """Let a process begin what it is to do in a working copy."""
        match share:
            case Branches(variants):
                assert self._way.branch
                return self._way.branch(variants, copy, limits)
            case Reimports(variants):
                assert self._way.reimport
                return self._way.reimport(variants, copy, limits)
            case _:
                return self._way.begin(replace(
                    share.job(self._learned), folder=copy.folder),
                    copy, limits)


@dataclass(eq=False)
class _Task(Generic[Key]):
    """A share that is worked at, in a working copy."""

    share: Share[Key]
    copy: WorkingCopy
    work: Execution

    def of_branches(self, runs: Mapping[int, Run]) -> list[tuple[Key, Run]]:
        """Return runs of variants that branched off, each with its key."""
        match self.share:
            case Branches(variants):
                return [(variants[place].key, run)
                        for place, run in runs.items()]
        return []


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
            for key, run in task.of_branches(task.work.so_far()):
                early(key, run)
        now = monotonic()
        self._next = now + max(EARLY, _PARTS * (now - begun))
