"""mock-of-unittest: from unittest.mock import PropertyMock, patch"""
import unittest
from unittest import PropertyMock, patch
from client import GithubOrgClient

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
