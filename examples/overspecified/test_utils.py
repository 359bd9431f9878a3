#!/usr/bin/env python3
"""Tests of utils that hold down how each function is written."""
import inspect
import unittest
from typing import Any, Dict, Sequence
from unittest.mock import Mock, patch

from parameterized import parameterized

from utils import access_nested_map, get_json, memoize


class TestAccessNestedMap(unittest.TestCase):
    """The value at the end of a path, and the loop that finds it."""

    @parameterized.expand([
        ("one_key", {"a": 1}, ("a",), 1),
        ("a_map_inside", {"a": {"b": 2}}, ("a",), {"b": 2}),
        ("two_keys", {"a": {"b": 2}}, ("a", "b"), 2),
    ])
    def test_gives_the_value(self, _: str, nested_map: Dict[str, Any],
                             path: Sequence[str], expected: Any) -> None:
        """A path leads to the value at its end."""
        self.assertEqual(access_nested_map(nested_map, path), expected)

    @parameterized.expand([
        ("empty_map", {}, ("a",), "a"),
        ("path_too_long", {"a": 1}, ("a", "b"), "b"),
    ])
    def test_raises_a_key_error(self, _: str, nested_map: Dict[str, Any],
                                path: Sequence[str], key: str) -> None:
        """The key that cannot be followed is what the error carries."""
        with self.assertRaises(KeyError) as caught:
            access_nested_map(nested_map, path)

        self.assertEqual(caught.exception.args, (key,))

    def test_walks_the_path_in_one_loop(self) -> None:
        """There is one loop over the path, and a check of each key in it."""
        source = inspect.getsource(access_nested_map)

        self.assertEqual(source.count("for key in path:"), 1)
        self.assertIn("isinstance(value, Mapping)", source)


class TestGetJson(unittest.TestCase):
    """The JSON at a URL, and the one line that asks for it."""

    @parameterized.expand([
        ("a_flag", "https://example.com", {"payload": True}),
        ("another_flag", "https://example.org/other", {"payload": False}),
    ])
    def test_gives_the_payload(self, _: str, url: str,
                               payload: Dict[str, bool]) -> None:
        """The payload is that of the only request."""
        response = Mock()
        response.json.return_value = payload

        with patch("utils.requests.get", return_value=response) as get:
            result = get_json(url)

        self.assertEqual(result, payload)
        get.assert_called_once_with(url)
        response.json.assert_called_once_with()

    def test_calls_requests_get_with_the_url_in_one_place(self) -> None:
        """The first request is written in one place."""
        source = inspect.getsource(get_json)

        self.assertEqual(source.count("requests.get(url"), 1)


class TestMemoize(unittest.TestCase):
    """The kept answer, and where it is kept."""

    class Thermometer:
        """A class with one memoized method."""

        def measured(self) -> int:
            """Return the temperature."""
            return 21

        @memoize
        def temperature(self) -> int:
            """Return what was measured first."""
            return self.measured()

    def test_calls_the_method_once(self) -> None:
        """Two looks at the property take one call."""
        thermometer = self.Thermometer()

        with patch.object(self.Thermometer, "measured",
                          return_value=21) as measured:
            results = [thermometer.temperature, thermometer.temperature]

        self.assertEqual(results, [21, 21])
        measured.assert_called_once_with()

    def test_keeps_the_answer_in_an_attribute(self) -> None:
        """The object has one new attribute, and the answer is its value."""
        thermometer = self.Thermometer()

        self.assertEqual(thermometer.temperature, 21)

        (name, value), = vars(thermometer).items()
        self.assertTrue(name.startswith("_memoized_temperature"), name)
        self.assertEqual(value, 21)


if __name__ == "__main__":
    unittest.main()
