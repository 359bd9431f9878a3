"""name-not-imported: from unittest.mock import patch"""
import unittest
from client import GithubOrgClient
class TestX(unittest.TestCase):
    @patch('client.get_json')
    def test_a(self): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
