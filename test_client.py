#!/usr/bin/env python3
"""Tests of `client`: each part alone, then all of them but the web."""
import json
from copy import deepcopy
from io import BytesIO
from itertools import count
from typing import Any, Dict, List, Optional
from unittest import TestCase
from unittest.mock import Mock, PropertyMock, call, patch

import requests
from parameterized import parameterized, parameterized_class

from client import GithubOrgClient
from fixtures import TEST_PAYLOAD

Record = Dict[str, Any]

ORG = "https://api.github.com/orgs/google"
# An address that nobody could make up from the organisation's name.
REPOS = "https://example.com/kept/elsewhere?since=2013"

REPOSITORIES: List[Record] = [
    {"name": "kratu", "license": {"key": "mit"}},
    {"name": "firmata", "license": {"key": "bsd-3-clause"}},
    {"name": "pages", "license": None},
    {"name": "attic"},
    {"name": "dagger", "license": {"key": "mit"}},
]
ALL = ["kratu", "firmata", "pages", "attic", "dagger"]
MIT = ["kratu", "dagger"]
BSD = ["firmata"]


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

    def client_of(self, repositories: List[Record]) -> GithubOrgClient:
        """Return a client of an organisation that has these repositories."""
        # Answers by URL; any other URL is a KeyError that shows it. A copy is
        # served, lest what one test does to it is seen by the next.
        self.get_json.side_effect = {
            ORG: {"repos_url": REPOS}, REPOS: deepcopy(repositories),
        }.__getitem__
        return GithubOrgClient("google")

    @parameterized.expand([
        ("google", ORG),
        ("Netflix", "https://api.github.com/orgs/Netflix"),
    ])
    def test_org_is_what_the_address_of_that_name_gives(
        self, org_name: str, url: str,
    ) -> None:
        """The name goes into the address as it was written."""
        self.get_json.return_value = {"login": org_name}

        org = GithubOrgClient(org_name).org

        self.assertEqual(org, {"login": org_name})
        self.get_json.assert_called_once_with(url)

    def test_each_client_asks_for_its_org_once(self) -> None:
        """An answer is kept for a client's life, and for no other client."""
        # Never runs out: one request too many is then told by the values.
        self.get_json.side_effect = ({"id": number} for number in count(1))
        former, latter = GithubOrgClient("google"), GithubOrgClient("google")

        orgs = [former.org, former.org, latter.org, latter.org]

        self.assertEqual(orgs, [{"id": 1}, {"id": 1}, {"id": 2}, {"id": 2}])

    def test_the_repositories_are_where_org_says(self) -> None:
        """The address is read from the organisation and never made up."""
        # Reading a property calls its double, which stands on the class.
        org = PropertyMock(return_value={"repos_url": REPOS})

        with patch.object(GithubOrgClient, "org", org):
            url = GithubOrgClient("google")._public_repos_url

        self.assertEqual(url, REPOS)

    def test_an_org_without_an_address_is_an_error(self) -> None:
        """The error names the field that was missing."""
        org = PropertyMock(return_value={"login": "google"})

        with patch.object(GithubOrgClient, "org", org):
            with self.assertRaises(KeyError) as caught:
                GithubOrgClient("google")._public_repos_url

        self.assertEqual(caught.exception.args, ("repos_url",))

    def test_repos_payload_is_fetched_once_from_that_address(self) -> None:
        """However often it is read, there is one request."""
        self.get_json.return_value = REPOSITORIES
        repos_url = PropertyMock(return_value=REPOS)

        with patch.object(GithubOrgClient, "_public_repos_url", repos_url):
            client = GithubOrgClient("google")
            payloads = [client.repos_payload, client.repos_payload]

        self.assertEqual(payloads, [REPOSITORIES, REPOSITORIES])
        self.get_json.assert_called_once_with(REPOS)

    @parameterized.expand([
        ("in_githubs_order_however_often",
         [{"name": "kratu"}, {"name": "dagger"}, {"name": "kratu"}],
         ["kratu", "dagger", "kratu"]),
        ("without_the_owner",
         [{"name": "kratu", "full_name": "google/kratu"}], ["kratu"]),
        ("of_forks_and_archives_too",
         [{"name": "cpp-netlib", "fork": True, "archived": False},
          {"name": "kratu", "fork": False, "archived": True}],
         ["cpp-netlib", "kratu"]),
        ("of_none_where_there_is_none", [], []),
    ])
    def test_public_repos_are_the_names(
        self, _name: str, repositories: List[Record], names: List[str],
    ) -> None:
        """Every record gives one name."""
        client = self.client_of(repositories)

        answer = client.public_repos()

        self.assertEqual(answer, names)

    @parameterized.expand([
        ("two_of_five", "mit", MIT),
        ("one_of_five", "bsd-3-clause", BSD),
        # The empty key is one that no repository has; it is not "any".
        ("none_under_the_empty_key", "", []),
    ])
    def test_public_repos_can_be_those_under_one_licence(
        self, _name: str, license_key: str, names: List[str],
    ) -> None:
        """Others are left out, and so are those without a licence."""
        client = self.client_of(REPOSITORIES)

        answer = client.public_repos(license=license_key)

        self.assertEqual(answer, names)

    @parameterized.expand([
        ("another_licence", "mit", "bsd-3-clause", BSD),
        ("all_after_one_licence", "mit", None, ALL),
        ("one_licence_after_all", None, "mit", MIT),
    ])
    def test_public_repos_answers_each_question_for_itself(
        self, _name: str, before: Optional[str], license_key: Optional[str],
        names: List[str],
    ) -> None:
        """What was asked before does not change the answer."""
        client = self.client_of(REPOSITORIES)
        client.public_repos(before)

        answer = client.public_repos(license_key)

        self.assertEqual(answer, names)

    def test_public_repos_gives_its_list_away(self) -> None:
        """What a caller does to one list, the next caller does not see."""
        client = self.client_of(REPOSITORIES)
        client.public_repos().clear()

        answer = client.public_repos()

        self.assertEqual(answer, ALL)

    def test_public_repos_hides_no_failure(self) -> None:
        """No list at all is something else than an empty one."""
        self.get_json.side_effect = [
            {"repos_url": REPOS}, requests.ConnectionError,
        ]

        with self.assertRaises(requests.ConnectionError):
            GithubOrgClient("google").public_repos()

    def test_has_license_compares_whole_keys(self) -> None:
        """The answer is a plain bool, and no instance is needed for it."""
        rows = [
            ("that key", {"license": {"key": "mit"}}, "mit", True),
            ("a longer key", {"license": {"key": "mit-0"}}, "mit", False),
            ("a shorter key", {"license": {"key": "mit"}}, "mit-0", False),
            ("capitals", {"license": {"key": "MIT"}}, "mit", False),
            ("a licence without a key", {"license": {}}, "mit", False),
            ("no licence", {"license": None}, "mit", False),
            ("no licence, the empty key", {"license": None}, "", False),
            ("no word of a licence", {"name": "mit"}, "mit", False),
        ]

        for name, repo, license_key, expected in rows:
            # One test for all rows: those after a red one run all the same.
            with self.subTest(name):
                answer = GithubOrgClient.has_license(repo, license_key)

                self.assertIs(answer, expected)

    def test_has_license_asks_nothing_of_the_web(self) -> None:
        """On an instance it is the same, and no request is made."""
        client = GithubOrgClient("google")

        answer = client.has_license({"license": {"key": "mit"}}, "mit")

        self.assertIs(answer, True)
        self.get_json.assert_not_called()

    def test_has_license_refuses_none_for_a_key(self) -> None:
        """To ask for no licence is the caller's mistake, and no question."""
        with self.assertRaises(AssertionError):
            GithubOrgClient.has_license({"license": None}, None)


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
        recorded = {
            ORG: json.dumps(cls.org_payload),
            cls.org_payload["repos_url"]: json.dumps(cls.repos_payload),
        }

        def get(url: str) -> requests.Response:
            """Return what was recorded at a URL, as a real response."""
            if url not in recorded:
                known = ", ".join(recorded)
                raise AssertionError(f"{url} was asked for, not {known}")
            response = requests.Response()
            response.status_code = 200
            response.url = url
            response.raw = BytesIO(recorded[url].encode())
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
        """Every name comes, in the recorded order."""
        answer = self.client.public_repos()

        self.assertEqual(answer, self.expected_repos)

    def test_public_repos_under_one_licence(self) -> None:
        """The licences are found where GitHub puts them."""
        answer = self.client.public_repos(license="apache-2.0")

        self.assertEqual(answer, self.apache2_repos)

    def test_each_client_makes_two_requests_in_all(self) -> None:
        """The first tells where the second goes; no client uses another's."""
        repos_url = self.org_payload["repos_url"]

        for client in (self.client, GithubOrgClient("google")):
            client.public_repos()
            client.public_repos("apache-2.0")

        self.assertEqual(
            self.get.call_args_list, [call(ORG), call(repos_url)] * 2)

    def test_a_failure_of_the_web_reaches_the_caller(self) -> None:
        """Nothing between the web and the caller takes it for an answer."""
        with patch("requests.get", side_effect=requests.ConnectionError):
            with self.assertRaises(requests.ConnectionError):
                self.client.org
