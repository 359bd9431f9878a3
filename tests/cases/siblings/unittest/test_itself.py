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

    def test_a(self):
        """replaces-what-it-tests"""
        with patch.object(GithubOrgClient, 'public_repos', return_value=['b']) as m:
            self.assertEqual(GithubOrgClient('a').public_repos(), ['a'])

    @patch('utils.access_nested_map', return_value=2)
    def test_b(self, m):
        """replaces-what-it-tests"""
        self.assertEqual(utils.access_nested_map({'a': 1}, ('a',)), 1)

    @patch('client.GithubOrgClient.has_license', return_value=False)
    def test_c(self, m):
        """replaces-what-it-tests"""
        self.assertTrue(GithubOrgClient.has_license({'license': {'key': 'mit'}}, 'mit'))

    @patch('client.GithubOrgClient.org', new_callable=PropertyMock, return_value={'a': 1})
    def test_d(self, m):
        """replaces-what-it-tests"""
        self.assertEqual(GithubOrgClient('a').org, {'b': 1})

    @patch('client.GithubOrgClient')
    def test_e(self, m):
        """class-for-its-instance"""
        self.assertEqual(client.GithubOrgClient('a').public_repos(), ['a'])

    @patch('client.GithubOrgClient.public_repos')
    def test_f(self, m):
        """replaces-what-it-tests"""
        c = GithubOrgClient('a')
        c.public_repos()
        m.assert_called_once_with('mit')

    @patch('client.get_json')
    @patch('client.GithubOrgClient.public_repos', return_value=['a'])
    def test_g(self, m, g):
        """replaces-what-it-tests"""
        self.assertEqual(GithubOrgClient('a').public_repos(), ['a'])
        g.assert_called_once()

    def test_h(self):
        """replaces-what-it-tests"""
        c = GithubOrgClient('a')
        c.public_repos = Mock(return_value=['b'])
        self.assertEqual(c.public_repos(), ['a'])
