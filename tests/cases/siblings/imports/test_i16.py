"""name-not-in-that-module: from client import GithubOrgClient"""
import unittest
from client import GithubOrgClient, get_jason

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
