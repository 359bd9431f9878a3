"""module-called: mock.patch(…)"""
import unittest
from client import GithubOrgClient
from unittest import mock
class TestX(unittest.TestCase):
    @mock('client.get_json')
    def test_a(self): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
