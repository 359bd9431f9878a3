"""line-at-import"""
import unittest
from client import GithubOrgClient
1/0

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
