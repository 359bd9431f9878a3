"""How long a run may take, and what was seen of it."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .stage import FAILING, Event

# A process that closes its pipe has this long to end, in seconds.
GRACE = 0.5


@dataclass(frozen=True)
class Limits:
    """How long one test, or one import, may take, in seconds.

    `busy` counts the processor's time alone, so that a loaded machine makes
    no difference to it; `waiting` is time on the wall, for those that sleep.
    """

    busy: float
    waiting: float


@dataclass
class Run:
    """What was seen of one variant: its events, and how it ended.

    `ended` is "done", "hung" or "crashed"; `reason` says what a crash was.
    `left` names what of the process could not be put right afterwards.
    """

    events: list[Event] = field(default_factory=list)
    ended: str = "crashed"
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
