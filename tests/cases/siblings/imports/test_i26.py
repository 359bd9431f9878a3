"""none-in-the-data: (r["license"] or {}).get("key")"""
import unittest
from client import GithubOrgClient
from fixtures import TEST_PAYLOAD
X = [r['license']['key'] for r in TEST_PAYLOAD[0][1]]

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
