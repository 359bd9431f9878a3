"""Runs the right modules in a clone, and forks where variants diverge.

Before a test first executes a function, a process in which another body was
put into it is in the state of one that was started with the changed module.
So nothing needs to be imported again, and no test to run again, up to there.
Where one test that fails is enough, one clone is a bench for many variants.
"""
from __future__ import annotations

import os
import random
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

# By names of their own: a test may have patched them in their modules.
from json import dumps, loads
from os import _exit, getpid, getppid
from typing import Generic, NamedTuple

from winnow.model.outcome import Ending, Status

from ..job import Event, Schedule
from ..result import Limits, Run
from ..runtime.runner import run
from ..variant import Key, Variant
from ..working_copy import WorkingCopy
from .clonable import is_clonable, open_files
from .code_swap import CannotSwap, Functions, Replacement, swap
from .likely_tests import LikelyTests
from .process import ChildSide, end, ended, fork

_Placed = tuple[int, Variant[Key]]
# What stands in a log for an event of a test that only proves another.
_UNHEARD: Event = ["unheard"]
# Among many variants in a clone, each has so many tests to fail; that takes
# about as long as to clone the process for it.
SOON = 8
_CAUGHT, _MISSED, _UNSURE = "caught", "missed", "unsure"


class _Branch(NamedTuple):
    """What came of a clone: how it ended, and its log."""

    run: Run
    log: list[bytes]


class SplitStream(Generic[Key]):
    """The stem's own side: it never returns to who cloned it."""

    def __init__(self, own: ChildSide, copy: WorkingCopy, limits: Limits,
                 variants: Sequence[Variant[Key]]) -> None:
        """Take the variants that are to branch off, by their place."""
        self._own = own
        self._copy = copy
        self._limits = limits
        self._waiting = list(enumerate(variants))
        self._files = open_files()
        self._events: list[Event] = []
        self._is_branch = False
        self._schedule: Schedule | None = None
        self._likely = LikelyTests()
        self._proven: set[str] = set()
        self._doubted: list[_Placed[Key]] = []
        self._has_failed = False
        self._is_heard = True
        self._functions: dict[str, Functions] = {}

    def run(self) -> None:
        """Run the tests on the right modules; end with the last variant."""
        variant = self._waiting[0][1]
        self._right = variant.right
        run(replace(variant.job, schedule=None), self._tell, self._pause)
        self._own.end()

    def _tell(self, event: Event) -> None:
        """Note an event; those before a branch are the branch's too."""
        if event[0] == "refused" or (
                event[0] in ("end", "stopped") and event[2] != Status.SKIPPED):
            self._has_failed = True
        self._events.append(event)
        self._own.tell(event if self._is_heard else _UNHEARD)

    def _pause(self, slot: int) -> Schedule | None:
        """Let each variant branch off that must not wait for another test.

        Returns in the stem, and in each of the branches with its schedule.
        """
        self._own.end_copies()
        if self._is_branch:
            return None
        if slot == 0:
            self._settle()
        due = [each for each in self._waiting if _since(each[1]) <= slot]
        if due and not (is_clonable(self._files) and (
                self._copy.is_as_laid() if slot else self._copy.adopt())
                        and self._is_on_course(due[0][1])):
            self._own.end()  # What is left will run from the start.
        for each in due:
            self._waiting.remove(each)
        left = [each for each in due if not each[1].order]
        while left:
            left = self._branch_off(left)
            if self._is_branch:
                return self._schedule
        self._try([each for each in due if each[1].order])
        if self._is_branch:
            return self._schedule
        if not self._waiting:
            self._own.end()
        if due:
            self._lay(self._right)
        return None

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
        self._own.tell(["run", place, run.ended, run.reason])
        self._own.copy(lines)
        self._own.tell(["over"])

    def _try(self, due: Sequence[_Placed[Key]]) -> None:
        """Try variants of which it is enough that one test fails.

        Most fail soon, and many of those share a clone; what is not certain
        then has one for itself, as from a fresh process.
        """
        left = list(due)
        while left and not self._is_branch:
            left = self._bench(left, SOON)
        while self._doubted and not self._is_branch:
            self._bench([self._doubted.pop(0)], None)

    def _bench(self, due: Sequence[_Placed[Key]], most: int | None
               ) -> list[_Placed[Key]]:
        """Try variants in one clone, one after the other; return those left.

        On each, at most so many tests run. Doubted is what is not certain, if
        it has not had a clone for itself: then it will run from the start.
        """
        branch = self._clone(
            Schedule(self._errands(due, most), one_by_one=True))
        if branch is None:
            return []
        self._lay(self._right)  # The clone has laid others there.
        left, place, lines = dict(due), -1, list[bytes]()
        doubted: list[int] = []
        for line in branch.log:
            match loads(line):
                case ["begins", int(place)]:
                    lines = []
                case ["ends", str(verdict), str(killer)]:
                    if verdict == _UNSURE:
                        doubted.append(place)
                    else:
                        self._learn(left[place], killer)
                        self._pass_on(place, Run(ended=Ending.DONE), lines)
                    del left[place]
                    place = -1
                case _:
                    lines.append(line)
        if place in left:
            if most is None and dumps(_UNHEARD).encode() not in lines:
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

    def _errands(self, due: Sequence[_Placed[Key]], most: int | None
                 ) -> Iterator[str]:
        """Yield the tests to run next in a bench, variant by variant."""
        chance = random.getstate()
        for place, variant in due:
            self._own.tell(["begins", place])
            try:
                heirs = self._heirs(variant)
            except CannotSwap:
                self._own.tell(["ends", _UNSURE, ""])
                continue
            right = [(function, function.__code__) for function, _ in heirs]
            # In the suite's order, if the verdict is to be a whole run's.
            tests = (list(variant.aim or ()) if most is None
                     else self._likely.ordered(
                         _name(variant), variant.aim or ()))
            random.setstate(chance)
            self._lay(variant.sources, is_running=True)
            swap(heirs)
            killer = yield from self._failing(tests[:most])
            swap(right)
            self._lay(self._right, is_running=True)
            is_clean = True
            verdict = (_MISSED if place == due[0][0] and tests[most:] == []
                       or most is None else _UNSURE)
            if killer:
                self._is_heard = False
                is_clean = not (yield from self._failing([killer]))
                if is_clean and killer not in self._proven:
                    self._lay(variant.sources, is_running=True)
                    swap(heirs)
                    is_sure = bool((yield from self._failing([killer])))
                    swap(right)
                    self._lay(self._right, is_running=True)
                else:
                    is_sure = is_clean
                self._is_heard = True
                verdict = _CAUGHT if is_sure else _UNSURE
                self._learn(variant, killer if is_sure else "")
            self._own.tell(["ends", verdict, killer])
            if not (is_clean and is_clonable(self._files)):
                break  # Something was left behind.
        self._own.end()

    def _failing(self, tests: Iterable[str]) -> Generator[str, None, str]:
        """Run tests until one fails; return that one, or nothing."""
        for test in tests:
            self._has_failed = False
            yield test
            if self._has_failed:
                return test
        return ""

    def _learn(self, variant: Variant[Key], killer: str) -> None:
        """Remember a test that has failed on a variant, and passed without."""
        if killer:
            self._proven.add(killer)
            self._likely.learn(_name(variant), killer)

    def _heirs(self, variant: Variant[Key]) -> list[Replacement]:
        """Return what is to be changed in this process for a variant."""
        if not (variant.edited and variant.change and variant.change.body):
            return []
        return self._functions[variant.edited[0]].heirs(variant.change.body)

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
            self._own.tell(["waiting"])
        return _Branch(branch.run, end(branch))

    def _lay(self, sources: Mapping[str, str], is_running: bool = False
             ) -> None:
        """Make the folder as if new, and stand in it as before."""
        here = os.getcwd()
        self._copy.lay(sources, is_running)
        os.chdir(here)

    def _settle(self) -> None:
        """Find the functions that the imports have made, while it is easy."""
        self._likely.count(each.aim or () for _, each in self._waiting)
        for _, variant in self._waiting:
            change = variant.change
            if change and variant.edited:
                file = variant.edited[0]
                if file not in self._functions:
                    self._functions[file] = Functions(
                        str(self._copy.folder / file))

    def _is_on_course(self, variant: Variant[Key]) -> bool:
        """Tell whether the same tests have run as when it was traced."""
        change = variant.change
        started = [event[1] for event in self._events if event[0] == "start"]
        return change is None or list(change.before) == started

    def _become(self, own: ChildSide, stem: int) -> None:
        """Go on as a branch, with a log of its own."""
        self._own.copy([dumps(["branch", getpid()]).encode()])
        if getppid() != stem:
            _exit(1)  # Whoever ended the stem did not know of this one.
        self._own.close()
        self._own = own
        self._files = open_files()
        self._is_branch = True
        if self._schedule is None:
            for event in self._events:
                own.tell(event)


def _name(variant: Variant[Key]) -> str:
    """Return the name of the function that a variant changes."""
    body = variant.change.body if variant.change else None
    return body.name if body else ""


def _since(variant: Variant[Key]) -> int:
    """Return the last slot before which a variant can branch off."""
    return variant.change.since if variant.change else 0
