#!/usr/bin/env python3
"""Unit tests of `impatience`: how long a silent server is waited for.

With unittest. psycopg asks in steps what of a connection is ready; the steps
are a generator here, a mock stands for the connection, and no server is asked.

- an answer comes through, however many steps it takes
- silence is an error after the limit, and not before, and ends the connection
"""
from __future__ import annotations

from collections.abc import Generator
from typing import Any
from unittest import TestCase
from unittest.mock import Mock, patch

import psycopg

from impatience import ImpatientConnection

NOTHING, DATA = 0, 1


def query() -> Generator[str, int, list[int]]:
    """Wish to read three times, as psycopg does; return what was ready."""
    seen = []
    for _ in range(3):
        seen.append((yield "read"))
    return seen


class TestImpatientConnection(TestCase):
    """Steps are gone through by a clock that the test sets."""

    def answer(self, *ready: tuple[float, int]) -> Any:
        """Return what a query returns whose socket is ready at times."""
        self.connection = Mock(spec=ImpatientConnection, seconds=5.0)
        self.connection.pgconn = Mock()
        with patch("time.monotonic") as clock:
            clock.return_value = 100.0
            steps = ImpatientConnection._limited(self.connection, query())
            next(steps)
            try:
                for seconds, what in ready:
                    clock.return_value = 100.0 + seconds
                    steps.send(what)
            except StopIteration as last:
                return last.value
        return None

    def test_what_is_answered_comes_through(self) -> None:
        """However late the last step is, it was an answer."""
        seen = self.answer((1, DATA), (4, NOTHING), (9, DATA))

        self.assertEqual(seen, [DATA, NOTHING, DATA])

    def test_a_query_without_steps_is_answered_at_once(self) -> None:
        """There may be nothing to wait for."""
        connection = Mock(spec=ImpatientConnection, seconds=5.0)

        with self.assertRaises(StopIteration):
            next(ImpatientConnection._limited(
                connection, (each for each in ())))

    def test_silence_up_to_the_limit_is_waited_for(self) -> None:
        """Five seconds to the last are no error."""
        self.answer((5, NOTHING))

        self.connection.pgconn.finish.assert_not_called()

    def test_silence_beyond_the_limit_is_an_error(self) -> None:
        """And the connection is ended: nobody knows what it was at."""
        with self.assertRaisesRegex(psycopg.OperationalError, "within 5 s"):
            self.answer((4, NOTHING), (5.1, NOTHING))

        self.connection.pgconn.finish.assert_called_once_with()
