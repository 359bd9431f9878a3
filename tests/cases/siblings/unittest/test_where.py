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
from client import get_json as gj

class TestA(unittest.TestCase):

    @patch('test_where.get_json')
    def test_own(self, m):
        """patch-of-the-test-file: patch("client.get_json")"""
        m.return_value = {}
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('__main__.GithubOrgClient.org', new_callable=PropertyMock)
    def test_main(self, m):
        """patch-of-the-test-file: patch("client.GithubOrgClient.org", new_callable=PropertyMock)"""
        m.return_value = {'repos_url': 'u'}
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

    @patch('test_where.GithubOrgClient.get_json')
    def test_member(self, m):
        """patch-of-the-test-file: patch("client.get_json")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('test_where.requests.get')
    def test_req(self, m):
        """own-data"""
        m.return_value.json.return_value = {}
        self.assertEqual(GithubOrgClient('a').org, {1: 2})

    @patch('client.requests.get')
    def test_c(self, m):
        """name-not-in-the-module: patch("utils.requests.get")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('client.requests')
    def test_c2(self, m):
        """name-not-in-the-module: patch("utils.requests")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('client.getjson')
    def test_c3(self, m):
        """name-not-in-the-module: patch("client.get_json")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('utils.request.get')
    def test_c4(self, m):
        """name-not-in-the-module: patch("utils.requests.get")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('client.GithubOrgClient.get_json')
    def test_c5(self, m):
        """near-name-in-the-class"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('client.GithubOrgClient.repos_url')
    def test_c6(self, m):
        """near-name-in-the-class: patch("client.GithubOrgClient._public_repos_url", new_callable=PropertyMock)"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('client.GithubOrgClient.public_repos_url')
    def test_c7(self, m):
        """near-name-in-the-class: patch("client.GithubOrgClient._public_repos_url", new_callable=PropertyMock)"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('GithubOrgClient.org')
    def test_c9(self, m):
        """target-without-a-module: patch("client.GithubOrgClient.org", new_callable=PropertyMock)"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('clients.get_json')
    def test_d2(self, m):
        """target-without-a-module: patch("client.get_json")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('client.org')
    def test_d3(self, m):
        """name-not-in-the-module: patch("client.GithubOrgClient.org", new_callable=PropertyMock)"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch.object(client, 'requests')
    def test_d4(self, m):
        """name-not-in-the-module: patch("utils.requests")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch.object(utils, 'get_json', return_value={})
    def test_d5(self, m):
        """patched-where-it-was-made"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('utils.get_json', return_value={})
    def test_d6(self, m):
        """replaces-what-it-tests"""
        with patch('client.GithubOrgClient.org', new_callable=PropertyMock, return_value={}):
            self.assertEqual(GithubOrgClient('a').org, {})
        m.assert_called_once()

    @patch('client.GithubOrgClient._org_name', 'x')
    def test_d7(self):
        """name-not-in-the-class"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('requests.Session.get', return_value={})
    def test_d8(self, m):
        """patch-of-another-name: patch("client.get_json")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('utils.access_nested_map', return_value={})
    def test_d9(self, m):
        """patch-of-another-name: patch("client.get_json")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('urllib.request.urlopen')
    def test_e0(self, m):
        """patch-of-another-name: patch("client.get_json")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('client.GithubOrgClient', return_value={})
    def test_e1(self, m):
        """patch-of-another-name: patch("client.get_json")"""
        self.assertEqual(GithubOrgClient('a').org, {})

    @patch('src.client.get_json', return_value={})
    def test_e2(self, m):
        """target-without-a-module: patch("client.get_json")"""
        self.assertEqual(GithubOrgClient('a').org, {})
