"""class-without-names: @parameterized_class(("name", …), TEST_PAYLOAD)"""
import unittest
from client import GithubOrgClient
from parameterized import parameterized_class
from fixtures import TEST_PAYLOAD
@parameterized_class(TEST_PAYLOAD)
class TestX(unittest.TestCase):
    def test_a(self): pass

class TestLicence(unittest.TestCase):
    def test_none(self) -> None:
        self.assertFalse(GithubOrgClient.has_license({}, "mit"))
