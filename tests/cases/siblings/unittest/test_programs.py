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
import subprocess, os

class TestA(unittest.TestCase):

    def test_a(self):
        """program-not-found: [sys.executable, "-m", "pycodestyle_x", …]"""
        out = subprocess.run(['pycodestyle_x', 'utils.py'], capture_output=True)
        self.assertEqual(out.returncode, 0)

    def test_b(self):
        """program-not-found: [sys.executable, "-m", "pycodestyle_x", …]"""
        self.assertEqual(os.system('pycodestyle_x utils.py'), 0)

    def test_c(self):
        """program-not-found: [sys.executable, "-m", "pycodestyle_x", …]"""
        self.assertEqual(subprocess.call('pycodestyle_x utils.py', shell=True), 0)

    def test_d(self):
        """file-not-found: Path(__file__).with_name("client_x.py")"""
        with open('client_x.py') as f:
            self.assertTrue(f.read())

    def test_e(self):
        """program-not-found: [sys.executable, "-m", "pycodestyle_x", …]"""
        subprocess.check_output('pycodestyle_x client.py', shell=True)

    def test_f(self):
        """program-not-found: [sys.executable, "-m", "pycodestyle_x", …]"""
        self.assertEqual(subprocess.getstatusoutput('pycodestyle_x client.py')[0], 0)

    def test_g(self):
        """passes"""
        r = subprocess.run(['./client.py'])
        self.assertEqual(r.returncode, 0)
