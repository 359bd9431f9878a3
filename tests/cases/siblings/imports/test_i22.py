"""name-of-another-library: from parameterized import parameterized"""
import unittest
from client import GithubOrgClient
from parameterized.parameterized import parameterize

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
