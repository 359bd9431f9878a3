#!/usr/bin/env python3
"""The versions of a database's tables: made, told apart, and migrated.

pytest, because each database is a row. What an earlier version of this program
had made is a row as well, frozen here: no migration is tried on what it made
itself.

Cases: new tables, and migrated ones, are as the models say · an earlier
version is not served; migrated, it is, with all that was in it · back again ·
all of a migration or nothing · several at once · of somebody else
"""
from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sql
from alembic import command
from alembic.script import ScriptDirectory

from accounts import REGISTERED, REGISTERED_AGAIN, Event, User
from backends import DATABASES, empty_database
from fakes import NOON
from migrate import alembic_on, begun, migrate
from schema import HEAD, version_of
from store import UserStore, engine_for

LATER = NOON + timedelta(minutes=5)
ADA = User("id of ada", "Ada@example.org", "hash of ada's", NOON, LATER)
BEN = User("id of ben", "ben@bücher.example", "hash of ben's", NOON)
WAITS = Event("waits", REGISTERED_AGAIN, ADA.id)
IS_NEW = Event("new", REGISTERED, BEN.id)
TIME = sql.DateTime(timezone=True)


def of_before(tries: bool) -> sql.MetaData:
    """Return the tables as they were before there were migrations.

    With what was once added to them at a start, or without it.
    """
    tables = sql.MetaData()
    sql.Table(
        "users", tables,
        sql.Column("id", sql.String(36), primary_key=True),
        sql.Column("address", sql.String(320), nullable=False),
        sql.Column("address_key", sql.String(640), nullable=False,
                   unique=True),
        sql.Column("password_hash", sql.String(200), nullable=False),
        sql.Column("registered_at", TIME, nullable=False),
        sql.Column("verified_at", TIME))
    later = [sql.Column("not_before", TIME),
             sql.Column("tries", sql.Integer, nullable=False,
                        server_default="0")] if tries else []
    sql.Table(
        "events", tables,
        sql.Column("number", sql.Integer, primary_key=True),
        sql.Column("id", sql.String(36), nullable=False, unique=True),
        sql.Column("kind", sql.String(40), nullable=False),
        sql.Column("user_id", sql.ForeignKey("users.id"), nullable=False),
        sql.Column("recorded_at", TIME, nullable=False),
        sql.Column("published_at", TIME), sql.Column("claimed_until", TIME),
        *later, sql.Column("done_at", TIME))
    return tables


def filled(connection: sql.Connection, tables: sql.MetaData) -> None:
    """Make tables, in which are two users, and three events."""
    tables.create_all(connection)
    connection.execute(sql.insert(tables.tables["users"]), [
        {"id": ADA.id, "address": ADA.address,
         "address_key": "ada@example.org", "password_hash": ADA.password_hash,
         "registered_at": NOON, "verified_at": LATER},
        {"id": BEN.id, "address": BEN.address,
         "address_key": "ben@xn--bcher-kva.example",
         "password_hash": BEN.password_hash, "registered_at": NOON,
         "verified_at": None}])
    connection.execute(sql.insert(tables.tables["events"]), [
        {"id": event_id, "kind": kind, "user_id": user_id,
         "recorded_at": NOON, "done_at": done_at}
        for event_id, kind, user_id, done_at in (
            ("done", REGISTERED, ADA.id, LATER),
            (WAITS.id, WAITS.kind, ADA.id, None),
            (IS_NEW.id, IS_NEW.kind, BEN.id, None))])


def assert_as_the_models_say(url: str) -> None:
    """Assert that a new migration would have nothing in it."""
    with begun(url) as connection:
        config = alembic_on(connection)
        command.check(config)
        assert version_of(connection) == HEAD == ScriptDirectory.from_config(
            config).get_current_head()


@pytest.fixture(params=DATABASES, ids=[each.name for each in DATABASES])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a database in which there is nothing yet."""
    with empty_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def earlier(url: str) -> str:
    """Give a database in which the earliest version kept something."""
    with begun(url) as connection:
        filled(connection, of_before(tries=False))
    return url


def test_a_new_database_is_of_the_newest_version(url: str) -> None:
    """That which the newest migration leads to."""
    engine_for(url).dispose()

    assert_as_the_models_say(url)


def test_migrations_lead_from_nothing_to_what_the_models_say(url: str
                                                             ) -> None:
    """And back to nothing."""
    assert migrate(url) == ("", HEAD)
    assert_as_the_models_say(url)
    with begun(url) as connection:
        command.downgrade(alembic_on(connection), "base")
        assert sql.inspect(connection).get_table_names() == ["alembic_version"]
        assert version_of(connection) == ""
    assert migrate(url) == ("", HEAD)


@pytest.mark.parametrize("tries", [True, False])
def test_an_earlier_version_is_served_once_it_is_migrated(
        url: str, tries: bool) -> None:
    """A start changes nothing of it, and says what to do."""
    with begun(url) as connection:
        filled(connection, of_before(tries))
    with pytest.raises(ValueError, match="backup, then: python registration"):
        engine_for(url)

    before, after = migrate(url)

    assert (before, after) == ("0002" if tries else "0001", HEAD)
    assert_as_the_models_say(url)
    engine = engine_for(url)
    store = UserStore(engine)
    assert (store.get(ADA.id), store.by_address(BEN.address)) == (ADA, BEN)
    assert store.pending(NOON, NOON) == [WAITS, IS_NEW]
    assert store.claim(WAITS.id, NOON, LATER)
    assert (store.tries(WAITS.id), store.tries(IS_NEW.id)) == (1, 0)
    store.record(replace(IS_NEW, id="newer"), NOON)
    engine.dispose()
    assert migrate(url) == (HEAD, HEAD)


def test_of_a_migration_that_fails_nothing_is_done(earlier: str) -> None:
    """What it was is known as before, and a second try succeeds."""
    with begun(earlier) as connection:
        connection.execute(sql.text(
            "CREATE INDEX events_user_id_idx ON events (kind)"))

    with pytest.raises(ValueError, match="events_user_id_idx.* already exist"):
        migrate(earlier)
    with pytest.raises(ValueError, match="an earlier version"):
        engine_for(earlier)

    with begun(earlier) as connection:
        found = sql.inspect(connection).get_table_names()
        assert sorted(found) == ["events", "users"]
        assert version_of(connection) == "0001"
        connection.execute(sql.text("DROP INDEX events_user_id_idx"))
    assert migrate(earlier) == ("0001", HEAD)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_of_two_at_once_one_waits_for_the_other(earlier: str) -> None:
    """And then finds nothing to be done."""
    children = []
    for _ in range(2):
        children.append(os.fork())
        if not children[-1]:
            try:
                migrate(earlier)
                os._exit(0)
            finally:
                os._exit(1)

    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    engine = engine_for(earlier)
    assert UserStore(engine).get(ADA.id) == ADA
    engine.dispose()


def test_what_is_not_ours_is_left_alone(url: str) -> None:
    """Another program's users, and a version that is not known yet."""
    with begun(url) as connection:
        connection.execute(sql.text("CREATE TABLE users (id INTEGER)"))
    for does in (engine_for, migrate):
        with pytest.raises(ValueError, match="of another program"):
            does(url)

    with begun(url) as connection:
        connection.execute(sql.text("DROP TABLE users"))
    engine_for(url).dispose()
    with begun(url) as connection:
        connection.execute(sql.text(
            "UPDATE alembic_version SET version_num = '9999'"))
    for does in (engine_for, migrate):
        with pytest.raises(ValueError, match="of a later version"):
            does(url)
