from unittest import TestCase
from unittest.mock import patch

import client


class TestClient(TestCase):
    @patch("client.GithubOrgClient")
    def test_class_for_its_instance(self, mock_class):
        mock_class.public_repos.return_value = ["dagger"]
        answer = client.GithubOrgClient("google").public_repos()
        self.assertEqual(answer, ["dagger"])

    @patch("client.get_json")
    def test_nobody_set_it(self, get_json):
        self.assertEqual(client.GithubOrgClient("google").org, {"a": 1})
