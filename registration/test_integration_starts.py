#!/usr/bin/env python3
"""What a start finds: nothing yet, an older database, or other starts.

pytest, because a start on each database is a row. The processes are forked,
and each waits for one byte of a pipe, so they begin at the same moment.

Cases: several starts at once · tables of an earlier version
"""
from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sql

from accounts import REGISTERED, Event
from backends import DATABASES, Backend, empty_database
from composition import Application, Settings
from fakes import NOON
from store import UserStore, engine_for

EVENT = Event("event", REGISTERED, "id of ada")
OLDER = """
CREATE TABLE events (number INTEGER PRIMARY KEY, id VARCHAR(36) NOT NULL,
    kind VARCHAR(40) NOT NULL, user_id VARCHAR(36) NOT NULL,
    recorded_at TIMESTAMP, published_at TIMESTAMP, claimed_until TIMESTAMP,
    done_at TIMESTAMP)
"""


def test_an_older_database_has_what_came_later_added(tmp_path: Path) -> None:
    """What was recorded in it is claimed as ever."""
    url = f"sqlite:///{tmp_path / 'older.db'}"
    engine = sql.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sql.text(OLDER))
        connection.execute(sql.text(
            "INSERT INTO events (id, kind, user_id, recorded_at) VALUES "
            "('event', 'registered', 'id of ada', '2026-03-01 12:00:00')"))
    engine.dispose()

    store = UserStore(engine_for(url))

    assert store.pending(NOON, NOON) == [EVENT]
    assert store.claim(EVENT.id, NOON, NOON)
    assert store.tries(EVENT.id) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.parametrize("database", DATABASES,
                         ids=[database.name for database in DATABASES])
def test_several_starts_at_once_are_none_in_the_others_way(
        tmp_path: Path, database: Backend) -> None:
    """They share one secret, and the tables that one of them has made."""
    with empty_database(database, tmp_path) as url:
        settings = Settings(tmp_path / "new", database_url=url)
        ended = ends_of_starts(settings)
        after = Application(settings)
        with after.working():
            assert after.service.user("nobody") is None

    assert ended == [0] * 4
    secret, = (tmp_path / "new").glob("secret*")
    assert len(secret.read_text("ascii")) == 43


def ends_of_starts(settings: Settings) -> list[int]:
    """Start four times at once; return how each start ended."""
    go, begin = os.pipe()
    children = [started(settings, go) for _ in range(4)]
    os.write(begin, b"1" * len(children))
    ended = [os.waitpid(child, 0)[1] for child in children]
    os.close(go)
    os.close(begin)
    return ended


def started(settings: Settings, go: int) -> int:
    """Return a process that puts the parts together when it is told to."""
    child = os.fork()
    if child:
        return child
    try:
        os.read(go, 1)
        Application(settings)
        os._exit(0)
    finally:
        os._exit(1)
