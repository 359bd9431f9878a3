#!/usr/bin/env python3
"""The queue on real brokers: what a fake has no means to show.

pytest, because one fixture with parameters brings each broker. Without any
server the broker is this process's memory.

Cases: a consumer waits · two consumers share · a consumer that is killed ·
messages that are no event · kept by the broker on disk · a broker that is
away, and back, or silent · a URL that is none
"""
from __future__ import annotations

import json
import os
import signal
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from typing import Optional, Protocol

import kombu
import pytest

import events
from accounts import REGISTERED, Event, TryLater
from backends import BROKERS, Backend, Cable, empty_queue, laid
from events import EventQueue

FIRST = Event("first", REGISTERED, "id of ada")
SECOND = Event("second", REGISTERED, "id of ben")
AT_MOST = 5.0  # Seconds for a message that is on its way.
SERVERS = [backend for backend in BROKERS if backend.url]


class Maker(Protocol):
    """Connects to the test's queue once more."""

    def __call__(self, url: Optional[str] = None) -> EventQueue:
        """Return a queue, which is closed in the end."""


@pytest.fixture(params=BROKERS, ids=[backend.name for backend in BROKERS])
def place(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Find a broker's URL and the name of a queue of one's own."""
    with empty_queue(request.param) as place:
        yield place


@pytest.fixture
def connect(place: tuple[str, str]) -> Iterator[Maker]:
    """Have a connection as often as one is asked for."""
    queues: list[EventQueue] = []

    def make(url: Optional[str] = None) -> EventQueue:
        """Connect, by the usual way or another."""
        queues.append(EventQueue(url or place[0], place[1]))
        return queues[-1]

    yield make
    for queue in queues:
        queue.close()


@contextmanager
def plain(url: str) -> Iterator[kombu.Connection]:
    """Connect without our own code."""
    options = events.OPTIONS[url.partition(":")[0]]
    with kombu.Connection(url, transport_options=options) as connection:
        yield connection


def test_whoever_waits_has_the_event_when_it_comes(connect: Maker) -> None:
    """Another connection publishes it meanwhile."""
    came: list[Event] = []
    consumer, publisher = connect(), connect()
    publisher.publish(FIRST)
    consumer.consume(came.append, AT_MOST)

    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(consumer.consume, came.append, AT_MOST)
        publisher.publish(SECOND)

    assert found.result() is True
    assert came == [FIRST, SECOND]


def test_an_event_in_hand_is_no_other_consumers(connect: Maker) -> None:
    """Each has one at a time, so neither waits for what the other has."""
    came: list[tuple[str, Event]] = []
    one, other = connect(), connect()
    one.publish(FIRST)
    one.publish(SECOND)

    def handle(event: Event) -> None:
        """Let the other look for it meanwhile."""
        other.consume(lambda event: came.append(("other", event)), AT_MOST)
        came.append(("one", event))

    one.consume(handle, AT_MOST)

    assert came == [("other", SECOND), ("one", FIRST)]


@pytest.mark.parametrize(("body", "kind", "encoding"), [
    (b"\xff\xfe", "application/octet-stream", "binary"),
    (b"\xff\xfe", "text/plain", "utf-8"),
    (b"{", "text/plain", "utf-8"),
    (b"{", "application/json", "utf-8"),
    (b"cos\nsystem\n", "application/x-python-serialize", "binary"),
    (b"[]", "text/plain", "utf-8"),
    (b'{"id": "third"}', "text/plain", "utf-8"),
    (b"[" * 9999, "text/plain", "no-such-code"),
    (json.dumps({**asdict(FIRST), "kind": "?"}).encode(), None, None),
])
def test_a_message_that_is_no_event_is_set_aside(
        connect: Maker, place: tuple[str, str], body: bytes,
        kind: Optional[str], encoding: Optional[str]) -> None:
    """It is not lost, it blocks nothing, and nothing in it is executed."""
    came: list[Event] = []
    queue = connect()
    queue.publish(FIRST)
    with plain(place[0]) as connection:
        kombu.Producer(connection).publish(
            body, exchange=place[1], routing_key=place[1],
            content_type=kind, content_encoding=encoding)
    queue.publish(SECOND)

    found = [queue.consume(came.append, AT_MOST) for _ in range(3)]

    assert found == [True, True, True]
    assert came == [FIRST, SECOND]
    assert queue.set_aside() == [body.decode("utf-8", "replace")]


def test_a_message_is_kept_while_the_broker_restarts(
        connect: Maker, place: tuple[str, str]) -> None:
    """Persistent, in a queue that outlives the connection."""
    url, name = place
    connect().publish(FIRST)

    with plain(url) as connection:
        message = kombu.Queue(name)(connection.channel()).get()

    assert message is not None
    assert message.properties["delivery_mode"] == 2


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Redis give out at once what is in hand, of this test alone."""
    monkeypatch.setitem(events.OPTIONS, "redis", {
        "visibility_timeout": 0, "global_keyprefix": f"{uuid.uuid4()}:"})


def die_handling(queue: EventQueue) -> None:
    """Be killed while an event is handled."""
    try:
        queue.consume(
            lambda event: os.kill(os.getpid(), signal.SIGKILL), AT_MOST)
    finally:
        os._exit(1)


@pytest.fixture
def cable(place: tuple[str, str]) -> Iterator[Cable]:
    """Lay a cable to the broker."""
    with laid(place[0]) as cable:
        yield cable


CALLS: list[Callable[[EventQueue], object]] = [
    lambda queue: queue.publish(FIRST),
    lambda queue: queue.consume(lambda event: None, AT_MOST),
    lambda queue: queue.set_aside(),
]


servers = pytest.mark.parametrize(
    "place", SERVERS, indirect=True, ids=[server.name for server in SERVERS])


@pytest.mark.parametrize("place", [
    server for server in SERVERS if server.name == "rabbitmq"], indirect=True)
def test_what_the_broker_did_not_take_is_not_published(
        connect: Maker, place: tuple[str, str]) -> None:
    """RabbitMQ has no place for it any more; it is made anew."""
    came: list[Event] = []
    queue = connect()
    queue.publish(FIRST)
    queue.consume(came.append, AT_MOST)
    with plain(place[0]) as connection:
        connection.channel().exchange_delete(place[1])

    with pytest.raises(TryLater):
        queue.publish(FIRST)

    queue.publish(SECOND)
    queue.consume(came.append, AT_MOST)
    assert came == [FIRST, SECOND]


@servers
def test_what_was_in_hand_at_the_end_comes_again(connect: Maker) -> None:
    """At once, where there was time to let go of the connection."""
    came: list[Event] = []
    stopped, queue = connect(), connect()
    stopped.publish(FIRST)

    def stop(event: Event) -> None:
        """End as Ctrl-C would have it."""
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped.consume(stop, AT_MOST)
    stopped.close()

    assert queue.consume(came.append, AT_MOST)
    assert came == [FIRST]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@servers
@pytest.mark.usefixtures("impatience")
def test_what_a_killed_consumer_had_comes_again(
        connect: Maker, place: tuple[str, str]) -> None:
    """Before it was acknowledged: a process of its own is killed."""
    came: list[Event] = []
    queue = connect()
    queue.publish(FIRST)
    queue.close()

    child = os.fork()
    if not child:
        die_handling(EventQueue(*place))
    _, status = os.waitpid(child, 0)
    # Redis looks for what was lost when there is nothing new.
    found = queue.consume(came.append, 0.1) or queue.consume(
        came.append, AT_MOST)

    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    assert found
    assert came == [FIRST]


@servers
def test_a_broker_that_was_away_is_used_when_it_is_back(
        connect: Maker, place: tuple[str, str], cable: Cable) -> None:
    """Whatever it is asked for; nobody has to start anew."""
    came: list[Event] = []
    queue = connect(cable.url)
    queue.publish(FIRST)
    queue.consume(came.append, AT_MOST)

    cable.cut()
    for call in CALLS:
        with pytest.raises(TryLater):
            call(queue)
    cable.mend()

    queue.publish(SECOND)
    while came[-1] != SECOND:  # The first, if no acknowledgement came through.
        assert queue.consume(came.append, AT_MOST)


@servers
def test_a_broker_that_is_silent_is_waited_for_only_so_long(
        connect: Maker, cable: Cable, monkeypatch: pytest.MonkeyPatch
        ) -> None:
    """It is there, and says nothing: that is told as its absence is."""
    came: list[Event] = []
    for options in (events.AMQP, events.REDIS):
        for name in ("read_timeout", "write_timeout", "socket_timeout"):
            if name in options:
                monkeypatch.setitem(options, name, 0.2)
    monkeypatch.setattr(events, "SECONDS_TO_CONNECT", 0.2)
    queue = connect(cable.url)
    queue.publish(FIRST)

    with cable.silent():
        for _ in range(2):  # The second has to connect.
            with pytest.raises(TryLater):
                queue.publish(SECOND)

    queue.publish(SECOND)
    while SECOND not in came:
        assert queue.consume(came.append, AT_MOST)


@pytest.mark.parametrize("url", [
    "amqp://guest:guest@127.0.0.1:1//",
    *(["redis://127.0.0.1:1/0"] if SERVERS else [])])
def test_a_broker_that_never_answered_may_do_so_later(url: str) -> None:
    """It is told at once; how long to wait is for others to know."""
    queue = EventQueue(url)

    for call in CALLS:
        with pytest.raises(TryLater):
            call(queue)
    queue.close()


def test_a_url_that_is_no_brokers_is_told_at_the_start() -> None:
    """Before anybody relies on it."""
    with pytest.raises(ValueError, match="BROKER_URL"):
        EventQueue("nonsense://127.0.0.1")


REFUSED = {"rabbitmq": ("guest:guest@", "guest:wrong@"),
           "redis": ("/0", "/99")}


@pytest.mark.parametrize("backend", [
    each for each in SERVERS if each.name in REFUSED],
    ids=lambda backend: backend.name)
def test_a_broker_that_refuses_us_is_told_at_the_start(
        backend: Backend) -> None:
    """A password that is wrong, or a database that is not there."""
    backend.need()
    wrong = backend.url.replace(*REFUSED[backend.name])
    assert wrong != backend.url
    queue = EventQueue(wrong, f"test-{uuid.uuid4()}")

    with pytest.raises(ValueError, match="the broker refuses"):
        queue.check()

    queue.close()


def test_a_broker_that_is_away_at_the_start_may_come_later() -> None:
    """Nothing is wrong with the settings, and registrations are taken."""
    queue = EventQueue("redis://127.0.0.1:1/0", "any")

    with pytest.raises(TryLater):
        queue.check()


def test_a_queue_that_can_be_used_is_left_as_it_was(connect: Maker) -> None:
    """The check says nothing, and puts nothing into it."""
    queue = connect()

    queue.check()

    assert not queue.consume(print, timeout=0.05)
