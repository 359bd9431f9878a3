"""name-of-another-library: from unittest import TestCase"""
import unittest
from client import GithubOrgClient
import unittest
class TestX(unittest.TestCas):
    def test_a(self): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
