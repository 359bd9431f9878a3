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

    def setUp(self):
        p = patch('client.GithubOrgClient.repos_payload', new=[{'name': 'a'}])
        p.start()
        self.addCleanup(p.stop)
        self.client = GithubOrgClient('a')

    def test_a(self):
        """method-not-called: self.client.public_repos()"""
        self.assertEqual(self.client.public_repos, ['a'])

    def test_b(self):
        """method-not-called: self.client.public_repos()"""
        self.assertIn('a', self.client.public_repos)

    def test_c(self):
        """method-not-called: self.client.public_repos()"""
        self.assertEqual(len(self.client.public_repos), 1)

    def test_d(self):
        """method-not-called: self.client.public_repos()"""
        for r in self.client.public_repos:
            self.assertEqual(r, 'a')

    def test_e(self):
        """method-not-called: self.client.public_repos()"""
        repos = self.client.public_repos
        self.assertEqual(repos, ['a'])

    def test_f(self):
        """method-not-called: self.client.public_repos()"""
        self.assertEqual(self.client.public_repos[0], 'a')

    def test_g(self):
        """method-not-called: GithubOrgClient.has_license(…)"""
        self.assertFalse(GithubOrgClient.has_license)

    def test_h(self):
        """method-not-called: self.client.public_repos()"""
        self.assertEqual(['a'], self.client.public_repos)

    def test_i(self):
        """method-not-called: self.client.public_repos()"""
        self.assertListEqual(self.client.public_repos, ['a'])

    def test_j(self):
        """method-not-called: access_nested_map(…)"""
        self.assertEqual(access_nested_map, 1)

    def test_k(self):
        """method-not-called: self.client.has_license(…)"""
        self.assertIs(self.client.has_license, False)

    def test_l(self):
        """method-not-called: self.client.public_repos()"""
        self.assertEqual(sorted(self.client.public_repos), ['a'])

    def test_m(self):
        """method-not-called: self.client.public_repos()"""
        self.assertEqual(self.client.public_repos.sort(), ['a'])
