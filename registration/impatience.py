#!/usr/bin/env python3
"""A connection to PostgreSQL that gives up on a server which does not answer.

PostgreSQL's own `statement_timeout` is kept by the server, and TCP's limits by
the far system: neither ends the wait for a server that is there and silent.
"""
from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import psycopg
import sqlalchemy as sql

SECONDS_TO_CONNECT = 3
SECONDS_TO_ANSWER = 5.0


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that is closed where an answer takes too long."""

    seconds = SECONDS_TO_ANSWER

    def wait(self, gen: Any, *options: Any, **named: Any) -> Any:
        """Wait for an answer, as psycopg does, up to a limit."""
        return super().wait(self._limited(gen), *options, **named)

    def _limited(self, steps: Generator[Any, Any, Any]
                 ) -> Generator[Any, Any, Any]:
        """Go through psycopg's steps, which ask what of the socket is ready.

        Where nothing is, psycopg comes back every tenth of a second.
        """
        end = time.monotonic() + self.seconds
        ready = None
        while True:
            try:
                ready = yield steps.send(ready)
            except StopIteration as last:
                return last.value
            if not ready and time.monotonic() > end:
                steps.close()
                self.pgconn.finish()
                raise psycopg.OperationalError(
                    f"no answer within {self.seconds:g} s")


def limit_waits(engine: sql.Engine) -> None:
    """Have an engine connect by connections that do not wait for ever."""

    @sql.event.listens_for(engine, "do_connect")
    def connected(_: sql.Dialect, __: object, arguments: Any,
                  options: dict[str, Any]) -> ImpatientConnection:
        """Connect; what the URL says of it goes first."""
        return ImpatientConnection.connect(*arguments, **{
            "connect_timeout": SECONDS_TO_CONNECT, **options})
