"""module-misspelt: from fixtures import TEST_PAYLOAD"""
import unittest
from client import GithubOrgClient
from fixture import TEST_PAYLOAD

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
