from unittest import TestCase
from unittest.mock import patch

from client import GithubOrgClient

ORG = {"repos_url": "https://api.github.com/orgs/google/repos"}


class TestClient(TestCase):
    def test_where_it_was_made(self):
        with patch("utils.get_json", return_value=ORG) as get_json:
            self.assertEqual(GithubOrgClient("google").org, ORG)
            get_json.assert_called_once()

    @patch("utils.get_json", return_value=ORG)
    def test_decorated_where_it_was_made(self, get_json):
        self.assertEqual(GithubOrgClient("google").org, ORG)

    @patch("utils.get_json")
    def test_the_other_is_called(self, get_json):
        with patch("client.get_json", return_value=ORG):
            self.assertEqual(GithubOrgClient("google").org, ORG)
        get_json.assert_called_once()

    @patch("utils.access_nested_map", return_value=ORG)
    def test_a_neighbour(self, access_nested_map):
        self.assertEqual(GithubOrgClient("google").org, ORG)

    @patch("client.requests.get")
    def test_not_in_the_module(self, get):
        self.assertEqual(GithubOrgClient("google").org, ORG)

    @patch("GithubOrgClient.org")
    def test_class_for_a_module(self, org):
        self.assertEqual(GithubOrgClient("google").org, ORG)

    def test_no_module(self):
        with patch("get_json", return_value=ORG):
            self.assertEqual(GithubOrgClient("google").org, ORG)

    @patch("client.GithubOrgClient.organisation")
    def test_not_in_the_class(self, organisation):
        self.assertEqual(GithubOrgClient("google").org, ORG)

    def test_nothing_replaced(self):
        self.assertIn("repos_url", GithubOrgClient("google").org)
