"""Tries variants one after the other in a clone that is at its tests.

A test that fails is enough for most of them. What the tests have left behind
in their own modules is put back after each, where that is possible.
"""
from __future__ import annotations

import os
import random
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Generic

from winnow.model.outcome import Status

from ..event import (
    Event,
    Finished,
    Judgement,
    Moment,
    Refused,
    Started,
    Stopped,
    VariantBegins,
    VariantEnds,
)
from ..job import ANEW
from ..result import Limits
from ..runtime.own_state import OwnState
from ..variant import Branching, BranchingUntilOneFails, Key, Picked
from ..working_copy import WorkingCopy
from . import code_swap
from .clonable import is_clonable, open_files
from .code_swap import CannotSwap, Functions, Replacement, swap
from .likely_tests import LikelyTests
from .process import ChildSide

# After so many in a row of which nothing is certain, it is not worth while.
FEW = 6


class SharedClone(Generic[Key]):
    """What a process at its tests has to try variants on.

    `right` are the texts of the right modules, by path.
    """

    def __init__(self, own: ChildSide, copy: WorkingCopy, limits: Limits,
                 right: Mapping[str, str], is_pytest: bool) -> None:
        """Take this process's own side, and the folder in which it stands."""
        self._own = own
        self._is_pytest = is_pytest
        self._copy = copy
        self._limits = limits
        self._right = right
        self._files = open_files()
        self._events: list[Event] = []
        self._likely = LikelyTests()
        self._proven: set[str] = set()
        self._has_failed = False
        self._started = ""
        self._is_lost = False
        self._is_heard = True
        self._functions: dict[str, Functions] = {}
        self._state: OwnState | None = None
        self._chance = random.getstate()

    def _tell(self, event: Event) -> None:
        """Note an event; those before a branch are the branch's too."""
        match event:
            case Started(test):
                self._started = test
            case Finished(_, Status.SKIPPED):
                pass
            case Finished() | Refused() | Stopped():
                self._has_failed = True
        self._events.append(event)
        self._own.tell(event if self._is_heard else Moment.UNHEARD)

    def _tests_of(self, due: Sequence[tuple[int, Branching[Key]]],
                  most: int | None
                  ) -> Iterator[str]:
        """Yield the tests to run next in a clone, variant by variant."""
        self._chance = random.getstate()
        state: OwnState | None = None
        unsure = 0
        for place, variant in due:
            if unsure == FEW:
                break
            self._own.tell(VariantBegins(place))
            try:
                heirs = self._heirs(variant)
            except CannotSwap:
                self._own.tell(VariantEnds(Judgement.UNTRIED, None))
                continue
            # A fault with a clone for itself finds nothing that is put back.
            state = None if most is None and isinstance(
                variant, BranchingUntilOneFails) else self._state
            if state and variant.picked:
                answer, is_clean = yield from self._on_picked(
                    variant, variant.picked, heirs)
                unsure = 0 if answer is not Judgement.UNSURE else unsure + 1
                if is_clean:
                    continue
                state = None  # What was told before was compared each time.
                break
            if state:
                if (yield from self._from_scratch(variant, heirs)):
                    continue
                break
            if not isinstance(variant, BranchingUntilOneFails):
                break  # Others share no clone where not all is put back.
            if not (yield from self._in_turn(
                    variant, heirs, most, place == due[0][0])):
                break  # Something was left behind.
        if state and not state.is_alone_changed():
            self._own.tell(Moment.SPOILT)
        self._own.end()

    def _in_turn(self, variant: BranchingUntilOneFails[Key],
                 heirs: Sequence[Replacement], most: int | None,
                 is_first: bool) -> Generator[str, None, bool]:
        """Try a variant where what others have left cannot be put back.

        So what fails must pass on the right code here, and fail again on this
        one, unless it has before. Tells whether another may be tried.
        """
        # In the suite's order, if the verdict is to be a whole run's.
        tests = (self._likely.ordered(variant.change.name, variant.aim)
                 if most is not None else
                 list(variant.order if variant.shares else variant.aim))
        self._draw_as_before()
        killer = yield from self._on(
            variant, heirs, tests[:most], most is None)
        is_clean = True
        # Those that are left out of the aim ran in no other way yet.
        answer = (Judgement.MISSED if not self._is_lost and (
            most is None or not variant.shares and is_first
            and tests[most:] == []) else Judgement.UNSURE)
        if killer:
            self._is_heard = False
            is_sure = is_clean = not (yield from self._failing([killer]))
            if is_clean and killer not in self._proven:
                is_sure = bool((yield from self._on(
                    variant, heirs, [killer])))
            self._is_heard = True
            answer = Judgement.CAUGHT if is_sure else Judgement.UNSURE
            self._learn(variant, killer if is_sure else None)
        self._own.tell(VariantEnds(answer, killer))
        return is_clean and is_clonable(self._files)

    def _on(self, variant: BranchingUntilOneFails[Key],
            heirs: Sequence[Replacement], tests: Iterable[str],
            to_the_end: bool = False) -> Generator[str, None, str | None]:
        """Run tests on changed code until one fails; return that one."""
        right = code_swap.as_they_are(heirs)
        self._lay(variant.sources, is_running=True)
        if variant.sets_up:
            yield ANEW
        swap(heirs)
        killer = yield from self._failing(tests, to_the_end)
        swap(right)
        if variant.sets_up:
            yield ANEW
        self._lay(self._right, is_running=True)
        return killer

    def _from_scratch(self, variant: Branching[Key],
                      heirs: Sequence[Replacement]
                      ) -> Generator[str, None, bool]:
        """Try a variant in the state in which the first test begins.

        So what is seen is what a clone for it alone would show. That nothing
        is seen of a fault is not taken from here alone: it is unnoticed.
        Tells whether the next variant, too, would find that state.
        """
        finds_one = isinstance(variant, BranchingUntilOneFails)
        killer, is_sure, is_clean = yield from self._round(
            variant, heirs, self._likely.ordered(
                variant.change.name, variant.aim) if isinstance(
                    variant, BranchingUntilOneFails)
            else variant.job.scheduled)
        is_unnoticed = is_sure and not killer
        if bool(killer) != finds_one:
            is_sure = False  # Which others fail is asked, or if none does.
        elif killer and killer not in self._proven:
            self._is_heard = False
            for changes in [], heirs:
                if is_clean and is_sure:
                    failed, is_sure, is_clean = yield from self._round(
                        variant, changes, [killer])
                    is_sure = is_sure and bool(failed) == (changes is heirs)
            is_sure = is_sure and is_clean
            self._is_heard = True
        answer = (Judgement.UNSURE if not is_sure else Judgement.CAUGHT
                  if killer else Judgement.MISSED)
        if answer is Judgement.CAUGHT:
            self._learn(variant, killer)
        elif finds_one and is_unnoticed:
            answer = Judgement.UNNOTICED
        self._own.tell(VariantEnds(answer, killer))
        return is_clean

    def _on_picked(self, variant: Branching[Key], picked: Picked,
                   heirs: Sequence[Replacement]
                   ) -> Generator[str, None, tuple[Judgement, bool]]:
        """Try a variant on the tests that come to it, each to its end.

        What fails for the first time in this process must pass here on the
        right modules, too. Returns what is said of the variant, and whether
        the next one finds what this one has found.
        """
        failing, is_sure, is_clean = yield from self._compared(
            variant, heirs, picked.tests)
        failing = [test for test in failing if test in picked.valid]
        new = [test for test in failing if test not in self._proven]
        if is_sure and new:
            self._is_heard = False
            wrong, is_sure, is_clean = yield from self._compared(
                variant, [], new)
            self._is_heard = True
            is_sure = is_sure and not wrong
            self._proven.update(new if is_sure else ())
        answer = (Judgement.UNSURE if not is_sure else Judgement.CAUGHT
                  if failing else Judgement.UNNOTICED if picked.doubted
                  else Judgement.MISSED)
        self._own.tell(VariantEnds(answer, None))
        return answer, is_clean

    def _compared(self, variant: Branching[Key],
                  heirs: Sequence[Replacement], tests: Iterable[str]
                  ) -> Generator[str, None, tuple[list[str], bool, bool]]:
        """Run tests on changed code, compare what they leave, put it back.

        Returns those that fail, whether no other would find what is left, and
        whether all could be put back.
        """
        assert self._state
        right = code_swap.as_they_are(heirs)
        self._copy.exchange(variant.sources if heirs else self._right)
        self._draw_as_before()
        failing, is_sure, last = list[str](), True, ""
        swap(heirs)
        tests = [*tests, ANEW]
        for number, test in enumerate(tests, 1):
            self._started, self._has_failed = "", False
            yield test
            if self._has_failed:
                failing.append(test or last)
            if test == ANEW:
                swap(right)
                is_sure = not self._state.differs() and (
                    number < len(tests) or self._state.is_alone_changed())
                swap(heirs)
            elif self._started != test:  # What it needs could not be set up.
                is_sure = False
            if not is_sure:
                break
            last = test or last
        if not is_sure:
            yield ANEW
        swap(right)
        if not self._copy.is_as_laid():
            is_sure = False
            self._lay(self._right, is_running=True)
        self._copy.exchange(self._right)
        self._state.put_back()
        return failing, is_sure, is_clonable(self._files) and (
            is_sure or not self._state.differs()
            and self._state.is_alone_changed())

    def _round(self, variant: Branching[Key], heirs: Sequence[Replacement],
               tests: Iterable[str]
               ) -> Generator[str, None, tuple[str | None, bool, bool]]:
        """Run tests on changed code until one fails, and put all back.

        Returns that one, whether it is certain, and if all could be put back.
        """
        assert self._state
        right = code_swap.as_they_are(heirs)
        self._copy.exchange(variant.sources if heirs else self._right)
        self._draw_as_before()
        swap(heirs)
        is_sure, killer = True, None
        for test in tests:
            self._started, self._has_failed = "", False
            yield test
            if self._has_failed:
                killer = test
                break
            if self._started != test:  # What it needs could not be set up.
                is_sure = False
                break
        self._has_failed = False
        yield ANEW
        is_sure = is_sure and (bool(killer) or not self._has_failed)
        swap(right)
        self._lay(self._right, is_running=True)
        self._state.put_back()
        return killer, is_sure, is_clonable(self._files)

    def _failing(self, tests: Iterable[str], to_the_end: bool = False
                 ) -> Generator[str, None, str | None]:
        """Run tests until one fails; return that one, or nothing.

        All is lost where one does not begin: what it needs was not set up.
        What pytest has set up for several stays, unless one fails that may
        have spoilt it, or they run `to_the_end` and all is torn down.
        """
        self._is_lost = False
        test = ""
        for test in tests:
            self._started, self._has_failed = "", False
            yield test
            if self._has_failed:
                if self._is_pytest:
                    yield ANEW
                return test
            if self._started != test:
                self._is_lost = True
                return None
        if test and to_the_end and self._is_pytest:
            yield ANEW
        return test if self._has_failed else None

    def _learn(self, variant: Branching[Key], killer: str | None) -> None:
        """Remember a test that has failed on a variant, and passed without."""
        if killer:
            self._proven.add(killer)
            self._likely.learn(variant.change.name, killer)

    def _draw_as_before(self) -> None:
        """Let chance be what it was; to set it takes longer than to ask."""
        if random.getstate() != self._chance:
            random.setstate(self._chance)

    def _heirs(self, variant: Branching[Key]) -> list[Replacement]:
        """Return what is to be changed in this process for a variant."""
        if not (variant.edited and variant.change.body):
            return []
        return self._functions[variant.edited[0]].heirs(variant.change.body)

    def _lay(self, sources: Mapping[str, str], is_running: bool = False
             ) -> None:
        """Make the folder as if new, and stand in it as before."""
        here = os.getcwd()
        self._copy.lay(sources, is_running)
        os.chdir(here)
