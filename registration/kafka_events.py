#!/usr/bin/env python3
"""Events on their way through Kafka, which keeps them in their partitions.

Kafka forgets no single message: a group's offset says that all before it are
done, so it is committed after an event has been handled. An event's key is its
user, so those of one user are in one partition, in their order. What can never
be handled would stop its partition: it is put into the topic "<name>.aside".

Two processes of one QUEUE_NAME are one group, and share the partitions.
https://docs.confluent.io/platform/current/clients/confluent-kafka-python
"""
from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any, Optional
from urllib.parse import parse_qsl, urlsplit

from confluent_kafka import (OFFSET_BEGINNING, Consumer, KafkaError,
                             KafkaException, Message, Producer,
                             TopicPartition)

from accounts import Event, TryLater
from events import event_in

SECONDS_TO_ANSWER = 5.0
log = logging.getLogger("registration")
URL = ("BROKER_URL: the URL of Kafka looks like kafka://host:9092 or "
       "kafka://one:9092,another:9092?security.protocol=SSL.")
HOSTS = re.compile(r"[^,@:]+(:\d{1,5})?(,[^,@:]+(:\d{1,5})?)*")
# librdkafka would say on standard error what we say in the log.
QUIET = {"log_level": 0}
# Every replica has a message, or it has not been published. Each is waited
# for, so none overtakes another; and what comes twice does no harm here, so
# `enable.idempotence` would only cost the half second that it begins with.
PUBLISHING = {"acks": "all", "linger.ms": 0}
CONSUMING = {"enable.auto.commit": False, "auto.offset.reset": "earliest",
             "allow.auto.create.topics": True}
OF_CONSUMERS = ("group.", "fetch.", "session.", "heartbeat.", "isolation.",
                "partition.assignment.")


class KafkaEventQueue:
    """The `Queue` of a name, which is a topic; for one thread at a time."""

    def __init__(self, url: str, name: str = "registrations") -> None:
        """Take the brokers' URL. They are connected to when it is needed."""
        self._name = name
        self._shared, self._of_consumers = _settings(url)
        self._producer_kept: Optional[Producer] = None
        self._consumer_kept: Optional[Consumer] = None
        self._is_away = False

    def publish(self, event: Event) -> None:
        """Return when all brokers have the event; `TryLater` if not."""
        with _away_is_later():
            self._put(self._name, json.dumps(asdict(event)).encode(),
                      event.user_id.encode())

    def consume(self, handle: Callable[[Event], None],
                timeout: float) -> bool:
        """Hand over the next event; tell whether there was one."""
        with _away_is_later():
            message = self._consumer.poll(timeout)
            if message is None:
                self._check_there()
                return False
            _check(message.error())
            self._act_on(message, handle)
        return True

    def _act_on(self, message: Message,
                handle: Callable[[Event], None]) -> None:
        """Have a message handled, then move the offset behind it."""
        try:
            self._handle_or_set_aside(message, handle)
        except TryLater:
            self._commit(message)  # Kept, it would stop its partition.
            raise
        except BaseException:
            with suppress(KafkaException):  # Its partition is another's now.
                self._consumer.seek(_place_of(message))
            raise
        self._commit(message)

    def _handle_or_set_aside(self, message: Message,
                             handle: Callable[[Event], None]) -> None:
        """Have a message handled; put what fails into a topic of its own."""
        try:
            handle(event_in(_text_of(message)))
        except TryLater:
            raise
        except Exception as reason:  # Whatever it is, the next may do better.
            log.warning("set aside a message: %s", type(reason).__name__)
            self._put(f"{self._name}.aside", message.value(), message.key())

    def set_aside(self) -> list[str]:
        """Return the texts of what was set aside, and leave them there."""
        name = f"{self._name}.aside"
        with _away_is_later(), self._reader() as reader:
            ends = {partition: reader.get_watermark_offsets(
                        TopicPartition(name, partition), SECONDS_TO_ANSWER)[1]
                    for partition in self._partitions_of(name)}
            reader.assign([TopicPartition(name, partition, OFFSET_BEGINNING)
                           for partition in ends])
            messages = reader.consume(sum(ends.values()), SECONDS_TO_ANSWER
                                      ) if any(ends.values()) else []
        return [_text_of(message) for message in messages]

    def check(self) -> None:
        """Raise `TryLater` where no broker answers."""
        with _away_is_later():
            self._partitions_of(self._name)

    def close(self) -> None:
        """Leave the group, so that another has our partitions at once."""
        if self._consumer_kept is not None:
            self._consumer_kept.close()
        self._consumer_kept = self._producer_kept = None

    def _put(self, topic: str, value: bytes, key: Optional[bytes]) -> None:
        """Put a message into a topic; return when the brokers have it."""
        answers: list[Optional[KafkaError]] = []
        self._producer.produce(
            topic, value, key,
            on_delivery=lambda error, _: answers.append(error))
        self._producer.flush(2 * SECONDS_TO_ANSWER)
        if not answers:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        _check(answers[0])

    def _commit(self, message: Message) -> None:
        """Note that all up to a message is done, in its partition."""
        self._consumer.commit(message, asynchronous=False)

    def _check_there(self) -> None:
        """Raise `KafkaException` if no broker was there, and none is now."""
        if self._is_away:
            self._is_away = False
            self._partitions_of(self._name)

    def _partitions_of(self, topic: str) -> list[int]:
        """Return the partitions of a topic, which is made if need be."""
        topics = self._producer.list_topics(topic, SECONDS_TO_ANSWER).topics
        _check(topics[topic].error)
        return list(topics[topic].partitions)

    @property
    def _producer(self) -> Producer:
        """What publishes; made once."""
        if self._producer_kept is None:
            self._producer_kept = Producer({
                **PUBLISHING, **QUIET, **self._shared,
                "message.timeout.ms": int(1000 * SECONDS_TO_ANSWER)})
        return self._producer_kept

    @property
    def _consumer(self) -> Consumer:
        """What consumes; made once, when there is a topic to subscribe to."""
        if self._consumer_kept is None:
            self._partitions_of(self._name)
            self._consumer_kept = Consumer({
                **CONSUMING, **QUIET, **self._shared, **self._of_consumers,
                "group.id": self._name, "error_cb": self._heard})
            self._consumer_kept.subscribe([self._name])
        return self._consumer_kept

    @contextmanager
    def _reader(self) -> Iterator[Consumer]:
        """Yield a consumer that commits nothing, of a group of its own."""
        reader = Consumer({
            **CONSUMING, **QUIET, **self._shared,
            "group.id": f"{self._name}.reader"})
        try:
            yield reader
        finally:
            reader.close()

    def _heard(self, error: KafkaError) -> None:
        """Note that no broker can be reached; a poll alone does not tell."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self._is_away = True


def _settings(url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a URL says, for all clients and for consumers.

    Its query may have any setting that librdkafka knows:
    https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
    """
    place = urlsplit(url)
    if not HOSTS.fullmatch(place.netloc):
        raise ValueError(URL)
    query = dict(parse_qsl(place.query))
    consuming = {name: value for name, value in query.items()
                 if name.startswith(OF_CONSUMERS)}
    shared = {name: value for name, value in query.items()
              if name not in consuming}
    shared["bootstrap.servers"] = place.netloc
    try:
        Producer({**QUIET, **shared})
        Consumer({**QUIET, **shared, **consuming, "group.id": "unused"})
    except KafkaException as error:
        raise ValueError(f"{URL} ({error.args[0].str()})") from error
    return shared, consuming


@contextmanager
def _away_is_later() -> Iterator[None]:
    """Say `TryLater` where no broker answers; librdkafka connects anew."""
    try:
        yield
    except KafkaException as error:
        raise TryLater("The broker is away.") from error


def _check(error: Optional[KafkaError]) -> None:
    """Raise what a broker has answered, if it is an error."""
    if error is not None:
        raise KafkaException(error)


def _place_of(message: Message) -> TopicPartition:
    """Return where a message is."""
    return TopicPartition(
        message.topic(), message.partition(), message.offset())


def _text_of(message: Message) -> str:
    """Return what a message says, as far as it is text."""
    return (message.value() or b"").decode("utf-8", "replace")
