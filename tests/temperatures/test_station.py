"""Tests of station, with its neighbour and without."""
import unittest
from unittest.mock import patch

from station import summary


class TestStation(unittest.TestCase):
    """The line for a day on which it was 20 degrees."""

    def test_alone(self) -> None:
        """The mean is given; the scale is as it is."""
        with patch("station.mean", return_value=20):
            self.assertEqual(summary([1]), "68.0 F")

    def test_together(self) -> None:
        """The mean is computed for it."""
        self.assertEqual(summary([10, 30]), "68.0 F")
