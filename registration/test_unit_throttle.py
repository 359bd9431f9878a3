#!/usr/bin/env python3
"""Unit tests of `throttle`: how often one client may ask.

With unittest, and a clock that is a mock: no test waits for a window to end.

- up to the limit, and no more; each client has its own
- a new window, and how long that takes; no limit at all
"""
from __future__ import annotations

from unittest import TestCase
from unittest.mock import Mock

from throttle import Throttle, TooMany


class TestThrottle(TestCase):
    """Three a minute, by a clock that the test sets."""

    def setUp(self) -> None:
        """Begin at some time; clocks do not begin at nought."""
        self.clock = Mock(return_value=1000.0)
        self.throttle = Throttle(3, 60, self.clock)

    def asked(self, client: str, times: int) -> list[int]:
        """Ask some times; return how long each refusal says to wait."""
        waits = []
        for _ in range(times):
            try:
                self.throttle.count(client)
            except TooMany as error:
                waits.append(error.seconds)
        return waits

    def test_the_limit_may_be_reached_and_not_passed(self) -> None:
        """The fourth is told to wait for the window's end."""
        self.assertEqual(self.asked("ada", 4), [60])

    def test_each_client_has_a_limit_of_its_own(self) -> None:
        """Nobody waits for somebody else."""
        self.asked("eve", 10)

        self.assertEqual(self.asked("ada", 3), [])

    def test_the_wait_is_told_in_whole_seconds(self) -> None:
        """And rounded up: a client that comes sooner is refused again."""
        self.clock.return_value += 20.5

        self.assertEqual(self.asked("ada", 4), [40])

    def test_after_the_wait_one_may_ask_again(self) -> None:
        """A refusal is not for ever."""
        self.asked("ada", 4)
        self.clock.return_value += 60

        self.assertEqual(self.asked("ada", 3), [])

    def test_no_limit_refuses_nothing(self) -> None:
        """It is for whoever has one in front."""
        self.throttle = Throttle()

        self.assertEqual(self.asked("ada", 500), [])
