"""Tests of utils that lean on one another and on when they are imported."""
import os
import unittest
from typing import Any
from unittest.mock import Mock, patch

from parameterized import parameterized

import utils
from utils import access_nested_map, get_json, memoize

# Asked at import: on a fault that takes 0 for missing, no test comes of it.
ZERO = access_nested_map({"open": {"issues": 0}}, ("open", "issues"))
# How many rows there are, and under which names, is up to the module.
KEYS = [
    (f"{key}_{place}", place) for place, key in enumerate(
        str(access_nested_map({"a": {"b": "xyz"}}, ("a", "b"))))]
asked: list[str] = []


def setUpModule() -> None:
    """Answer every request of this module, and note its URL."""
    def get(url: str, **options: Any) -> Mock:
        """Return a response whose JSON is the URL."""
        asked.append(url)
        return Mock(**{"json.return_value": {"url": url}})

    patch("requests.get", get).start()


def tearDownModule() -> None:
    """Give `requests.get` back, and see that somebody asked."""
    patch.stopall()
    if not asked:
        raise AssertionError("nobody asked")


class Gauge:
    """Something with two readings, made when the file is imported."""

    @memoize
    def high(self) -> int:
        """Return the higher reading, and count how often it is taken."""
        counts["high"] = counts.get("high", 0) + 1
        return 9

    @memoize
    def low(self) -> int:
        """Return the lower reading."""
        return 0


counts: dict[str, int] = {}


class TestA(unittest.TestCase):
    """The first class: what it does, the others see."""

    gauge: Gauge

    @classmethod
    def setUpClass(cls) -> None:
        """Fail for the whole class where two readings are one."""
        cls.gauge = Gauge()
        assert (cls.gauge.high, cls.gauge.low) == (9, 0)

    @classmethod
    def tearDownClass(cls) -> None:
        """Fail for the last test where a reading was taken twice."""
        if counts["high"] > 1:
            raise RuntimeError(f"taken {counts['high']} times")

    def test_a_first_look(self) -> None:
        """Take a reading that is kept for the next test."""
        self.assertEqual(self.gauge.high, 9)

    def test_b_second_look(self) -> None:
        """See what the test before has left."""
        self.assertEqual(self.gauge.high, 9)

    def test_c_readings_in_turn(self) -> None:
        """Take several readings in subtests."""
        for name, expected in [("high", 9), ("low", 0), ("high", 9)]:
            with self.subTest(name=name):
                self.assertEqual(getattr(self.gauge, name), expected)

    @unittest.expectedFailure
    def test_d_is_known_to_fail(self) -> None:
        """Ask for a key that is not there, which fails as it should."""
        access_nested_map({}, ("license",))

    @unittest.skipIf(Gauge.high.__doc__ is None, "no docstring to look at")
    def test_e_docstring(self) -> None:
        """Look at a docstring, where there is one."""
        self.assertIn("higher", str(Gauge.high.__doc__))


class TestB(unittest.TestCase):
    """The second class: requests, answered for the whole module."""

    @parameterized.expand(KEYS)
    def test_rows_of_the_modules_making(self, key: str, place: int) -> None:
        """Each row is a letter that the module gave at import."""
        self.assertEqual(key[0], "xyz"[place])

    def test_a_url_comes_back(self) -> None:
        """Ask for a URL, which is noted."""
        self.assertEqual(get_json("http://a.example/"),
                         {"url": "http://a.example/"})

    def test_b_and_was_asked_for_once(self) -> None:
        """Count what the tests before have asked for."""
        self.assertEqual(asked, ["http://a.example/"])

    def test_c_leaks_a_patch(self) -> None:
        """Replace the function for all the tests that follow."""
        self.leaked = patch("utils.access_nested_map", Mock(wraps=len))
        self.leaked.start()
        self.assertEqual(utils.access_nested_map("abc"), 3)

    def test_d_meets_the_leak(self) -> None:
        """The module's name is replaced, this file's is not."""
        self.assertEqual(utils.access_nested_map("abcd"), 4)
        self.assertEqual(access_nested_map({"a": 1}, ("a",)), 1)

    def test_e_writes_a_file(self) -> None:
        """Leave a file in the folder for the next test."""
        with open("answer.txt", "w", encoding="ascii") as file:
            file.write(str(get_json("http://b.example/")["url"]))
        self.assertTrue(os.path.exists("answer.txt"))

    def test_f_reads_it(self) -> None:
        """Find the file that the test before has left."""
        with open("answer.txt", encoding="ascii") as file:
            self.assertEqual(file.read(), "http://b.example/")

    def test_g_ends_python_if_zero_is_not_zero(self) -> None:
        """End more than the test where something is quite wrong."""
        if ZERO != 0:
            raise SystemExit("no zero")


class TestC(unittest.TestCase):
    """Errors that are raised, and those that are not."""

    def test_a_cleans_up_in_vain(self) -> None:
        """A clean-up fails where the key is not the one that was missing."""
        with self.assertRaises(KeyError) as caught:
            access_nested_map({"a": {}}, ("a", "b", "c"))
        self.addCleanup(self.assertEqual, caught.exception.args, ("b",))

    def test_b_by_accident(self) -> None:
        """Fail without an assertion where a value is no map."""
        access_nested_map({"a": {"b": 2}}, ("a",))["b"].bit_length()

    @unittest.skip("never run")
    def test_c_is_skipped(self) -> None:
        """Nothing is learnt from it."""
        self.fail("it was run")

    def test_d_fails_on_the_reference(self) -> None:
        """It is left out everywhere."""
        self.assertEqual(ZERO, 1)
