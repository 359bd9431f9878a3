"""Runs the right modules in a clone, and forks where variants diverge.

Before a test first executes a function, a process in which another body was
put into it is in the state of one that was started with the changed module.
So nothing needs to be imported again, and no test to run again, up to there.
Where one test that fails is enough, many variants share a clone.
"""
from __future__ import annotations

import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

# By names of their own: a test may have patched them in their module.
from os import _exit, getpid, getppid
from typing import NamedTuple

from winnow.model.outcome import Ending

from ..event import (
    Branched,
    Judgement,
    Moment,
    Started,
    VariantBegins,
    VariantEnds,
    VariantRan,
    decoded,
    encoded,
    encodes,
)
from ..job import Schedule
from ..result import Limits, Run
from ..runtime.own_state import Opaque, OwnState
from ..runtime.runner import run
from ..variant import Branching, BranchingUntilOneFails, Key
from ..working_copy import WorkingCopy
from .clonable import is_clonable, open_files
from .code_swap import CannotSwap, Functions, swap
from .process import ChildSide, end, ended, fork
from .shared_clone import SharedClone
from .together import bodies, grouped, is_quiet, merged

_Placed = tuple[int, Branching[Key]]
# Among many variants in a clone, each has so many tests to fail; that takes
# about as long as to clone the process for it.
SOON = 8


class _Branch(NamedTuple):
    """What came of a clone: how it ended, and its log."""

    run: Run
    log: list[bytes]


class SplitStream(SharedClone[Key]):
    """The stem's own side: it never returns to who cloned it."""

    def __init__(self, own: ChildSide, copy: WorkingCopy, limits: Limits,
                 variants: Sequence[Branching[Key]]) -> None:
        """Take the variants that are to branch off, by their place."""
        super().__init__(own, copy, limits, variants[0].right,
                         variants[0].job.runner == "pytest")
        self._waiting: list[_Placed[Key]] = list(enumerate(variants))
        self._is_branch = False
        self._schedule: Schedule | None = None
        self._doubted: list[_Placed[Key]] = []
        self._told: set[int] = set()
        self._unnoticed: set[int] = set()

    def run(self) -> None:
        """Run the tests on the right modules; end with the last variant."""
        variant = self._waiting[0][1]
        run(replace(variant.job, folder=self._copy.folder, schedule=None),
            self._tell, self._pause)
        self._own.end()

    def _pause(self, slot: int) -> Schedule | None:
        """Let each variant branch off that must not wait for another test.

        Returns in the stem, and in each of the branches with its schedule.
        """
        self._own.end_copies()
        if self._is_branch:
            return None
        if slot == 0:
            self._settle()
        picked = [each for each in self._waiting if self._state and (
            slot == 0 and each[1].picked)]
        due = [each for each in self._waiting if each[1].change.since <= slot]
        if (due or picked) and not (is_clonable(self._files) and (
                self._copy.is_as_laid() if slot else self._copy.adopt())
                                    and all(map(self._is_on_course, due[:1]))):
            self._own.end()  # What is left will run from the start.
        self._share_picked(picked)
        if self._is_branch:
            return self._schedule
        due = [each for each in due if each[0] not in self._told]
        self._waiting = [each for each in self._waiting
                         if each[0] not in self._told and each not in due]
        sought, whole, left = [], [], list[_Placed[Key]]()
        for each in due:
            match each[1]:
                case BranchingUntilOneFails():
                    sought.append(each)
                case Branching() if self._state and not each[1].edited:
                    whole.append(each)
                case _:
                    left.append(each)
        while whole and self._state and not self._is_branch:
            whole = self._share(whole, None)
        left += whole
        if self._is_branch:
            return self._schedule
        while left:
            left = self._branch_off(left)
            if self._is_branch:
                return self._schedule
        self._try(sought)
        if self._is_branch:
            return self._schedule
        if not self._waiting:
            self._own.end()
        if due:
            self._lay(self._right)
        return None

    def _share_picked(self, picked: list[_Placed[Key]]) -> None:
        """Try variants on the tests that come to them, in shared clones.

        What is not certain then stays to be tried with all tests. A suite
        whose tests break much gains nothing here.
        """
        idle = 0
        tried = picked
        while picked and self._state and not self._is_branch and idle < 2:
            known = len(self._told) + len(self._unnoticed)
            picked = self._share(picked, None)
            idle = (0 if len(self._told) + len(self._unnoticed) > known
                    else idle + 1)
        if not self._is_branch:
            self._run_together(tried)

    def _run_together(self, tried: Iterable[_Placed[Key]]) -> None:
        """Run all tests on many variants at once that nothing has noticed.

        Each has been tried by itself on the tests that come to it. Where one
        fails on all of them, each has a clone for itself later.
        """
        for group in grouped(each for each in tried
                             if each[0] in self._unnoticed):
            variants = [variant for _, variant in group]
            texts = merged(variants)
            try:
                heirs = [heir for file, body in bodies(variants, texts)
                         for heir in self._functions[file].heirs(body)]
            except (CannotSwap, SyntaxError):
                continue
            self._lay({**self._right, **texts})
            branch = self._clone(None)
            if branch is None:
                swap(heirs)
                return
            if branch.run.ended == Ending.DONE and is_quiet(branch.log):
                for place, _ in group:
                    self._pass_on(place, branch.run, branch.log)
            self._lay(self._right)

    def _branch_off(self, due: Sequence[_Placed[Key]]
                    ) -> list[_Placed[Key]]:
        """Run the first variant to the end in a clone; return the others.

        Where nothing is told of it, it will run from the start.
        """
        (place, variant), *rest = due
        try:
            heirs = self._heirs(variant)
        except CannotSwap:
            return rest
        self._lay(variant.sources)
        branch = self._clone(variant.job.schedule)
        if branch is None:
            swap(heirs)
            return []
        self._pass_on(place, branch.run, branch.log)
        return rest

    def _pass_on(self, place: int, run: Run, lines: Iterable[bytes]) -> None:
        """Tell what a branch told; what follows is the stem's own again."""
        self._told.add(place)
        self._own.tell(VariantRan(place, run.ended, run.reason))
        self._own.copy(lines)
        self._own.tell(Moment.OVER)

    def _try(self, due: Sequence[_Placed[Key]]) -> None:
        """Try variants of which it is enough that one test fails.

        Most fail soon, and many of those share a clone; what is not certain
        then has one for itself, as from a fresh process.
        """
        left = list(due)
        while left and not self._is_branch:
            left = self._share(left, SOON)
        if not self._is_branch:
            self._run_together(self._doubted)
            self._doubted = [each for each in self._doubted
                             if each[0] not in self._told]
        while self._doubted and not self._is_branch:
            self._share([self._doubted.pop(0)], None)

    def _share(self, due: Sequence[_Placed[Key]], most: int | None
               ) -> list[_Placed[Key]]:
        """Try variants in one clone, one after the other; return those left.

        On each, at most so many tests run. Doubted is what is not certain, if
        it has not had a clone for itself: then it will run from the start.
        """
        branch = self._clone(
            Schedule(self._tests_of(due, most), one_by_one=True))
        if branch is None:
            return []
        self._lay(self._right)  # The clone has laid others there.
        if self._state and encoded(Moment.SPOILT) in branch.log:
            self._state = None
            return list(due)
        left, place, lines = dict(due), -1, list[bytes]()
        doubted: list[int] = []
        for line in branch.log:
            match (decoded(line) if encodes(line, VariantBegins, VariantEnds)
                   else None):
                case VariantBegins(place):
                    lines = []
                case VariantEnds(Judgement.UNTRIED):
                    del left[place]
                    place = -1
                case VariantEnds(answer, killer):
                    if answer is Judgement.UNNOTICED:
                        self._unnoticed.add(place)
                    if answer in (Judgement.UNSURE, Judgement.UNNOTICED):
                        doubted.append(place)
                    else:
                        self._learn(left[place], killer)
                        if left[place].picked:
                            lines.insert(0, encoded(Moment.PICKED))
                        self._pass_on(place, Run(ended=Ending.DONE), lines)
                    del left[place]
                    place = -1
                case _:
                    lines.append(line)
        if place in left:
            if most is None and not left[place].picked and (
                    encoded(Moment.UNHEARD) not in lines):
                self._pass_on(place, branch.run, lines)
            else:
                doubted.append(place)
            del left[place]
        elif len(left) == len(due):
            return []  # It ended before the first: what will, from the start.
        if most is not None:
            variants = dict(due)
            self._doubted += [(each, variants[each]) for each in doubted]
        return list(left.items())

    def _clone(self, schedule: Schedule | None) -> _Branch | None:
        """Clone this process and wait; return nothing in the clone."""
        stem = getpid()
        chance = random.getstate()
        branch = fork(self._copy, self._limits, afresh=False)
        if isinstance(branch, ChildSide):
            self._schedule = schedule
            self._become(branch, stem)
            random.setstate(chance)  # Python seeds anew what is cloned.
            return None
        while not ended([branch]):
            self._own.tell(Moment.WAITING)
        return _Branch(branch.run, end(branch))

    def _settle(self) -> None:
        """Find the functions that the imports have made, while it is easy."""
        self._likely.count(each.aim for _, each in self._waiting
                           if isinstance(each, BranchingUntilOneFails))
        for _, variant in self._waiting:
            if variant.edited:
                file = variant.edited[0]
                if file not in self._functions:
                    self._functions[file] = Functions(
                        str(self._copy.folder / file))
        if self._waiting[0][1].job.runner == "unittest" and any(
                each.picked or isinstance(each, BranchingUntilOneFails)
                and each.shares for _, each in self._waiting):
            try:
                self._state = OwnState(f"{self._copy.root}{os.sep}")
            except Opaque:
                pass

    def _is_on_course(self, due: _Placed[Key]) -> bool:
        """Tell whether the same tests have run as when it was traced."""
        started = [event.test for event in self._events
                   if isinstance(event, Started)]
        return list(due[1].change.before) == started

    def _become(self, own: ChildSide, stem: int) -> None:
        """Go on as a branch, with a log of its own."""
        self._own.copy([encoded(Branched(getpid()))])
        if getppid() != stem:
            _exit(1)  # Whoever ended the stem did not know of this one.
        self._own.close()
        self._own = own
        self._files = open_files()
        self._is_branch = True
        if self._schedule is None:
            for event in self._events:
                own.tell(event)
