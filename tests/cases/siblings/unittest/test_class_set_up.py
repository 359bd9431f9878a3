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

    def setUpClass(self):
        self.x = 1

    def test_a(self):
        """set-up-of-the-class: def setUpClass(cls)"""
        self.assertEqual(self.x, 1)

class TestB(unittest.TestCase):

    @patch('requests.get')
    def setUpClass(cls, get):
        cls.x = 1

    def test_a(self):
        """set-up-of-the-class: def setUpClass(cls)"""
        self.assertEqual(self.x, 1)

class TestC(unittest.TestCase):

    @patch('requests.get')
    @classmethod
    def setUpClass(cls, get):
        cls.x = 1

    def test_a(self):
        """classmethod-comes-first: @patch"""
        self.assertEqual(self.x, 1)

class TestD(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.x = 1

    def tearDownClass(cls):
        del cls.x

    def test_a(self):
        """set-up-of-the-class: def tearDownClass(cls)"""
        self.assertEqual(self.x, 1)

class TestE(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.x = 1

    @staticmethod
    def setUp(self):
        self.y = 1

    def test_a(self):
        """nothing"""
        self.assertEqual(self.x, 1)
