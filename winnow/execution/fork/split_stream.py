"""Runs the right modules in a clone, and forks where variants diverge.

Before a test first executes a function, a process in which another body was
put into it is in the state of one that was started with the changed module.
So nothing needs to be imported again, and no test to run again, up to there.
Where one test that fails is enough, one clone is a bench for many variants.
"""
from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

# By names of their own: a test may have patched them in their modules.
from json import dumps, loads
from os import _exit, getpid, getppid
from typing import Generic, NamedTuple

from winnow.model.outcome import Ending, Status
from winnow.system.processes import kill_group

from ..job import Event, Schedule
from ..result import Limits, Run
from ..runtime.runner import run
from ..variant import Key, Variant
from ..workspace import WorkingCopy
from .code_swap import CannotSwap, Functions, Replacement, swap
from .process import ChildSide, end, ended, fork

_Placed = tuple[int, Variant[Key]]
# What stands in a log for an event of a test that only proves another.
_UNHEARD: Event = ["unheard"]


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
        self._files = _open_files()
        self._events: list[Event] = []
        self._is_branch = False
        self._schedule: Schedule | None = None
        self._killers: dict[str, str] = {}
        self._last = ""
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
        if due and not (self._is_alone() and self._is_on_course(due[0][1])):
            self._own.end()  # What is left will run from the start.
        for each in due:
            self._waiting.remove(each)
        left = due
        while left:
            left = (self._bench(left) if left[0][1].order
                    else self._branch_off(left))
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

    def _bench(self, due: Sequence[_Placed[Key]]) -> list[_Placed[Key]]:
        """Try variants in one clone, one after the other; return those left.

        Of each, it is enough that one test fails, and that the same test
        passes again once the right code is back: so nothing that a variant
        has left behind can be taken for a fault caught. What is missed will
        be tried from the start.
        """
        branch = self._clone(
            Schedule(self._errands(due), one_by_one=True))
        if branch is None:
            return []
        self._lay(self._right)  # The clone has laid others there.
        left, place, lines = dict(due), -1, list[bytes]()
        for line in branch.log:
            match loads(line):
                case ["begins", int(place)]:
                    lines = []
                case ["ends", bool(is_sure)]:
                    if is_sure:
                        self._pass_on(place, Run(ended=Ending.DONE), lines)
                    del left[place]
                    place = -1
                case _:
                    lines.append(line)
        if place in left:
            if dumps(_UNHEARD).encode() not in lines:
                self._pass_on(place, branch.run, lines)
            del left[place]
        elif len(left) == len(due):
            return []  # It ended before the first: what will, from the start.
        return list(left.items())

    def _errands(self, due: Sequence[_Placed[Key]]) -> Iterator[str]:
        """Yield the tests to run next in a bench, variant by variant."""
        chance = random.getstate()
        for place, variant in due:
            self._own.tell(["begins", place])
            try:
                heirs = self._heirs(variant)
            except CannotSwap:
                self._own.tell(["ends", False])
                continue
            right = [(function, function.__code__) for function, _ in heirs]
            self._lay(variant.sources)
            random.setstate(chance)
            swap(heirs)
            killer = ""
            for test in self._by_killers(variant):
                self._has_failed = False
                yield test
                if self._has_failed:
                    killer = test
                    break
            swap(right)
            self._lay(self._right)
            if killer:
                self._own.tell(["ends", (yield from self._passes(killer))])
                self._killers[_name(variant)] = self._last = killer
            else:
                self._own.tell(["ends", True])
            if self._has_failed or not self._is_alone():
                break  # Something was left behind.
        self._own.end()

    def _passes(self, test: str) -> Generator[str, None, bool]:
        """Run a test on the right modules, unheard; tell if it passes."""
        self._has_failed = False
        self._is_heard = False
        yield test
        self._is_heard = True
        return not self._has_failed

    def _by_killers(self, variant: Variant[Key]) -> list[str]:
        """Return the tests that can tell, those first that told before."""
        aim = list(variant.aim or ())
        likely = [self._killers.get(_name(variant), ""), self._last]
        return [*dict.fromkeys([each for each in likely if each in aim] + aim)]

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

    def _lay(self, sources: Mapping[str, str]) -> None:
        """Make the folder as if new, and stand in it as before."""
        here = os.getcwd()
        self._copy.lay(sources)
        os.chdir(here)

    def _settle(self) -> None:
        """Find the functions that the imports have made, while it is easy."""
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

    def _is_alone(self) -> bool:
        """Tell whether a clone would find all that this process has.

        Threads and timers end in it, and positions in open files are shared.
        """
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return (_threads() == 1
                    and signal.getitimer(signal.ITIMER_REAL) == (0, 0)
                    and signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
                    and _open_files() == self._files
                    and self._copy.is_as_laid())
        return False

    def _become(self, own: ChildSide, stem: int) -> None:
        """Go on as a branch, with a log of its own."""
        self._own.copy([dumps(["branch", getpid()]).encode()])
        if getppid() != stem:
            _exit(1)  # Whoever ended the stem did not know of this one.
        self._own.close()
        self._own = own
        self._files = _open_files()
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


def _threads() -> int:
    """Return how many threads this process has."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:  # Elsewhere, those are told that Python itself knows.
        return threading.active_count()


def _open_files() -> list[int]:
    """Return the numbers of the standard files, and of those not empty."""
    nothing = os.stat(os.devnull)
    files = []
    for number in os.listdir("/dev/fd"):
        try:
            status = os.fstat(int(number))
        except OSError:
            continue  # It was the listing's own.
        if int(number) < 3 or not os.path.samestat(status, nothing):
            files.append(int(number))
    return sorted(files)


def results(stem: Run) -> dict[int, Run]:
    """Return the branches' runs by the place of their variant.

    What a branch told follows the line that says how it ended. A branch that
    outlived its stem is killed.
    """
    runs: dict[int, Run] = {}
    run = Run()  # What the stem itself told is no variant's.
    left: int | None = None
    for event in stem.events:
        match event:
            case ["branch", int(pid)]:
                left = pid
            case ["run", int(place), str(how), str(reason)]:
                left = None
                run = runs[place] = Run([], Ending(how), reason)
            case ["over"]:
                run = Run()
            case _:
                run.events.append(event)
    if left is not None:
        kill_group(left)
    return runs
