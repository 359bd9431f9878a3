#!/usr/bin/env python3
"""What happens behind the API's back: events published, and mails sent.

Every event is published at least once and may come twice. Whoever handles one
claims it first and notes it as done at the end; one that dies in between loses
the claim after a while, and the mail goes out again with the same Message-ID.

A mail that is refused for now keeps nobody waiting: its event is put off, for
longer each time, and published again when its time has come. Claims are
counted, so neither that nor a mail that kills its worker goes on for ever.
How often and how long is asked of mail servers in RFC 5321, section 4.5.4.1.
"""
from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from threading import Event as Flag
from typing import Protocol

from accounts import (LONGEST_WAIT, REGISTERED, Clock, Event, Mailer, Queue,
                      Store, TryLater, Undeliverable)
from mailer import SENDER, known_address_mail, verification_mail

PATIENCE = timedelta(minutes=5)
"""How long the broker, and somebody's claim, is trusted with an event."""
FIRST_WAIT = timedelta(seconds=10)
KEPT = timedelta(days=7)
"""An address that nobody has verified by then is free again."""
EVERY = timedelta(hours=1)
MOST_TRIES = 100  # Nearly all of them an hour apart: four days.
log = logging.getLogger("registration")


class TokenMaker(Protocol):
    """Makes the tokens of links; `tokens.Tokens`."""

    def token_for(self, user_id: str) -> str:
        """Return a token for a user's registration."""


class Relay:
    """Publishes the events that the store has recorded."""

    def __init__(self, store: Store, queue: Queue, clock: Clock,
                 patience: timedelta = PATIENCE) -> None:
        """Take the parts."""
        self._store = store
        self._queue = queue
        self._clock = clock
        self._patience = patience
        self._forgot = datetime.min.replace(tzinfo=timezone.utc)

    def publish_pending(self) -> int:
        """Publish what nobody has heard of; return how many events.

        What was published long ago and is not done is published once more.
        First, and from time to time, who never verified is forgotten.
        """
        now = self._clock()
        if now - self._forgot >= EVERY:
            self._store.forget(registered_before=now - KEPT)
            self._forgot = now
        return self._publish(
            self._store.pending(now, published_before=now - self._patience))

    def publish_all(self) -> int:
        """Begin to publish whatever is not done: the queue may be lost.

        Of very many the first; `publish_pending` goes on with the others.
        """
        self._store.unpublish()
        return self.publish_pending()

    def _publish(self, events: Sequence[Event]) -> int:
        """Publish some events; note each only when the broker has it."""
        for event in events:
            self._queue.publish(event)
            self._store.published(event.id, self._clock())
        return len(events)


class MailWorker:
    """Sends the mail that an event asks for, once."""

    def __init__(self, store: Store, mailer: Mailer, tokens: TokenMaker,
                 clock: Clock, base_url: str, sender: str = SENDER) -> None:
        """Take the parts, the URL at which the API is found, and who writes.
        """
        self._store = store
        self._mailer = mailer
        self._tokens = tokens
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._sender = sender

    def handle(self, event: Event) -> None:
        """Send an event's mail, unless that was done before.

        Put it off where it is refused for now. Raise `TryLater` where the
        store is away, `Undeliverable` where it never will succeed.
        """
        now = self._clock()
        if not self._store.claim(event.id, now, now + PATIENCE):
            return
        try:
            self._check_tries(event)
            self._send(event)
        except TryLater as reason:
            self._put_off(event, reason)
            return
        except Undeliverable as reason:
            self._store.done(event.id, self._clock())
            log.warning("event %s cannot be told of: %s", event.id, reason)
            raise
        self._store.done(event.id, self._clock())
        log.info("told user %s of event %s", event.user_id, event.id)

    def _check_tries(self, event: Event) -> None:
        """Raise `Undeliverable` for what was tried often enough."""
        if self._store.tries(event.id) > MOST_TRIES:
            raise Undeliverable(f"It was tried {MOST_TRIES} times.")

    def _put_off(self, event: Event, reason: TryLater) -> None:
        """Have an event come again, each time after twice as long."""
        doublings = min(self._store.tries(event.id) - 1, 20)
        wait = min(FIRST_WAIT * 2 ** doublings, LONGEST_WAIT)
        self._store.put_off(event.id, self._clock() + wait)
        log.warning("event %s is put off for %d s: %s", event.id,
                    wait.total_seconds(), reason)

    def _send(self, event: Event) -> None:
        """Send the one mail that belongs to an event."""
        user = self._store.get(event.user_id)
        if user is None:
            raise Undeliverable("There is no such user.")
        if event.kind == REGISTERED:
            token = self._tokens.token_for(user.registration)
            mail = verification_mail(
                event, user, f"{self._base_url}/verify/{token}", self._sender)
        else:
            mail = known_address_mail(event, user, self._sender)
        self._mailer.send(mail)


def work(relay: Relay, queue: Queue, handle: Callable[[Event], None],
         stop: Flag, pause: float = 1.0) -> None:
    """Publish and handle events until told to stop.

    Wait `pause` seconds for the next event, and again where a part is away.
    At first, all that is not done is published, for the queue may be a new
    one; and so after a part was away, for it may have lost something.
    """
    publish = relay.publish_all
    while not stop.is_set():
        # A broker that is full lets nobody publish until somebody consumes.
        done = [_succeeds(publish, pause),
                _succeeds(partial(queue.consume, handle, pause), pause)]
        publish = relay.publish_pending if all(done) else relay.publish_all
        if not all(done):
            stop.wait(pause)


def _succeeds(step: Callable[[], object], pause: float) -> bool:
    """Do a step, and tell whether it worked; the log is told why not."""
    try:
        step()
    except TryLater as reason:
        log.warning("%s Trying again in %s s.", reason, pause)
        return False
    except Exception:  # A mistake of ours: the API would go on alone.
        log.exception("The worker failed. Trying again in %s s.", pause)
        return False
    return True
