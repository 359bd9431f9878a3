from unittest import TestCase
from unittest.mock import Mock, patch

import requests

from utils import get_json


class TestGetJson(TestCase):
    @patch("requests.get")
    def test_passes_without_an_error_path(self, get):
        get.return_value.status_code = 404
        self.assertTrue(get_json("https://a.example"))

    @patch("requests.get")
    def test_status_alone(self, get):
        get.return_value.status_code = 404
        with self.assertRaises(requests.HTTPError):
            get_json("https://a.example")

    @patch("requests.get")
    def test_compared(self, get):
        self.assertTrue(requests.get("https://a.example").status_code >= 400)
