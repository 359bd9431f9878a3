#!/usr/bin/env python3
"""The words that all parts share: users, events, errors, and the interfaces.

Nothing is done here and nothing from outside is imported, so every part can
lean on this module, and a test can put its own double behind each interface.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Optional, Protocol

REGISTERED = "registered"
REGISTERED_AGAIN = "registered-again"
KINDS = (REGISTERED, REGISTERED_AGAIN)
LONGEST_WAIT = timedelta(hours=1)
"""No claim and no wait is longer: what is was noted by a clock that erred."""


@dataclass(frozen=True)
class User:
    """An account. Times know their zone; `verified_at` is None until then."""

    id: str
    address: str
    password_hash: str
    registered_at: datetime
    verified_at: Optional[datetime] = None

    @property
    def registration(self) -> str:
        """What a link stands for: the user, as registered at that time."""
        return f"{self.id}@{self.registered_at.astimezone(timezone.utc)}"


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

        Two addresses that differ by case alone are one, and those whose
        domains are two spellings of one.
        """

    def get(self, user_id: str) -> Optional[User]:
        """Return the user of an id."""

    def by_address(self, address: str) -> Optional[User]:
        """Return the user of an address, in whatever case it is written."""

    def hold(self, address: str) -> Optional[User]:
        """Return the user of an address, to decide about in a transaction.

        Until it ends nobody else holds or changes that user.
        """

    def renew(self, user: User) -> None:
        """Let a user, known by the id, have registered anew."""

    def verify(self, user: User, now: datetime) -> bool:
        """Note that the address is the user's; tell if that was news.

        It is not if the user has registered anew since.
        """

    def forget(self, registered_before: datetime) -> None:
        """Forget who registered before a time and has not verified since.

        And the events of these users.
        """

    def record(self, event: Event, now: datetime) -> None:
        """Keep an event until it is done."""

    def recorded(self, user_id: str, kind: str, since: datetime) -> int:
        """Return how many events of a kind a user has had since a time."""

    def pending(self, now: datetime, published_before: datetime
                ) -> Sequence[Event]:
        """Return events that are to be published, in their order.

        Not those that are done, claimed, or have to wait. Those that were
        published, only if before a certain time, or in the future: the broker
        may have lost them, a clock may have erred. Of very many, the first
        will do.
        """

    def published(self, event_id: str, now: datetime) -> None:
        """Note that the broker has an event."""

    def unpublish(self) -> None:
        """Note that no broker has an event, and that none has to wait."""

    def claim(self, event_id: str, now: datetime, until: datetime) -> bool:
        """Take an event for oneself up to a certain time, and count that.

        Return False where it is not to be had now: it is done, somebody else
        has it, or it has to wait. Raise `Undeliverable` where it is unknown.
        """

    def tries(self, event_id: str) -> int:
        """Return how often an event was claimed."""

    def put_off(self, event_id: str, until: datetime) -> None:
        """Give a claimed event back, to be pending again at a time."""

    def done(self, event_id: str, now: datetime) -> None:
        """Note that nothing more is to be done about an event."""


class Queue(Protocol):
    """Carries events from whoever records them to whoever acts on them.

    Those of one user come in their order.
    """

    def publish(self, event: Event) -> None:
        """Return when the broker has the event; `TryLater` if it is away."""

    def consume(self, handle: Callable[[Event], None],
                timeout: float) -> bool:
        """Hand over the next event; tell whether there was one.

        Wait so many seconds for it, more than none. It comes again if the
        process ends in `handle`. If `handle` raises `TryLater`, that is
        passed on, and the event does not come again: who recorded it is to
        publish it anew, and those behind it do not wait. What is no event, or
        fails in any other way, is set aside.
        """

    def set_aside(self) -> Sequence[str]:
        """Return the texts of what was set aside, and leave them there."""

    def close(self) -> None:
        """Let go of what is connected."""


class Mailer(Protocol):
    """Sends mails to users."""

    def send(self, mail: EmailMessage) -> None:
        """Return when it is on its way; or `TryLater`, or `Undeliverable`."""
