from unittest import TestCase
from unittest.mock import patch

import requests

from utils import get_json


class TestGetJson(TestCase):
    @patch("requests.get")
    def test_runs_out(self, get):
        get.return_value.json.side_effect = [{"a": 1}]
        self.assertEqual(get_json("https://a.example"), {"a": 1})
        self.assertEqual(get_json("https://b.example"), {"a": 1})

    @patch("requests.get")
    def test_letters(self, get):
        get.return_value.json.side_effect = "payload"
        self.assertEqual(get_json("https://a.example"), "payload")

    @patch("requests.get")
    def test_keys(self, get):
        get.return_value.json.side_effect = {"login": "google"}
        answer = get_json("https://a.example")
        self.assertEqual(answer, {"login": "google"})

    @patch("requests.get")
    def test_no_list(self, get):
        get.return_value.json.side_effect = 7
        self.assertEqual(get_json("https://a.example"), 7)

    @patch("requests.get")
    def test_an_error_as_an_answer(self, get):
        get.return_value = requests.ConnectionError()
        with self.assertRaises(requests.ConnectionError):
            get_json("https://a.example")

    @patch("requests.get")
    def test_an_error_for_the_body(self, get):
        get.return_value.json.return_value = ValueError("<html>")
        with self.assertRaises(ValueError):
            get_json("https://a.example")
