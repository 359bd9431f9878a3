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
REPOS = [{'name': 'a', 'license': {'key': 'mit'}}, {'name': 'b', 'license': {'key': 'mit'}}, {'name': 'c'}]

class TestA(unittest.TestCase):

    @patch('client.get_json', side_effect=[{'repos_url': 'u'}, REPOS])
    def test_a(self, m):
        """own-data"""
        self.assertEqual(GithubOrgClient('a').public_repos('mit'), ['a'])

    @patch('client.get_json', return_value={'repos_url': 'u'})
    def test_b(self, m):
        """own-data"""
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'v')

    @patch('requests.get')
    def test_c(self, m):
        """own-data"""
        m.return_value.json.return_value = {'a': 1}
        self.assertEqual(get_json('u'), {'a': 2})

    def test_d(self):
        """own-data"""
        self.assertEqual(access_nested_map({'a': {'b': 2}}, ('a', 'b')), {'b': 2})

    @parameterized.expand([({'a': 1}, ('a',), 2)])
    def test_e(self, n, p, e):
        """own-data"""
        self.assertEqual(access_nested_map(n, p), e)

    def test_f(self):
        """own-data-is-false"""
        self.assertTrue(GithubOrgClient.has_license({'license': {'key': 'bsl'}}, 'mit'))

    def test_g(self):
        """own-data"""
        self.assertEqual(GithubOrgClient.has_license({'license': {'key': 'bsl'}}, 'mit'), True)

    @patch('client.get_json', side_effect=[{'repos_url': 'u'}, REPOS])
    def test_h(self, m):
        """own-data"""
        got = GithubOrgClient('a').public_repos()
        self.assertEqual(len(got), 2)

    @patch('client.get_json', return_value={'login': 'a'})
    def test_i(self, m):
        """own-data"""
        self.assertEqual(GithubOrgClient('a').org, m.return_value['login'])

    @patch('client.get_json', return_value={'login': 'a'})
    def test_j(self, m):
        """called-with-another"""
        GithubOrgClient('a').org
        m.assert_called_once_with('https://api.github.com/orgs/b')

    @patch('client.get_json', return_value={'login': 'a'})
    def test_k(self, m):
        """called-with-another"""
        GithubOrgClient('a').org
        m.assert_called_once_with('https://api.github.com/org/a')

    def test_l(self):
        """nothing"""
        self.assertIn('x', TEST_PAYLOAD[0][2])

    def test_m(self):
        """nothing"""
        self.assertEqual(TEST_PAYLOAD[0][2], ['x'])
