"""mock-of-unittest: from unittest import TestCase"""
import unittest
from unittest import TestCase, Mock
from client import GithubOrgClient

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
