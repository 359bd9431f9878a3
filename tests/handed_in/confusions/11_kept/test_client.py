from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient

ORG = {"repos_url": "https://api.github.com/orgs/google/repos"}


class TestKept(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = GithubOrgClient("google")

    @patch("client.get_json", return_value=ORG)
    def test_1(self, get_json):
        self.client.org
        get_json.assert_called_once()

    @patch("client.get_json", return_value=ORG)
    def test_2(self, get_json):
        self.client.org
        get_json.assert_called_once()
