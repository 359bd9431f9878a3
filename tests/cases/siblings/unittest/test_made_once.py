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
M = Mock(return_value={})

class TestA(unittest.TestCase):

    @patch('client.get_json', M)
    def test_a(self):
        """passes"""
        self.assertEqual(GithubOrgClient('a').org, {})
        M.assert_called_once_with('https://api.github.com/orgs/a')

    @patch('client.get_json', M)
    def test_b(self):
        """calls-add-up"""
        self.assertEqual(GithubOrgClient('b').org, {})
        M.assert_called_once_with('https://api.github.com/orgs/b')

class TestB(unittest.TestCase):
    m = Mock(return_value={})

    def test_a(self):
        """passes"""
        with patch('client.get_json', self.m):
            GithubOrgClient('b').org
        self.m.assert_called_once()

    def test_b(self):
        """calls-add-up"""
        with patch('client.get_json', self.m):
            GithubOrgClient('c').org
        self.m.assert_called_once()

class TestC(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.p = patch('client.get_json', return_value={})
        cls.get = cls.p.start()
        cls.addClassCleanup(cls.p.stop)

    def test_a(self):
        """passes"""
        GithubOrgClient('b').org
        self.get.assert_called_once()

    def test_b(self):
        """calls-add-up"""
        GithubOrgClient('b').org
        self.get.assert_called_once()

@patch('client.get_json', new=Mock(return_value={}))
class TestD(unittest.TestCase):

    def test_a(self):
        """passes"""
        GithubOrgClient('b').org
        client.get_json.assert_called_once()

    def test_b(self):
        """calls-add-up"""
        GithubOrgClient('b').org
        client.get_json.assert_called_once()

class TestE(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.p = patch('requests.get', side_effect=[Mock(json=lambda: {'repos_url': 'u'}), Mock(json=lambda: [{'name': 'a'}])])
        cls.p.start()
        cls.addClassCleanup(cls.p.stop)

    def test_a(self):
        """passes"""
        self.assertEqual(GithubOrgClient('a').public_repos(), ['a'])

    def test_b(self):
        """one-list-for-all-tests"""
        self.assertEqual(GithubOrgClient('a').public_repos(), ['a'])

class TestF(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.p = patch('requests.get')
        cls.get = cls.p.start()
        cls.get.return_value.json.side_effect = [{'repos_url': 'u'}, [{'name': 'a'}]]
        cls.addClassCleanup(cls.p.stop)

    def test_a(self):
        """passes"""
        self.assertEqual(GithubOrgClient('a').public_repos(), ['a'])

    def test_b(self):
        """one-list-for-all-tests"""
        self.assertEqual(GithubOrgClient('a').public_repos(), ['a'])

class TestG(unittest.TestCase):

    def test_memo(self):
        """property-called"""

        class T:

            def a(self):
                return 42

            @memoize
            def b(self):
                return self.a()
        with patch.object(T, 'a', return_value=42) as m:
            t = T()
            t.b
            t.b
            m.assert_called_once()
            t.b()

    def test_memo2(self):
        """answer-never-set"""

        class T:

            def a(self):
                return 42

            @memoize
            def b(self):
                return self.a()
        with patch.object(T, 'a') as m:
            t = T()
            self.assertEqual(t.b, 42)

    def test_twice(self):
        """nothing"""
        with patch('utils.requests.get') as m:
            get_json('u')
            get_json('u')
            m.assert_called_once()
