import unittest

from utils import access_nested_map


class TestMap(unittest.TestCase):
    def test_walk(self):
        """passes"""
        self.assertEqual(access_nested_map({"a": 1}, ("a",)), 1)
