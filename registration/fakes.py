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

from accounts import (LONGEST_WAIT, AddressTaken, Event, TryLater,
                      Undeliverable, User)
from addresses import with_ascii_domain

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
    recorded_at: datetime
    published_at: Optional[datetime] = None
    claimed_until: Optional[datetime] = None
    not_before: Optional[datetime] = None
    tries: int = 0
    is_done: bool = False

    def is_free(self, now: datetime) -> bool:
        """Tell whether it may be claimed."""
        return not self.is_done and not any(
            time is not None and now < time <= now + LONGEST_WAIT
            for time in (self.claimed_until, self.not_before))


def _key(address: str) -> str:
    """Return that in which the spellings of one address agree."""
    return with_ascii_domain(address).lower()


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
            if _key(user.address) == _key(address):
                return user
        return None

    def hold(self, address: str) -> Optional[User]:
        """Return the user of an address; there is nobody else here."""
        return self.by_address(address)

    def renew(self, user: User) -> None:
        """Let a user, known by the id, have registered anew."""
        self._users[user.id] = user

    def verify(self, user: User, now: datetime) -> bool:
        """Note that the address is the user's; tell if that was news."""
        kept = self._users.get(user.id)
        if (kept is None or kept.verified_at is not None
                or kept.registration != user.registration):
            return False
        self._users[user.id] = replace(kept, verified_at=now)
        return True

    def forget(self, registered_before: datetime) -> None:
        """Forget who registered before a time and has not verified since."""
        for user in list(self._users.values()):
            if not user.verified_at and user.registered_at < registered_before:
                del self._users[user.id]
                self._events = {
                    event_id: record
                    for event_id, record in self._events.items()
                    if record.event.user_id != user.id}

    def record(self, event: Event, now: datetime) -> None:
        """Keep an event until it is done."""
        self._events[event.id] = _Record(event, now)

    def recorded(self, user_id: str, kind: str, since: datetime) -> int:
        """Return how many events of a kind a user has had since a time."""
        return len([record for record in self._events.values()
                    if record.event.user_id == user_id
                    and record.event.kind == kind
                    and record.recorded_at > since])

    def pending(self, now: datetime, published_before: datetime
                ) -> list[Event]:
        """Return events that are to be published, in their order."""
        return [record.event for record in self._events.values()
                if record.is_free(now)
                and (record.published_at is None
                     or not published_before <= record.published_at <= now)]

    def published(self, event_id: str, now: datetime) -> None:
        """Note that the broker has an event."""
        self._events[event_id].published_at = now

    def unpublish(self) -> None:
        """Note that no broker has an event, and that none has to wait."""
        for record in self._events.values():
            record.published_at = record.not_before = None

    def claim(self, event_id: str, now: datetime, until: datetime) -> bool:
        """Take an event for oneself up to a certain time."""
        record = self._events.get(event_id)
        if record is None:
            raise Undeliverable("This event was never recorded.")
        if not record.is_free(now):
            return False
        record.claimed_until = until
        record.tries += 1
        return True

    def tries(self, event_id: str) -> int:
        """Return how often an event was claimed."""
        return self._events[event_id].tries

    def put_off(self, event_id: str, until: datetime) -> None:
        """Give a claimed event back, to be pending again at a time."""
        record = self._events[event_id]
        record.claimed_until = record.published_at = None
        record.not_before = until

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
        event = self._waiting.popleft()
        try:
            handle(event)
        except TryLater:
            raise
        except Exception:
            self._aside.append(event.id)
        except BaseException:
            self._waiting.appendleft(event)
            raise
        return True

    def set_aside(self) -> list[str]:
        """Return the ids of what was set aside."""
        return list(self._aside)

    def close(self) -> None:
        """Let go of nothing."""

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


@dataclass
class FakeBreaches:
    """`Breaches` of some passwords; `away` makes it one that is not there."""

    known: frozenset[str] = frozenset()
    away: bool = False

    def knows(self, password: str) -> bool:
        """Tell whether a password is one of those."""
        if self.away:
            raise TryLater("The service for breaches is away.")
        return password in self.known
