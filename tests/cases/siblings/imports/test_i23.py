"""module-not-found"""
import unittest
from client import GithubOrgClient
import nowhere

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
