"""module-elsewhere: from client import GithubOrgClient"""
import unittest
from client.client import GithubOrgClient

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
