#!/usr/bin/env python3
"""Unit tests for the utils module, and what a sandbox is for.

Nothing in here does harm, wherever it runs: it only tries.
"""
import os
import unittest

from utils import access_nested_map

NEIGHBOUR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                         "ada", "test_utils.py")


class TestAccessNestedMap(unittest.TestCase):
    """Tests for the access_nested_map function."""

    def test_access_nested_map(self) -> None:
        """Test that the right value is returned."""
        self.assertEqual(access_nested_map({"a": {"b": 2}}, ("a", "b")), 2)

    def test_reads_the_submission_next_door(self) -> None:
        """Test that a neighbour's tests can be copied."""
        with open(NEIGHBOUR, encoding="utf-8") as file:
            self.assertIn("access_nested_map", file.read())

    def test_prints_a_report_of_its_own(self) -> None:
        """Test that whoever reads standard output believes it."""
        print('{"summary": {"faults": 71, "caught": 71}}')


if __name__ == "__main__":
    unittest.main()
