#!/usr/bin/env python3
"""Unit tests of `utils`; `requests.get` never runs in them."""
from copy import deepcopy
from types import MappingProxyType
from typing import Any, Callable, Mapping, Sequence
from unittest import TestCase
from unittest.mock import Mock, call, patch

import requests
from parameterized import parameterized

from utils import access_nested_map, get_json, memoize

GOOGLE = "https://api.github.com/orgs/google"


class TestAccessNestedMap(TestCase):
    """A path is followed to its value, or the key that fails is named."""

    # The first element of a row ends the name of its test: a red row then
    # says which case it was, and not only its number.
    @parameterized.expand([
        ("one_key", {"size": 191}, ("size",), 191),
        ("a_path_that_ends_at_a_map", {"license": {"key": "mit"}},
         ("license",), {"key": "mit"}),
        ("three_keys_in_a_list", {"owner": {"plan": {"seats": 5}}},
         ["owner", "plan", "seats"], 5),
        ("keys_with_punctuation", {"google.github.io": {"has-pages": " Yes."}},
         ("google.github.io", "has-pages"), " Yes."),
        ("keys_that_are_no_strings", {2019: {None: "undated"}}, (2019, None),
         "undated"),
        ("mappings_that_are_no_dicts",
         MappingProxyType({"license": MappingProxyType({"key": "mit"})}),
         ("license", "key"), "mit"),
        ("an_empty_path", {"name": "dagger"}, (), {"name": "dagger"}),
    ])
    def test_returns_the_value_at_the_end_of(
        self, _name: str, nested_map: Mapping, path: Sequence, expected: Any,
    ) -> None:
        """Every key of the path can be followed."""
        value = access_nested_map(nested_map, path)

        self.assertEqual(value, expected)

    @parameterized.expand([
        ("none", None),
        ("false", False),
        ("zero", 0),
        ("an_empty_string", ""),
        ("an_empty_list", []),
        ("an_empty_map", {}),
    ])
    def test_returns_a_value_that_is(self, _name: str, falsy: Any) -> None:
        """The value is false to Python, but its key is there."""
        nested_map = {"outer": {"inner": falsy}}

        value = access_nested_map(nested_map, ("outer", "inner"))

        # To assertEqual, 0 and False are the same.
        self.assertEqual(repr(value), repr(falsy))

    @parameterized.expand([
        ("the_first_of_two", {}, ("license", "key"), "license"),
        ("the_second_of_three", {"owner": {}}, ("owner", "plan", "seats"),
         "plan"),
        ("the_last_of_two", {"license": {}}, ("license", "key"), "key"),
        ("a_number", {2019: {}}, (2019, 12), 12),
        ("a_key_into_a_number", {"size": 191}, ("size", "unit", "symbol"),
         "unit"),
        ("a_key_into_none", {"license": None}, ("license", "key"), "key"),
        # Strings and lists can be looked into as well, but are no mappings.
        ("a_key_into_a_string", {"license": "mit"}, ("license", "mit"),
         "mit"),
        ("a_key_into_a_list", {"topics": ["java"]}, ("topics", "java"),
         "java"),
        ("an_index_into_a_list", {"topics": ["java"]}, ("topics", 0), 0),
    ])
    def test_raises_a_key_error_that_names(
        self, _name: str, nested_map: Mapping, path: Sequence, key: Any,
    ) -> None:
        """That key of the path cannot be followed."""
        with self.assertRaises(KeyError) as caught:
            access_nested_map(nested_map, path)

        # Below the block: what follows the call in it never runs.
        self.assertEqual(caught.exception.args, (key,))

    def test_leaves_the_map_and_the_path_as_they_were(self) -> None:
        """One path leads to a value; another one fails at its second key."""
        nested_map = {"license": {"key": "mit"}}
        path = ["license", "key"]

        access_nested_map(nested_map, path)
        with self.assertRaises(KeyError):
            access_nested_map(nested_map, ["license", "name"])

        self.assertEqual(nested_map, {"license": {"key": "mit"}})
        self.assertEqual(path, ["license", "key"])


class TestGetJson(TestCase):
    """One call is one request, and its answer is handed on as it came."""

    @staticmethod
    def response_with(payload: Any) -> Mock:
        """Return the double of a response that decodes to a payload."""
        # With a spec, a misspelt method of the double is an error.
        response = Mock(spec=requests.Response, status_code=200)
        response.json.return_value = payload
        return response

    # Rows come first among the parameters and doubles last.
    @parameterized.expand([
        ("an_object", GOOGLE,
         {"login": "Google", "email": None, "items": [], "plan": {"key": 5}}),
        ("a_list", "https://api.github.com/orgs/google-cloud/repos?page=2",
         [{"name": " kratu", "license": None}, {"name": "."}, {"name": "."}]),
        ("a_long_list", "https://api.github.com/numbers", [*range(101)]),
        ("an_empty_list", "https://api.github.com/orgs/abc/repos?page=9", []),
        ("a_number", "https://api.github.com/count", 0),
        ("null", "https://api.github.com/nothing", None),
    ])
    @patch("requests.get")
    def test_returns_what_one_request_brings(
        self, _name: str, url: str, payload: Any, get: Mock,
    ) -> None:
        """The response to exactly this URL decodes to the payload."""
        # A copy: if the payload itself were changed, both sides would agree.
        response = self.response_with(deepcopy(payload))
        get.return_value = response

        answer = get_json(url)

        self.assertEqual(answer, payload)
        get.assert_called_once_with(url)
        response.json.assert_called_once_with()

    # Autospec makes the double refuse what `requests.get` would refuse.
    @patch("requests.get", autospec=True)
    def test_makes_a_new_request_at_every_call(self, get: Mock) -> None:
        """The same URL answers otherwise each time it is asked."""
        get.return_value = self.response_with(None)
        get.return_value.json.side_effect = ["old", "new", "newer", "other"]
        urls = [GOOGLE, GOOGLE, GOOGLE, "https://api.github.com/orgs/abc"]

        answers = [get_json(url) for url in urls]

        self.assertEqual(answers, ["old", "new", "newer", "other"])
        self.assertEqual(get.call_args_list, [call(url) for url in urls])

    @parameterized.expand([
        ("connection", requests.ConnectionError("no route to host")),
        ("answer_in_time", requests.Timeout("no answer in 30 s")),
    ])
    @patch("requests.get", autospec=True)
    def test_raises_after_one_request_if_there_is_no(
        self, _name: str, failure: Exception, get: Mock,
    ) -> None:
        """The request fails; only the next call may try again."""
        get.side_effect = [failure, self.response_with("up again")]

        with self.assertRaises(type(failure)):
            get_json(GOOGLE)

        get.assert_called_once_with(GOOGLE)
        self.assertEqual(get_json(GOOGLE), "up again")

    @patch("requests.get")
    def test_raises_after_one_request_if_the_answer_is_no_json(
        self, get: Mock,
    ) -> None:
        """The response is a page of HTML, which cannot be decoded."""
        response = self.response_with(None)
        response.json.side_effect = ValueError("<html>")
        get.return_value = response

        with self.assertRaises(ValueError):
            get_json(GOOGLE)

        get.assert_called_once_with(GOOGLE)
        response.json.assert_called_once_with()


class Thermometer:
    """Two readings, each taken by the given function and then kept."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        """Keep the function that takes a reading at a place."""
        self.read = read

    @memoize
    def indoors(self) -> Any:
        """Return the temperature in the house."""
        return self.read("indoors")

    @memoize
    def outdoors(self) -> Any:
        """Return the temperature in the garden."""
        return self.read("outdoors")


class EqualThermometer(Thermometer):
    """A thermometer that equals every other one."""

    def __eq__(self, other: object) -> bool:
        """Tell that another object is equal."""
        return True

    def __hash__(self) -> int:
        """Return the same number as its equals do."""
        return 0


class TestMemoize(TestCase):
    """A memoized method is a property that is computed once an instance."""

    def test_makes_the_method_a_property(self) -> None:
        """The attribute is looked up on the class."""
        self.assertIsInstance(Thermometer.indoors, property)

    def test_keeps_the_docstring_of_the_method(self) -> None:
        """The method has one, which help() should show."""
        self.assertEqual(
            Thermometer.indoors.__doc__,
            "Return the temperature in the house.")

    @parameterized.expand([
        ("a_number", 21),
        ("zero", 0),
        ("false", False),
        ("none", None),
        ("an_empty_list", []),
    ])
    def test_computes_once_and_keeps(self, _name: str, answer: Any) -> None:
        """One property of one instance is read four times."""
        read = Mock(return_value=answer)
        thermometer = Thermometer(read)

        answers = [thermometer.indoors for _ in range(4)]

        self.assertEqual(answers, [answer] * 4)
        read.assert_called_once_with("indoors")

    def test_keeps_an_answer_for_each_of_two_methods(self) -> None:
        """The two properties of one instance are read in turns."""
        read = Mock(side_effect=[21, -3, "one call too many"])
        thermometer = Thermometer(read)

        answers = [
            (thermometer.indoors, thermometer.outdoors) for _ in range(3)]

        self.assertEqual(answers, [(21, -3)] * 3)
        self.assertEqual(
            read.call_args_list, [call("indoors"), call("outdoors")])

    @parameterized.expand([
        ("two_instances", Thermometer),
        ("two_instances_that_are_equal", EqualThermometer),
    ])
    def test_keeps_an_answer_for_each_of(
        self, _name: str, thermometer: Callable[..., Thermometer],
    ) -> None:
        """The same property of both is read in turns."""
        read_kitchen, read_cellar = Mock(return_value=21), Mock(return_value=8)
        kitchen, cellar = thermometer(read_kitchen), thermometer(read_cellar)

        answers = [(kitchen.indoors, cellar.indoors) for _ in range(3)]

        self.assertEqual(answers, [(21, 8)] * 3)
        read_kitchen.assert_called_once_with("indoors")
        read_cellar.assert_called_once_with("indoors")

    def test_keeps_no_answer_of_an_instance_that_is_gone(self) -> None:
        """Each one takes the place in memory of the one before it."""
        read = Mock(side_effect=[21, 22, 23, 24])

        answers = [Thermometer(read).indoors for _ in range(4)]

        self.assertEqual(answers, [21, 22, 23, 24])

    def test_raises_an_exception_and_does_not_keep_it(self) -> None:
        """The method fails once, and would have an answer after that."""
        read = Mock(side_effect=[TimeoutError, 21, "one call too many"])
        thermometer = Thermometer(read)

        with self.assertRaises(TimeoutError):
            thermometer.indoors
        answers = [thermometer.indoors for _ in range(3)]

        self.assertEqual(answers, [21] * 3)
