#!/usr/bin/env python3
"""Unit tests for the utils module."""
import unittest

from utils import access_nested_map


class TestAccessNestedMap(unittest.TestCase):
    """Tests for the access_nested_map function."""

    def test_access_nested_map(self) -> None:
        """Test that the right value is returned."""
        self.assertEqual(access_nested_map({"a": 1}, ("a",)), 1)

    def test_access_nested_map_until_it_fails(self) -> None:
        """Test that the right value is returned again and again."""
        while access_nested_map({"a": 1}, ("a",)) == 1:
            pass


if __name__ == "__main__":
    unittest.main()
