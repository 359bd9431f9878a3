"""Tests of client that share one client and depend on their order."""
import unittest
from typing import Any
from unittest.mock import patch

import client
import utils
from client import GithubOrgClient

PAYLOAD = [
    {"name": "kratu", "license": {"key": "mit"}},
    {"name": "firmata", "license": None},
    {"name": "kratu", "license": {"key": "apache-2.0"}},
]
PATCHER = patch("client.get_json")


class TestShared(unittest.TestCase):
    """One client for all the tests, and one patcher for all of the file."""

    client: GithubOrgClient
    get_json: Any

    @classmethod
    def setUpClass(cls) -> None:
        """Make the client, and answer what it will ask in this order."""
        cls.get_json = PATCHER.start()
        cls.get_json.side_effect = [
            {"repos_url": "http://c.example/", "name": "G"}, PAYLOAD]
        cls.client = GithubOrgClient("google")

    def test_1_the_client_asks_first(self) -> None:
        """The organisation is the first answer."""
        self.assertEqual(self.client.org["name"], "G")

    def test_2_the_client_keeps(self) -> None:
        """There would be no third answer."""
        self.assertEqual(self.client.public_repos(),
                         ["kratu", "firmata", "kratu"])
        self.assertEqual(self.client.public_repos("mit"), ["kratu"])

    def test_3_the_calls_of_both(self) -> None:
        """What was asked in the tests before is seen here."""
        urls = [call.args[0] for call in self.get_json.call_args_list]
        self.assertEqual(urls, [
            "https://api.github.com/orgs/google", "http://c.example/"])

    def test_4_the_list_is_not_the_payload(self) -> None:
        """The list is spoilt for whoever shares it."""
        self.client.public_repos().clear()
        self.assertEqual(len(self.client.repos_payload), 3)
        self.assertEqual(len(self.client.public_repos()), 3)


class TestUnstopped(unittest.TestCase):
    """The patch of the class before is still there."""

    def test_get_json_is_a_double(self) -> None:
        """Nobody has stopped the patcher."""
        self.assertIsNot(client.get_json, utils.get_json)

    def test_has_license(self) -> None:
        """The rows are in a loop, so the first that fails hides the rest."""
        for repo, key, expected in [
                ({"license": {"key": "mit"}}, "mit", True),
                ({"license": {"key": "mit"}}, "mi", False),
                ({}, "mit", False)]:
            self.assertEqual(
                GithubOrgClient.has_license(repo, key), expected)

    def test_zz_gives_it_back(self) -> None:
        """The last test stops what the first class began."""
        PATCHER.stop()
        self.assertIs(client.get_json, utils.get_json)
