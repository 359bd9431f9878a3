"""mock-of-unittest: from unittest.mock import patch"""
import unittest
from mock import patch
from client import GithubOrgClient

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
