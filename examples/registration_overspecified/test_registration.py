#!/usr/bin/env python3
"""Tests that know too much of how the registration of users is written."""
import unittest
from datetime import timedelta
from unittest import mock

import account_client
import api
import mailer
import tokens
from accounts import REGISTERED, Event, User
from events import EventQueue
from fakes import NOON, FakeStore, StubClock
from service import UserService
from store import UserStore
from worker import PATIENCE, Relay

ADA = User("ada", "ada@example.org", "a hash", NOON)
EVENT = Event("e1", REGISTERED, "ada")


class Lifetime(timedelta):
    """A time that counts how often it is compared."""

    compared = 0

    def __lt__(self, age):
        """Compare, and count that."""
        self.compared += 1
        return super().__lt__(age)


class TestHow(unittest.TestCase):
    """Each is green, and turns red when the code is written another way."""

    def test_the_lifetime_is_compared(self):
        """Which links are too old would be enough to know."""
        made = tokens.Tokens("a secret")
        token = made.token_for("ada")
        lifetime = Lifetime(days=2)
        with mock.patch("tokens.VALID_FOR", lifetime):
            made.user_id_in(token)
        self.assertEqual(lifetime.compared, 1)

    def test_an_event_is_added_as_an_object(self):
        """Whether it can be read again would say more."""
        session = mock.MagicMock()
        UserStore(session).record(EVENT, NOON)
        session.add.assert_called_once()

    def test_the_message_is_exactly_this_text(self):
        """The event that comes out would do."""
        with mock.patch.object(EventQueue, "_put") as put:
            EventQueue("memory://", "overspecified").publish(EVENT)
        put.assert_called_once_with(
            "overspecified",
            '{"id": "e1", "kind": "registered", "user_id": "ada"}')

    def test_the_headers_come_in_this_order(self):
        """Their order says nothing to anybody."""
        mail = mailer.verification_mail(EVENT, ADA, "http://a.test/verify/x")
        self.assertEqual(mail.keys()[:4],
                         ["From", "To", "Subject", "Date"])

    def test_there_is_an_id_before_there_is_a_hash(self):
        """Nobody can see which of them was made first."""
        parts = mock.Mock()
        parts.ids.side_effect = ["u1", "e1"]
        UserService(FakeStore(), StubClock(), parts.hasher, parts.tokens,
                    parts.ids).register_user("ada@example.org",
                                             "correct horse battery")
        self.assertEqual([call[0] for call in parts.mock_calls],
                         ["ids", "hasher.hash", "ids"])

    def test_the_store_is_asked_by_a_named_argument(self):
        """What is published would be the question."""
        store = mock.Mock()
        store.pending.return_value = []
        Relay(store, mock.Mock(), StubClock()).publish_all()
        store.pending.assert_called_once_with(
            NOON, published_before=NOON - PATIENCE)

    def test_the_answer_is_made_of_three_arguments(self):
        """The answer itself has a status and a body."""
        with mock.patch("api.JSONResponse") as answer:
            api._message(404, "no")
        answer.assert_called_once_with({"message": "no"}, 404, None)

    def test_the_path_is_quoted_by_a_named_argument(self):
        """The path that is asked for would be enough."""
        with mock.patch("account_client.quote") as quote:
            account_client._part("a/b")
        quote.assert_called_once_with("a/b", safe="")


if __name__ == "__main__":
    unittest.main()
