from unittest import TestCase

import pytest

from utils import access_nested_map


class TestNested(TestCase):
    @pytest.mark.parametrize("key", ["a", "b"])
    def test_in_a_test_case(self, key):
        assert access_nested_map({key: 1}, (key,)) == 1


def test_no_rows(nested_map):
    assert access_nested_map(nested_map, ()) == nested_map


def test_the_watcher():
    with pytest.raises(KeyError) as caught:
        access_nested_map({}, ("a",))
    assert caught.args == ("a",)


def test_the_text():
    with pytest.raises(KeyError) as caught:
        access_nested_map({}, ("a",))
    assert str(caught.value) == "a"


async def test_async():
    assert access_nested_map({}, ()) == {}
