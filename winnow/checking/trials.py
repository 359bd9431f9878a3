"""Tries made faults: clones first, then what must be imported anew."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from winnow.execution.job import Job
from winnow.execution.pool import Pool
from winnow.execution.result import Limits, Run
from winnow.execution.variant import (
    BranchingUntilOneFails,
    Unreached,
    UntilOneFails,
    Variant,
)
from winnow.model.exercise import Edit, Mutant
from winnow.model.outcome import Verdict
from winnow.model.report import FaultVerdict
from winnow.subjects.project import Project

from . import outcomes
from .confirmation import confirmed
from .kept_verdicts import Kept
from .nearest import first_tried
from .outcomes import Seen
from .scheduler import Scheduler
from .session import Progress


@dataclass
class Trials:
    """The faults of a project on trial: what was said of each, and notes.

    Tests reach the modules `by_file` in ways that no trace shows; `files` are
    those of the tests. What is missed is tried again if it `confirms`. What is
    `kept` of an earlier check is not tried.
    """

    project: Project
    job: Job
    reference: Seen
    valid: Sequence[str]
    by_file: Collection[str]
    files: Sequence[str]
    pool: Pool
    limits: Limits
    progress: Progress
    is_quick: bool
    has_matrix: bool
    confirms: bool
    kept: Kept
    judged: dict[Mutant, FaultVerdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def run(self) -> bool:
        """Judge each fault that is tried; false if Ctrl-C came between."""
        scheduler = Scheduler(self.project, self.job, self.reference,
                              not self.has_matrix, self.is_quick)
        variants = [self._variant(scheduler, fault)
                    for fault in self.project.faults]
        self._unviable: set[Mutant] = set()
        self._unreached = {each.key for each in variants
                           if isinstance(each, Unreached)}
        self.judged.update(
            (fault, verdict) for fault, verdict in self.kept.known().items()
            if fault not in self._unreached)
        known = len(self.judged)
        is_whole = True
        try:
            self._run_all(variants)
            if self.confirms and not self.has_matrix:
                self._confirm(variants)
        except KeyboardInterrupt:
            for fault, run in self.pool.rescued:
                if isinstance(fault, Mutant):
                    self._judge(fault, run)
            is_whole = False
            self.notes.append(
                f"Stopped: {len(self.judged)} of {len(variants)} faults were "
                "tried, and what was missed was not all tried again.")
        if known:
            were = "was" if known == 1 else "were"
            self.notes.append(
                f"{known} of {len(variants)} verdicts {were} known from an "
                "earlier check of the same files; --no-cache tries all.")
        if self._unviable:
            were = "was" if len(self._unviable) == 1 else "were"
            self.notes.append(
                f"{len(self._unviable)} more kept a module from being "
                f"imported, and {were} left out.")
        return is_whole

    def _variant(self, scheduler: Scheduler, fault: Mutant) -> Variant[Edit]:
        """Return what is to be run: all tests, where any might execute it.

        What runs in another process, or by its file, is not traced.
        """
        variant = scheduler.variant(fault)
        return (variant.as_it_comes() if fault.module in self.by_file
                else variant)

    def _run_all(self, variants: Sequence[Variant[Edit]]) -> None:
        """Run each variant, some of them on a part of the tests first."""
        afresh = [each for each in variants
                  if isinstance(each, UntilOneFails) and each.aim is None
                  and each.key not in self.judged
                  and each.key.module not in self.by_file]
        if self.pool.clones and not self.is_quick and not self.has_matrix:
            caught = first_tried(
                afresh, self._nearest(), self.files, frozenset(self.valid),
                lambda some: self._heard(some, len(self.judged),
                                         len(variants)))
            for fault, run in caught.items():
                self._judge(fault, run)
        left = [each for each in variants if each.key not in self.judged]
        before = len(variants) - len(left)
        for fault, run in self._heard(left, before, len(variants)):
            self._judge(fault, run)

    def _heard(self, variants: Sequence[Variant[Any]], before: int, of: int
               ) -> Iterator[tuple[Any, Run]]:
        """Run variants; say how far it has come."""
        yield from self.pool.run(
            variants, self.limits,
            lambda done: self.progress(min(before + done, of), of),
            self._keep)

    def _keep(self, fault: object, run: Run) -> None:
        """Keep a verdict that is known before it is its turn."""
        if isinstance(fault, Mutant):
            verdict = self._verdict_of(fault, outcomes.seen(run))
            if verdict.outcome != Verdict.UNVIABLE:
                self.kept.keep(verdict)

    def _nearest(self) -> Callable[[Edit], Sequence[str]]:
        """Return what gives the tests that execute a fault's function.

        For what is executed at the import, they are those of its module.
        """
        tests: dict[str, list[str]] = defaultdict(list)
        for test, (names, _) in self.reference.executes.items():
            for name in {*names, *(each for each in self.project.modules
                                   if any(name.startswith(f"{each}.")
                                          for name in names))}:
                tests[name].append(test)

        def nearest(fault: Edit) -> Sequence[str]:
            """Return the tests, none where none is known."""
            function = getattr(fault, "function", None)
            return tests.get(f"{fault.module}.{function}"
                             if function else fault.module, ())

        return nearest

    def _judge(self, fault: Edit, run: Run) -> None:
        """Note what a run says of its fault."""
        assert isinstance(fault, Mutant)
        seen = outcomes.seen(run)
        if seen.unviable:
            # Whoever made it would have seen so at once.
            self._unviable.add(fault)
            return
        self.judged[fault] = self._verdict_of(fault, seen)
        self.kept.keep(self.judged[fault])

    def _verdict_of(self, fault: Mutant, seen: Seen) -> FaultVerdict:
        """Return what a run says of a fault."""
        line = fault.line_in(self.project.sources[fault.module])
        return replace(
            outcomes.judge_fault(fault, line, self.valid, seen,
                                 self.reference.tests),
            is_executed=fault not in self._unreached)

    def _confirm(self, variants: Sequence[Variant[Edit]]) -> None:
        """Try what was missed again: a sample, with the whole suite.

        What ran so already, in a process that started anew, is not in it. One
        that is used again may be wrong about each.
        """
        # That nothing executes a function was seen in a process that started
        # anew already.
        again = [variant for variant in variants
                 if variant.key in self.judged.keys() - self._unreached
                 and variant.key.module not in self.by_file
                 and self._verdict(variant) != Verdict.CAUGHT]
        of = len(variants)
        if not self.pool.clones:
            again = [variant for variant in again
                     if variant.key not in self.kept.confirmed]
            for fault, run in self._heard(
                    [each.as_it_comes() for each in again], of,
                    of + len(again)):
                self._judge(fault, run)
            self.kept.confirm(_made(each) for each in again
                              if self._verdict(each) == Verdict.MISSED)
            return
        missed = [_made(each) for each in again if _is_aimed(each)
                  and self._verdict(each) == Verdict.MISSED]
        if not missed:
            return
        result = confirmed(
            missed, self.project, self.job, self.valid,
            lambda some: self._heard(some, of, of + len(some)),
            self._is_missed, self.kept.confirmed)
        for fault, run in result.differing.items():
            self._judge(fault, run)
        self.kept.confirm(result.alike)
        self.notes += result.notes()

    def _verdict(self, variant: Variant[Edit]) -> Verdict:
        """Return what was said of a variant's fault."""
        return self.judged[_made(variant)].outcome

    def _is_missed(self, fault: Mutant, run: Run) -> bool:
        """Tell whether no test fails in a run, as on the right modules."""
        return outcomes.judge_fault(
            fault, 0, self.valid, outcomes.seen(run), self.reference.tests
            ).outcome == Verdict.MISSED


def _is_aimed(variant: Variant[Edit]) -> bool:
    """Tell whether those tests alone ran that come to a change."""
    return isinstance(variant, BranchingUntilOneFails) or (
        isinstance(variant, UntilOneFails) and variant.aim is not None)


def _made(variant: Variant[Edit]) -> Mutant:
    """Return the fault of a variant."""
    assert isinstance(variant.key, Mutant)
    return variant.key
