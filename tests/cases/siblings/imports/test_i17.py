"""name-not-in-that-module: from fixtures import TEST_PAYLOAD"""
import unittest
from client import GithubOrgClient
from fixtures import TEST_PAYLOADS

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
