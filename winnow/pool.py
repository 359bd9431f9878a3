"""Runs many variants, each in a process of its own, cloned from a warm one.

The warm process has imported what the tests import, but nothing of the
learner's; it has no thread and no connection. A clone costs a few
milliseconds, starts from clean ground and is thrown away: its verdict is that
of a fresh process.
"""
from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

from . import imports, runner
from .clone import GRACE, Clone, Limits, Run, ended, fork, reap
from .stage import FAILING
from .stem import Stem, results
from .variant import Key, Variant
from .workspace import WorkingCopy, Workspace, uninterrupted


class Pool:
    """Working copies, and as many processes at a time as there are copies."""

    def __init__(self, workspace: Workspace, jobs: int) -> None:
        """Prepare for so many processes at a time."""
        self._workspace = workspace
        self._copies = [workspace.copy(number) for number in range(jobs)]
        self._killers: dict[str, str] = {}
        self._holds: dict[str, bool] = {}
        self.rescued: list[tuple[Any, Run]] = []

    def pattern(self, path: str) -> bytes:
        """Return a file of the folder that the working copies are made of."""
        return self._workspace.read(path)

    def warm(self, names: Iterable[str], texts: Mapping[str, bytes]) -> None:
        """Import modules and compile files that every clone would."""
        imports.load_ahead(names)
        imports.compile_ahead([copy.folder for copy in self._copies], texts)

    def run(self, variants: Iterable[Variant[Key]], limits: Limits,
            report: Callable[[int], None] = lambda number: None
            ) -> Iterator[tuple[Key, Run]]:
        """Run each variant, and yield it with what was seen as it ends.

        `report` hears from time to time how many have ended. Whatever
        happens, no process is left when this ends or is closed. What a stem
        had told when it was interrupted is `rescued`.
        """
        free = list(self._copies)
        waiting = deque(_shares(list(variants), len(free)))
        work: dict[int, _Work[Key]] = {}
        over = 0
        gc.freeze()  # Or each clone's first collection copies every page.
        try:
            while waiting or work:
                while waiting and free:
                    share, copy = self._likely(waiting.popleft()), free.pop()
                    copy.lay(share.first_sources)
                    with uninterrupted():
                        clone = _started(share.variants, copy, limits)
                        work[clone.pid] = _Work(clone, copy, share)
                for clone in ended([each.clone for each in work.values()]):
                    with uninterrupted():
                        done = work.pop(clone.pid)
                        runs = done.runs()
                    free.append(done.copy)
                    if done.share.control:
                        self._holds[done.share.control] = not any(
                            map(_failure, runs.values()))
                        continue
                    for place, variant in enumerate(done.share.variants):
                        if place in runs:
                            waiting.extendleft(self._learn(variant,
                                                           runs[place]))
                            over += 1
                            yield variant.key, runs[place]
                        else:
                            waiting.append(
                                _Share([replace(variant, change=None)]))
                report(over + sum(map(_Work.told, work.values())))
        except KeyboardInterrupt:
            with uninterrupted():
                self.rescued = [
                    (each.share.variants[place].key, run)
                    for each in work.values() if each.share.variants[0].change
                    for place, run in each.runs(grace=0).items()]
                work.clear()
            raise
        finally:
            gc.unfreeze()
            for each in work.values():
                each.runs(grace=0)

    def _likely(self, share: _Share[Key]) -> _Share[Key]:
        """Let the test that failed last on this module run before the rest."""
        variant = share.variants[0]
        file = variant.edited[0] if variant.edited else ""
        killer = self._killers.get(file)
        if variant.change or not variant.order or variant.is_quick or not (
                killer and self._holds.get(killer)):
            return share
        plan = (killer, *(test for test in variant.order if test != killer))
        return _Share([replace(variant, job=replace(variant.job, plan=plan))])

    def _learn(self, variant: Variant[Key], run: Run
               ) -> Iterator[_Share[Key]]:
        """Note which test failed; ask whether it passes alone if all is right.

        Else it is its place among the others, and no fault, that fails it.
        """
        killer = _failure(run) if variant.order and variant.edited else None
        if killer and variant.edited and not (
                variant.change or variant.is_quick):
            self._killers[variant.edited[0]] = killer
            if killer not in self._holds:
                self._holds[killer] = False
                yield _Share([replace(
                    variant, edited=None,
                    job=replace(variant.job, plan=(killer,)))], killer)


@dataclass(frozen=True)
class _Share(Generic[Key]):
    """What a clone is to do: a stem many variants, any other one.

    A control runs one test, alone, on the right modules.
    """

    variants: list[Variant[Key]]
    control: str | None = None

    @property
    def first_sources(self) -> Mapping[str, str]:
        """The modules that the clone is to find."""
        first = self.variants[0]
        return first.right if first.change else first.sources


@dataclass
class _Work(Generic[Key]):
    """A clone at its share, in a working copy."""

    clone: Clone
    copy: WorkingCopy
    share: _Share[Key]
    _read: int = 0
    _told: int = 0

    def runs(self, grace: float = GRACE) -> dict[int, Run]:
        """End the clone; return its runs by their variants' places."""
        run = reap(self.clone, grace)
        return results(run) if self.share.variants[0].change else {0: run}

    def told(self) -> int:
        """Return how many variants a stem has told of so far."""
        if self.share.variants[0].change:
            size = os.fstat(self.clone.log.fileno()).st_size
            new = os.pread(self.clone.log.fileno(), size - self._read,
                           self._read)
            self._read += len(new)
            self._told += new.count(b'["run", ')
        return self._told


def _failure(run: Run) -> str | None:
    """Return the first test that failed on a run, if one did."""
    for event in run.events:
        match event:
            case ["end", str(test), str(status), _] if status in FAILING:
                return test
    return None


def _shares(variants: Sequence[Variant[Key]], parts: int
            ) -> list[_Share[Key]]:
    """Return what each clone does: a stem many variants, any other one."""
    staged = sorted((each for each in variants if each.change),
                    key=lambda each: each.change.since if each.change else 0)
    shares = [staged[part::parts] for part in range(parts)]
    return [*map(_Share, filter(None, shares)),
            *(_Share([each]) for each in variants if not each.change)]


def _started(share: Sequence[Variant[Key]], copy: WorkingCopy,
             limits: Limits) -> Clone:
    """Clone this process; the clone runs its share in a working copy."""
    share = [replace(each, job=replace(each.job, folder=copy.folder))
             for each in share]
    first = share[0]
    process = fork(copy, limits, afresh=True)
    if isinstance(process, Clone):
        return process
    try:
        if first.change:
            Stem(process, copy, limits, share).run()
        else:
            runner.run(first.job, process.tell)
        process.end()
    finally:
        os._exit(1)
