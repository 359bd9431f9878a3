#!/usr/bin/env python3
"""Unit tests for the utils module."""
import unittest
from typing import Any, Dict, Tuple
from unittest.mock import Mock, patch

from parameterized import parameterized

from utils import access_nested_map, get_json, memoize


class TestAccessNestedMap(unittest.TestCase):
    """Tests for the access_nested_map function."""

    @parameterized.expand([
        ({"city": "Kigali"}, ("city",), "Kigali"),
        ({"city": {"name": "Kigali"}}, ("city",), {"name": "Kigali"}),
        ({"city": {"name": "Kigali"}}, ("city", "name"), "Kigali"),
        ({"city": {"area": {"km2": 730}}}, ("city", "area", "km2"), 730),
    ])
    def test_access_nested_map(
        self, nested_map: Dict, path: Tuple, expected: Any
    ) -> None:
        """Test that the right value is returned."""
        self.assertEqual(access_nested_map(nested_map, path), expected)

    @parameterized.expand([
        ({}, ("city",), "city"),
        ({"city": "Kigali"}, ("city", "name"), "name"),
    ])
    def test_access_nested_map_exception(
        self, nested_map: Dict, path: Tuple, key: str
    ) -> None:
        """Test that a KeyError with the right key is raised."""
        with self.assertRaises(KeyError) as error:
            access_nested_map(nested_map, path)
            self.assertEqual(str(error.exception), repr(key))


class TestGetJson(unittest.TestCase):
    """Tests for the get_json function."""

    @parameterized.expand([
        ("https://city.example/kigali", {"found": True}),
        ("https://city.example/nowhere", {"found": False}),
    ])
    @patch("requests.get")
    def test_get_json(
        self, url: str, payload: Dict, mock_get: Mock
    ) -> None:
        """Test that the payload is returned without a real HTTP call."""
        mock_response = Mock()
        mock_response.json.return_value = payload
        mock_get.return_value = mock_response

        self.assertEqual(get_json(url), payload)
        mock_get.assert_called_once_with(url)
        mock_response.json.assert_called_once()


class TestMemoize(unittest.TestCase):
    """Tests for the memoize decorator."""

    def test_memoize(self) -> None:
        """Test that a memoized method is called only once."""
        class City:
            def count_people(self):
                return 1_132_686

            @memoize
            def people(self):
                return self.count_people()

        with patch.object(City, "count_people", return_value=12) as mock_count:
            city = City()

            self.assertEqual(city.people, 12)
            self.assertEqual(city.people, 12)
            mock_count.assert_called_once()


if __name__ == "__main__":
    unittest.main()
