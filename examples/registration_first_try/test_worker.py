#!/usr/bin/env python3
"""Tests of the worker, on mocks alone."""
import unittest
from unittest.mock import Mock

from accounts import REGISTERED, Event, User
from fakes import NOON
from worker import MailWorker, Relay

EVENT = Event("e1", REGISTERED, "ada")


class TestRelay(unittest.TestCase):
    """What the store has recorded is published."""

    def test_each_pending_event_is_published(self):
        """And noted."""
        store, queue = Mock(), Mock()
        store.pending.return_value = [EVENT]
        published = Relay(store, queue, lambda: NOON).publish_pending()
        self.assertEqual(published, 1)
        queue.publish.assert_called_once_with(EVENT)
        store.published.assert_called_once_with("e1", NOON)


class TestMailWorker(unittest.TestCase):
    """An event makes a mail."""

    def test_the_mail_is_sent_and_noted(self):
        """To the address of the user."""
        store, mailer, tokens = Mock(), Mock(), Mock()
        store.tries.return_value = 1
        store.get.return_value = User("ada", "ada@example.org", "h", NOON)
        tokens.token_for.return_value = "token"
        MailWorker(store, mailer, tokens, lambda: NOON,
                   "http://a.test").handle(EVENT)
        mail, = mailer.send.call_args.args
        self.assertEqual(mail["To"], "ada@example.org")
        self.assertIn("http://a.test/verify/token", mail.get_content())
        store.done.assert_called_once_with("e1", NOON)
