#!/usr/bin/env python3
"""Doubles for the interfaces of `accounts`, which keep their contracts.

The tests named test_contract_*.py run on these and on the real parts alike:
a fake that nobody holds against the real thing drifts away from it.
"""
from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Optional

from accounts import AddressTaken, Event, TryLater, Undeliverable, User

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class StubClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = NOON) -> None:
        """Take the time to tell."""
        self.now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def advance(self, by: timedelta) -> None:
        """Go on by a while."""
        self.now += by


class PlainHasher:
    """A fake of argon2's hasher: quick, and of no use against anybody."""

    def hash(self, password: str) -> str:
        """Return something that is not the password."""
        return f"hash of {len(password)} characters"


@dataclass
class _Record:
    """What a fake store knows of one event."""

    event: Event
    published_at: Optional[datetime] = None
    claimed_until: Optional[datetime] = None
    is_done: bool = False


@dataclass
class FakeStore:
    """A `Store` that keeps everything in two dicts."""

    _users: dict[str, User] = field(default_factory=dict)
    _events: dict[str, _Record] = field(default_factory=dict)

    @contextmanager
    def transaction(self) -> Iterator[FakeStore]:
        """Keep what was there before, in case that something fails."""
        before = deepcopy((self._users, self._events))
        try:
            yield self
        except BaseException:
            self._users, self._events = before
            raise

    def add(self, user: User) -> None:
        """Keep a new user."""
        if user.id in self._users or self.by_address(user.address):
            raise AddressTaken
        self._users[user.id] = user

    def get(self, user_id: str) -> Optional[User]:
        """Return the user of an id."""
        return self._users.get(user_id)

    def by_address(self, address: str) -> Optional[User]:
        """Return the user of an address, in whatever case it is written."""
        for user in self._users.values():
            if user.address.casefold() == address.casefold():
                return user
        return None

    def verify(self, user_id: str, now: datetime) -> bool:
        """Note that the address is the user's; tell if that was news."""
        user = self._users.get(user_id)
        if user is None or user.verified_at is not None:
            return False
        self._users[user_id] = replace(user, verified_at=now)
        return True

    def record(self, event: Event, now: datetime) -> None:
        """Keep an event until it is done."""
        self._events[event.id] = _Record(event)

    def pending(self, published_before: datetime) -> list[Event]:
        """Return events that are not done, in their order."""
        return [record.event for record in self._events.values()
                if not record.is_done
                and (record.published_at is None
                     or record.published_at < published_before)]

    def published(self, event_id: str, now: datetime) -> None:
        """Note that the broker has an event."""
        self._events[event_id].published_at = now

    def claim(self, event_id: str, now: datetime, until: datetime) -> bool:
        """Take an event for oneself up to a certain time."""
        record = self._events.get(event_id)
        if record is None:
            raise Undeliverable("This event was never recorded.")
        if record.is_done:
            return False
        if record.claimed_until is not None and record.claimed_until > now:
            raise TryLater("Somebody else is at this event.")
        record.claimed_until = until
        return True

    def release(self, event_id: str) -> None:
        """Give an event back that was claimed."""
        self._events[event_id].claimed_until = None

    def done(self, event_id: str, now: datetime) -> None:
        """Note that nothing more is to be done about an event."""
        self._events[event_id].is_done = True


@dataclass
class FakeQueue:
    """A `Queue` in this process; `away` makes it one that is not there."""

    away: bool = False
    _waiting: deque[Event] = field(default_factory=deque)
    _aside: list[str] = field(default_factory=list)

    def publish(self, event: Event) -> None:
        """Take an event."""
        self._refuse_if_away()
        self._waiting.append(event)

    def consume(self, handle: Callable[[Event], None],
                timeout: float) -> bool:
        """Hand over the next event, without waiting for one."""
        self._refuse_if_away()
        if not self._waiting:
            return False
        event = self._waiting[0]
        try:
            handle(event)
        except TryLater:
            raise
        except Exception:
            self._aside.append(event.id)
        self._waiting.popleft()
        return True

    def set_aside(self) -> list[str]:
        """Return the ids of what was set aside."""
        return list(self._aside)

    def _refuse_if_away(self) -> None:
        """Say `TryLater` where the broker is away."""
        if self.away:
            raise TryLater("The broker is away.")


@dataclass
class SpyMailer:
    """A `Mailer` that remembers mails, and can be told to fail."""

    sent: list[EmailMessage] = field(default_factory=list)
    error: Optional[Exception] = None

    def send(self, mail: EmailMessage) -> None:
        """Remember a mail, or fail as told."""
        if self.error is not None:
            raise self.error
        self.sent.append(mail)
