from unittest import TestCase
from unittest.mock import PropertyMock, patch

from client import GithubOrgClient

ORG = {"repos_url": "https://api.github.com/orgs/google/repos"}


class TestClient(TestCase):
    @patch("client.get_json", return_value=ORG)
    def test_called(self, get_json):
        self.assertEqual(GithubOrgClient("google").org(), ORG)

    def test_set(self):
        client = GithubOrgClient("google")
        client.org = ORG
        self.assertEqual(client._public_repos_url, ORG["repos_url"])

    def test_patched_on_the_instance(self):
        client = GithubOrgClient("google")
        with patch.object(client, "org", ORG):
            self.assertEqual(client._public_repos_url, ORG["repos_url"])

    def test_plain_mock(self):
        with patch("client.GithubOrgClient.org", return_value=ORG):
            url = GithubOrgClient("google")._public_repos_url
        self.assertEqual(url, ORG["repos_url"])

    @patch.object(GithubOrgClient, "org", return_value=ORG)
    def test_plain_mock_on_the_class(self, org):
        self.assertEqual(GithubOrgClient("google").org, ORG)

    @patch("client.GithubOrgClient.repos_payload", return_value=[ORG])
    def test_empty_list(self, repos_payload):
        self.assertEqual(GithubOrgClient("google").public_repos(), ["a"])
