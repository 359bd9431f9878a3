"""Tests that pass in their own order, and need it."""
import unittest

import scales
from scales import mean


class TestNeedsAnother(unittest.TestCase):
    readings = []

    def test_a_makes_what_is_needed(self):
        self.readings[:] = [1, 3]
        self.assertEqual(mean(self.readings), 2)

    # order: passes only after other tests → in setUp or in a fixture
    def test_b_needs_it(self):
        self.assertEqual(mean(self.readings), 2)


class TestMindsAnother(unittest.TestCase):
    readings = []

    # order: fails when the tests run in the reverse order → what outlives
    def test_a_is_first(self):
        self.assertEqual([mean([1, 3])] + self.readings, [2])

    def test_b_leaves_something(self):
        self.readings.append(mean([1, 3]))
        self.addClassCleanup(self.readings.clear)
        self.assertEqual(self.readings[0], 2)


class TestMindsItself(unittest.TestCase):
    readings = []

    # order: fails when it runs a second time → undo what outlives the test
    def test_is_alone(self):
        self.readings.append(mean([1, 3]))
        self.assertEqual(self.readings, [2])


class TestIsFreeOfIt(unittest.TestCase):
    def test_seven_tests_are_all_valid(self):
        self.assertEqual(scales.mean([1, 3]), 2)
