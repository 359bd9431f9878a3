from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient

ORG = {"repos_url": "https://api.github.com/orgs/google/repos"}


class TestClient(TestCase):
    @patch("client.get_json")
    @patch("client.access_nested_map")
    def test_named_the_wrong_way_round(self, get_json, access_nested_map):
        get_json.return_value = ORG
        self.assertEqual(GithubOrgClient("google").org, ORG)

    @patch("client.get_json", return_value={"access": "get"})
    @patch("client.access_nested_map")
    def test_named_the_right_way_round(self, access_nested_map, get_json):
        self.assertEqual(GithubOrgClient("google").org, ORG)

    @patch("client.get_json", return_value=ORG)
    @patch("client.access_nested_map")
    def test_short_names(self, get, access):
        GithubOrgClient("google").org
        get.assert_called_once()
