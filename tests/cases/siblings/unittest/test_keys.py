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
ANSWERS = {'https://api.github.com/orgs/google': TEST_PAYLOAD[0][0]}

@parameterized_class(('org_payload', 'repos_payload', 'expected_repos', 'apache2_repos'), TEST_PAYLOAD)
class TestTogether(unittest.TestCase):

    def test_login(self):
        """key-of-the-data"""
        self.assertEqual(self.org_payload['login'], 'google')

    def test_get(self):
        """key-of-the-data"""
        org = self.org_payload
        self.assertEqual(org['repo_url'], 'google')

    def test_nested(self):
        """key-of-the-data"""
        self.assertEqual(self.repos_payload[0]['licence']['key'], 'x')

    def test_deep(self):
        """key-of-the-data"""
        self.assertEqual(TEST_PAYLOAD[0][0]['id'], 3)

    def test_index(self):
        """key-of-the-data"""
        self.assertEqual(TEST_PAYLOAD[1], 3)

    def test_index2(self):
        """key-of-the-data"""
        self.assertEqual(TEST_PAYLOAD[0][4], 3)

    def test_null(self):
        """none-in-the-data: (r["license"] or {}).get("key")"""
        self.assertEqual([r['license']['key'] for r in self.repos_payload], 3)

    def test_null2(self):
        """none-in-the-data: (r.get("license") or {}).get("key")"""
        self.assertEqual([r.get('license').get('key') for r in self.repos_payload], 3)

    def test_str(self):
        """key-of-no-record"""
        self.assertEqual(self.expected_repos[0]['name'], 3)

    def test_wrong(self):
        """key-of-no-record"""
        self.assertEqual(TEST_PAYLOAD['org'], 3)

    def test_attr(self):
        """asked-of-another-thing"""
        self.assertEqual(self.org_payload.repos_url, 3)

    def test_misspelt(self):
        """attribute-misspelt"""
        self.assertEqual(self.repo_payload, 3)

    def test_lambda(self):
        """key-of-the-data"""

        def answer(url):
            return Mock(json=lambda: {'a': self.org_payload['repos']}[url])
        with patch('requests.get', side_effect=answer):
            self.assertEqual(GithubOrgClient('google').public_repos(), 3)

    def test_table(self):
        """fake-without-that-key"""
        with patch('requests.get', side_effect=lambda url: Mock(json=lambda: ANSWERS[url])):
            self.assertEqual(GithubOrgClient('google').public_repos(), 3)

    def test_table2(self):
        """fake-without-that-key"""
        with patch('client.get_json', side_effect=lambda url: ANSWERS[url]):
            self.assertEqual(GithubOrgClient('google').public_repos(), 3)

    def test_table3(self):
        """fake-without-an-answer: if url == "https://api.github.com/orgs/google/repos": return …"""
        with patch('client.get_json', side_effect=ANSWERS.get):
            self.assertEqual(GithubOrgClient('google').public_repos(), 3)

    def test_table4(self):
        """fake-without-that-key"""
        with patch('client.get_json', side_effect=ANSWERS.__getitem__):
            self.assertEqual(GithubOrgClient('google').public_repos(), 3)

class TestSet(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.login = TEST_PAYLOAD[0][0]['login']

    def test_a(self):
        """key-of-the-data"""
        self.assertEqual(self.login, 'a')
