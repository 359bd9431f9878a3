#!/usr/bin/env python3
"""Which version a database's tables are of; those of a new one are made.

A start changes nothing of a database that has tables: a migration wants a
backup before it, time, and one process alone, so it is a command of its own,
`python registration migrate`.
"""
from __future__ import annotations

import sqlalchemy as sql

HEAD = "0003"  # The newest of the files in `migrations/versions`.
LOCK = 0x7265676973746572  # "register", a number of our own.
COLUMNS = {"users": {"address_key", "password_hash"},
           "events": {"published_at", "done_at"}}
"""Some that our tables have always had, and that nobody else's have."""
# Where Alembic keeps the version. Loading Alembic itself would take longer
# than all else of a start.
VERSION = sql.Table("alembic_version", sql.MetaData(), sql.Column(
    "version_num", sql.String(32), primary_key=True))


def prepare(connection: sql.Connection, tables: sql.MetaData) -> None:
    """Make the tables of a new database; raise `ValueError` for an older one.

    What is made is of the newest version, and says so, as Alembic's cookbook
    has it: https://alembic.sqlalchemy.org/en/latest/cookbook.html
    """
    one_at_a_time(connection)
    found = version_of(connection)
    if not found:
        tables.create_all(connection)
        VERSION.create(connection, checkfirst=True)
        connection.execute(sql.insert(VERSION).values(version_num=HEAD))
    elif found != HEAD:
        refuse_later(found)
        raise ValueError("its tables are of an earlier version. Make a "
                         "backup, then: python registration migrate")


def version_of(connection: sql.Connection) -> str:
    """Return of which version the tables are; nothing where there are none.

    Those that were made before versions were kept are known by their columns.
    Raise `ValueError` where they are somebody else's.
    """
    inspector = sql.inspect(connection)
    if inspector.has_table(VERSION.name):
        return connection.execute(
            sql.select(VERSION.c.version_num)).scalar_one_or_none() or ""
    there = {name: {column["name"] for column in inspector.get_columns(name)}
             for name in COLUMNS if inspector.has_table(name)}
    if not there:
        return ""
    if not all(columns <= there.get(name, set())
               for name, columns in COLUMNS.items()):
        raise ValueError("it has tables of the same names, and of another "
                         "program")
    return "0002" if "tries" in there["events"] else "0001"


def refuse_later(version: str) -> None:
    """Raise `ValueError` for a version that this program cannot know."""
    if version > HEAD:
        raise ValueError("its tables are of a later version than this program")


def one_at_a_time(connection: sql.Connection) -> None:
    """Wait for others that do the same, up to the end of the transaction.

    SQLite lets nobody else write from its beginning.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sql.select(sql.func.pg_advisory_xact_lock(LOCK)))
