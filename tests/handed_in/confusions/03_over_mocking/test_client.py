from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient


class TestClient(TestCase):
    @patch("client.GithubOrgClient.public_repos", return_value=["dagger"])
    def test_passes_on_anything(self, public_repos):
        self.assertEqual(GithubOrgClient("google").public_repos(), ["dagger"])

    @patch("client.get_json")
    @patch("client.GithubOrgClient.public_repos", return_value=["dagger"])
    def test_no_real_code_runs(self, public_repos, get_json):
        self.assertEqual(GithubOrgClient("google").public_repos(), ["dagger"])
        get_json.assert_called_once()
