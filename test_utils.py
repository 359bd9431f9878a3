#!/usr/bin/env python3
"""Unit tests of `utils`; `requests.get` never runs in them."""
from collections import defaultdict
from types import MappingProxyType
from typing import Any, Callable, DefaultDict, List, Mapping, Sequence
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
        ("three_keys", {"owner": {"plan": {"seats": 5}}},
         ["owner", "plan", "seats"], 5),
        ("keys_that_are_no_text", {2019: {None: "undated"}}, (2019, None),
         "undated"),
        ("maps_that_are_no_dict",
         MappingProxyType({"license": MappingProxyType({"key": "mit"})}),
         ("license", "key"), "mit"),
    ])
    def test_gives_the_value_at_the_end_of_the_path(
        self, _name: str, nested_map: Mapping, path: Sequence, expected: Any,
    ) -> None:
        """Every key leads one map further in."""
        value = access_nested_map(nested_map, path)

        self.assertEqual(value, expected)

    def test_an_empty_path_gives_the_map_itself(self) -> None:
        """No key to follow leaves us where we stand."""
        nested_map = {"name": "dagger"}

        value = access_nested_map(nested_map, ())

        self.assertIs(value, nested_map)

    def test_an_empty_value_is_a_value(self) -> None:
        """Only a key can be missing; what it leads to may be anything."""
        empty_values: List[Any] = [None, False, 0, "", [], {}]

        values = [
            access_nested_map({"outer": {"inner": value}}, ("outer", "inner"))
            for value in empty_values
        ]

        self.assertEqual(values, empty_values)

    @parameterized.expand([
        ("the_first_of_two", {}, ("license", "key"), "license"),
        ("the_last_of_two", {"license": {}}, ("license", "key"), "key"),
        ("a_number", {2019: {}}, (2019, 12), 12),
        ("a_key_into_a_number", {"size": 191}, ("size", "unit", "symbol"),
         "unit"),
        ("a_key_into_none", {"license": None}, ("license", "key"), "key"),
        # Text and lists can be looked into as well, but they are no maps.
        ("a_key_into_text", {"license": "mit"}, ("license", "mit"), "mit"),
        ("an_index_into_a_list", {"topics": ["java"]}, ("topics", 0), 0),
    ])
    def test_names_the_key_that_cannot_be_followed(
        self, _name: str, nested_map: Mapping, path: Sequence, key: Any,
    ) -> None:
        """The error carries that key alone, as it stood in the path."""
        with self.assertRaises(KeyError) as caught:
            access_nested_map(nested_map, path)

        self.assertEqual(caught.exception.args, (key,))

    def test_leaves_the_map_and_the_path_as_they_were(self) -> None:
        """Reading takes nothing away, so the same can be read again."""
        nested_map = {"license": {"key": "mit"}}
        path = ["license", "key"]

        access_nested_map(nested_map, path)

        self.assertEqual(nested_map, {"license": {"key": "mit"}})
        self.assertEqual(path, ["license", "key"])

    def test_a_map_that_fills_itself_is_not_extended(self) -> None:
        """Asking a defaultdict for a key the usual way would add it."""
        stars: DefaultDict[str, int] = defaultdict(int)

        with self.assertRaises(KeyError):
            access_nested_map(stars, ("dagger",))

        self.assertEqual(stars, {})


class TestGetJson(TestCase):
    """One call is one request, and its answer is handed on as it came."""

    @staticmethod
    def response_with(payload: Any) -> Mock:
        """Return the double of a response that decodes to a payload."""
        # With a spec, a misspelt method of the double is an error. The rest is
        # what a good answer has, should a module ask whether it is good.
        response = Mock(
            spec=requests.Response, status_code=200, url=GOOGLE, links={})
        response.json.return_value = payload
        return response

    # Rows come first among the parameters and doubles last.
    @parameterized.expand([
        ("an_object", GOOGLE, {"login": "google"}),
        ("an_empty_list", "https://api.github.com/orgs/abc/repos?page=9", []),
    ])
    @patch("requests.get")
    def test_decodes_once_what_one_request_to_the_url_brings(
        self, _name: str, url: str, payload: Any, get: Mock,
    ) -> None:
        """The answer is the payload itself, be it ever so empty."""
        response = self.response_with(payload)
        get.return_value = response

        answer = get_json(url)

        self.assertIs(answer, payload)
        get.assert_called_once_with(url)
        response.json.assert_called_once_with()

    # Autospec makes the double refuse what `requests.get` would refuse.
    @patch("requests.get", autospec=True)
    def test_every_call_asks_anew(self, get: Mock) -> None:
        """No answer is kept, since what it tells of may have changed."""
        get.return_value = self.response_with(None)
        get.return_value.json.side_effect = ["old", "new", "other"]
        urls = [GOOGLE, GOOGLE, "https://api.github.com/orgs/abc"]

        answers = [get_json(url) for url in urls]

        self.assertEqual(answers, ["old", "new", "other"])
        self.assertEqual(get.call_args_list, [call(url) for url in urls])

    def test_a_failed_request_is_not_hidden(self) -> None:
        """Whoever asked learns that there was no answer."""
        failure = requests.ConnectionError("no route to host")

        with patch("requests.get", side_effect=failure):
            with self.assertRaises(requests.ConnectionError):
                get_json(GOOGLE)

    def test_an_answer_that_is_no_json_is_not_hidden(self) -> None:
        """A page of HTML must not pass for an empty answer."""
        response = Mock(**{"json.side_effect": ValueError("<html>")})

        with patch("requests.get", return_value=response):
            with self.assertRaises(ValueError):
                get_json(GOOGLE)


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


class TestMemoize(TestCase):
    """A memoized method is a property that is computed once an object."""

    def test_makes_the_method_a_property(self) -> None:
        """It is read without parentheses."""
        self.assertIsInstance(Thermometer.indoors, property)

    def test_keeps_the_docstring(self) -> None:
        """Whoever asks for help gets the method's own."""
        self.assertEqual(
            Thermometer.indoors.__doc__,
            "Return the temperature in the house.")

    @parameterized.expand([
        ("a_number", 21),
        ("zero", 0),
        ("none", None),
    ])
    def test_computes_once_and_keeps(self, _name: str, answer: Any) -> None:
        """An empty answer is an answer too and is not asked for again."""
        read = Mock(return_value=answer)
        thermometer = Thermometer(read)

        answers = [thermometer.indoors, thermometer.indoors]

        self.assertEqual(answers, [answer, answer])
        read.assert_called_once_with("indoors")

    def test_two_methods_keep_an_answer_each(self) -> None:
        """What one has found is not taken for what the other would find."""
        thermometer = Thermometer({"indoors": 21, "outdoors": -3}.__getitem__)

        answers = [thermometer.indoors, thermometer.outdoors]

        self.assertEqual(answers, [21, -3])

    def test_two_objects_keep_an_answer_each(self) -> None:
        """Objects share a method, but not what it found."""
        kitchen = Thermometer(Mock(return_value=21))
        cellar = Thermometer(Mock(return_value=12))

        answers = [kitchen.indoors, cellar.indoors]

        self.assertEqual(answers, [21, 12])

    def test_an_exception_is_raised_and_not_kept(self) -> None:
        """The next look tries again, and may have more luck."""
        thermometer = Thermometer(Mock(side_effect=[TimeoutError, 21]))

        with self.assertRaises(TimeoutError):
            thermometer.indoors

        self.assertEqual(thermometer.indoors, 21)
