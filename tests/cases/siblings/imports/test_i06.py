"""name-of-another-library: from parameterized import parameterized"""
import unittest
from unittest.mock import parameterized
from client import GithubOrgClient

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
