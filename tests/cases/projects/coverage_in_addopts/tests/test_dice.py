import pytest

from dice import sides


def test_sides():
    assert sides("d6") == 6


def test_no_die():
    with pytest.raises(ValueError):
        sides("6")
