"""line-at-import"""
import unittest
from client import GithubOrgClient
from unittest.mock import patch
@patch('client.get_json')
def helper(m): pass
helper(1)

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
