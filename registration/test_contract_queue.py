#!/usr/bin/env python3
"""The contract of `accounts.Queue`, which the fake and the brokers keep.

pytest, because one fixture with parameters runs the whole suite on each
backend. Every test has a queue of its own, deleted at the end.

Cases: events in order, once each · none there · try later: the next is handed
over, and that one comes when it is published anew · any other failure: set
aside, and the next is handed over
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import Optional, Protocol

import pytest

from accounts import (REGISTERED, REGISTERED_AGAIN, Event, Queue, TryLater,
                      Undeliverable)
from backends import BROKERS, KAFKA, Backend, empty_queue
from events import queue_for
from fakes import FakeQueue

FIRST = Event("first", REGISTERED, "id of ada")
SECOND = Event("second", REGISTERED_AGAIN, "id of ada")
AT_MOST = 5.0  # Seconds for a message that is on its way.
NO_WAIT = 0.02


class Handler(Protocol):
    """What `consume` hands an event to."""

    def __call__(self, event: Event) -> None:
        """Act on an event."""


BACKENDS = [*BROKERS, KAFKA]


@pytest.fixture(params=[None, *BACKENDS],
                ids=["fake", *(backend.name for backend in BACKENDS)])
def queue(request: pytest.FixtureRequest) -> Iterator[Queue]:
    """Make a queue in which there is nothing yet."""
    backend: Optional[Backend] = request.param
    if backend is None:
        yield FakeQueue()
        return
    with empty_queue(backend) as (url, name):
        queue = queue_for(url, name)
        yield queue
        queue.close()


def failing(error: BaseException) -> Handler:
    """Return a handler that does not succeed."""

    def handle(event: Event) -> None:
        """Fail as it was told to."""
        raise error

    return handle


def test_events_come_in_their_order_and_once_each(queue: Queue) -> None:
    """All that an event says comes with it."""
    came: list[Event] = []
    queue.publish(FIRST)
    queue.publish(SECOND)

    found = queue.consume(came.append, AT_MOST), queue.consume(
        came.append, AT_MOST)

    assert found == (True, True)
    assert came == [FIRST, SECOND]


def test_where_there_is_no_event_nothing_is_handled(queue: Queue) -> None:
    """That there is none is an answer and no error."""
    came: list[Event] = []

    found = queue.consume(came.append, NO_WAIT)

    assert found is False
    assert came == []
    assert queue.set_aside() == []
    queue.publish(FIRST)
    assert queue.consume(came.append, AT_MOST)


def test_an_event_published_twice_comes_twice(queue: Queue) -> None:
    """To know it again is up to whoever handles it."""
    came: list[Event] = []
    queue.publish(FIRST)
    queue.publish(FIRST)

    queue.consume(came.append, AT_MOST)
    queue.consume(came.append, AT_MOST)

    assert came == [FIRST, FIRST]


def test_an_event_to_try_later_keeps_nobody_waiting(queue: Queue) -> None:
    """Whoever consumes is told, and those behind it come at once."""
    came: list[Event] = []
    reason = TryLater("The database is away.")
    queue.publish(FIRST)
    queue.publish(SECOND)

    with pytest.raises(TryLater) as caught:
        queue.consume(failing(reason), AT_MOST)

    assert caught.value is reason
    assert queue.consume(came.append, AT_MOST)
    assert came == [SECOND]


def test_an_event_to_try_later_comes_when_it_is_published(queue: Queue
                                                          ) -> None:
    """Its time is for whoever recorded it to know, and not the queue's."""
    came: list[Event] = []
    queue.publish(FIRST)
    with pytest.raises(TryLater):
        queue.consume(failing(TryLater()), AT_MOST)

    assert queue.consume(came.append, NO_WAIT) is False
    assert queue.set_aside() == []
    queue.publish(FIRST)
    assert queue.consume(came.append, AT_MOST)
    assert came == [FIRST]


@pytest.mark.parametrize("error", [
    Undeliverable("There is no such user."), RuntimeError("a mistake")])
def test_an_event_that_fails_is_set_aside(queue: Queue, error: Exception
                                          ) -> None:
    """It stays there to be looked at, and does not block the next."""
    came: list[Event] = []
    queue.publish(FIRST)
    queue.publish(SECOND)

    failed = queue.consume(failing(error), AT_MOST)
    handled = queue.consume(came.append, AT_MOST)

    assert (failed, handled) == (True, True)
    assert came == [SECOND]
    for _ in range(2):
        [text] = queue.set_aside()
        assert FIRST.id in text
