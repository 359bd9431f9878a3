"""file-not-found: Path(__file__).with_name("fixtures.json")"""
import unittest
from client import GithubOrgClient
from fixtures import TEST_PAYLOAD
X = open('fixtures.json').read()

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
