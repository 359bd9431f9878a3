"""A clone that runs the right modules, and from which variants branch off.

Before a test first executes a function, a process in which another body was
put into it is in the state of one that was started with the changed module.
So nothing needs to be imported again, and no test to run again, up to there.
"""
from __future__ import annotations

import json
import os
import random
import signal
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple

from .clone import Limits, Own, Run, end, ended, fork, kill, written
from .runner import run
from .stage import FAILING, Event, Plan
from .swap import CannotSwap, Functions, Heir, swap
from .variant import Key, Variant
from .workspace import WorkingCopy


class _Branch(NamedTuple):
    """What came of a clone: how it ended, and its log."""

    run: Run
    log: bytes

    def tests(self, counted: frozenset[str]
              ) -> tuple[tuple[str, ...], str | None]:
        """Return the tests that were run, and which of those counted failed.

        They are those up to the first that failed.
        """
        return tests_in(map(json.loads, self.log.splitlines()), counted)


class Stem(Generic[Key]):
    """The stem's own side: it never returns to who cloned it."""

    def __init__(self, own: Own, copy: WorkingCopy, limits: Limits,
                 variants: Sequence[Variant[Key]]) -> None:
        """Take the variants that are to branch off, by their place."""
        self._own = own
        self._copy = copy
        self._limits = limits
        self._waiting = list(enumerate(variants))
        self._files = _open_files()
        self._events: list[Event] = []
        self._is_branch = False
        self._plan: Plan = None
        self._killers: dict[str, str] = {}
        self._last = ""
        self._held: dict[str, bool] = {}
        self._functions: dict[str, Functions] = {}

    def run(self) -> None:
        """Run the tests on the right modules; end with the last variant."""
        variant = self._waiting[0][1]
        self._right = variant.right
        self._order = variant.order
        run(variant.job, self._tell, self._pause)
        self._own.end()

    def _tell(self, event: Event) -> None:
        """Note an event; those before a branch are the branch's too."""
        self._events.append(event)
        self._own.tell(event)

    def _pause(self, slot: int) -> Plan:
        """Let each variant branch off that must not wait for another test.

        Returns in the stem, and in each of the branches with its plan.
        """
        if self._is_branch:
            return None
        if slot == 0:
            self._settle()
        self._held.clear()
        due = [each for each in self._waiting if _since(each[1]) <= slot]
        if due and not (self._is_alone() and self._is_on_course(due[0][1])):
            self._own.end()  # What is left will run from the start.
        for place, variant in due:
            self._waiting.remove((place, variant))
            self._try(place, variant)
            if self._is_branch:
                return self._plan
        if not self._waiting:
            self._own.end()
        if due:
            self._lay(self._right)
        return None

    def _try(self, place: int, variant: Variant[Key]) -> None:
        """Run a variant from here on in a clone; tell what came of it.

        Where nothing is told, it will run from the start.
        """
        assert variant.change and variant.edited
        try:
            heirs = self._functions[variant.edited[0]].heirs(
                variant.change.body)
        except CannotSwap:
            return
        plan = self._by_killers(variant) if variant.order else None
        self._lay(variant.sources)
        branch = self._clone(heirs, plan)
        if branch is None:
            return
        if plan:
            ran, killer = branch.tests(variant.job.until)
            if killer and not self._are_next(ran):
                if ran != (killer,):  # Whether it fails first of all, too.
                    self._lay(variant.sources)
                    branch = self._clone(heirs, [killer])
                    if branch is None:
                        return
                if not self._holds(killer) or self._is_branch or (
                        not branch.tests(variant.job.until)[1]):
                    return
            if killer:
                self._killers[variant.change.body.name] = killer
                self._last = killer
        self._own.tell(["run", place, branch.run.ended, branch.run.reason])
        self._own.copy(branch.log)

    def _by_killers(self, variant: Variant[Key]) -> list[str]:
        """Return the tests that can tell, those first that told before."""
        assert variant.change and variant.aim is not None
        aim = list(variant.aim)
        likely = [self._killers.get(variant.change.body.name, ""), self._last]
        return [*dict.fromkeys([each for each in likely if each in aim] + aim)]

    def _holds(self, test: str) -> bool:
        """Tell whether a test, run here and now, passes if all is right.

        Else it is its place among the others, and no fault, that fails it.
        """
        if test not in self._held:
            self._lay(self._right)
            control = self._clone([], [test])
            if control is None:
                return True
            self._held[test] = control.run.ended == "done" and (
                control.tests(frozenset([test]))[1] is None)
        return self._held[test]

    def _are_next(self, tests: tuple[str, ...]) -> bool:
        """Tell whether these tests, in this order, are what follows anyway."""
        slot = sum(event[0] == "start" for event in self._events)
        return self._order[slot:slot + len(tests)] == tests

    def _clone(self, heirs: Sequence[Heir], plan: Plan) -> _Branch | None:
        """Clone this process and wait; return nothing in the clone."""
        stem = os.getpid()
        chance = random.getstate()
        branch = fork(self._copy, self._limits, afresh=False)
        if isinstance(branch, Own):
            self._plan = plan
            self._become(branch, stem)
            random.setstate(chance)  # Python seeds anew what is cloned.
            swap(heirs)
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

    def _become(self, own: Own, stem: int) -> None:
        """Go on as a branch, with a log of its own."""
        self._own.tell(["branch", os.getpid()])
        if os.getppid() != stem:
            os._exit(1)  # Whoever ended the stem did not know of this one.
        self._own.close()
        self._own = own
        self._is_branch = True
        if self._plan is None:
            own.copy(b"".join(map(written, self._events)))


def tests_in(events: Iterable[Event], counted: frozenset[str]
             ) -> tuple[tuple[str, ...], str | None]:
    """Return the tests that were run, and which of those counted failed.

    They are those up to the first that failed.
    """
    ran: list[str] = []
    for event in events:
        match event:
            case ["start", str(test)]:
                ran.append(test)
            case ["end", str(test), str(status), _]:
                if status in FAILING and test in counted:
                    return tuple(ran), test
    return tuple(ran), None


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
                run = runs[place] = Run([], how, reason)
            case _:
                run.events.append(event)
    if left is not None:
        kill(left)
    return runs
