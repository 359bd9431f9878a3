import unittest
from unittest import TestCase

from utils import access_nested_map


class TestNested(TestCase):
    def test_passes_with_two(self):
        self.assertTrue(access_nested_map({"a": 1}, ("a",)), 2)

    def test_passes_behind_the_raise(self):
        with self.assertRaises(KeyError):
            access_nested_map({}, ("a",))
            self.assertEqual(1, 2)

    def test_too_late(self):
        self.assertRaises(KeyError, access_nested_map({}, ("a",)))

    def test_nothing_to_call(self):
        self.assertRaises(KeyError, access_nested_map({"a": 1}, ("a",)))

    def test_text_of_a_key_error(self):
        with self.assertRaises(KeyError) as caught:
            access_nested_map({"a": {}}, ("a", "b"))
        self.assertEqual(str(caught.exception), "b")

    def test_wide_and_text(self):
        with self.assertRaises(Exception) as caught:
            access_nested_map({"a": {}}, ("a", "b"))
        self.assertEqual("b", str(caught.exception))

    def test_watcher(self):
        with self.assertRaises(KeyError) as caught:
            access_nested_map({}, ("a",))
        self.assertEqual(caught.args, ("a",))

    def test_one_value(self):
        self.assertEqual(access_nested_map({"a": 1}, ("a",)) == 1)

    def test_without_self():
        assert access_nested_map({}, ()) == {}

    def test_no_import(self):
        with patch("utils.requests"):
            access_nested_map({}, ())

    def test_old_name(self):
        self.assertItemsEqual(access_nested_map({}, ()), {})

    def test_misspelt(self):
        self.assertEqaul(access_nested_map({}, ()), {})

    def test_import(self):
        from fixtures import TEST_PAYLOADS
        self.assertTrue(TEST_PAYLOADS)
