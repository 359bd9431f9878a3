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

class TestA(unittest.TestCase):

    def test_ok(self):
        """passes"""
        self.assertEqual(access_nested_map({'a': 1}, ('a',)), 1)

@patch('requests.get')
def test_json(self, get):
    """test-outside-its-class"""
    get.return_value.json.return_value = {}
    self.assertEqual(get_json('u'), {})

def test_plain(self):
    """test-outside-its-class"""
    self.assertEqual(access_nested_map({'a': 1}, ('a',)), 1)

@parameterized.expand([('a',)])
def test_rows(self, a):
    """test-outside-its-class"""
    self.assertEqual(access_nested_map({a: 1}, (a,)), 1)
