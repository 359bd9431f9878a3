#!/usr/bin/env python3
"""Unit tests for the utils module."""
import unittest
from typing import Any, Dict, Tuple
from unittest.mock import Mock, patch

from parameterized import parameterized

from utils import access_nested_map, get_json, memoize


class TestAccessNestedMap(unittest.TestCase):
    """What is at the end of a path of keys."""

    @parameterized.expand([
        ({"city": {"area": 730}}, ("city", "area"), 730),
        ({"city": {"area": 730}}, ("city",), {"area": 730}),
        ({"city": None}, ("city",), None),
        ({"city": 1}, (), {"city": 1}),
    ])
    def test_a_path_leads_to_its_value(
        self, nested_map: Dict, path: Tuple, expected: Any
    ) -> None:
        """Falsy values are values, and no key leads to the map."""
        self.assertEqual(access_nested_map(nested_map, path), expected)

    @parameterized.expand([
        ({}, ("city",), "city"),
        ({"city": "Kigali"}, ("city", "name"), "name"),
        ({"city": {}}, ("city", "name", "first"), "name"),
    ])
    def test_a_key_that_leads_nowhere_is_named(
        self, nested_map: Dict, path: Tuple, key: str
    ) -> None:
        """Whatever comes after it."""
        with self.assertRaises(KeyError) as caught:
            access_nested_map(nested_map, path)

        self.assertEqual(caught.exception.args, (key,))


class TestGetJson(unittest.TestCase):
    """What a URL answers, decoded."""

    @parameterized.expand([({"found": True},), ([],)])
    @patch("utils.requests.get")
    def test_the_answer_is_decoded_once(
        self, payload: Any, mock_get: Mock
    ) -> None:
        """One request is made, of the URL that was given."""
        mock_get.return_value.json.return_value = payload

        self.assertEqual(get_json("https://city.example/kigali"), payload)
        mock_get.assert_called_once_with("https://city.example/kigali")
        mock_get.return_value.json.assert_called_once_with()


class City:
    """A city that counts how often it is asked."""

    def __init__(self, people: Any) -> None:
        """Say how many people there are."""
        self.answers = people
        self.asked = 0

    @memoize
    def people(self) -> Any:
        """Return how many people there are."""
        self.asked += 1
        return self.answers

    @memoize
    def name(self) -> str:
        """Return the name of the city."""
        return "Kigali"


class TestMemoize(unittest.TestCase):
    """A method that becomes a property, computed once."""

    @parameterized.expand([(12,), (0,), (None,)])
    def test_it_is_computed_once(self, people: Any) -> None:
        """Also if the answer is falsy."""
        city = City(people)

        self.assertEqual([city.people, city.people], [people, people])
        self.assertEqual(city.asked, 1)

    def test_each_instance_and_each_method_has_its_own(self) -> None:
        """Nothing is shared."""
        small, large = City(1), City(2)

        self.assertEqual((small.people, large.people), (1, 2))
        self.assertEqual((small.name, small.people), ("Kigali", 1))

    def test_the_docstring_survives(self) -> None:
        """It is what help() shows."""
        self.assertEqual(City.people.__doc__,
                         "Return how many people there are.")


if __name__ == "__main__":
    unittest.main()
