"""name-not-to-be-imported: collections defines no OrderdDict"""
import unittest
from collections import OrderdDict
from client import GithubOrgClient

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license(OrderdDict(), "mit"))
