"""nothing"""
import unittest
from client import GithubOrgClient
import unittest
unittest.main()

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
