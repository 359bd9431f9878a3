"""decorator-without-rows: is given no rows"""
import unittest
from parameterized import parameterized
from client import GithubOrgClient

class TestLicence(unittest.TestCase):
    @parameterized.expand()
    def test_none(self, repo, key) -> None:
        self.assertFalse(GithubOrgClient.has_license(repo, key))
