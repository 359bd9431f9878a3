#!/usr/bin/env python3
"""Tests of what asks, on mocks alone: they look as if they tested retries."""
import unittest
from unittest.mock import patch

from far_end import ORG, ORGANISATION, answer
from transport import Refused, ServerFailed, ask, new_session


class TestAsk(unittest.TestCase):
    """What becomes of an answer."""

    def ask(self, *answers, method="GET"):
        """Ask a session that has these answers."""
        with patch("requests.Session.request", side_effect=answers) as sent:
            self.sent = sent
            return ask(new_session(), method, ORG)

    def test_success(self):
        """Is returned."""
        self.assertEqual(self.ask(answer(ORGANISATION)).json(), ORGANISATION)

    def test_a_server_error_is_raised_after_the_retries(self):
        """The mock answers once, and nobody asks again."""
        with self.assertRaises(ServerFailed):
            self.ask(answer({}, 503))

    def test_a_refusal(self):
        """Has its status."""
        with self.assertRaises(Refused) as caught:
            self.ask(answer({}, 422))
        self.assertEqual(caught.exception.status, 422)

    def test_a_post_is_sent_once(self):
        """As far as the mock can tell, which never sends anything twice."""
        self.ask(answer({}, 201), method="POST")
        self.assertEqual(self.sent.call_count, 1)


class TestNewSession(unittest.TestCase):
    """How a session is set up."""

    def test_time_outs_are_given_to_the_adapter(self):
        """Whether they arrive, nobody sees."""
        with patch("transport._Adapter") as adapter:
            new_session(timeout=(1, 2))
        self.assertEqual(adapter.call_args.args[0], (1, 2))
