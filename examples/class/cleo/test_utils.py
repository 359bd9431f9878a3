#!/usr/bin/env python3
"""Unit tests for the utils module."""
import unittest
from unittest.mock import patch

from utils import access_nested_map, get_json


class TestAccessNestedMap(unittest.TestCase):
    """Tests for the access_nested_map function."""

    def test_access_nested_map(self) -> None:
        """Test that the right value is returned."""
        self.assertEqual(access_nested_map({"a": {"b": 2}}, ("a", "b")), 2)

    def test_access_nested_map_exception(self) -> None:
        """Test that a missing key is said."""
        with self.assertRaises(IndexError):
            access_nested_map({"a": 1}, ("b",))


class TestGetJson(unittest.TestCase):
    """Tests for the get_json function."""

    @patch("requests.get")
    def test_get_json(self, mock_get) -> None:
        """Test that the payload is returned without a real HTTP call."""
        mock_get.return_value.json.return_value = {"found": True}

        self.assertEqual(get_json("https://city.example/kigali"), "found")


if __name__ == "__main__":
    unittest.main()
