"""name-of-another-library: from unittest.mock import patch"""
import unittest
from unittest.mock import Patch
from client import GithubOrgClient

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
