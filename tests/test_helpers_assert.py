"""A test is told that it asserts nothing, unless nobody could know.

What asserts in a file of helpers is not listened to: its name must do.
"""
from pathlib import Path

import pytest

from tests.checking import WINNOW, run, write

TESTS = '''import unittest
from unittest import mock
import cellar
import helpers

class TestDepth(unittest.TestCase):
    def test_right(self):
        self.assertEqual(cellar.depth(), 3)

    def test_it(self):
        look, double = helpers.Look(), mock.Mock()
        cellar.depth() or {0}
'''


@pytest.mark.parametrize(("line", "is_told"), [
    ("look.assert_depth()", False), ("helpers.check_depth()", False),
    ("helpers.look_at_depth()", True), ("double.assert_called_once()", True),
    ("double.assert_has_calls([])", True), ("self.assertTrue(1)", True),
])
def test_a_helper_is_known_by_its_name(
        line: str, is_told: bool, tmp_path: Path) -> None:
    """What mock and unittest offer is listened to, so its name says less."""
    write(tmp_path / "learner", {
        "setup.cfg": "", "test_cellar.py": TESTS.format(line),
        "cellar.py": "def depth():\n    return 3\n",
        "helpers.py": "class Look:\n    def assert_depth(self): pass\n"
        "def check_depth(): pass\ndef look_at_depth(): pass\n"})

    ran = run([WINNOW, "check", "learner", "--module", "learner/cellar.py"],
              tmp_path)

    assert ("It asserts nothing" in ran.said) is is_told
    ran.assert_tidy()
