"""key-of-the-data"""
import unittest
from client import GithubOrgClient
from fixtures import TEST_PAYLOAD
X = TEST_PAYLOAD[1]

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
