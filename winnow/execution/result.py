"""The limits of a run, and what was seen of it."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from winnow.model.outcome import FAILING, Ending
from winnow.system.processes import MOST_MEMORY, MOST_SECONDS

from .event import Event, Finished, Started

# A process that closes its pipe has this long to end, in seconds.
GRACE = 0.5
# However quick it was on the right modules, on a variant a test may compute
# for so long, in seconds: a clone has pages to copy, and code to compile.
LEAST = 1.0
# Where no factor is given, a test may compute for so many times what it took,
# since Hypothesis looks for a simpler example, and for so many times what the
# slowest took: it may be the first one to need what they share.
_TIMES, _SLOWEST = 20, 3


@dataclass(frozen=True)
class Limits:
    """How long one test, or one import, may take, in seconds; its memory.

    `busy` counts the processor's time alone, so that a loaded machine makes
    no difference to it; `waiting` is time on the wall, for those that sleep.
    `memory` is in bytes. Where what a test took on the right modules is known,
    `by_test` has how long it may compute on others, by its id: so many times
    as long as the `factor` says, if one is given.
    """

    busy: float
    waiting: float
    memory: int = MOST_MEMORY
    factor: float | None = None
    by_test: Mapping[str, float] = field(default_factory=dict)

    def busy_after(self, event: Event) -> float:
        """Return how long may be computed before the next event comes."""
        match event:
            case Started(test):
                return self.by_test.get(test, self.busy)
        return self.busy

    def waiting_after(self, event: Event) -> float:
        """Return how long may pass before the next event, where it is known.
        """
        return self.waiting if self.factor is None else max(
            MOST_SECONDS, self.busy_after(event))

    def on_hung(self, number: int) -> list[str]:
        """Return what to know where tests hung on so many faults."""
        if not number:
            return []
        faults = "a fault" if number == 1 else f"{number} faults"
        option = ("--timeout" if self.factor is None
                  else f"--timeout-factor {2 * self.factor:g}")
        return [f"On {faults} a test did not end in time, which is not called "
                f"caught. {option} gives each test more."]

    def named(self, message: str) -> str:
        """Return a test's message, with the limit that it may have met.

        Another runner has none, so the person could not know of it.
        """
        size = self.memory / 2 ** 30
        for signs, thing, most in (
                (("MemoryError", "Errno 12]"), "take", size),
                (("Errno 27]",), "write files of up to", size / 3)):
            if any(sign in message for sign in signs):
                return (f"{message}\nWinnow lets a test {thing} {most:.3g} GB"
                        f"{' of memory' * (thing == 'take')}: if yours needs "
                        f"more, use --memory {2 * size:.3g}.")
        return message

    def too_long(self) -> str:
        """Return what is said of a test that takes too long."""
        return (f"It did not end in time: a test has {self.waiting:g} s here. "
                f"If it needs longer, use --timeout {4 * self.waiting:g}.")

    def for_variants(self, took: float, has_alarm: bool,
                     by_test: Mapping[str, float]) -> Limits:
        """Return the limits of a suite that took so long on right modules.

        Where a factor is given, it counts, by what each test took; whoever
        waits from outside does not know which test is on, and waits as for
        the slowest. Where none is:

        A test that waits for something gives up by itself, often after some
        seconds, and fails: it has as long for that as on right modules. One
        that only computes is taken for hanging sooner, unless the suite
        `has_alarm`: then it may be about to end that, too. Whoever allows
        more waiting allows as much more of computing.
        """
        if self.factor is not None and by_test:
            longest = max(MOST_SECONDS,
                          self.factor * max(by_test.values()))
            return replace(
                self, busy=longest, waiting=longest, by_test={
                    test: max(LEAST, self.factor * before)
                    for test, before in by_test.items()})
        longest = min(2 * self.waiting, max(self.waiting, 10 * took))
        if has_alarm:
            return replace(self, busy=longest, waiting=longest)
        more = self.waiting / MOST_SECONDS
        busy = min(longest, more * max(LEAST, 10 * took))
        shared = _SLOWEST * max(by_test.values(), default=0.0)
        return replace(self, busy=busy, waiting=longest, by_test={
            test: min(busy, more * max(LEAST, _TIMES * before + shared))
            for test, before in by_test.items()})


@dataclass
class Run:
    """What was seen of one variant: its events, and how it ended.

    `reason` says what a crash was.
    `left` names what of the process could not be put right afterwards.
    """

    events: list[Event] = field(default_factory=list)
    ended: Ending = Ending.CRASHED
    reason: str = ""
    left: list[str] = field(default_factory=list)


def tests_in(events: Iterable[Event], counted: frozenset[str]
             ) -> tuple[tuple[str, ...], str | None]:
    """Return the tests that were run, and which of those counted failed.

    They are those up to the first that failed.
    """
    ran: list[str] = []
    for event in events:
        match event:
            case Started(test):
                ran.append(test)
            case Finished(test, status):
                if status in FAILING and test in counted:
                    return tuple(ran), test
    return tuple(ran), None
