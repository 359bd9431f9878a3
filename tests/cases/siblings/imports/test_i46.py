"""member-of-no-class"""
import unittest
get_json = __import__('utils').get_json
from client import GithubOrgClient
X = GithubOrgClient('a').repos_url

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
