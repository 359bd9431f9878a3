#!/usr/bin/env python3
"""Unit tests of `tokens`: a signature is real here, and only time is stubbed.

With unittest and parameterized: plain values go in and come out, and a row
names each way in which a token can be wrong.

- a token tells for whom it was made, in a form that fits into a link
- it lasts two days, to the second
- what was forged, cut or made with another secret is none of ours
"""
from __future__ import annotations

from datetime import timedelta
from unittest import TestCase

from itsdangerous import URLSafeTimedSerializer
from parameterized import parameterized

from accounts import InvalidToken, SpentToken
from fakes import StubClock
from tokens import Tokens, utc_now

SECRET = "kept in a safe"


class TestTokens(TestCase):
    """Tokens made and read with one secret."""

    def setUp(self) -> None:
        """Make tokens by a clock that the test sets."""
        self.clock = StubClock()
        self.tokens = Tokens(SECRET, self.clock)

    def test_a_token_tells_for_whom_it_was_made(self) -> None:
        """It fits into a link as it is, and nothing is kept to read it."""
        token = self.tokens.token_for("ada")

        self.assertRegex(token, r"^[\w.-]+$")
        self.assertEqual(Tokens(SECRET, self.clock).user_id_in(token), "ada")

    def test_a_token_lasts_two_days(self) -> None:
        """The last second still counts."""
        token = self.tokens.token_for("ada")

        self.clock.advance(timedelta(days=2))

        self.assertEqual(self.tokens.user_id_in(token), "ada")

    def test_a_token_is_too_old_after_two_days(self) -> None:
        """That is told apart from a token that was never good."""
        token = self.tokens.token_for("ada")

        self.clock.advance(timedelta(days=2, seconds=1))

        with self.assertRaises(SpentToken) as caught:
            self.tokens.user_id_in(token)
        self.assertEqual(str(caught.exception), "This link is too old.")

    def test_a_clock_that_is_a_little_behind_is_no_reason(self) -> None:
        """Two machines never have the same time; an hour is another thing."""
        token = self.tokens.token_for("ada")
        self.clock.advance(timedelta(seconds=-2))

        self.assertEqual(self.tokens.user_id_in(token), "ada")
        self.clock.advance(timedelta(hours=-1))
        with self.assertRaisesRegex(SpentToken, "still to come"):
            self.tokens.user_id_in(token)

    def test_another_secret_makes_no_token_of_ours(self) -> None:
        """All else is public; only the secret cannot be guessed."""
        token = Tokens("a guess", self.clock).token_for("ada")

        with self.assertRaises(InvalidToken):
            self.tokens.user_id_in(token)

    def test_our_signature_for_another_purpose_is_not_enough(self) -> None:
        """The same secret may sign sessions, which verify no address."""
        session = URLSafeTimedSerializer(SECRET).dumps("ada")

        with self.assertRaises(InvalidToken):
            self.tokens.user_id_in(session)

    def test_a_signature_belongs_to_one_user(self) -> None:
        """Somebody's own good token cannot be made into another's."""
        ada, time, signature = self.tokens.token_for("ada").split(".")
        eve = self.tokens.token_for("eve").split(".")[0]

        with self.assertRaises(InvalidToken):
            self.tokens.user_id_in(f"{eve}.{time}.{signature}")

    @parameterized.expand([
        ("nothing", ""),
        ("a_word", "token"),
        ("dots", ".."),
        ("another_alphabet", "т.о.к"),
        ("a_zero_byte", "a\0.b.c"),
        ("half_a_character", "a\ud800.b.c"),
    ])
    def test_what_is_no_token_is_none_of_ours(
        self, _name: str, token: str,
    ) -> None:
        """Whatever stands in a link, this is the one error it gives."""
        with self.assertRaises(InvalidToken) as caught:
            self.tokens.user_id_in(token)

        self.assertEqual(str(caught.exception), "This link is none of ours.")


class TestUtcNow(TestCase):
    """The clock that everything runs by."""

    def test_it_knows_its_zone(self) -> None:
        """A time without a zone means another moment on each machine."""
        now = utc_now()

        self.assertEqual(now.utcoffset(), timedelta(0))
