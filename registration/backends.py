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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, Optional
from urllib.parse import urlsplit

import kombu
import sqlalchemy as sql

import events

WANTED = os.environ.get("BACKENDS", "present")


@dataclass(frozen=True)
class Backend:
    """One of them: the name to show, and the URL, empty where embedded."""

    name: str
    url: str = ""

    def need(self) -> None:
        """Skip the test that asks, or fail it, where no server answers."""
        reason = self.url and _why_not(self.url)
        if not reason:
            return
        if WANTED == "required":
            raise AssertionError(f"{self.name}: {reason}")
        raise unittest.SkipTest(f"{self.name}: {reason}")


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


DATABASES = _chosen(
    Backend("sqlite"),
    Backend("postgresql", os.environ.get(
        "TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")))
BROKERS = _chosen(
    Backend("memory"),
    Backend("redis", os.environ.get(
        "TEST_REDIS", "redis://127.0.0.1:6379/0")),
    Backend("rabbitmq", os.environ.get(
        "TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")))


@contextmanager
def empty_database(backend: Backend, folder: Path) -> Iterator[str]:
    """Yield the URL of a database of our own; on a server, a schema."""
    if not backend.url:
        with _written_to_disk_later():
            yield f"sqlite:///{folder / 'accounts.db'}"
        return
    backend.need()
    import psycopg  # Where no server takes part, nobody need have it.
    schema = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(backend.url, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {schema}")
        try:
            yield (backend.url + ("&" if "?" in backend.url else "?")
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
    try:
        yield url, name
    finally:
        _forget(url, (name, f"{name}.aside"))


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
