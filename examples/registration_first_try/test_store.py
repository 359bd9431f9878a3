#!/usr/bin/env python3
"""Tests of the store, on a mock of the database."""
import unittest
from unittest.mock import MagicMock

from accounts import User
from fakes import NOON
from store import UserStore

ADA = User("ada", "ada@example.org", "a hash", NOON)


class TestUserStore(unittest.TestCase):
    """The store speaks to a connection."""

    def test_a_user_is_inserted(self):
        """One statement is executed."""
        connection = MagicMock()
        UserStore(connection).add(ADA)
        connection.execute.assert_called_once()

    def test_a_user_is_verified(self):
        """Where one row was changed, it was news."""
        connection = MagicMock()
        connection.execute.return_value.rowcount = 1
        self.assertTrue(UserStore(connection).verify(ADA, NOON))
