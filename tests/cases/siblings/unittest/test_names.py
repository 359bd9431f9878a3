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

    def answer(url):
        return {}

    def test_json(self):
        """line-in-another-function"""
        payload = {'a': 1}

        def fake(url):
            pass
        if url == 'u':
            return Mock()
        with patch('requests.get', fake):
            self.assertEqual(get_json('u'), payload)

    def test_next(self):
        """line-in-another-function"""
        self.assertEqual(access_nested_map(nested, path), expected)

    @parameterized.expand([({}, ('a',), 1)])
    def test_last(self, nested, path, expected):
        """passes"""
        with self.assertRaises(KeyError):
            access_nested_map(nested, path)
    NAME = 'google'

    def test_class(self):
        """name-of-the-object"""
        self.assertEqual(GithubOrgClient(NAME)._org_name, 'google')

    def helper(self):
        return 1

    def test_help(self):
        """name-of-the-object"""
        self.assertEqual(helper(), 1)

    def test_typo(self):
        """name-misspelt"""
        pyload = {}
        self.assertEqual(payload, {})

    def test_imp(self):
        """name-not-imported: import json"""
        self.assertEqual(json.dumps({}), '{}')

    def test_imp2(self):
        """name-not-imported: from fixtures import org_payload"""
        self.assertTrue(org_payload)

    def test_imp3(self):
        """name-not-defined"""
        self.assertTrue(foo)

    def test_imp4(self):
        """name-not-imported: from requests import HTTPError"""
        with self.assertRaises(HTTPError):
            pass

    def test_unbound(self):
        """nothing"""
        with self.assertRaises(KeyError) as e:
            pass

    def setUp(self):
        client_ = GithubOrgClient('a')
        self.org = 'x'

    def test_set(self):
        """fixture-keeps-it: self.client_ = …"""
        self.assertEqual(self.client_.org, 1)

    def test_set2(self):
        """attribute-misspelt"""
        self.assertEqual(self.orgs, 1)

    def test_set3(self):
        """nothing-set-before"""
        self.assertEqual(self.nothing, 1)
