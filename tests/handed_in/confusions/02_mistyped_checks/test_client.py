from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient

ORG = {"repos_url": "https://api.github.com/orgs/google/repos"}


class TestClient(TestCase):
    @patch("client.get_json", return_value=ORG)
    def test_passes_before_python_3_12(self, get_json):
        GithubOrgClient("google").org
        get_json.called_once_with("nonsense")

    @patch("client.get_json", return_value=ORG)
    def test_without_parentheses(self, get_json):
        get_json.assert_called_once

    @patch("client.get_json", return_value=ORG)
    def test_misspelt(self, get_json):
        GithubOrgClient("google").org
        get_json.assert_called_onec()

    @patch("client.get_json", autospec=True, return_value=ORG)
    def test_with_autospec(self, get_json):
        GithubOrgClient("google").org
        get_json.called_once()

    @patch("client.get_json", return_value=ORG)
    def test_within_another(self, get_json):
        GithubOrgClient("google").org
        self.assertTrue(get_json.assert_called_once())

    @patch("client.get_json", return_value=ORG)
    def test_count_is_called(self, get_json):
        GithubOrgClient("google").org
        self.assertEqual(get_json.call_count(), 1)
