#!/usr/bin/env python3
"""Brings a database of an earlier version up to date, by Alembic.

The steps from version to version are in `migrations/versions`. A start does
not do this, and says why: see `schema`.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sql
from alembic import command
from alembic.config import Config

from engines import engine_at, refused
from schema import one_at_a_time, refuse_later, version_of


def alembic_on(connection: sql.Connection) -> Config:
    """Return what Alembic's commands take, to work on a connection."""
    config = Config(Path(__file__).parent / "alembic.ini")
    config.attributes["connection"] = connection
    return config


def migrate(url: str) -> tuple[str, str]:
    """Bring a database up to date; return its versions before and after.

    The one before is empty where there was nothing. All is done, or nothing.
    Raise `ValueError` where it cannot be.
    """
    with begun(url) as connection:
        one_at_a_time(connection)
        before = version_of(connection)
        refuse_later(before)
        config = alembic_on(connection)
        if before:  # The first time, nobody has noted it yet.
            command.stamp(config, before)
        command.upgrade(config, "head")
        _check_foreign_keys(connection)
        return before, version_of(connection)


@contextmanager
def begun(url: str) -> Iterator[sql.Connection]:
    """Yield a connection within a transaction, which may take its time."""
    engine = engine_at(url, is_patient=True)
    try:
        with refused(), engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _check_foreign_keys(connection: sql.Connection) -> None:
    """Have SQLite check once what it has not checked meanwhile."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql(
            "PRAGMA foreign_key_check").first():
        raise ValueError("it has events of nobody")
