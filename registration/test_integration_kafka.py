#!/usr/bin/env python3
"""The queue on Kafka: what is true of Kafka, and of no other broker here.

pytest, as the other suites of queues. Kafka is played by librdkafka itself, in
this process; with TEST_KAFKA=kafka://host:9092 it is a real one. Without the
package confluent_kafka these tests are skipped.

Cases: a user's events in order, by their key · an offset that is committed
when all is done, not before · a topic for the poisoned · what is no event ·
brokers that are away, or go away · a URL that is none
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts import REGISTERED, Event, Queue, TryLater
from backends import KAFKA, empty_queue
from events import queue_for

FIRST = Event("first", REGISTERED, "id of ada")
SECOND = Event("second", REGISTERED, "id of ada")
AT_MOST = 5.0  # Seconds for a message that is on its way.
Maker = Callable[[], Queue]


@pytest.fixture
def place() -> Iterator[tuple[str, str]]:
    """Find the URL of a Kafka, and the name of a topic of one's own."""
    with empty_queue(KAFKA) as place:
        yield place


@pytest.fixture
def connect(place: tuple[str, str]) -> Iterator[Maker]:
    """Have a queue as often as one is asked for."""
    queues: list[Queue] = []

    def make() -> Queue:
        """Connect as one more process would."""
        queues.append(queue_for(*place))
        return queues[-1]

    yield make
    for queue in queues:
        queue.close()


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait but a moment for an answer."""
    KAFKA.need()
    import kafka_events
    monkeypatch.setattr(kafka_events, "SECONDS_TO_ANSWER", 0.3)


def publish_plainly(place: tuple[str, str], body: bytes) -> None:
    """Publish without our own code."""
    from confluent_kafka import Producer
    producer = Producer({"bootstrap.servers": host_of(place)})
    producer.produce(place[1], body)
    assert producer.flush(AT_MOST) == 0


def messages_in(place: tuple[str, str], topic: str, number: int) -> list[Any]:
    """Return so many messages of a topic, read without our own code."""
    from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
    consumer = Consumer({
        "bootstrap.servers": host_of(place), "group.id": "plain"})
    partitions = consumer.list_topics(topic, AT_MOST).topics[topic].partitions
    consumer.assign([TopicPartition(topic, each, OFFSET_BEGINNING)
                     for each in partitions])
    messages = consumer.consume(number, AT_MOST)
    consumer.close()
    return list(messages)


def host_of(place: tuple[str, str]) -> str:
    """Return the brokers of a place."""
    return place[0].partition("//")[2].partition("?")[0]


def test_the_events_of_one_user_come_in_their_order(connect: Maker) -> None:
    """Those of several users may be mixed: each has its partition."""
    users = "id of ada", "id of ben", "id of eve"
    events = [Event(f"{number}", REGISTERED, user)
              for number in range(8) for user in users]
    queue, came = connect(), list[Event]()
    for event in events:
        queue.publish(event)

    while len(came) < len(events):
        assert queue.consume(came.append, AT_MOST)

    assert {user: [event for event in came if event.user_id == user]
            for user in users} == {
        user: [event for event in events if event.user_id == user]
        for user in users}


def test_the_key_of_an_event_is_its_user(connect: Maker,
                                         place: tuple[str, str]) -> None:
    """By the key, whoever else reads the topic knows what belongs together."""
    connect().publish(FIRST)

    [message] = messages_in(place, place[1], 1)

    assert message.key() == b"id of ada"
    assert json.loads(message.value())["id"] == "first"


def test_what_was_in_hand_at_the_end_comes_again(connect: Maker) -> None:
    """Its offset is committed when it is done, and not when it is read."""
    came: list[Event] = []
    stopped = connect()
    stopped.publish(FIRST)
    stopped.publish(SECOND)
    stopped.consume(lambda event: None, AT_MOST)

    def stop(event: Event) -> None:
        """End as Ctrl-C would have it."""
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped.consume(stop, AT_MOST)
    stopped.close()

    assert connect().consume(came.append, AT_MOST)
    assert came == [SECOND]


def test_what_is_done_does_not_come_again(connect: Maker) -> None:
    """Nor what has to wait: that is published anew when it is time."""
    first, came = connect(), list[Event]()
    for event in FIRST, SECOND:
        first.publish(event)
    first.consume(lambda event: None, AT_MOST)
    with pytest.raises(TryLater):
        first.consume(fail_for_now, AT_MOST)
    first.close()

    second = connect()
    second.publish(FIRST)
    assert second.consume(came.append, AT_MOST)
    assert came == [FIRST]
    assert second.consume(came.append, 0.02) is False


def fail_for_now(event: Event) -> None:
    """Fail as one does whose mail server is busy."""
    raise TryLater("The mailbox is busy.")


@pytest.mark.parametrize("body", [
    b"{", b"\xff\xfe", b"", b"[]", b'{"id": "third"}',
    b'{"id": "third", "kind": "?", "user_id": "id of ada"}'])
def test_what_is_no_event_goes_to_a_topic_of_its_own(
        connect: Maker, place: tuple[str, str], body: bytes) -> None:
    """As it came; its partition goes on."""
    came: list[Event] = []
    queue = connect()
    publish_plainly(place, body)
    queue.publish(FIRST)

    found = [queue.consume(came.append, AT_MOST) for _ in range(2)]

    assert (found, came) == ([True, True], [FIRST])
    [message] = messages_in(place, f"{place[1]}.aside", 1)
    assert message.value() == body
    assert queue.set_aside() == [body.decode("utf-8", "replace")]


def test_what_could_not_be_set_aside_is_not_lost(
        connect: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes again, and is set aside then."""
    queue = connect()
    queue.publish(FIRST)
    with monkeypatch.context() as patched:
        patched.setattr(queue, "_put", away)
        with pytest.raises(TryLater):
            queue.consume(lambda event: 1 / 0, AT_MOST)  # type: ignore

    assert queue.consume(lambda event: 1 / 0, AT_MOST)  # type: ignore
    assert len(queue.set_aside()) == 1


def away(*_: object) -> None:
    """Fail as librdkafka does where no broker answers."""
    from confluent_kafka import KafkaError, KafkaException
    raise KafkaException(KafkaError(KafkaError._TRANSPORT))


@pytest.mark.usefixtures("impatience")
def test_brokers_that_were_never_there_are_away() -> None:
    """That is told soon; how long to wait is for others to know."""
    queue = queue_for("kafka://127.0.0.1:1", "events")

    for call in (lambda: queue.publish(FIRST), queue.set_aside,
                 lambda: queue.consume(lambda event: None, AT_MOST)):
        with pytest.raises(TryLater):
            call()
    queue.close()


@pytest.mark.skipif(bool(KAFKA.url), reason="no real Kafka is stopped here")
@pytest.mark.usefixtures("impatience")
def test_brokers_that_go_away_are_away() -> None:
    """While an event is waited for, and when one is published."""
    with empty_queue(KAFKA) as place:
        queue = queue_for(*place)
        queue.publish(FIRST)
        queue.consume(lambda event: None, AT_MOST)

    with pytest.raises(TryLater):
        while True:
            queue.consume(lambda event: None, 0.1)
    with pytest.raises(TryLater):
        queue.publish(SECOND)
    queue.close()


@pytest.mark.parametrize("url", [
    "kafka://", "kafka://:9092", "kafka://host:port", "kafka://host:909200",
    "kafka://me:mine@host",
    "kafka://host?no.such.setting=1", "kafka://host?session.timeout.ms=soon"])
def test_a_url_that_is_no_kafkas_is_told_at_the_start(url: str) -> None:
    """With what is wrong, and what one looks like."""
    KAFKA.need()

    with pytest.raises(ValueError, match="BROKER_URL.*kafka://host:9092"):
        queue_for(url, "events")


def test_without_the_package_its_install_is_told(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for Kafka by a URL has never heard of an extra."""
    monkeypatch.setitem(__import__("sys").modules, "kafka_events", None)

    with pytest.raises(ValueError, match=r"winnow-tests\[kafka\]"):
        queue_for("kafka://host", "events")
