#!/usr/bin/env python3
"""Unit and integration tests for the client module."""
import unittest
from typing import Any, Dict
from unittest.mock import Mock, PropertyMock, patch

from parameterized import parameterized, parameterized_class

from client import GithubOrgClient
from fixtures import TEST_PAYLOAD


class TestGithubOrgClient(unittest.TestCase):
    """Tests for the GithubOrgClient class."""

    @parameterized.expand([
        ("google",),
        ("abc",),
    ])
    @patch("client.get_json")
    def test_org(self, org_name: str, mock_get_json: Mock) -> None:
        """Test that org returns the payload of the right URL."""
        mock_get_json.return_value = {"login": org_name}

        client = GithubOrgClient(org_name)

        self.assertEqual(client.org, {"login": org_name})
        mock_get_json.assert_called_once_with(
            "https://api.github.com/orgs/{}".format(org_name)
        )

    def test_public_repos_url(self) -> None:
        """Test that the URL of the repos comes from the org."""
        url = "https://api.github.com/orgs/google/repos"

        with patch(
            "client.GithubOrgClient.org", new_callable=PropertyMock
        ) as mock_org:
            mock_org.return_value = {"repos_url": url}

            client = GithubOrgClient("google")

            self.assertEqual(client._public_repos_url, url)

    @patch("client.get_json")
    def test_public_repos(self, mock_get_json: Mock) -> None:
        """Test that public_repos lists the names of the repos."""
        mock_get_json.return_value = [
            {"name": "alpha", "license": {"key": "apache-2.0"}},
            {"name": "beta", "license": {"key": "mit"}},
        ]

        with patch(
            "client.GithubOrgClient._public_repos_url",
            new_callable=PropertyMock,
        ) as mock_url:
            mock_url.return_value = "https://api.github.com/orgs/google/repos"

            client = GithubOrgClient("google")

            self.assertEqual(client.public_repos(), ["alpha", "beta"])
            self.assertTrue(client.public_repos("apache-2.0"), ["alpha"])
            mock_url.assert_called_once()
        mock_get_json.assert_called_once()

    @parameterized.expand([
        ({"license": {"key": "apache-2.0"}}, "apache-2.0", True),
        ({"license": {"key": "mit"}}, "apache-2.0", False),
    ])
    def test_has_license(
        self, repo: Dict, license_key: str, expected: bool
    ) -> None:
        """Test that has_license compares the license of the repo."""
        result = GithubOrgClient.has_license(repo, license_key)

        self.assertEqual(result, expected)


@parameterized_class(
    ("org_payload", "repos_payload", "expected_repos", "apache2_repos"),
    TEST_PAYLOAD,
)
class TestIntegrationGithubOrgClient(unittest.TestCase):
    """Integration tests for GithubOrgClient with the fixtures."""

    @classmethod
    def setUpClass(cls) -> None:
        """Mock requests.get to return the fixtures."""
        def side_effect(url: str) -> Any:
            response = Mock()
            if url.endswith("/repos"):
                response.json.return_value = cls.repos_payload
            else:
                response.json.return_value = cls.org_payload
            return response

        cls.get_patcher = patch("requests.get", side_effect=side_effect)
        cls.get_patcher.start()

    @classmethod
    def tearDownClass(cls) -> None:
        """Stop the patcher."""
        cls.get_patcher.stop()

    def test_public_repos(self) -> None:
        """Test that all the repos of the fixtures are listed."""
        client = GithubOrgClient("google")

        self.assertEqual(client.public_repos(), self.expected_repos)

    def test_public_repos_with_license(self) -> None:
        """Test that only the repos under apache-2.0 are listed."""
        client = GithubOrgClient("google")

        self.assertEqual(
            client.public_repos(license="apache-2.0"), self.apache2_repos
        )
        self.assertEqual(client.public_repos(), self.expected_repos)


if __name__ == "__main__":
    unittest.main()
