"""Tests that assert nothing, or catch nothing."""
import unittest
from unittest.mock import Mock

from parameterized import parameterized

from scales import mean, to_fahrenheit


class TestThatAssertNothing(unittest.TestCase):
    # no-assertion: no assertion was executed → an assertion that is reached
    def test_only_calls(self):
        mean([1, 3])

    # no-assertion: no assertion was executed → each time
    def test_of_an_empty_table(self):
        for readings, expected in []:
            self.assertEqual(mean(readings), expected)

    # no-assertion: no assertion was executed → Say what should be so
    def test_returns_too_early(self):
        if mean([1, 3]):
            return
        assert mean([1, 3]) == 3

    # no-assertion: no assertion was executed → Say what should be so
    def test_never_comes_to_the_assertions(self):
        double = Mock()
        if not mean([1, 3]):
            double.assert_called_once_with(1)
            with self.assertRaises(ValueError):
                mean([])
            self.fail("It is none.")


class TestThatCatchNothing(unittest.TestCase):
    # executes-nothing: calls no function of scales.py → Call what you test
    def test_of_a_double_alone(self):
        double = Mock(side_effect=[1, 2])
        self.assertEqual([double(), double()], [1, 2])

    # catches-nothing: catches none of the 4 faults → what mistake would make
    def test_of_an_answer(self):
        self.assertIsNotNone(mean([1, 3]))

    @parameterized.expand([(1,), (2,)])
    # catches-nothing: catches none of the 4 faults → it can go
    def test_of_an_answer_in_rows(self, celsius):
        self.assertIsNotNone(to_fahrenheit(celsius))

    @parameterized.expand([(100, 212, 212), (0, -999, 999)])
    def test_of_which_one_row_catches_something(self, celsius, low, high):
        self.assertTrue(low <= to_fahrenheit(celsius) <= high)

    @unittest.expectedFailure
    def test_that_is_to_fail(self):
        self.assertEqual(mean([1, 3]), 3)

    @unittest.skip("later")
    def test_that_is_skipped(self):
        mean([1, 3])
