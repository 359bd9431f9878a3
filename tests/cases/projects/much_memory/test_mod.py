import unittest

import mod


class TestReserve(unittest.TestCase):
    def test_four(self):
        with mod.reserve(4) as reserved:
            self.assertEqual(len(reserved), 4 * 2 ** 30)
