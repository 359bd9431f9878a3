import pytest

import _fast
from shapes import area


def test_area():
    assert area(2) == 5
    assert area(0) == 1


def test_it_is_compiled():
    assert not _fast.__file__.endswith(".py")


def test_below():
    with pytest.raises(ValueError):
        area(-1)
