#!/usr/bin/env python3
"""Unit tests of `passwords`: on both sides of each line.

With unittest and parameterized, for rows of passwords.

- length, counted in characters; one form for what can be written in several
- what is on the list, in any case, or repeats what is; the address itself
- no rule but these
"""
from __future__ import annotations

from unittest import TestCase

from parameterized import parameterized

from accounts import WeakPassword
from passwords import checked

EMAIL = "Ada.Lovelace@example.org"


class TestPasswords(TestCase):
    """Passwords of somebody whose address is EMAIL."""

    @parameterized.expand([
        ("of_14_characters", "abcdefghijklmn", "too short"),
        ("of_14_accents", "\u00e9" * 3 + "abcdefghijk", "too short"),
        ("of_129_characters", "abcdefgh" * 16 + "e", "too long"),
        ("the_address", "ADA.LOVELACE@example.org", "the address"),
        ("the_name_in_it_twice", "ada.lovelaceada.lovelace", "the address"),
        ("on_the_list", "qwerty123456789", "a common one"),
        ("on_the_list_in_another_case", "QWERTY123456789", "a common one"),
        ("one_of_the_list_repeated", "passwordpassword", "a common one"),
        ("one_of_the_list_begun_again", "12345678901234567", "a common one"),
        ("three_characters_repeated", "xq!xq!xq!xq!xq!", "a common one"),
    ])
    def test_a_password_is_refused_that_is(
        self, _name: str, password: str, why: str,
    ) -> None:
        """The reason is a sentence, in which the password is not repeated."""
        with self.assertRaisesRegex(WeakPassword, why) as caught:
            checked(password, EMAIL)

        self.assertNotIn(password, str(caught.exception))

    @parameterized.expand([
        ("15_characters", "abcdefghijklmno"),
        ("128_characters", "abcd?fgh" * 16),
        ("words_and_spaces", "correct horse battery"),
        ("letters_alone", "ein blaues pferd im wald"),
        ("what_begins_as_the_list_has_it", "qwerty123456789 and on"),
    ])
    def test_a_password_is_taken_that_has(
        self, _name: str, password: str,
    ) -> None:
        """There is no rule on kinds of characters."""
        self.assertEqual(checked(password, EMAIL), password)

    def test_one_password_has_one_form(self) -> None:
        """Keyboards differ in how they write an accent."""
        self.assertEqual(checked("cafe\u0301 au lait, noir", EMAIL),
                         checked("caf\u00e9 au lait, noir", EMAIL))
