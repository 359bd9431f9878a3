"""self-in-a-class"""
import unittest
from client import GithubOrgClient
class TestX(unittest.TestCase):
    def test_a(self):
        pass
    x = self.test_a

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
