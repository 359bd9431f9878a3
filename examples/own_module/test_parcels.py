"""Tests of parcels."""
import unittest

from parcels import HEAVIEST, postage, together


class TestParcels(unittest.TestCase):
    """What parcels cost."""

    def test_postage(self):
        """The heavier, the dearer."""
        self.assertEqual(postage(0), 450)
        self.assertEqual(postage(999), 499)

    def test_dearest(self):
        """Up to a price that is the highest."""
        self.assertEqual(postage(29900), 1900)

    def test_too_heavy(self):
        """More than a limit is refused."""
        self.assertRaises(ValueError, postage, HEAVIEST + 100)

    def test_together(self):
        """Each is paid for."""
        self.assertEqual(together([0, 20]), 901)
