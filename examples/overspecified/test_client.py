#!/usr/bin/env python3
"""Tests of client that hold down each step a client takes."""
import inspect
import unittest
from typing import Any, Dict
from unittest.mock import Mock, PropertyMock, call, patch

from parameterized import parameterized

from client import GithubOrgClient

REPOS = [
    {"name": "dagger", "license": {"key": "apache-2.0"}},
    {"name": "cpp-netlib", "license": {"key": "bsl-1.0"}},
    {"name": "kratu", "license": {"key": "apache-2.0"}},
]


class TestGithubOrgClient(unittest.TestCase):
    """Each answer of a client, and the steps that lead to it."""

    def test_has_these_members_and_no_others(self) -> None:
        """The class defines what its documentation names."""
        members = [name for name in vars(GithubOrgClient)
                   if not name.startswith("__")]

        self.assertEqual(sorted(members), [
            "ORG_URL", "_public_repos_url", "has_license", "org",
            "public_repos", "repos_payload",
        ])

    def test_begins_with_a_name_and_nothing_else(self) -> None:
        """A new client holds the name, and nothing has been fetched."""
        client = GithubOrgClient("google")

        self.assertEqual(vars(client), {"_org_name": "google"})

    @parameterized.expand(["google", "abc"])
    def test_org_is_the_payload_of_its_url(self, org_name: str) -> None:
        """One call of get_json brings the organisation's record."""
        payload = {"login": org_name}

        with patch("client.get_json", return_value=payload) as get_json:
            result = GithubOrgClient(org_name).org

        self.assertEqual(result, payload)
        get_json.assert_called_once_with(
            f"https://api.github.com/orgs/{org_name}")

    def test_org_fills_the_name_into_the_template(self) -> None:
        """The URL is made by one call of the template's format method."""
        template = Mock()

        with patch.object(GithubOrgClient, "ORG_URL", template), \
                patch("client.get_json") as get_json:
            GithubOrgClient("google").org

        self.assertEqual(template.mock_calls, [call.format(org="google")])
        get_json.assert_called_once_with(template.format.return_value)

    def test_public_repos_url_comes_from_org(self) -> None:
        """The URL is read from the organisation's record."""
        payload = {"repos_url": "https://example.com/list"}

        with patch.object(GithubOrgClient, "org", new_callable=PropertyMock,
                          return_value=payload) as org:
            result = GithubOrgClient("google")._public_repos_url

        self.assertEqual(result, "https://example.com/list")
        org.assert_called_once_with()

    @patch("client.get_json", return_value=REPOS)
    @patch.object(GithubOrgClient, "_public_repos_url",
                  new_callable=PropertyMock,
                  return_value="https://example.com/list")
    def test_public_repos_gives_the_names(self, url: Mock,
                                          get_json: Mock) -> None:
        """The names come in their order, from one request."""
        result = GithubOrgClient("google").public_repos()

        self.assertEqual(result, ["dagger", "cpp-netlib", "kratu"])
        url.assert_called_once_with()
        get_json.assert_called_once_with("https://example.com/list")

    @patch.object(GithubOrgClient, "repos_payload",
                  new_callable=PropertyMock, return_value=REPOS)
    @patch.object(GithubOrgClient, "has_license",
                  side_effect=[True, False, True])
    def test_public_repos_asks_has_license_of_each(self, has_license: Mock,
                                                   payload: Mock) -> None:
        """Each record goes through has_license, in order."""
        result = GithubOrgClient("google").public_repos("apache-2.0")

        self.assertEqual(result, ["dagger", "kratu"])
        self.assertEqual(has_license.mock_calls,
                         [call(repo, "apache-2.0") for repo in REPOS])
        payload.assert_called_once_with()

    def test_public_repos_is_one_comprehension(self) -> None:
        """The list is not built up step by step."""
        source = inspect.getsource(GithubOrgClient.public_repos)

        self.assertIn("return [", source)
        self.assertNotIn(".append(", source)

    @parameterized.expand([
        ("the_key_asked_for", "mit", True),
        ("another_key", "bsd-3-clause", False),
    ])
    def test_has_license_compares_the_key(self, _: str, key: str,
                                          expected: bool) -> None:
        """Only the key that was asked for will do."""
        record: Dict[str, Any] = {"license": {"key": key}}

        self.assertIs(GithubOrgClient.has_license(record, "mit"), expected)

    def test_has_license_follows_the_path_to_the_key(self) -> None:
        """The key is found by one call of access_nested_map."""
        record: Dict[str, Any] = {"license": {"key": "mit"}}

        with patch("client.access_nested_map",
                   return_value="mit") as access_nested_map:
            result = GithubOrgClient.has_license(record, "mit")

        self.assertTrue(result)
        access_nested_map.assert_called_once_with(record, ("license", "key"))

    def test_has_license_is_false_when_the_path_fails(self) -> None:
        """A KeyError on the way means that there is no licence."""
        with patch("client.access_nested_map", side_effect=KeyError("key")):
            result = GithubOrgClient.has_license({"name": "kratu"}, "mit")

        self.assertFalse(result)


if __name__ == "__main__":
    unittest.main()
