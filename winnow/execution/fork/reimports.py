"""Tries variants in one clone that imports the suite anew for each.

What is executed at an import cannot be exchanged afterwards. All that a clone
has besides is compared after each variant: so the next finds what it would in
a clone of its own.
"""
from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from winnow.model.outcome import Ending

from ..event import Event, Moment, VariantBegins, count, decoded
from ..job import Job
from ..result import Run
from ..runtime import runner, unittest_runner
from ..runtime.import_ground import ImportGround
from ..variant import Key, Variant
from ..working_copy import WorkingCopy
from .clonable import is_clonable, open_files
from .process import SPOILT, ChildHandle, ChildSide, end

# What the first variant would load else, and leave to the next.
LOADED = (unittest_runner,)


class Reimporting(Generic[Key]):
    """The clone's own side."""

    def __init__(self, own: ChildSide, copy: WorkingCopy,
                 variants: Sequence[Variant[Key]]) -> None:
        """Take the variants to try; the first is laid in the copy."""
        self._own = own
        self._copy = copy
        self._variants = variants

    def run(self) -> None:
        """Run the variants, as many as find all as in a new process."""
        runner.run(self._here(self._variants[0].job), self._own.tell,
                   rounds=self._rounds)

    def _here(self, job: Job) -> Job:
        """Return a job in this clone's working copy."""
        return replace(job, folder=self._copy.folder)

    def _rounds(self, job: Job) -> Iterator[Job]:
        """Yield the job of each variant, as long as nothing has changed."""
        ground = ImportGround(f"{self._copy.root}{os.sep}", job.imports)
        files = open_files()
        for place, variant in enumerate(self._variants):
            if place and not (ground.is_left() and is_clonable(files)
                              and self._copy.is_as_laid()):
                break
            self._copy.exchange(variant.sources)
            self._own.tell(VariantBegins(place))
            yield self._here(variant.job)
            self._own.end_copies()


@dataclass(eq=False)
class ClonedReimports:
    """A clone at many variants, of which each imports the suite anew."""

    clone: ChildHandle

    def runs(self, grace: float) -> dict[int, Run]:
        """End the clone; return its runs by the places of their variants.

        Of one that did not come to its end, that is certain of the first
        alone: memory may be left of others. Nor is any where a test wrote into
        what they tell.
        """
        runs = _told_by(map(decoded, end(self.clone, grace)))
        last = self.clone.run
        if [*runs] == [0]:
            runs[0].ended, runs[0].reason = last.ended, last.reason
            return runs
        if last.reason == SPOILT:
            return {}
        whole = {place: run for place, run in runs.items()
                 if run.events[-1:] == [Moment.DONE]}
        for run in whole.values():
            run.ended = Ending.DONE
        return whole

    def so_far(self) -> dict[int, Run]:
        """Return nothing: all of it is soon over."""
        return {}

    def told(self) -> int:
        """Return how many variants have begun, besides the one that is on."""
        begun = sum(count(VariantBegins, line)
                    for line in self.clone.log.entries())
        return max(0, begun - 1)


def _told_by(events: Iterable[Event]) -> dict[int, Run]:
    """Return what was told of each variant, by its place."""
    runs: dict[int, Run] = {}
    run = Run()
    for event in events:
        match event:
            case VariantBegins(place):
                run = runs[place] = Run()
            case _:
                run.events.append(event)
    return runs
