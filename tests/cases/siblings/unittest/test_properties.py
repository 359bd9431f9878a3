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
REPOS = [{'name': 'a', 'license': {'key': 'mit'}}, {'name': 'b'}]

class TestUrl(unittest.TestCase):

    @patch('client.GithubOrgClient.org')
    def test_magic(self, org):
        """property-without-property-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        org.return_value = {'repos_url': 'u'}
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

    @patch.object(GithubOrgClient, 'repos_payload', new_callable=Mock)
    def test_iter(self, m):
        """property-without-property-mock: patch.object(GithubOrgClient, "repos_payload", new_callable=PropertyMock, return_value=REPOS)"""
        m.return_value = REPOS
        self.assertEqual(GithubOrgClient('a').public_repos(), ['a', 'b'])

    @patch.object(GithubOrgClient, 'repos_payload', return_value=REPOS)
    def test_lic(self, m):
        """property-without-property-mock: patch.object(GithubOrgClient, "repos_payload", new_callable=PropertyMock, return_value=REPOS)"""
        self.assertEqual(GithubOrgClient('a').public_repos('mit'), ['a'])

    @patch.object(GithubOrgClient, 'repos_payload', return_value=REPOS)
    def test_called(self, m):
        """property-without-property-mock: patch.object(GithubOrgClient, "repos_payload", new_callable=PropertyMock, return_value=REPOS)"""
        GithubOrgClient('a').public_repos('mit')
        m.assert_called_once_with()

    @patch('client.get_json', return_value=REPOS)
    def test_two(self, get):
        """property-without-property-mock: patch("client.GithubOrgClient._public_repos_url", new_callable=PropertyMock, return_value="u")"""
        with patch('client.GithubOrgClient._public_repos_url') as url:
            url.return_value = 'u'
            self.assertEqual(GithubOrgClient('a').public_repos(), ['a', 'b'])
            get.assert_called_once_with('u')
            url.assert_called_once()

    @patch('client.GithubOrgClient.org', Mock(return_value={'repos_url': 'u'}))
    def test_new(self):
        """property-without-property-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

    @patch('client.GithubOrgClient.org', new_callable=MagicMock)
    def test_magic2(self, m):
        """property-without-property-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        m.return_value = {'repos_url': 'u'}
        c = GithubOrgClient('a')
        self.assertEqual(c._public_repos_url, 'u')

    @patch('client.GithubOrgClient.org', autospec=True)
    def test_auto(self, m):
        """property-without-property-mock: patch("client.GithubOrgClient.org", new_callable=PropertyMock, return_value={"repos_url": "u"})"""
        m.return_value = {'repos_url': 'u'}
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

    @patch('requests.get')
    def test_requests(self, get):
        """property-without-property-mock: patch("client.GithubOrgClient._public_repos_url", new_callable=PropertyMock, return_value="u")"""
        with patch('client.GithubOrgClient._public_repos_url', return_value='u') as m:
            get.return_value.json.return_value = REPOS
            GithubOrgClient('a').public_repos()
            get.assert_called_once_with('u')

    def test_instance(self):
        """property-on-the-instance: with patch.object(GithubOrgClient, "org", new_callable=PropertyMock, return_value=…)"""
        c = GithubOrgClient('a')
        c.org = {'repos_url': 'u'}
        self.assertEqual(c._public_repos_url, 'u')

    def test_instance2(self):
        """property-on-the-instance: with patch.object(GithubOrgClient, "org", new_callable=PropertyMock, return_value=…)"""
        c = GithubOrgClient('a')
        with patch.object(c, 'org', new_callable=PropertyMock) as m:
            m.return_value = {'repos_url': 'u'}
            self.assertEqual(c._public_repos_url, 'u')

    def test_instance3(self):
        """property-on-the-instance: with patch.object(GithubOrgClient, "_public_repos_url", new_callable=PropertyMock, return_value=…)"""
        with patch.object(GithubOrgClient('a'), '_public_repos_url', 'u'):
            pass

    @patch('client.GithubOrgClient.public_repos', new_callable=PropertyMock, return_value=['a'])
    def test_methodprop(self, m):
        """method-made-a-property: patch("client.GithubOrgClient.public_repos", return_value=["a"])"""
        self.assertEqual(GithubOrgClient('a').public_repos(), ['a'])

    @patch('client.GithubOrgClient.org', new_callable=PropertyMock, return_value={'repos_url': 'u'})
    def test_right_but_called(self, m):
        """property-called"""
        self.assertEqual(GithubOrgClient('a')._public_repos_url(), 'u')

    @patch('client.GithubOrgClient.org', new_callable=PropertyMock, return_value={'repos_url': 'u'})
    def test_with_method_in_mock(self, m):
        """property-called"""
        self.assertEqual(GithubOrgClient('a').org(), {'repos_url': 'u'})
