#!/usr/bin/env python3
"""What happens behind the API's back: events published, and mails sent.

Every event is published at least once and may come twice. Whoever handles one
claims it first and notes it as done at the end; one that dies in between loses
the claim after a while, and the mail goes out again with the same Message-ID.
"""
from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Protocol

from accounts import (REGISTERED, Clock, Event, Mailer, Queue, Store,
                      TryLater, Undeliverable)
from mailer import known_address_mail, verification_mail

PATIENCE = timedelta(minutes=5)
"""How long the broker, and somebody's claim, is trusted with an event."""
log = logging.getLogger("registration")


class TokenMaker(Protocol):
    """Makes the tokens of links; `tokens.Tokens`."""

    def token_for(self, user_id: str) -> str:
        """Return a token for a user."""


class Relay:
    """Publishes the events that the store has recorded."""

    def __init__(self, store: Store, queue: Queue, clock: Clock,
                 patience: timedelta = PATIENCE) -> None:
        """Take the parts."""
        self._store = store
        self._queue = queue
        self._clock = clock
        self._patience = patience

    def publish_pending(self) -> int:
        """Publish what nobody has heard of; return how many events.

        What was published long ago and is not done is published once more.
        """
        return self._publish(self._clock() - self._patience)

    def publish_all(self) -> int:
        """Publish whatever is not done: the queue may have been lost."""
        return self._publish(self._clock())

    def _publish(self, before: datetime) -> int:
        """Publish what is pending; note it only when the broker has it."""
        events = self._store.pending(before)
        for event in events:
            self._queue.publish(event)
            self._store.published(event.id, self._clock())
        return len(events)


class MailWorker:
    """Sends the mail that an event asks for, once."""

    def __init__(self, store: Store, mailer: Mailer, tokens: TokenMaker,
                 clock: Clock, base_url: str) -> None:
        """Take the parts, and the URL at which the API is found."""
        self._store = store
        self._mailer = mailer
        self._tokens = tokens
        self._clock = clock
        self._base_url = base_url.rstrip("/")

    def handle(self, event: Event) -> None:
        """Send an event's mail, unless that was done before.

        Raise `TryLater` where a part is away, `Undeliverable` where it never
        will succeed.
        """
        now = self._clock()
        if not self._store.claim(event.id, now, now + PATIENCE):
            return
        try:
            self._send(event)
        except TryLater:
            self._store.release(event.id)
            raise
        except Undeliverable:
            self._store.done(event.id, self._clock())
            log.warning("event %s cannot be told of", event.id)
            raise
        self._store.done(event.id, self._clock())
        log.info("told user %s of event %s", event.user_id, event.id)

    def _send(self, event: Event) -> None:
        """Send the one mail that belongs to an event."""
        user = self._store.get(event.user_id)
        if user is None:
            raise Undeliverable("There is no such user.")
        if event.kind == REGISTERED:
            token = self._tokens.token_for(user.id)
            mail = verification_mail(
                event, user, f"{self._base_url}/verify/{token}")
        else:
            mail = known_address_mail(event, user)
        self._mailer.send(mail)


def work(relay: Relay, queue: Queue, handle: Callable[[Event], None],
         stop: Flag, pause: float = 1.0) -> None:
    """Publish and handle events until told to stop.

    Wait `pause` seconds for the next event, and again where a part is away.
    At first, all that is not done is published: the queue may be a new one.
    """
    publish = relay.publish_all
    while not stop.is_set():
        try:
            publish()
            publish = relay.publish_pending
            queue.consume(handle, timeout=pause)
        except TryLater as reason:
            log.warning("%s Trying again in %s s.", reason, pause)
            stop.wait(pause)
        except Exception:  # A mistake of ours: the API would go on alone.
            log.exception("The worker failed. Trying again in %s s.", pause)
            stop.wait(pause)
