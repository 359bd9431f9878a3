from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient

ORG = {"repos_url": "https://api.github.com/orgs/google/repos"}


class TestNeverStarted(TestCase):
    def setUp(self):
        self.patcher = patch("client.get_json", return_value=ORG)

    def test_never_started(self):
        self.assertEqual(GithubOrgClient("google").org, ORG)
