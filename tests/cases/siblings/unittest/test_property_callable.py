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

class TestUrl(unittest.TestCase):

    @patch('client.GithubOrgClient.org', new_callable=property)
    def test_dec(self, m):
        """property-for-a-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        m.return_value = {'repos_url': 'u'}
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

    def test_kw(self):
        """property-for-a-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        with patch('client.GithubOrgClient.org', new_callable=property, return_value={'repos_url': 'u'}) as m:
            self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

    @mock.patch.object(client.GithubOrgClient, 'org', new_callable=property)
    def test_obj(self, m):
        """property-for-a-mock: patch.object(client.GithubOrgClient, "org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        m.return_value = {'repos_url': 'u'}
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

    @parameterized.expand([('a',), ('b',)])
    @patch('client.GithubOrgClient.org', new_callable=property)
    def test_rows(self, name, m):
        """property-for-a-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        m.return_value = {'repos_url': 'u'}
        self.assertEqual(GithubOrgClient(name)._public_repos_url, 'u')

    def test_unset(self):
        """property-for-a-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value=…)"""
        with patch('client.GithubOrgClient.org', new_callable=property):
            self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

    def setUp(self):
        pass

class TestSetUp(unittest.TestCase):

    def setUp(self):
        p = patch('client.GithubOrgClient.org', new_callable=property)
        self.org = p.start()
        self.addCleanup(p.stop)

    def test_start(self):
        """property-for-a-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        self.org.return_value = {'repos_url': 'u'}
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

class TestCached(unittest.TestCase):

    def test_side(self):
        """property-for-a-mock: patch.object(GithubOrgClient, "_public_repos_url", new_callable=PropertyMock, return_value=…)"""
        with patch.object(GithubOrgClient, '_public_repos_url', new_callable=property) as m:
            m.side_effect = ['u']
            self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')
