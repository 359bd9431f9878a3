"""name-not-imported: from unittest import TestCase"""
import unittest
from client import GithubOrgClient
class TestX(TestCase):
    def test_a(self): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
