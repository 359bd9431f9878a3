"""Tests."""
import unittest
from unittest import mock
from unittest.mock import Mock, MagicMock, PropertyMock, patch, call
import requests
from parameterized import parameterized, parameterized_class
import client
import utils
from client import GithubOrgClient
from fixtures import TEST_PAYLOAD
from utils import access_nested_map, get_json, memoize
from json import JSONDecodeError
from urllib.error import HTTPError
import json

class Mine(Exception):

    def __init__(self, code):
        self.code = code

class TestA(unittest.TestCase):

    @patch('requests.get', side_effect=HTTPError)
    def test_a(self, m):
        """error-class-wants-arguments: side_effect=HTTPError("https://…", 404, "Not Found", None, None)"""
        with self.assertRaises(HTTPError):
            get_json('u')

    @patch('requests.get')
    def test_b(self, m):
        """error-class-wants-arguments: side_effect=JSONDecodeError("no JSON", "", 0)"""
        m.return_value.json.side_effect = json.JSONDecodeError
        with self.assertRaises(JSONDecodeError):
            get_json('u')

    @patch('requests.get')
    def test_c(self, m):
        """error-class-wants-arguments: side_effect=UnicodeDecodeError("utf-8", b"", 0, 1, "no")"""
        m.side_effect = UnicodeDecodeError
        with self.assertRaises(UnicodeDecodeError):
            get_json('u')

    @patch('requests.get', side_effect=Mine)
    def test_d(self, m):
        """error-class-wants-arguments: side_effect=Mine(code)"""
        with self.assertRaises(Mine):
            get_json('u')

    def test_e(self):
        """error-class-wants-arguments: raise HTTPError("https://…", 404, "Not Found", None, None)"""

        def fake(url):
            raise HTTPError
        with patch('requests.get', fake):
            with self.assertRaises(HTTPError):
                get_json('u')

    @patch('requests.get', side_effect=requests.exceptions.JSONDecodeError)
    def test_f(self, m):
        """error-class-wants-arguments: side_effect=JSONDecodeError("no JSON", "", 0)"""
        with self.assertRaises(requests.exceptions.JSONDecodeError):
            get_json('u')

    def test_g(self):
        """error-class-wants-arguments: side_effect=HTTPError("https://…", 404, "Not Found", None, None)"""
        with patch('requests.get', Mock(side_effect=HTTPError)):
            with self.assertRaises(HTTPError):
                get_json('u')
