from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient

ORG = {"repos_url": "https://api.github.com/orgs/google/repos"}


class TestOver(TestCase):
    def test_over(self):
        with patch("client.get_json", return_value=ORG):
            client = GithubOrgClient("google")
        self.assertEqual(client.org, ORG)


class TestOfTheClass(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.patcher = patch("client.get_json", return_value=ORG)
        cls.get_json = cls.patcher.start()
        cls.addClassCleanup(cls.patcher.stop)

    def test_1(self):
        GithubOrgClient("google").org
        self.get_json.assert_called_once()

    def test_2(self):
        GithubOrgClient("google").org
        self.get_json.assert_called_once()
