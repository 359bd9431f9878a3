#!/usr/bin/env python3
"""Unit tests of `transport`: what an answer means, without a server.

With unittest. `Canned` takes the place of what sends. Retries and time-outs
are out of its sight: see test_integration_transport.py.

- each status, and each failure, is an error of its own
- a rate limit, in each of the ways that GitHub tells it, with its end
- what is no JSON
- redirects: of a GET, of a POST, to what is no URL
- a token that no header can carry is refused, and not quoted
"""
import pickle
import time
import unittest
from datetime import datetime, timezone
from email.utils import formatdate
from typing import Any

import requests
from parameterized import parameterized
from urllib3.exceptions import HTTPError

from far_end import (API, LIMITED, LOGIN_PAGE, NOT_FOUND, ORG, TOKEN, Canned,
                     answer, canned)
from transport import (BadAnswer, NotFound, RateLimited, Refused,
                       ServerFailed, Unreachable, ask, json_of, new_session)

AT_NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class TransportTest(unittest.TestCase):
    """What all tests have: a session with a far end of canned answers."""

    def setUp(self) -> None:
        """Make a session that has a token."""
        self.session = new_session(TOKEN)

    def api_says(self, *answers: Any) -> Canned:
        """Let the API give these answers, one after the other."""
        return canned(self.session, *answers)


class TestStatus(TransportTest):
    """What is made of a status."""

    @parameterized.expand([("ok", 200), ("created", 201)])
    def test_an_answer_of_success_is_returned(
        self, _name: str, status: int,
    ) -> None:
        """As it is."""
        said = answer(["said"], status)
        self.api_says(said)

        self.assertIs(ask(self.session, "GET", ORG), said)

    @parameterized.expand([
        ("several to choose from", 300, Refused),
        ("not modified", 304, Refused),
        ("moved to nowhere", 301, Refused),
        ("unauthorized", 401, Refused),
        ("forbidden", 403, Refused),
        ("not found", 404, NotFound),
        ("unprocessable", 422, Refused),
        ("out of order", 500, ServerFailed),
        ("unavailable", 503, ServerFailed),
    ])
    def test_any_other_answer_is_an_error_with_its_status(
        self, _name: str, status: int, error: type,
    ) -> None:
        """Even if there is JSON in it."""
        self.api_says(answer(NOT_FOUND, status))

        with self.assertRaises(Refused) as caught:
            ask(self.session, "GET", ORG)

        self.assertIs(type(caught.exception), error)
        self.assertEqual(caught.exception.status, status)
        self.assertIn(f"{ORG} answered {status}", str(caught.exception))

    @parameterized.expand([
        ("refused", requests.ConnectionError()),
        ("too slow", requests.ReadTimeout()),
        ("cut off", requests.exceptions.ChunkedEncodingError()),
        ("sent in circles", requests.TooManyRedirects()),
        ("compressed badly", requests.exceptions.ContentDecodingError()),
        ("what requests lets pass of urllib3's", HTTPError()),
    ])
    def test_no_answer_is_unreachable_with_the_cause(
        self, _name: str, error: Exception,
    ) -> None:
        """Whatever requests calls it."""
        self.api_says(error)

        with self.assertRaisesRegex(Unreachable, ORG) as caught:
            ask(self.session, "GET", ORG)

        self.assertIs(caught.exception.__cause__, error)

    def test_a_url_without_a_host_is_unreachable(self) -> None:
        """What a setting says may be wrong, too."""
        with self.assertRaises(Unreachable):
            ask(self.session, "GET", "api.github.com/orgs/google")


class TestRateLimit(TransportTest):
    """What is made of too many requests."""

    def limited_by(self, status: int, **headers: str) -> RateLimited:
        """Return the error that an answer is turned into."""
        self.api_says(answer(LIMITED, status, **headers))
        with self.assertRaises(RateLimited) as caught:
            ask(self.session, "GET", ORG)
        self.assertEqual(caught.exception.status, status)
        return caught.exception

    @parameterized.expand([("403", 403), ("429", 429)])
    def test_an_hours_requests_are_spent_until_the_reset(
        self, _name: str, status: int,
    ) -> None:
        """The header counts the seconds since 1970."""
        error = self.limited_by(
            status, X_RateLimit_Remaining="0",
            X_RateLimit_Reset=str(int(AT_NOON.timestamp())))

        self.assertEqual(error.ends, AT_NOON)
        self.assertIn("ask again at 12:00:00 UTC", str(error))

    @parameterized.expand([
        ("403 of too many at a time", 403, lambda: "90"),
        ("429", 429, lambda: "90"),
        ("a date", 429, lambda: formatdate(time.time() + 90, usegmt=True)),
    ])
    def test_retry_after_tells_the_end(
        self, _name: str, status: int, value: Any,
    ) -> None:
        """It comes before what the count of the hour says."""
        before = time.time()

        error = self.limited_by(status, Retry_After=value(),
                                X_RateLimit_Reset="1")

        self.assertGreaterEqual(error.ends.timestamp(), before + 88)
        self.assertLessEqual(error.ends.timestamp(), time.time() + 90)

    @parameterized.expand([
        ("nothing", {}),
        ("an odd wait", {"Retry_After": "soon"}),
        ("a reset beyond all years", {"X_RateLimit_Reset": "9" * 30}),
    ])
    def test_a_limit_without_a_readable_end_lasts_a_minute(
        self, _name: str, headers: Any,
    ) -> None:
        """So GitHub's manual has it."""
        before = time.time()

        error = self.limited_by(429, **headers)

        self.assertGreaterEqual(error.ends.timestamp(), before + 59)
        self.assertLessEqual(error.ends.timestamp(), time.time() + 60)

    def test_the_last_request_of_the_hour_may_be_another_error(self) -> None:
        """None is left then, and nobody was limited."""
        self.api_says(answer(NOT_FOUND, 404, X_RateLimit_Remaining="0"))

        with self.assertRaises(NotFound):
            ask(self.session, "GET", ORG)

    def test_what_is_forbidden_while_requests_are_left_is_no_limit(
            self) -> None:
        """To wait would not help."""
        self.api_says(answer(NOT_FOUND, 403, X_RateLimit_Remaining="59"))

        with self.assertRaises(Refused) as caught:
            ask(self.session, "GET", ORG)

        self.assertNotIsInstance(caught.exception, RateLimited)

    def test_a_pickled_error_keeps_its_end(self) -> None:
        """So it is where a worker hands it to another process."""
        error = RateLimited("Ask later.", 429, AT_NOON)

        again = pickle.loads(pickle.dumps(error))

        self.assertEqual((str(again), again.status, again.ends),
                         ("Ask later.", 429, AT_NOON))


class TestJson(unittest.TestCase):
    """What is read from an answer."""

    def test_json_is_decoded(self) -> None:
        """In the coding that JSON has, UTF-8."""
        said = json_of(answer(b'[{"name": "\xc3\xa9"}, null]'))

        self.assertEqual(said, [{"name": "\u00e9"}, None])

    @parameterized.expand([
        ("html", LOGIN_PAGE), ("nothing", b""), ("truncated", b'[{"name": "'),
        ("too deep", b"[" * 100_000),
    ])
    def test_what_is_no_json_is_a_bad_answer(self, _name: str, body: bytes
                                             ) -> None:
        """A status of 200 does not make it any."""
        with self.assertRaisesRegex(BadAnswer, "no JSON"):
            json_of(answer(body))


class TestRedirects(TransportTest):
    """Where an answer leads elsewhere."""

    def test_a_get_follows_a_redirect(self) -> None:
        """GitHub sends one for an organisation that has a new name."""
        github = self.api_says(
            answer(status=301, Location=f"{API}/organizations/1"),
            answer("there"))

        said = json_of(ask(self.session, "GET", ORG))

        self.assertEqual(said, "there")
        self.assertEqual([asked.url for asked in github.asked],
                         [ORG, f"{API}/organizations/1"])

    @parameterized.expand([("302", 302), ("307", 307)])
    def test_a_post_follows_none(self, _name: str, status: int) -> None:
        """Of a POST, requests would make a GET, or a second POST."""
        github = self.api_says(answer(status=status, Location=f"{API}/other"))

        with self.assertRaises(Refused) as caught:
            ask(self.session, "POST", ORG)

        self.assertEqual(caught.exception.status, status)
        self.assertEqual(len(github.asked), 1)

    @parameterized.expand([
        ("brackets that do not close", "http://[::1"),
        ("another kind of scheme", "mailto:octocat@github.com"),
    ])
    def test_a_redirect_to_what_is_no_url_is_unreachable(
        self, _what: str, location: str,
    ) -> None:
        """For some of these, requests lets a bare ValueError pass."""
        self.api_says(answer(status=301, Location=location))

        with self.assertRaises(Unreachable):
            ask(self.session, "GET", ORG)


class TestSession(unittest.TestCase):
    """How a session is set up."""

    def test_it_sends_http_and_https_by_the_same_rules(self) -> None:
        """The servers of tests speak http, and all others https."""
        session = new_session()

        self.assertIs(session.get_adapter(ORG),
                      session.get_adapter("http://127.0.0.1"))


class TestToken(unittest.TestCase):
    """What can be a token."""

    @parameterized.expand([
        ("a line end", f"{TOKEN}\n"), ("a space", f"{TOKEN} "),
        ("nothing", ""),
    ])
    def test_what_is_no_token_is_refused_and_not_quoted(
        self, _what: str, token: str,
    ) -> None:
        """A file that a token is read from often ends in a line end."""
        with self.assertRaises(ValueError) as caught:
            new_session(token)

        self.assertNotIn(TOKEN, repr(caught.exception))


if __name__ == "__main__":
    unittest.main()
