"""The limits of a run, and what was seen of it."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from winnow.model.outcome import FAILING, Ending
from winnow.system.processes import MOST_MEMORY

from .job import Event

# A process that closes its pipe has this long to end, in seconds.
GRACE = 0.5


@dataclass(frozen=True)
class Limits:
    """How long one test, or one import, may take, in seconds; its memory.

    `busy` counts the processor's time alone, so that a loaded machine makes
    no difference to it; `waiting` is time on the wall, for those that sleep.
    `memory` is in bytes.
    """

    busy: float
    waiting: float
    memory: int = MOST_MEMORY

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

    def for_variants(self, took: float, has_alarm: bool) -> Limits:
        """Return the limits of a suite that took so long on right modules.

        A test that waits for something gives up by itself, often after some
        seconds, and fails: it has as long for that as on right modules. One
        that only computes is taken for hanging sooner, unless the suite
        `has_alarm`: then it may be about to end that, too.
        """
        longest = min(2 * self.waiting, max(self.waiting, 10 * took))
        return replace(self, busy=longest if has_alarm else
                       min(longest, max(1.0, 10 * took)), waiting=longest)


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
            case ["start", str(test)]:
                ran.append(test)
            case ["end", str(test), str(status), _]:
                if status in FAILING and test in counted:
                    return tuple(ran), test
    return tuple(ran), None
