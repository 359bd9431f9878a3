from unittest import TestCase
from unittest.mock import PropertyMock, patch

from client import GithubOrgClient

REPOS = [{"name": "b", "license": {"key": "mit"}},
         {"name": "a", "license": None}]


class TestBeliefs(TestCase):
    @patch("client.GithubOrgClient.repos_payload", new_callable=PropertyMock,
           return_value=REPOS)
    def test_names_are_sorted(self, repos_payload):
        self.assertEqual(GithubOrgClient("google").public_repos(), ["a", "b"])

    def test_no_licence_is_an_error(self):
        with self.assertRaises(KeyError):
            GithubOrgClient.has_license({"name": "a"}, "mit")

    @patch("client.get_json", return_value={"login": "google"})
    def test_organisations_are_users(self, get_json):
        GithubOrgClient("google").org
        get_json.assert_called_once_with("https://api.github.com/users/google")
