"""nothing"""
import unittest
from client import GithubOrgClient
from parameterized import parameterized
class TestX(unittest.TestCase):
    @parameterized([(1,)])
    def test_a(self, x): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
