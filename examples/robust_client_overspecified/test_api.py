#!/usr/bin/env python3
"""Tests that know too much of how the robust client is written."""
import unittest
from unittest import mock

import transport
from api import GithubOrgClient
from far_end import LIMITED, answer, page


class TestHow(unittest.TestCase):
    """Each is green, and turns red when the code is written another way."""

    def test_the_session_is_asked_by_request(self):
        """That something is sent would be enough to know."""
        session = mock.Mock()
        for method in (session.request, session.get):
            method.return_value.status_code = 200
        transport.ask(session, "GET", "https://api.github.com")
        self.assertEqual(session.request.call_count, 1)

    def test_headers_are_looked_up_in_these_letters(self):
        """A double of headers that has cases has one difference to headers."""
        limited = answer(LIMITED, 403)
        limited.headers = {"X-RateLimit-Remaining": "0",
                           "X-RateLimit-Reset": "1"}
        with mock.patch("requests.Session.request", return_value=limited), \
                self.assertRaises(transport.Refused) as caught:
            transport.ask(transport.new_session(), "GET", "https://a.test")
        self.assertIsInstance(caught.exception, transport.RateLimited)

    def test_a_status_is_compared_with_500(self):
        """The error that comes of it would do."""
        status = mock.MagicMock()
        status.__eq__.return_value = False
        status.__ge__.return_value = True
        response = mock.Mock(status_code=status, reason="R", headers={},
                             url="u")
        self.assertIsInstance(transport._refusal(response),
                              transport.ServerFailed)

    def test_a_time_out_of_0_is_none(self):
        """Nobody sends with a time-out of 0."""
        adapter = transport._Adapter((1, 2), 0)
        with mock.patch("requests.adapters.HTTPAdapter.send") as send:
            adapter.send(mock.Mock(), timeout=0)
        self.assertEqual(send.call_args.args[2], (1, 2))

    def test_the_page_size_is_among_the_params(self):
        """The URL that is sent has it either way."""
        with mock.patch("api.ask", return_value=page()) as ask:
            GithubOrgClient("google").repos()
        self.assertEqual(ask.call_args.kwargs, {"params": {"per_page": 100}})

    def test_nobody_asks_how_long_a_page_is(self):
        """Those who add one list to another do."""
        client = GithubOrgClient("google")
        one = mock.MagicMock()
        one.__iter__.return_value = ["a"]
        with mock.patch.object(client, "_pages", return_value=[one]):
            client.repos()
        one.__len__.assert_not_called()
