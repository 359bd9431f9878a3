#!/usr/bin/env python3
"""Unit tests of the rule for passwords from breaches, on a fake.

With unittest. What the fake promises, the real service keeps as well:
test_contract_breaches.py.

- a known password is refused, before anything is hashed
- where the service is away, people get in, and the log says it
"""
from __future__ import annotations

from unittest import TestCase
from unittest.mock import Mock

from accounts import WeakPassword
from fakes import FakeBreaches, FakeStore
from samples import service_on

EMAIL = "ada@example.org"
KNOWN = "a dozen of known dodos"  # It is refused for nothing else.


class TestBreaches(TestCase):
    """What somebody meets who registers."""

    def test_a_password_from_a_breach_is_refused(self) -> None:
        """With a sentence, before any work is done for it."""
        store, hasher = FakeStore(), Mock()
        service = service_on(store, hasher=hasher, breaches=FakeBreaches(
            frozenset({KNOWN})))

        with self.assertRaisesRegex(WeakPassword, "known from a breach"):
            service.register_user(EMAIL, KNOWN)

        hasher.hash.assert_not_called()
        self.assertIsNone(store.by_address(EMAIL))

    def test_another_password_is_taken(self) -> None:
        """To know some is no reason to refuse all."""
        store = FakeStore()
        service = service_on(
            store, breaches=FakeBreaches(frozenset({KNOWN})))

        service.register_user(EMAIL, "correct horse battery")

        self.assertIsNotNone(store.by_address(EMAIL))

    def test_a_service_that_is_away_keeps_nobody_out(self) -> None:
        """The log says that nothing was looked up, and says no password."""
        store = FakeStore()
        service = service_on(store, breaches=FakeBreaches(away=True))

        with self.assertLogs("registration", "WARNING") as logged:
            service.register_user(EMAIL, KNOWN)

        self.assertIsNotNone(store.by_address(EMAIL))
        self.assertIn("not looked up", logged.output[0])
        self.assertNotIn(KNOWN, logged.output[0])

    def test_a_password_that_is_refused_anyway_is_shown_to_nobody(self
                                                                  ) -> None:
        """Too short is too short: no other site has to hear of it."""
        breaches = Mock()

        with self.assertRaises(WeakPassword):
            service_on(breaches=breaches).register_user(EMAIL, "short")

        breaches.knows.assert_not_called()
