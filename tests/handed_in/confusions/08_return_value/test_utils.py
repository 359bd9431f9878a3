import json
from unittest import TestCase
from unittest.mock import Mock, patch

from utils import get_json


class TestGetJson(TestCase):
    @patch("requests.get")
    def test_one_link_is_missing(self, get):
        get.json.return_value = {"a": 1}
        self.assertEqual(get_json("https://a.example"), {"a": 1})

    @patch("requests.get", return_value={"a": 1})
    def test_data_for_a_response(self, get):
        self.assertEqual(get_json("https://a.example"), {"a": 1})

    @patch("requests.get", return_value=Mock(json={"a": 1}))
    def test_json_is_data(self, get):
        self.assertEqual(get_json("https://a.example"), {"a": 1})

    @patch("requests.get")
    def test_mock_for_data(self, get):
        self.assertEqual(json.loads(get_json("https://a.example")), {})

    @patch("requests.get", {"a": 1})
    def test_the_stand_in(self):
        self.assertEqual(get_json("https://a.example"), {"a": 1})
