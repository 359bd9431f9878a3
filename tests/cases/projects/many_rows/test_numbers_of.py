import pytest

from numbers_of import is_even, last


@pytest.mark.parametrize("number", range(100_000))
def test_even(number):
    assert is_even(number) == (last(number) in (0, 2, 4, 6, 8))
