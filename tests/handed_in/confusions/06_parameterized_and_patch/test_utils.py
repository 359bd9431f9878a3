from unittest import TestCase
from unittest.mock import Mock, patch

from parameterized import parameterized

from utils import access_nested_map, get_json

ROWS = [("https://a.example", {"a": 1}), ("https://b.example", {"b": 2})]


class TestGetJson(TestCase):
    @patch("requests.get")
    @parameterized.expand(ROWS)
    def test_patch_on_top(self, get, url, payload):
        get.return_value.json.return_value = payload
        self.assertEqual(get_json(url), payload)

    @parameterized.expand(ROWS)
    @patch("requests.get")
    def test_mock_first(self, mock_get, url, payload):
        mock_get.return_value.json.return_value = payload
        self.assertEqual(get_json(url), payload)

    @parameterized.expand(ROWS)
    @patch("requests.get")
    def test_other_names(self, got, url, payload):
        got.return_value = Mock(**{"json.return_value": payload})
        self.assertEqual(get_json(url), payload)

    @parameterized.expand([({"a": 1}, {"b": 2})])
    @patch("requests.get")
    def test_mock_in_a_row(self, mock_payload, expected, mock_get):
        mock_get.return_value.json.return_value = mock_payload
        self.assertEqual(get_json("https://a.example"), expected)

    @parameterized.expand(ROWS)
    @patch("requests.get")
    def test_one_too_few(self, url, payload):
        self.assertEqual(get_json(url), payload)

    @patch("requests.get")
    def test_no_place_for_the_mock(self):
        self.assertEqual(get_json("https://a.example"), {})

    @parameterized.expand([({"a": 1}, ("a",))])
    def test_one_too_many(self, nested_map, path, expected):
        self.assertEqual(access_nested_map(nested_map, path), expected)
