"""request-at-import"""
import unittest
from client import GithubOrgClient
URL = GithubOrgClient('google')._public_repos_url

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
