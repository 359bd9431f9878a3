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
ROWS = [('a', 1), ('b', 2)]

class TestA(unittest.TestCase):
    parameterized.expand(ROWS)

    def test_a(self, name, n):
        """decorator-without-at: @parameterized.expand(…)"""
        self.assertEqual(access_nested_map({name: n}, (name,)), n)

    @parameterized.expand(ROWS)
    def test_b(self, name):
        """parameters-do-not-fit: def test_b(self, name, value_2)"""
        self.assertEqual(access_nested_map({name: 1}, (name,)), 1)

    @parameterized.expand(ROWS)
    @patch('client.get_json')
    def test_c(self, name, n):
        """parameters-do-not-fit: def test_c(self, name, n, mock_get_json)"""
        self.assertEqual(access_nested_map({name: 1}, (name,)), 1)

    @parameterized.expand(['a', 'b'])
    @patch('client.get_json')
    def test_d(self, name):
        """parameters-do-not-fit: def test_d(self, name, mock_get_json)"""
        self.assertEqual(1, 1)
    patch('client.get_json')

    def test_e(self, m):
        """decorator-without-at: @patch(…)"""
        self.assertEqual(1, 1)

    def test_f(self, m):
        """nothing-gives-a-parameter"""
        self.assertEqual(1, 1)

    @patch('client.get_json', return_value={})
    def test_g(self):
        """parameters-do-not-fit: def test_g(self, mock_get_json)"""
        self.assertEqual(1, 1)

    @patch('client.get_json', new={})
    def test_h(self, m):
        """parameters-do-not-fit: def test_h(self)"""
        self.assertEqual(1, 1)

    @patch('client.get_json')
    @patch('client.GithubOrgClient.org', new_callable=PropertyMock)
    def test_i(self, m):
        """parameters-do-not-fit: def test_i(self, mock_org, mock_get_json)"""
        self.assertEqual(1, 1)

    @parameterized.expand([('a', 1, 2)])
    def test_j(self, name, n, **kw):
        """parameters-do-not-fit: def test_j(self, name, n, value_3)"""
        self.assertEqual(1, 2)

    def test_k():
        """self-left-out: def test_k(self)"""
        self.assertEqual(1, 1)

    @parameterized.expand(ROWS)
    def test_l(name, n):
        """self-left-out: def test_l(self, name, n)"""
        assert 1

    @patch('client.get_json')
    def test_m(m):
        """self-left-out: def test_m(self, m)"""
        assert 1

class TestB(unittest.TestCase):
    """x"""
