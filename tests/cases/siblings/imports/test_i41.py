"""patch-object-of-a-string: patch("client.get_json")"""
import unittest
from client import GithubOrgClient
from unittest.mock import patch
class TestX(unittest.TestCase):
    @patch.object('client.get_json')
    def test_a(self): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
