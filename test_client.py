#!/usr/bin/env python3
"""Tests of `client`: each part alone, then all of them but the web."""
import json
from copy import deepcopy
from io import BytesIO
from types import MappingProxyType
from typing import Any, Dict, List, Mapping, Optional
from unittest import TestCase
from unittest.mock import Mock, PropertyMock, call, patch

import requests
from parameterized import parameterized, parameterized_class

from client import GithubOrgClient
from fixtures import TEST_PAYLOAD

Record = Dict[str, Any]

ORG = "https://api.github.com/orgs/google"
# An address that nobody could make up from the organisation's name.
REPOS = "http://example.com/Kept/elsewhere?since=2013/"

GOOGLE = {"login": "google", "email": None, "url": ORG, "repos_url": REPOS}
REPOSITORIES: List[Record] = [
    {"name": "kratu", "license": {"key": "mit"}, "topics": []},
    {"name": "firmata.py", "license": {"key": "bsd-3-clause"}, "fork": True},
    {"name": "pages", "license": None},
    {"name": "attic"},
    {"name": "dagger", "license": {"key": "mit"}},
]
ALL = ["kratu", "firmata.py", "pages", "attic", "dagger"]


class TestGithubOrgClient(TestCase):
    """The client by itself: what it asks for and what it makes of it."""

    def setUp(self) -> None:
        """Replace the one function by which a client reaches the web."""
        self.get_json = Mock()
        # In the module that looks the name up, not in the one it comes from.
        patcher = patch("client.get_json", self.get_json)
        patcher.start()
        # Clean-ups run even when a setUp fails; a tearDown does not.
        self.addCleanup(patcher.stop)

    def serve(self, repositories: List[Record]) -> None:
        """Have `get_json` answer for Google and these repositories."""
        def get_json(url: str) -> Any:
            """Return a copy of what is at a URL; any other is a KeyError."""
            answers = {ORG: GOOGLE, REPOS: repositories}
            return deepcopy(answers[url])

        self.get_json.side_effect = get_json

    @parameterized.expand([
        ("google", ORG),
        ("Netflix", "https://api.github.com/orgs/Netflix"),
        ("google-deep-mind", "https://api.github.com/orgs/google-deep-mind"),
        ("3scale_labs.io", "https://api.github.com/orgs/3scale_labs.io"),
    ])
    def test_org_is_the_record_at_the_address_of(
        self, org_name: str, url: str,
    ) -> None:
        """The name goes into the address as it was written."""
        self.get_json.return_value = {"login": org_name, "email": None}

        org = GithubOrgClient(org_name).org

        self.assertEqual(org, {"login": org_name, "email": None})
        self.get_json.assert_called_once_with(url)

    def test_org_is_fetched_once_by_each_client(self) -> None:
        """Two clients of one organisation are asked in turns."""
        # More answers than needed: one request too many shows in the values.
        self.get_json.side_effect = [{"id": number} for number in range(9)]
        former, latter = GithubOrgClient("google"), GithubOrgClient("google")

        orgs = [(former.org, latter.org) for _ in range(4)]

        self.assertEqual(orgs, [({"id": 0}, {"id": 1})] * 4)

    def test_org_that_could_not_be_fetched_is_not_kept(self) -> None:
        """The first request fails, and the one of the next look does not."""
        self.get_json.side_effect = [requests.ConnectionError, GOOGLE]
        client = GithubOrgClient("google")

        with self.assertRaises(requests.ConnectionError):
            client.org

        self.get_json.assert_called_once_with(ORG)
        self.assertEqual(client.org, GOOGLE)

    # `_public_repos_url` is private, and tested because the tasks ask for it.
    def test_public_repos_url_is_the_one_in_org(self) -> None:
        """The record holds another address as well."""
        # Reading a property calls its double, which goes on the class.
        org = PropertyMock(return_value={"url": ORG, "repos_url": REPOS})

        with patch.object(GithubOrgClient, "org", org):
            url = GithubOrgClient("google")._public_repos_url

        self.assertEqual(url, REPOS)

    def test_public_repos_url_raises_a_key_error_if_org_has_none(self) -> None:
        """The error names the field that is missing."""
        org = PropertyMock(return_value={"login": "google", "url": ORG})

        with patch.object(GithubOrgClient, "org", org):
            with self.assertRaises(KeyError) as caught:
                GithubOrgClient("google")._public_repos_url

        self.assertEqual(caught.exception.args, ("repos_url",))

    def test_repos_payload_is_fetched_once_from_public_repos_url(self) -> None:
        """It is read four times, with a double for the address."""
        self.serve(REPOSITORIES)
        repos_url = PropertyMock(return_value=REPOS)

        with patch.object(GithubOrgClient, "_public_repos_url", repos_url):
            client = GithubOrgClient("google")
            payloads = [client.repos_payload for _ in range(4)]

        self.assertEqual(payloads, [REPOSITORIES] * 4)
        self.get_json.assert_called_once_with(REPOS)

    def test_repos_payload_is_fetched_once_by_each_client(self) -> None:
        """Two clients of one organisation are asked in turns."""
        self.serve(REPOSITORIES)
        former, latter = GithubOrgClient("google"), GithubOrgClient("google")

        for _ in range(4):
            self.assertEqual(former.repos_payload, REPOSITORIES)
            self.assertEqual(latter.repos_payload, REPOSITORIES)

        self.assertEqual(
            self.get_json.call_args_list, [call(ORG), call(REPOS)] * 2)

    @parameterized.expand([
        ("in_githubs_order_and_as_often",
         [{"name": "kratu"}, {"name": "dagger"}, {"name": "kratu"}],
         ["kratu", "dagger", "kratu"]),
        ("with_their_punctuation_and_capitals",
         [{"name": ".github"}, {"name": "episodes.dart"},
          {"name": "Location_Code-"}],
         [".github", "episodes.dart", "Location_Code-"]),
        ("without_the_owner",
         [{"name": "kratu", "full_name": "google/kratu"}], ["kratu"]),
        ("of_forks_archives_and_private_ones_too",
         [{"name": "cpp-netlib", "fork": True, "archived": False},
          {"name": "kratu", "private": True, "archived": True}],
         ["cpp-netlib", "kratu"]),
        ("of_more_than_a_page_holds",
         [{"name": f"kratu-{number}"} for number in range(101)],
         [f"kratu-{number}" for number in range(101)]),
        ("of_none_if_there_is_none", [], []),
    ])
    def test_public_repos_are_the_names(
        self, _name: str, repositories: List[Record], names: List[str],
    ) -> None:
        """No licence is asked for, and every record has a name."""
        self.serve(repositories)

        answer = GithubOrgClient("google").public_repos()

        self.assertEqual(answer, names)

    @parameterized.expand([
        ("which_two_of_five_have", "mit", ["kratu", "dagger"]),
        ("which_one_of_five_has", "bsd-3-clause", ["firmata.py"]),
        ("which_none_has", "apache-2.0", []),
        ("whose_key_is_empty", "", []),
    ])
    def test_public_repos_with_a_license(
        self, _name: str, license_key: str, names: List[str],
    ) -> None:
        """Some of the repositories have another licence, and some none."""
        self.serve(REPOSITORIES)

        answer = GithubOrgClient("google").public_repos(license=license_key)

        self.assertEqual(answer, names)

    @parameterized.expand([
        ("after_another_licence", "mit", "bsd-3-clause", ["firmata.py"]),
        ("for_all_after_one_licence", "mit", None, ALL),
        ("for_one_licence_after_all", None, "mit", ["kratu", "dagger"]),
    ])
    def test_public_repos_answers_a_question(
        self, _name: str, before: Optional[str], now: Optional[str],
        names: List[str],
    ) -> None:
        """The client has answered another question before."""
        self.serve(REPOSITORIES)
        client = GithubOrgClient("google")
        client.public_repos(before)

        answer = client.public_repos(now)

        self.assertEqual(answer, names)
        self.assertEqual(client.repos_payload, REPOSITORIES)

    def test_public_repos_returns_a_new_list_each_time(self) -> None:
        """The caller empties the first list."""
        self.serve(REPOSITORIES)
        client = GithubOrgClient("google")
        client.public_repos().clear()

        answer = client.public_repos()

        self.assertEqual(answer, ALL)

    def test_public_repos_raises_if_the_list_cannot_be_fetched(self) -> None:
        """The second request fails, and would not if it were tried again."""
        down = requests.ConnectionError
        self.get_json.side_effect = [GOOGLE, down, REPOSITORIES]
        client = GithubOrgClient("google")

        with self.assertRaises(requests.ConnectionError):
            client.public_repos()

        self.assertEqual(
            self.get_json.call_args_list, [call(ORG), call(REPOS)])
        self.assertEqual(client.public_repos(), ALL)

    @parameterized.expand([
        ("that_key", {"license": {"key": "mit"}}, "mit", True),
        ("that_key_in_mappings_that_are_no_dicts",
         MappingProxyType({"license": MappingProxyType({"key": "mit"})}),
         "mit", True),
        ("another_key", {"license": {"key": "isc"}}, "mit", False),
        ("a_longer_key", {"license": {"key": "mit-0"}}, "mit", False),
        ("a_shorter_key", {"license": {"key": "mit"}}, "mit-0", False),
        ("other_punctuation", {"license": {"key": "mit-0"}}, "mit0", False),
        ("capitals", {"license": {"key": "MIT"}}, "mit", False),
        ("its_name", {"license": {"key": "x", "name": "mit"}}, "mit", False),
        ("a_licence_without_a_key", {"license": {}}, "mit", False),
        ("null_for_a_licence", {"license": None}, "mit", False),
        ("null_and_the_empty_key", {"license": None}, "", False),
        ("no_word_of_a_licence", {"name": "mit", "key": "mit"}, "mit", False),
    ])
    def test_has_license_on_a_record_with(
        self, _name: str, repo: Mapping[str, Any], license_key: str,
        expected: bool,
    ) -> None:
        """The answer is a plain bool; the class is asked, and no client."""
        answer = GithubOrgClient.has_license(repo, license_key)

        self.assertIs(answer, expected)

    def test_has_license_makes_no_request_on_an_instance(self) -> None:
        """A client is asked in place of its class."""
        client = GithubOrgClient("google")

        answer = client.has_license({"license": {"key": "mit"}}, "mit")

        self.assertIs(answer, True)
        self.get_json.assert_not_called()

    def test_has_license_refuses_none_for_a_key(self) -> None:
        """The record names a licence, or says that there is none."""
        for repo in ({"license": {"key": "mit"}}, {"license": None}):
            with self.subTest(repo=repo), self.assertRaises(AssertionError):
                GithubOrgClient.has_license(repo, None)


@parameterized_class(
    ("org_payload", "repos_payload", "expected_repos", "apache2_repos"),
    TEST_PAYLOAD,
)
class TestIntegrationGithubOrgClient(TestCase):
    """The client and its tools together, on what GitHub once answered."""

    org_payload: Record
    repos_payload: List[Record]
    expected_repos: List[str]
    apache2_repos: List[str]
    get_patcher: Any
    get: Mock

    @classmethod
    def setUpClass(cls) -> None:
        """Replace `requests.get`, and nothing nearer, by a recording."""
        recorded = {ORG: cls.org_payload,
                    cls.org_payload["repos_url"]: cls.repos_payload}

        def get(url: str) -> requests.Response:
            """Return what was recorded at a URL, as a real response."""
            assert url in recorded, f"{url} was not recorded"
            response = requests.Response()
            response.status_code = 200
            response.raw = BytesIO(json.dumps(recorded[url]).encode())
            return response

        cls.get_patcher = patch("requests.get", side_effect=get)
        cls.get = cls.get_patcher.start()

    @classmethod
    def tearDownClass(cls) -> None:
        """Give `requests.get` back."""
        cls.get_patcher.stop()

    def setUp(self) -> None:
        """Start on a new client, since a client keeps its answers."""
        self.client = GithubOrgClient("google")
        self.get.reset_mock()

    def test_public_repos_are_all_that_github_lists(self) -> None:
        """No licence is asked for."""
        answer = self.client.public_repos()

        self.assertEqual(answer, self.expected_repos)

    def test_public_repos_with_license_are_those_under_it(self) -> None:
        """The licence is one that some of the repositories have."""
        answer = self.client.public_repos(license="apache-2.0")

        self.assertEqual(answer, self.apache2_repos)

    def test_records_come_from_the_web_as_they_are(self) -> None:
        """Both are decoded from the recorded JSON."""
        org, repos_payload = self.client.org, self.client.repos_payload

        self.assertEqual(org, self.org_payload)
        self.assertEqual(repos_payload, self.repos_payload)

    def test_each_client_makes_two_requests_in_all(self) -> None:
        """Two clients are asked for everything, one after the other."""
        for client in (self.client, GithubOrgClient("google")):
            client.public_repos()
            client.public_repos("apache-2.0")

        both = [call(ORG), call(self.org_payload["repos_url"])]
        self.assertEqual(self.get.call_args_list, both * 2)

    def test_each_client_asks_for_org_itself(self) -> None:
        """Two clients are asked for the same, with nothing in between."""
        GithubOrgClient("google").org
        GithubOrgClient("google").org

        self.assertEqual(self.get.call_args_list, [call(ORG)] * 2)

    def test_a_failed_request_reaches_the_caller_once(self) -> None:
        """The web is down for as long as the test lasts."""
        down = patch("requests.get", side_effect=requests.ConnectionError)

        with down as get, self.assertRaises(requests.ConnectionError):
            self.client.public_repos()

        get.assert_called_once_with(ORG)
