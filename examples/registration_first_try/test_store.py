#!/usr/bin/env python3
"""Tests of the store, on a mock of SQLAlchemy's session."""
import unittest
from unittest.mock import MagicMock

from accounts import User
from fakes import NOON
from store import UserStore

ADA = User("ada", "ada@example.org", "a hash", NOON)


class TestUserStore(unittest.TestCase):
    """The store speaks to a session."""

    def test_a_user_is_inserted(self):
        """One row is added."""
        session = MagicMock()
        UserStore(session).add(ADA)
        session.add.assert_called_once()

    def test_a_user_is_verified(self):
        """Where one row was changed, it was news."""
        session = MagicMock()
        session.execute.return_value.rowcount = 1
        self.assertTrue(UserStore(session).verify(ADA, NOON))
