#!/usr/bin/env python3
"""Unit tests of `account_client`; `requests.request` never runs in them.

With unittest: `patch` puts a mock where the module looks the function up, and
it answers with true responses, so what is done with them is done for real.

- what is asked for: method, URL, body, and never without a timeout
- what is read: typed answers, in whatever way a time names its zone
- what goes wrong: each status, each failure and each odd answer is an error
  that says what it is
"""
from __future__ import annotations

import json
from datetime import datetime, timezone
from io import BytesIO
from typing import Any
from unittest import TestCase
from unittest.mock import patch

import requests
from parameterized import parameterized

from account_client import (Account, AccountClient, Refused, Unavailable,
                            Unknown)

SHOWN = {"id": "1f0", "email": "ada@example.org", "verified": True,
         "registered_at": "2026-03-01T12:00:00Z"}
NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def response(status: int, body: str) -> requests.Response:
    """Return a response as it comes from the wire."""
    answer = requests.Response()
    answer.status_code = status
    answer.raw = BytesIO(body.encode())
    return answer


class ClientTest(TestCase):
    """What all tests have: a client, and the far end replaced."""

    def setUp(self) -> None:
        """Replace the one function by which the client reaches the API."""
        patcher = patch("account_client.requests.request", autospec=True)
        self.request = patcher.start()
        self.addCleanup(patcher.stop)
        self.client = AccountClient("http://accounts.example/")

    def api_says(self, status: int, said: Any) -> None:
        """Let the API give an answer, in JSON."""
        self.request.return_value = response(status, json.dumps(said))


class TestQuestions(ClientTest):
    """What the client asks for."""

    def test_it_registers_with_a_posted_body(self) -> None:
        """And passes on what the person is to do next."""
        self.api_says(202, {"message": "Look into your mailbox."})

        said = self.client.register("ada@example.org", "a good password")

        self.assertEqual(said, "Look into your mailbox.")
        self.request.assert_called_once_with(
            "POST", "http://accounts.example/users", timeout=5,
            json={"email": "ada@example.org", "password": "a good password"})

    def test_it_waits_as_long_as_it_is_told_to(self) -> None:
        """Without any limit, one dead server would hold us for ever."""
        self.api_says(200, SHOWN)

        AccountClient("http://accounts.example", timeout=0.5).account("1f0")

        self.request.assert_called_once_with(
            "GET", "http://accounts.example/users/1f0", timeout=0.5)

    @parameterized.expand([
        ("account", "GET", "users"),
        ("verify", "POST", "verify"),
    ])
    def test_what_it_is_given_stays_one_part_of_the_path(
        self, method: str, verb: str, path: str,
    ) -> None:
        """A slash would lead elsewhere, a question mark end the path."""
        self.api_says(200, SHOWN)

        getattr(self.client, method)("../a?b#c%d é")

        part = "..%2Fa%3Fb%23c%25d%20%C3%A9"
        self.request.assert_called_once_with(
            verb, f"http://accounts.example/{path}/{part}", timeout=5)


class TestAnswers(ClientTest):
    """What the client makes of good answers."""

    @parameterized.expand([
        ("by_the_letter", "2026-03-01T12:00:00Z"),
        ("by_no_difference", "2026-03-01T12:00:00+00:00"),
        ("by_another_ones", "2026-03-01T13:30:00+01:30"),
    ])
    def test_an_account_has_a_time_that_knows_its_zone(
        self, _name: str, written: str,
    ) -> None:
        """JSON has no times, so they come as text."""
        self.api_says(200, {**SHOWN, "registered_at": written})

        account = self.client.account("1f0")

        self.assertEqual(
            account, Account("1f0", "ada@example.org", True, NOON))

    def test_an_account_may_be_unverified(self) -> None:
        """It is not enough that the field is there."""
        self.api_says(200, {**SHOWN, "verified": False})

        account = self.client.verify("a token")

        self.assertIs(account.verified, False)


class TestErrors(ClientTest):
    """What the client says when something is wrong."""

    @parameterized.expand([
        ("400_is_refused", 400, Refused),
        ("404_is_unknown", 404, Unknown),
        ("410_is_refused", 410, Refused),
        ("422_is_refused", 422, Refused),
    ])
    def test_an_answer_of(
        self, _name: str, status: int, error: type[Exception],
    ) -> None:
        """The API's own sentence is passed on."""
        self.api_says(status, {"message": "This is why."})

        with self.assertRaises(error) as caught:
            self.client.verify("a token")

        self.assertIs(type(caught.exception), error)
        self.assertEqual(str(caught.exception), "This is why.")

    @parameterized.expand([
        ("500_of_a_proxy", 500, "<h1>Oops</h1>"),
        ("503_of_the_api", 503, '{"message": "Please try again."}'),
    ])
    def test_the_api_is_out_of_order_with_a(
        self, _name: str, status: int, body: str,
    ) -> None:
        """Whatever else the answer says, its status is enough."""
        self.request.return_value = response(status, body)

        with self.assertRaisesRegex(Unavailable, f"out of order .{status}"):
            self.client.account("1f0")

    @parameterized.expand([
        ("does_not_answer_in_time", requests.Timeout()),
        ("is_not_there", requests.ConnectionError()),
        ("ends_in_the_middle", requests.exceptions.ChunkedEncodingError()),
    ])
    def test_an_api_cannot_be_reached_that(
        self, _name: str, error: Exception,
    ) -> None:
        """The cause is kept, for whoever looks into it."""
        self.request.side_effect = error

        with self.assertRaisesRegex(Unavailable, "cannot be reached") as told:
            self.client.account("1f0")

        self.assertIs(told.exception.__cause__, error)

    @parameterized.expand([
        ("no_json", "<h1>Welcome to the hotel's network</h1>", "no JSON"),
        ("another_field", '{"name": "Ada"}', "none of the API's"),
        ("a_list", "[]", "none of the API's"),
        ("nothing", "null", "none of the API's"),
        ("a_time_that_is_a_number",
         json.dumps({**SHOWN, "registered_at": 1}), "none of the API's"),
        ("a_time_that_is_none",
         json.dumps({**SHOWN, "registered_at": "noon"}), "none of the API's"),
    ])
    def test_a_good_status_is_not_enough_for(
        self, _name: str, body: str, why: str,
    ) -> None:
        """Who answers there may not be the API."""
        self.request.return_value = response(200, body)

        with self.assertRaisesRegex(Unavailable, why):
            self.client.account("1f0")

    def test_a_refusal_without_a_sentence_is_none_of_the_apis(self) -> None:
        """Every refusal of the API has one."""
        self.api_says(404, {"detail": "Not Found"})

        with self.assertRaisesRegex(Unavailable, "none of the API's"):
            self.client.account("1f0")
