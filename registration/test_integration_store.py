#!/usr/bin/env python3
"""The store on real databases: what only several connections can show.

pytest, because one fixture with parameters brings each database. What is
committed here is deleted after each test. What one connection shows stands in
test_contract_store.py.

Cases: committed, and seen by others · rolled back whole, by who has begun ·
two at once: one gets the address, one gets the claim · nobody's event · local
time · very many events · away, silent, locked, broken off, busy: try later ·
reading while another writes
"""
from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import REGISTERED, AddressTaken, Event, TryLater, User
from backends import DATABASES, Backend, empty_database, laid
from fakes import NOON
from store import EventRow, UserRow, UserStore, engine_for

LATER = NOON + timedelta(minutes=5)
ADA = User("id of ada", "ada@example.org", "hash of ada's", NOON)
EVENT = Event("event", REGISTERED, ADA.id)
AT_MOST = 5.0  # Seconds for what is about to happen.
AWAY = {"sqlite": "sqlite:////nowhere/at/all.db",
        "postgresql": "postgresql+psycopg://postgres@127.0.0.1:1/postgres"}
CALLS: list[Callable[[UserStore], object]] = [
    lambda store: store.transaction().__enter__(),
    lambda store: store.add(ADA),
    lambda store: store.get(ADA.id),
    lambda store: store.by_address(ADA.address),
    lambda store: store.hold(ADA.address),
    lambda store: store.renew(ADA),
    lambda store: store.recorded(ADA.id, REGISTERED, NOON),
    lambda store: store.verify(ADA, NOON),
    lambda store: store.record(EVENT, NOON),
    lambda store: store.pending(NOON, NOON),
    lambda store: store.published(EVENT.id, NOON),
    lambda store: store.claim(EVENT.id, NOON, LATER),
    lambda store: store.unpublish(),
    lambda store: store.tries(EVENT.id),
    lambda store: store.put_off(EVENT.id, LATER),
    lambda store: store.done(EVENT.id, NOON),
]

Engines = tuple[sql.Engine, sql.Engine]
Stores = tuple[UserStore, UserStore]


@pytest.fixture(scope="module", params=DATABASES,
                ids=[backend.name for backend in DATABASES])
def url(request: pytest.FixtureRequest,
        tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Make each database once."""
    folder = tmp_path_factory.mktemp("store")
    with empty_database(request.param, folder) as url:
        yield url


@pytest.fixture(scope="module")
def engines(url: str) -> Iterator[Engines]:
    """Connect twice, as two processes do."""
    engines = engine_for(url), engine_for(url)
    yield engines
    for engine in engines:
        engine.dispose()


@pytest.fixture
def stores(engines: Engines) -> Iterator[Stores]:
    """Make two stores on one database, in which there is nothing yet."""
    one, other = engines
    yield UserStore(one), UserStore(other)
    with one.begin() as connection:
        connection.execute(sql.delete(EventRow))
        connection.execute(sql.delete(UserRow))


def while_open(store: UserStore, write: Callable[[UserStore], object],
               engine: sql.Engine, call: Callable[[], object]
               ) -> Future[object]:
    """Write in a transaction; before it ends, let a call begin elsewhere."""
    begun = threading.Event()

    def note(*_: object) -> None:
        """Say that it has begun."""
        begun.set()

    sql.event.listen(engine, "checkout", note)
    try:
        with ThreadPoolExecutor(1) as pool, store.transaction() as joined:
            write(joined)
            called = pool.submit(call)
            assert begun.wait(AT_MOST)
    finally:
        sql.event.remove(engine, "checkout", note)
    return called


def end_connections(engine: sql.Engine, name: str) -> None:
    """Have PostgreSQL end the connections of a name, and wait for that."""
    with engine.begin() as connection:
        connection.execute(sql.text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = :name"), {"name": name})


def test_what_one_connection_kept_another_sees(stores: Stores) -> None:
    """Each call by itself is committed when it returns."""
    one, other = stores

    one.add(ADA)
    one.verify(ADA, NOON)
    one.record(EVENT, NOON)
    one.claim(EVENT.id, NOON, LATER)

    assert other.get(ADA.id) == replace(ADA, verified_at=NOON)
    assert other.pending(LATER, LATER) == [EVENT]
    assert not other.claim(EVENT.id, NOON, LATER)


def test_of_a_transaction_that_fails_others_see_nothing(stores: Stores
                                                        ) -> None:
    """And nothing of it is in their way."""
    one, other = stores

    with pytest.raises(ZeroDivisionError):
        with one.transaction() as joined:
            joined.add(ADA)
            joined.record(EVENT, NOON)
            raise ZeroDivisionError

    assert other.get(ADA.id) is None
    assert other.pending(NOON, NOON) == []
    other.add(ADA)


@pytest.mark.parametrize("begun", [Session, sql.Engine.connect])
def test_what_others_have_begun_they_end(
        stores: Stores, engines: Engines, begun: Callable[..., Any]) -> None:
    """In a session, or on a connection, nothing is kept by itself."""
    with begun(engines[0]) as session:
        UserStore(session).add(ADA)
        UserStore(session).record(EVENT, NOON)
        assert UserStore(session).get(ADA.id) == ADA
    assert stores[1].get(ADA.id) is None

    with begun(engines[0]) as session:
        UserStore(session).add(ADA)
        session.commit()
    assert stores[1].get(ADA.id) == ADA


def test_of_two_at_once_one_gets_the_address(stores: Stores, engines: Engines
                                             ) -> None:
    """Neither sees the other's user yet; the database knows better."""
    one, other = stores

    second = while_open(
        one, lambda store: store.add(ADA), engines[1],
        lambda: other.add(replace(ADA, id="another id")))

    assert isinstance(second.exception(), AddressTaken)
    assert other.by_address(ADA.address) == ADA


def test_of_two_at_once_one_gets_the_claim(stores: Stores, engines: Engines
                                           ) -> None:
    """The second waits for the first, and looks again."""
    one, other = stores
    one.add(ADA)
    one.record(EVENT, NOON)

    second = while_open(
        one, lambda store: store.claim(EVENT.id, NOON, LATER), engines[1],
        lambda: other.claim(EVENT.id, NOON, LATER))

    assert second.result() is False


def test_there_is_no_event_of_nobody(stores: Stores) -> None:
    """A mistake of ours, which the database does not let pass."""
    one, _ = stores

    with pytest.raises(IntegrityError):
        one.record(EVENT, NOON)

    assert one.pending(NOON, NOON) == []


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="a zone for all")
def test_local_time_makes_no_difference(
        stores: Stores, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither that of the process nor that of its connection."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    monkeypatch.setenv("PGTZ", "Asia/Kolkata")
    time.tzset()
    abroad = engine_for(url)
    try:
        UserStore(abroad).add(ADA)
        UserStore(abroad).record(EVENT, NOON)
        UserStore(abroad).published(EVENT.id, NOON)

        found = [store.get(ADA.id) for store in (UserStore(abroad), *stores)]
        pending = [store.pending(LATER, LATER) for store in stores]
    finally:
        abroad.dispose()
        monkeypatch.undo()
        time.tzset()

    assert found == [ADA, ADA, ADA]
    assert pending == [[EVENT], [EVENT]]
    assert found[0] and found[0].registered_at.utcoffset() == timedelta(0)


def test_of_very_many_events_the_first_are_pending(
        stores: Stores, engines: Engines) -> None:
    """A relay that was away for long is not overwhelmed."""
    one, other = stores
    one.add(ADA)
    with engines[0].begin() as connection:
        connection.execute(sql.insert(EventRow), [
            {"id": f"event {number}", "kind": REGISTERED, "user_id": ADA.id,
             "recorded_at": NOON} for number in range(101)])

    pending = other.pending(NOON, NOON)

    assert [event.id for event in pending] == [
        f"event {number}" for number in range(100)]


@pytest.mark.parametrize("url", [
    AWAY[backend.name] for backend in DATABASES])
def test_a_database_that_is_away_may_be_back_later(url: str) -> None:
    """Whatever it was asked for, and at the very start as well."""
    engine = sql.create_engine(url)

    for call in CALLS:
        with pytest.raises(TryLater):
            call(UserStore(engine))
    with pytest.raises(TryLater):
        engine_for(url)


def test_a_database_that_is_locked_is_free_later(tmp_path: Path) -> None:
    """SQLite lets one write at a time, and the others wait for a while."""
    with empty_database(Backend("sqlite"), tmp_path) as url:
        engine, impatient = engine_for(url), engine_for(f"{url}?timeout=0.01")

        with UserStore(engine).transaction():
            with pytest.raises(TryLater):
                UserStore(impatient).add(ADA)
        UserStore(impatient).add(ADA)

        assert UserStore(engine).get(ADA.id) == ADA
        engine.dispose()
        impatient.dispose()


def test_a_connection_may_be_free_later(engines: Engines) -> None:
    """All that the engine may open are in use at the moment."""
    engine = sql.create_engine(engines[0].url, pool_size=1, max_overflow=0,
                               pool_timeout=0.01)
    store = UserStore(engine)

    with store.transaction():
        with pytest.raises(TryLater):
            store.get(ADA.id)

    assert store.get(ADA.id) is None
    engine.dispose()


@pytest.mark.parametrize("url", [
    backend for backend in DATABASES if backend.url], indirect=True)
def test_what_a_lost_connection_had_begun_is_undone(
        stores: Stores, engines: Engines, url: str) -> None:
    """The next call has a new connection."""
    other = stores[1]
    name = uuid.uuid4().hex
    engine = engine_for(f"{url}&application_name={name}")
    store = UserStore(engine)

    with pytest.raises(TryLater):
        with store.transaction() as joined:
            joined.add(ADA)
            end_connections(engines[1], name)
            joined.record(EVENT, NOON)

    assert store.get(ADA.id) is None
    store.add(ADA)
    assert other.get(ADA.id) == ADA
    engine.dispose()


@pytest.mark.parametrize("url", [
    backend for backend in DATABASES if backend.url], indirect=True)
def test_a_database_that_is_silent_is_waited_for_only_so_long(
        stores: Stores, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is there and says nothing is away, in a while."""
    monkeypatch.setattr("impatience.ImpatientConnection.seconds", 0.1)
    with laid(url) as cable:
        engine = engine_for(cable.url)
        store = UserStore(engine)
        store.add(ADA)

        with cable.silent(refuses=True):
            with pytest.raises(TryLater):
                store.get(ADA.id)

        assert store.get(ADA.id) == ADA
        engine.dispose()


def test_many_read_while_one_writes(tmp_path: Path) -> None:
    """In SQLite, too, and they see what was there before."""
    with empty_database(Backend("sqlite"), tmp_path) as url:
        engine, impatient = engine_for(url), engine_for(f"{url}?timeout=0")
        UserStore(engine).add(ADA)

        with UserStore(engine).transaction() as joined:
            joined.verify(ADA, NOON)
            seen = UserStore(impatient).get(ADA.id)

        assert seen == ADA
        engine.dispose()
        impatient.dispose()
