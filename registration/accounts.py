#!/usr/bin/env python3
"""The words that all parts share: users, events, errors, and the interfaces.

Nothing is done here and nothing from outside is imported, so every part can
lean on this module, and a test can put its own double behind each interface.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Optional, Protocol

REGISTERED = "registered"
REGISTERED_AGAIN = "registered-again"
KINDS = (REGISTERED, REGISTERED_AGAIN)


@dataclass(frozen=True)
class User:
    """An account. Times know their zone; `verified_at` is None until then."""

    id: str
    address: str
    password_hash: str
    registered_at: datetime
    verified_at: Optional[datetime] = None


@dataclass(frozen=True)
class Event:
    """Something that happened to a user, of which a mail is to tell.

    It names the user and says no more, so no secret is ever in a message.
    """

    id: str
    kind: str
    user_id: str


class InvalidAddress(ValueError):
    """No e-mail address can look like this; says why, in a sentence."""


class WeakPassword(ValueError):
    """The password is too easy to guess; says what to do, in a sentence."""


class AddressTaken(Exception):
    """There is an account with this address already."""


class InvalidToken(Exception):
    """No link of ours has this token."""


class SpentToken(Exception):
    """The link was ours, and it is too old or was used before."""


class TryLater(Exception):
    """A part is away or busy. The same may well succeed in a while."""


class Undeliverable(Exception):
    """It will never succeed: set it aside for a person to look at."""


Clock = Callable[[], datetime]
"""Tells what time it is, in a time that knows its zone."""


class Store(Protocol):
    """Keeps users, and the events of which nobody has been told yet."""

    def transaction(self) -> AbstractContextManager[Store]:
        """Do all that is done with the store it yields, or none of it."""

    def add(self, user: User) -> None:
        """Keep a new user; raise `AddressTaken` where the address is known.

        Two addresses that differ by case alone are one.
        """

    def get(self, user_id: str) -> Optional[User]:
        """Return the user of an id."""

    def by_address(self, address: str) -> Optional[User]:
        """Return the user of an address, in whatever case it is written."""

    def verify(self, user_id: str, now: datetime) -> bool:
        """Note that the address is the user's; tell if that was news."""

    def record(self, event: Event, now: datetime) -> None:
        """Keep an event until it is done."""

    def pending(self, published_before: datetime) -> Sequence[Event]:
        """Return events that are not done, in their order.

        Those that were published, only if before a certain time: the broker
        may have lost them. Of very many, the first will do.
        """

    def published(self, event_id: str, now: datetime) -> None:
        """Note that the broker has an event."""

    def claim(self, event_id: str, now: datetime, until: datetime) -> bool:
        """Take an event for oneself up to a certain time.

        Return False where it is done already. Raise `TryLater` where somebody
        else has it at the moment, `Undeliverable` where it is unknown.
        """

    def release(self, event_id: str) -> None:
        """Give an event back that was claimed."""

    def done(self, event_id: str, now: datetime) -> None:
        """Note that nothing more is to be done about an event."""


class Queue(Protocol):
    """Carries events from whoever records them to whoever acts on them."""

    def publish(self, event: Event) -> None:
        """Return when the broker has the event; `TryLater` if it is away."""

    def consume(self, handle: Callable[[Event], None],
                timeout: float) -> bool:
        """Hand over the next event; tell whether there was one.

        Wait so many seconds for it, more than none. It comes again if
        `handle` raises `TryLater`, which is passed on, or if the process ends.
        What is no event, or fails in any other way, is set aside.
        """

    def set_aside(self) -> Sequence[str]:
        """Return the texts of what was set aside, and leave them there."""


class Mailer(Protocol):
    """Sends mails to users."""

    def send(self, mail: EmailMessage) -> None:
        """Return when it is on its way; or `TryLater`, or `Undeliverable`."""
