#!/usr/bin/env python3
"""The databases and brokers that the suites run against.

Those that need no server always take part. Those with a server do where one
answers, and are skipped with the reason elsewhere; with BACKENDS=required an
absence is a failure, with BACKENDS=embedded no server takes part.
"""
from __future__ import annotations

import os
import select
import socket
import sqlite3
import threading
import unittest
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, Optional
from urllib.parse import urlsplit

import kombu
import sqlalchemy as sql

import containers
import events

WANTED = os.environ.get("BACKENDS", "present")


@dataclass(frozen=True)
class Backend:
    """One of them: the name to show, and the URL, empty where embedded.

    `library` is the one that it takes, and that one may do without. Where
    nothing answers at the URL, it `starts` a server, or says that it cannot.
    """

    name: str
    url: str = ""
    library: str = ""
    starts: Callable[[], Optional[str]] = lambda: None

    def need(self) -> str:
        """Return the URL; skip the test that asks, or fail it, without one."""
        if self.library:
            need_library(self.library, self.name)
        reason = self.url and _why_not(self.url)
        if not reason:
            return self.url
        started = self.starts()
        if started:
            return started
        if WANTED == "required":
            raise AssertionError(f"{self.name}: {reason}")
        raise unittest.SkipTest(f"{self.name}: {reason}")


def need_library(library: str, extra: str) -> None:
    """Skip the test or the file that asks, or fail it, without a library."""
    if find_spec(library) is not None:
        return
    reason = (f"{library} is not installed: "
              f"pip install 'winnow-tests[{extra}]'")
    if WANTED == "required":
        raise AssertionError(reason)
    raise unittest.SkipTest(reason)


def _chosen(*backends: Backend) -> Sequence[Backend]:
    """Return those that take part; one that does not answer is skipped."""
    if WANTED == "embedded":
        return [backend for backend in backends if not backend.url]
    return backends


@lru_cache(maxsize=None)
def _why_not(url: str) -> Optional[str]:
    """Return why nothing is to be had at a URL, or None."""
    place = urlsplit(url)
    try:
        socket.create_connection(
            (place.hostname or "", place.port or 0), timeout=1).close()
    except OSError as error:
        return (f"nothing answers at {place.hostname}:{place.port} "
                f"({error.strerror or error})")
    return None


def postgresql(environ: Mapping[str, str]) -> Backend:
    """Return the PostgreSQL that is named, or the usual one.

    Where that one does not answer, it is one in a container.
    """
    if "TEST_POSTGRESQL" in environ:
        return Backend("postgresql", environ["TEST_POSTGRESQL"])
    return Backend("postgresql", USUAL, starts=containers.postgresql)


USUAL = "postgresql://postgres@127.0.0.1:5432/postgres"
DATABASES = _chosen(
    Backend("sqlite"),
    postgresql(os.environ))
BROKERS = _chosen(
    Backend("memory"),
    Backend("redis", os.environ.get(
        "TEST_REDIS", "redis://127.0.0.1:6379/0")),
    Backend("rabbitmq", os.environ.get(
        "TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")))
# Without a server, librdkafka plays one in this process.
KAFKA, = _chosen(Backend(
    "kafka", WANTED != "embedded" and os.environ.get("TEST_KAFKA") or "",
    library="confluent_kafka"))


@contextmanager
def empty_database(backend: Backend, folder: Path) -> Iterator[str]:
    """Yield the URL of a database of our own; on a server, a schema."""
    if not backend.url:
        with _written_to_disk_later():
            yield f"sqlite:///{folder / 'accounts.db'}"
        return
    server_url = backend.need()
    import psycopg  # Where no server takes part, nobody need have it.
    schema = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {schema}")
        try:
            yield (server_url + ("&" if "?" in server_url else "?")
                   + f"options=-csearch_path%3D{schema}")
        finally:
            server.execute(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def _written_to_disk_later() -> Iterator[None]:
    """Spare SQLite what only a power cut would miss: it takes the most time.

    So for all engines that connect meanwhile.
    """

    def connected(connection: object, _: object) -> None:
        """Tell a new connection of SQLite's."""
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")

    sql.event.listen(sql.Engine, "connect", connected)
    try:
        yield
    finally:
        sql.event.remove(sql.Engine, "connect", connected)


@contextmanager
def empty_queue(backend: Backend) -> Iterator[tuple[str, str]]:
    """Yield a broker's URL and the name of a queue that nobody else has."""
    backend.need()
    url, name = backend.url or "memory://", f"test-{uuid.uuid4().hex}"
    if backend.name == KAFKA.name:  # Its topics are left to their brokers.
        with mock_kafka(backend.url) as url:
            yield url, name
        return
    try:
        yield url, name
    finally:
        _forget(url, (name, f"{name}.aside"))


@contextmanager
def mock_kafka(url: str = "") -> Iterator[str]:
    """Yield the URL of a Kafka in this process; or the one that is given.

    librdkafka has it for its own tests, and any client can speak to it:
    https://github.com/confluentinc/librdkafka/blob/master/src/rdkafka_mock.h
    It makes topics as they are asked for. A group of the older protocol would
    take three seconds to share out the partitions.
    """
    if url:
        yield url
        return
    from confluent_kafka import Producer
    cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    brokers = cluster.list_topics(timeout=5).brokers.values()
    hosts = ",".join(f"{each.host}:{each.port}" for each in brokers)
    yield f"kafka://{hosts}?group.protocol=consumer&fetch.wait.max.ms=10"
    del cluster, brokers


def _forget(url: str, names: Sequence[str]) -> None:
    """Delete queues from a broker, and all that kombu keeps with them."""
    options = events.OPTIONS[url.partition(":")[0]]
    with kombu.Connection(url, transport_options=options) as connection:
        channel = connection.channel()
        for name in names:
            exchange = kombu.Exchange(name)
            queue = kombu.Queue(name, exchange, name)(channel)
            queue.declare()
            queue.delete()
            exchange(channel).delete()


class Cable(ThreadingTCPServer):
    """The way to a server, which can be cut and mended."""

    daemon_threads = True

    def __init__(self, url: str) -> None:
        """Lead from a port of our own to the server of a URL."""
        super().__init__(("127.0.0.1", 0), BaseRequestHandler)
        far = urlsplit(url)
        self._far = (far.hostname, far.port)
        self.url = url.replace(f":{far.port}", f":{self.server_address[1]}")
        self._carries = threading.Event()
        self._carries.set()
        self._ends: list[socket.socket] = []
        self._is_cut = False

    def finish_request(self, near: Any, address: Any) -> None:
        """Carry what either side says, until one has said all."""
        if self._is_cut:
            return
        with socket.create_connection(self._far) as far:
            self._ends += near, far
            other = {near: far, far: near}
            while True:
                [end, *_], _, _ = select.select([near, far], [], [])
                said = end.recv(65536)
                self._carries.wait()
                if not said:
                    return
                other[end].sendall(said)

    def handle_error(self, *_: Any) -> None:
        """Keep quiet: it is an end that was cut."""

    def cut(self) -> None:
        """End what is connected, and refuse whoever comes."""
        self._is_cut = True
        for end in self._ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # It had ended already.

    @contextmanager
    def silent(self, refuses: bool = False) -> Iterator[None]:
        """Carry nothing, and keep what is connected, as long as that lasts.

        Whoever comes meanwhile is kept in silence as well, or refused.
        """
        self._carries.clear()
        self._is_cut = refuses
        try:
            yield
        finally:
            self._is_cut = False
            self._carries.set()

    def mend(self) -> None:
        """Let through whoever comes."""
        self._ends.clear()
        self._is_cut = False


@contextmanager
def laid(url: str) -> Iterator[Cable]:
    """Lay a cable to a server."""
    with Cable(url) as cable:
        server = threading.Thread(target=cable.serve_forever, args=(0.01,))
        server.start()
        try:
            yield cable
        finally:
            cable.cut()
            cable.shutdown()
            server.join()
