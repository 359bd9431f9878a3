"""class-of-a-module: class TestX(unittest.TestCase):"""
import unittest
from client import GithubOrgClient
class TestX(unittest):
    def test_a(self): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
