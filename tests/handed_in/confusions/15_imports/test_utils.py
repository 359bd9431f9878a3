from unittest import TestCase

from utils import access_nested_map


class TestNested(TestCase):
    def test_empty_path(self):
        self.assertEqual(access_nested_map({}, ()), {})
