#!/usr/bin/env python3
"""How SQLAlchemy connects to PostgreSQL, and to SQLite."""
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sql
from sqlalchemy.exc import ArgumentError, DatabaseError

SECONDS_TO_ANSWER = 5


def engine_at(url: str, is_patient: bool = False) -> sql.Engine:
    """Return an engine, whatever tables there are; or raise `ValueError`.

    A plain `postgresql:` is taken for psycopg 3. A patient engine is for
    migrations: it waits as long as it takes.
    """
    try:
        parsed = sql.make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        # SQLite's pool in memory has one connection, and knows no waiting.
        waiting = ({} if parsed.get_backend_name() == "sqlite"
                   else {"pool_timeout": SECONDS_TO_ANSWER})
        engine = sql.create_engine(
            parsed, pool_pre_ping=True, hide_parameters=True, **waiting)
    except (ArgumentError, ImportError, ValueError) as error:
        raise ValueError("DATABASE_URL: a database's URL looks like "
                         "postgresql://user:password@host:5432/name or "
                         "sqlite:///accounts.db.") from error
    if engine.dialect.name == "sqlite":
        _begin_at_once(engine, checks=not is_patient)
    elif engine.dialect.name == "postgresql" and not is_patient:
        from impatience import limit_waits  # SQLite needs no psycopg.
        limit_waits(engine)
    return engine


def _begin_at_once(engine: sql.Engine, checks: bool) -> None:
    """Let SQLite begin a transaction where we do, and for writing.

    By itself Python's driver begins one at the first change, which breaks
    savepoints, and lets two readers block each other when they come to write.
    What only reads waits for nobody, by a log that is written ahead:
    https://www.sqlite.org/wal.html

    A migration checks in the end that each event is of a user, for SQLite has
    it drop a table, and put another in its place:
    https://www.sqlite.org/lang_altertable.html#otheralter
    """

    @sql.event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        """Leave transactions to us, and let no event be of nobody."""
        connection.isolation_level = None
        connection.execute(f"PRAGMA foreign_keys = {int(checks)}")
        with suppress(sqlite3.OperationalError):  # Another is just doing it.
            connection.execute("PRAGMA journal_mode = WAL")

    @sql.event.listens_for(engine, "begin")
    def begun(connection: sql.Connection) -> None:
        """Take the right to write from the beginning, if that is to be."""
        reads = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def refused() -> Iterator[None]:
    """Tell in one line why a database cannot be used."""
    try:
        yield
    except (DatabaseError, ValueError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise ValueError("DATABASE_URL: this database cannot be used: "
                         f"{reason}.") from error
