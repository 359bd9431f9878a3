"""name-not-imported: from parameterized import parameterized"""
import unittest
from client import GithubOrgClient
class TestX(unittest.TestCase):
    @parameterized.expand([(1,)])
    def test_a(self): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
