#!/usr/bin/env python3
"""Tests of the service, on mocks alone."""
import unittest
from unittest.mock import MagicMock, Mock

from accounts import WeakPassword
from service import UserService


class TestUserService(unittest.TestCase):
    """The service, with a mock for each of its parts."""

    def setUp(self):
        """Put the service on mocks."""
        self.store = MagicMock()
        self.hasher = Mock()
        self.tokens = Mock()
        self.service = UserService(
            self.store, Mock(), self.hasher, self.tokens)

    def test_a_user_is_added(self):
        """The store is told of the user."""
        self.service.register_user("ada@example.org", "correct horse battery")
        inside = self.store.transaction().__enter__()
        self.assertEqual(inside.add.call_args.args[0].address,
                         "ada@example.org")

    def test_the_password_is_hashed(self):
        """The hasher is asked."""
        self.service.register_user("ada@example.org", "correct horse battery")
        self.hasher.hash.assert_called_once_with("correct horse battery")

    def test_a_short_password_is_refused(self):
        """And nothing is stored."""
        with self.assertRaises(WeakPassword):
            self.service.register_user("ada@example.org", "short")
        self.store.transaction.assert_not_called()

    def test_a_link_verifies_its_user(self):
        """The store is told which."""
        ada = self.store.get.return_value
        self.tokens.user_id_in.return_value = ada.registration = "ada@noon"
        with unittest.mock.patch("service.replace"):
            self.service.verify("a token")
        self.store.get.assert_called_once_with("ada")
        self.assertEqual(self.store.verify.call_args.args[0], ada)
