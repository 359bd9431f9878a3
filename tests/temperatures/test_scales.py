"""Tests of scales, which leave out the mean of no readings."""
import unittest

from scales import mean, to_fahrenheit


class TestScales(unittest.TestCase):
    """Both functions, on whole numbers."""

    def test_freezes(self) -> None:
        """Water freezes at 32 degrees Fahrenheit."""
        self.assertEqual(to_fahrenheit(0), 32)

    def test_boils(self) -> None:
        """Water boils at 212 degrees Fahrenheit."""
        self.assertEqual(to_fahrenheit(100), 212)

    def test_mean(self) -> None:
        """The mean of two readings lies between them."""
        self.assertEqual(mean([1, 3]), 2)

    def test_type(self) -> None:
        """A temperature is a float: no fault changes that."""
        self.assertIsInstance(to_fahrenheit(0), float)
