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

    @patch('client.get_json', return_value={})
    def setUp(self, m):
        self.m = m

    def test_x(self):
        """patch-ends-with-the-fixture: self.addCleanup(patcher.stop)"""
        self.assertEqual(GithubOrgClient('a').org, {})

class TestB(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        with patch('requests.get') as get:
            get.return_value.json.return_value = {}
            cls.get = get

    def test_x(self):
        """patch-ends-with-the-fixture: cls.addClassCleanup(patcher.stop)"""
        self.assertEqual(GithubOrgClient('a').org, {})

class TestC(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.p = patch('requests.get')
        cls.get = cls.p.start()
        cls.get.return_value.json.return_value = {}

    def tearDown(self):
        self.p.stop()

    def test_x(self):
        """passes"""
        self.assertEqual(GithubOrgClient('a').org, {})

    def test_y(self):
        """patch-stopped-after-a-test: cls.addClassCleanup(cls.p.stop)"""
        self.assertEqual(GithubOrgClient('b').org, {})

class TestD(unittest.TestCase):

    @patch('client.get_json', return_value={})
    def setUp(self, m):
        self.m = m
        self.c = GithubOrgClient('a')

    def test_x(self):
        """patch-ends-with-the-fixture: self.addCleanup(patcher.stop)"""
        self.c.org
        self.m.assert_called_once()

class TestE(unittest.TestCase):

    def setUp(self):
        with patch.object(GithubOrgClient, 'org', new_callable=PropertyMock) as o:
            o.return_value = {'repos_url': 'u'}

    def test_x(self):
        """patch-ends-with-the-fixture: self.addCleanup(patcher.stop)"""
        self.assertEqual(GithubOrgClient('a')._public_repos_url, 'u')

class TestF(unittest.TestCase):

    def setup(self):
        p = patch('client.get_json', return_value={})
        p.start()
        self.addCleanup(p.stop)

    def test_x(self):
        """fixture-misspelt: def setUp"""
        self.assertEqual(GithubOrgClient('a').org, {})

class TestG(unittest.TestCase):

    @classmethod
    def setupClass(cls):
        cls.client = GithubOrgClient('a')

    def test_x(self):
        """fixture-misspelt: def setUpClass"""
        self.assertEqual(self.client._org_name, 'a')

class TestH(unittest.TestCase):

    def setUp(self):
        self.p = patch('client.get_json', return_value={})

    def test_x(self):
        """patch-never-started: self.addCleanup(patcher.stop)"""
        self.assertEqual(GithubOrgClient('a').org, {})

class TestI(unittest.TestCase):

    def test_bare(self):
        """patch-never-started: with patch("client.get_json", …)"""
        patch('client.get_json', return_value={})
        self.assertEqual(GithubOrgClient('a').org, {})

    def test_never(self):
        """patch-never-started: with patch("client.get_json")"""
        m = patch('client.get_json')
        m.return_value = {}
        self.assertEqual(GithubOrgClient('a').org, {})
