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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from . import imports, runner
from .clone import Clone, Limits, Run, ended, fork, reap
from .stem import Stem, results
from .variant import Key, Variant
from .workspace import WorkingCopy, Workspace, uninterrupted

_Share = list[Variant[Key]]


class Pool:
    """Working copies, and as many processes at a time as there are copies."""

    def __init__(self, workspace: Workspace, jobs: int) -> None:
        """Prepare for so many processes at a time."""
        self._copies = [workspace.copy(number) for number in range(jobs)]

    def warm(self, names: Iterable[str], texts: Mapping[str, bytes]) -> None:
        """Import modules and compile files that every clone would."""
        imports.load_ahead(names)
        imports.compile_ahead([copy.folder for copy in self._copies], texts)

    def run(self, variants: Iterable[Variant[Key]],
            limits: Limits) -> Iterator[tuple[Key, Run]]:
        """Run each variant, and yield it with what was seen as it ends.

        Whatever happens, no process is left when this ends or is closed.
        """
        free = list(self._copies)
        waiting = deque(_shares(list(variants), len(free)))
        clones: dict[int, tuple[Clone, WorkingCopy, _Share[Key]]] = {}
        gc.freeze()  # Or each clone's first collection copies every page.
        try:
            while waiting or clones:
                while waiting and free:
                    copy, share = free.pop(), waiting.popleft()
                    copy.lay(_first_sources(share))
                    with uninterrupted():
                        clone = _started(share, copy, limits)
                        clones[clone.pid] = clone, copy, share
                for clone in ended([each[0] for each in clones.values()]):
                    with uninterrupted():
                        _, copy, share = clones.pop(clone.pid)
                        runs = _runs(clone, share)
                    free.append(copy)
                    for place, variant in enumerate(share):
                        if place in runs:
                            yield variant.key, runs[place]
                        else:
                            waiting.append([replace(variant, change=None)])
        finally:
            gc.unfreeze()
            for clone, _, _ in clones.values():
                results(reap(clone, grace=0))


def _shares(variants: Sequence[Variant[Key]], parts: int) -> list[_Share[Key]]:
    """Return what each clone does: a stem many variants, any other one."""
    staged = sorted((each for each in variants if each.change),
                    key=lambda each: each.change.since if each.change else 0)
    shares = [staged[part::parts] for part in range(parts)]
    return [*filter(None, shares),
            *([each] for each in variants if not each.change)]


def _runs(clone: Clone, share: _Share[Key]) -> dict[int, Run]:
    """End a clone; return its runs by their variants' places in the share."""
    run = reap(clone)
    return results(run) if share[0].change else {0: run}


def _first_sources(share: _Share[Key]) -> Mapping[str, str]:
    """Return the modules that a share's clone is to find."""
    return share[0].right if share[0].change else share[0].sources


def _started(share: _Share[Key], copy: WorkingCopy, limits: Limits) -> Clone:
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
