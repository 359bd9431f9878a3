#!/usr/bin/env python3
"""Events on their way: through RabbitMQ, Redis or this process's memory.

kombu speaks to all three. A message is acknowledged only after it has been
handled, so one whose handler was killed comes again; what can never be
handled goes to a second queue, "<name>.aside", where a person can look at it.

Publishing and consuming have connections of their own, as RabbitMQ asks for:
one that it lets publish no more still consumes. How often an event may come is
counted in the store, for all brokers alike, so no broker has to know a limit.
kombu's ConsumerMixin has a loop of its own, and ours does other things, too:
https://www.rabbitmq.com/docs/alarms, https://docs.celeryq.dev/projects/kombu.
"""
from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Optional

import kombu
from kombu.exceptions import OperationalError
from kombu.message import Message
from kombu.simple import SimpleQueue

from accounts import KINDS, Event, Queue, TryLater, Undeliverable

SECONDS_TO_CONNECT = 3
SECONDS_TO_ANSWER = 5
HEARTBEAT = 20  # Seconds: RabbitMQ's and ours, on the connection that waits.
log = logging.getLogger("registration")
# What a killed worker had comes again after so many seconds. Redis keeps it
# for all who use kombu there, unless each has a prefix.
REDIS = {"visibility_timeout": 300, "global_keyprefix": "registration:",
         "socket_timeout": SECONDS_TO_ANSWER,
         "socket_connect_timeout": SECONDS_TO_CONNECT}
# The broker says that it has a message, or it has not been published.
AMQP = {"confirm_publish": True, "read_timeout": SECONDS_TO_ANSWER,
        "write_timeout": SECONDS_TO_ANSWER}
OPTIONS = {"memory": {"polling_interval": 0.005}, "redis": REDIS,
           "rediss": REDIS, "amqp": AMQP, "amqps": AMQP}


class EventQueue:
    """The `Queue` of a name at a broker; one thread uses it at a time."""

    def __init__(self, url: str, name: str = "registrations") -> None:
        """Take the broker's URL. It is connected to when it is needed."""
        try:
            options = OPTIONS[url.partition(":")[0]]
            self._connection, self._publishing = (
                kombu.Connection(
                    url, connect_timeout=SECONDS_TO_CONNECT,
                    heartbeat=heartbeat, transport_options=options)
                for heartbeat in (HEARTBEAT, 0))
        except (KeyError, ValueError) as error:
            raise ValueError(
                "BROKER_URL: a broker's URL looks like memory://, "
                "redis://host:6379/0 or amqp://user:password@host:5672//."
            ) from error
        self._name = name
        self._queues: dict[tuple[kombu.Connection, str], Any] = {}

    def check(self) -> None:
        """Raise `ValueError` where the broker will never do as we ask.

        Raise `TryLater` where it is away: then all is as it should be later.
        """
        try:
            self._queue(self._publishing, self._name)
        except Exception as error:
            reasons = list(_chain(error))
            self._queues.clear()
            self._publishing.collect()
            if any(isinstance(each, OSError) for each in reasons):
                raise TryLater("The broker is away.") from error
            raise ValueError("BROKER_URL: the broker refuses what is asked "
                             f"({_first_line(reasons[-1])}).") from error

    def publish(self, event: Event) -> None:
        """Return when the broker has the event; `TryLater` if it is away."""
        with self._away_is_later():
            self._put(self._name, json.dumps(asdict(event)))

    def consume(self, handle: Callable[[Event], None],
                timeout: float) -> bool:
        """Hand over the next event; tell whether there was one."""
        with self._away_is_later():
            queue = self._queue(self._connection, self._name)
            self._connection.heartbeat_check()
            try:
                message = queue.get(timeout=timeout)
            except queue.Empty:
                return False
            self._act_on(message, handle)
        return True

    def _act_on(self, message: Message,
                handle: Callable[[Event], None]) -> None:
        """Have a message handled, then let the broker forget it."""
        try:
            handle(event_in(_text_of(message)))
        except TryLater:
            message.ack()  # Put back, it would stand before all others.
            raise
        except Exception as reason:  # Whatever it is, the next may do better.
            log.warning("set aside a message: %s", type(reason).__name__)
            self._put(f"{self._name}.aside", _text_of(message))
        message.ack()

    def set_aside(self) -> list[str]:
        """Return the texts of what was set aside, and leave them there."""
        with self._away_is_later(), _channel(self._publishing) as channel:
            queue = kombu.Queue(f"{self._name}.aside", channel=channel)
            queue.declare()
            messages = list(iter(queue.get, None))
            for message in messages:
                message.requeue()
        return [_text_of(message) for message in messages]

    def close(self) -> None:
        """Let go of the connections.

        A server gives out again what was not acknowledged; memory does not.
        """
        self._queues.clear()
        for connection in (self._connection, self._publishing):
            connection.release()

    def _put(self, name: str, text: str) -> None:
        """Put a text into a queue, to stay there while the broker restarts."""
        self._queue(self._publishing, name).put(
            text, content_type="text/plain", content_encoding="utf-8",
            delivery_mode=2)

    def _queue(self, connection: kombu.Connection, name: str) -> Any:
        """Return a queue, from which one message is taken at a time."""
        key = (connection, name)
        if key not in self._queues:
            channel = _channel(connection)
            channel.basic_qos(0, 1, False)
            queue = self._queues[key] = SimpleQueue(channel, name)
            # What kombu cannot decode is handed on as well, to be set aside.
            queue.consumer.on_decode_error = (
                lambda message, _: queue.buffer.append(message))
        return self._queues[key]

    @contextmanager
    def _away_is_later(self) -> Iterator[None]:
        """Say `TryLater` where the broker is away; connect anew next time."""
        away = (OperationalError, *self._connection.connection_errors,
                *self._connection.channel_errors)
        try:
            yield
        except away as error:
            self._queues.clear()
            for connection in (self._connection, self._publishing):
                connection.collect()
            raise TryLater("The broker is away.") from error


def queue_for(url: str, name: str) -> Queue:
    """Return the queue of a broker's URL; or `ValueError`, saying why not."""
    if not url.startswith("kafka:"):
        return EventQueue(url, name)
    try:
        from kafka_events import KafkaEventQueue
    except ModuleNotFoundError as error:
        raise ValueError(
            "BROKER_URL: Kafka needs a package that is not installed: "
            "pip install 'winnow-tests[kafka]'.") from error
    return KafkaEventQueue(url, name)


def _chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    """Yield an error, and what it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _first_line(error: BaseException) -> str:
    """Return what an error says, short enough for a sentence."""
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")


def _channel(connection: kombu.Connection) -> Any:
    """Return a channel. To try again is up to whoever called."""
    connection.ensure_connection(max_retries=1, interval_start=0)
    return connection.channel()


def _text_of(message: Message) -> str:
    """Return what a message says, as far as it is text."""
    body = message.body
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    return str(body)


def event_in(text: str) -> Event:
    """Return the event that a text tells of, or raise `Undeliverable`."""
    try:
        event = Event(**json.loads(text))
    except (TypeError, ValueError) as error:
        raise Undeliverable("This message is no event.") from error
    if event.kind not in KINDS:
        raise Undeliverable(f"Events of the kind {event.kind} are unknown.")
    return event
