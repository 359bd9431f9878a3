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

    def test_line(self):
        """patch-begins-too-late"""
        c = GithubOrgClient('google')
        url = c._public_repos_url
        with patch('client.get_json') as m:
            m.return_value = {}
            self.assertEqual(url, 'u')

    def test_start(self):
        """patch-begins-too-late"""
        org = GithubOrgClient('google').org
        p = patch('client.get_json', return_value={})
        p.start()
        self.addCleanup(p.stop)
        self.assertEqual(org, {})

    def test_mid(self):
        """patch-begins-too-late"""
        with patch('client.GithubOrgClient._public_repos_url', new_callable=PropertyMock) as u:
            repos = GithubOrgClient('google').public_repos()
            with patch('client.get_json', return_value=[]):
                self.assertEqual(repos, [])

class TestB(unittest.TestCase):

    def setUp(self):
        self.org = GithubOrgClient('google').org

    @patch('client.get_json', return_value={})
    def test_dec(self, m):
        """patch-not-for-the-fixture: self.addCleanup(patcher.stop)"""
        self.assertEqual(self.org, {})

@patch('client.get_json', return_value={})
class TestC(unittest.TestCase):

    def setUp(self):
        self.org = GithubOrgClient('google').org

    def test_dec(self, m):
        """patch-not-for-the-fixture: self.addCleanup(patcher.stop)"""
        self.assertEqual(self.org, {})

class TestD(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.repos = GithubOrgClient('google').public_repos()
        cls.get_patcher = patch('requests.get', side_effect=[])
        cls.get_patcher.start()

    @classmethod
    def tearDownClass(cls):
        cls.get_patcher.stop()

    def test_x(self):
        """patch-begins-too-late"""
        self.assertEqual(self.repos, [])

class TestE(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.get_patcher = patch('requests.get', side_effect=[])
        cls.org = GithubOrgClient('google').org

    def test_x(self):
        """patch-never-started: cls.addClassCleanup(patcher.stop)"""
        self.assertEqual(self.org, [])
