"""module-misspelt: from parameterized import parameterized"""
import unittest
from client import GithubOrgClient
from parameterize import parameterized

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
