#!/usr/bin/env python3
"""Several starts that find nothing yet, at the same moment.

pytest, because a start on each database is a row. The processes are forked,
and each waits for one byte of a pipe, so they begin at the same moment.

Case: several starts at once. What a start says of an earlier database stands
in test_integration_migrations.py.
"""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from backends import DATABASES, Backend, empty_database
from composition import Application, Settings


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
