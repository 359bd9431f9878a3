"""A suite with Hypothesis is judged as any other, and draws what it would."""
from pathlib import Path

import pytest

from tests.support.checking import report_on

SUITE = '''"""Tests of Hypothesis's kind."""
import sys
import unittest

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from scales import mean

NOT_SEEN = [name for name, module in sys.modules.items()
            if name.partition(".")[0] == "winnow"]


class TestMean(unittest.TestCase):
    """A method, which runs on another object each time."""

    def test_no_module_of_winnow_is_read_for_constants(self) -> None:
        """They are noted as read before the first test."""
        assert mean([1]) == 1
        assert NOT_SEEN
        assert all(id(sys.modules[name]) in providers._seen_modules
                   for name in NOT_SEEN)

    @settings(derandomize=True, max_examples=5, database=None)
    @given(value=st.integers(-9, 9))
    def test_value_is_found(self, value: int) -> None:
        """Whatever it is."""
        assert mean([value, value]) == value
'''


@pytest.mark.slow
def test_a_method_with_given_is_accused_of_nothing(tmp_path: Path) -> None:
    """Twice in one process, Hypothesis refuses it: that is no fault of it."""
    report = report_on(tmp_path, {"test_scales.py": SUITE})

    assert [each["name"] for each in report["tests"]
            if not each["valid"]] == []
    assert "order" not in [each["kind"] for each in report["problems"]]
