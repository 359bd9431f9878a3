from hypothesis import given, settings
from hypothesis import strategies as st

from codes import decode, encode

settings.register_profile("same", derandomize=False, max_examples=60)
settings.load_profile("same")


@given(st.lists(st.integers(0, 2)))
def test_round(numbers):
    assert decode(encode(numbers)) == numbers


def test_in_a_row():
    assert encode([1, 1, 2]) == [[1, 2], [2, 1]]
