"""What things cost, on examples."""
import pytest

from shop.prices import total


def test_a_rebate_is_taken_off():
    assert total([200, 300], rebate=10) == 450


def test_a_large_sum_has_a_rebate():
    assert total([15_000]) == 14_250


def test_a_rebate_of_more_than_all_is_refused():
    with pytest.raises(ValueError):
        total([200], rebate=101)
