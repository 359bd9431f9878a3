#!/usr/bin/env python3
"""Unit tests of `api`: a double takes the place of what sends.

With unittest. `Canned` gives answers and notes what was asked for. What it
cannot show, retries and time-outs, test_integration_api.py asks a server for.

- what is asked for: URL, method, headers
- pages: whole, in order, each once; thousands of them, and no more
- a next page that is not followed: repeated, elsewhere, no URL
- what goes wrong on the way is an error, and never half a list
- answers of another kind, and records without a licence
- the token: in no error, in no repr
"""
import logging
import traceback
import unittest
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import requests
from parameterized import parameterized

from api import BadLink, GithubOrgClient
from far_end import (API, LIMITED, LOGIN_PAGE, NOT_FOUND, ORG, ORGANISATION,
                     REPOS, TOKEN, Canned, answer, canned, page, repository)
from transport import (ApiError, BadAnswer, NotFound, RateLimited,
                       Unreachable)

SECOND = f"{API}/organizations/1342004/repos?per_page=100&page=2"
THIRD = f"{API}/organizations/1342004/repos?per_page=100&page=3"


class ClientTest(unittest.TestCase):
    """What all tests have: a client, and a far end of canned answers."""

    def setUp(self) -> None:
        """Make a client that has a token."""
        self.client = GithubOrgClient("google", TOKEN)

    def github_says(self, *answers: Any) -> Canned:
        """Let GitHub give these answers, one after the other."""
        return canned(self.client.session, *answers)


class TestRequests(ClientTest):
    """What the client asks for."""

    def test_org_returns_the_record_at_the_organisations_url(self) -> None:
        """As GitHub gave it, asked for by one GET."""
        github = self.github_says(answer(ORGANISATION))

        record = self.client.org()

        self.assertEqual(record, ORGANISATION)
        self.assertEqual([(asked.method, asked.url) for asked in github.asked],
                         [("GET", ORG)])
        self.assertEqual(github.asked[0].headers["Accept"],
                         "application/vnd.github+json")

    def test_a_token_is_sent_to_the_api(self) -> None:
        """In the header that GitHub reads it from."""
        github = self.github_says(answer(ORGANISATION))

        self.client.org()

        self.assertEqual(github.asked[0].headers["Authorization"],
                         f"Bearer {TOKEN}")

    def test_without_a_token_none_is_sent(self) -> None:
        """GitHub lets anybody read what is public."""
        self.client = GithubOrgClient("google")
        github = self.github_says(answer(ORGANISATION))

        self.client.org()

        self.assertNotIn("Authorization", github.asked[0].headers)

    def test_create_repo_posts_the_name_and_returns_the_record(self) -> None:
        """The one request that changes something."""
        record = repository("new")
        github = self.github_says(answer(record, 201))

        created = self.client.create_repo("new")

        self.assertEqual(created, record)
        self.assertEqual(
            [(asked.method, asked.url, asked.body) for asked in github.asked],
            [("POST", REPOS, b'{"name": "new"}')])

    def test_what_is_no_url_is_refused(self) -> None:
        """Before anything is asked for."""
        with self.assertRaises(ValueError):
            GithubOrgClient("google", url="https://api.github.com:port")

    @parameterized.expand([
        ("a path", "../users/torvalds"), ("a line end", "google\n"),
        ("nothing", ""),
    ])
    def test_what_is_no_organisations_name_is_refused(
        self, _what: str, name: str,
    ) -> None:
        """It would lead to another part of the API."""
        with self.assertRaises(ValueError):
            GithubOrgClient(name)


class TestPages(ClientTest):
    """How a list in pages is read."""

    def test_a_list_comes_whole_and_in_githubs_order(self) -> None:
        """From all pages, in names that are not sorted."""
        self.github_says(page("c", "a", goes_on_at=SECOND),
                         page("d", goes_on_at=THIRD), page("b"))

        self.assertEqual(self.client.public_repos(), ["c", "a", "d", "b"])

    def test_each_page_is_asked_for_once_where_its_link_leads(self) -> None:
        """The first one by a hundred; the links carry that on."""
        github = self.github_says(page("a", goes_on_at=SECOND), page("b"))

        self.client.repos()

        self.assertEqual([asked.url for asked in github.asked],
                         [f"{REPOS}?per_page=100", SECOND])

    def test_a_link_may_be_relative(self) -> None:
        """RFC 8288 lets it, and GitHub Enterprise may sit below a path."""
        github = self.github_says(
            page("a", goes_on_at="?page=2"), page("b"))

        self.client.repos()

        self.assertEqual(github.asked[1].url, f"{REPOS}?page=2")

    def test_an_organisation_without_repositories_has_an_empty_list(
            self) -> None:
        """Which is an answer like any other."""
        self.github_says(page())

        self.assertEqual(self.client.repos(), [])

    def test_more_pages_than_pythons_stack_holds_calls_are_read(self) -> None:
        """A fake makes each up when it is asked for."""
        def ask(_session: Any, _method: str, url: str, **_: Any) -> Any:
            """Return the page that a URL names, and where it goes on."""
            number = int(url.partition("?page=")[2] or 1)
            links = {"next": {"url": f"?page={number + 1}"}}
            return SimpleNamespace(
                url=url, links=links if number < 1_200 else {},
                json=lambda: [{"name": str(number)}])

        with patch("api.ask", ask):
            names = self.client.public_repos()

        self.assertEqual(names, [str(n) for n in range(1, 1_201)])

    def test_a_list_of_more_pages_than_the_limit_is_refused(self) -> None:
        """A server that always has one more page holds nobody for ever."""
        self.client = GithubOrgClient("google", most_pages=2)
        self.github_says(page("a", goes_on_at=SECOND),
                         page("b", goes_on_at=THIRD), page("c"))

        with self.assertRaisesRegex(BadLink, "more than 2 pages"):
            self.client.repos()


class TestLinks(ClientTest):
    """Where the client does not go on."""

    @parameterized.expand([
        ("the page itself", f"{REPOS}?per_page=100"),
        ("nothing, which is the page itself", ""),
    ])
    def test_a_next_page_that_repeats_is_refused(
        self, _what: str, link: str,
    ) -> None:
        """It is not asked for a second time."""
        github = self.github_says(page("a", goes_on_at=link))

        with self.assertRaisesRegex(BadLink, "came before"):
            self.client.repos()

        self.assertEqual(len(github.asked), 1)

    def test_a_circle_of_two_pages_is_refused(self) -> None:
        """The second leads back to the first."""
        github = self.github_says(
            page("a", goes_on_at=SECOND),
            page("b", goes_on_at=f"{REPOS}?per_page=100"))

        with self.assertRaisesRegex(BadLink, "came before"):
            self.client.repos()

        self.assertEqual(len(github.asked), 2)

    @parameterized.expand([
        ("another host", "https://stranger.example/repos?page=2"),
        ("a host after a user's name", "https://api.github.com@stranger.org/"),
        ("a host after a backslash", "https://stranger.org\\@api.github.com/"),
        ("a host without its scheme", "//stranger.example/repos"),
        ("another port", "https://api.github.com:8443/repos?page=2"),
        ("no encryption", "http://api.github.com:443/repos?page=2"),
    ])
    def test_a_next_page_elsewhere_is_refused_and_gets_no_token(
        self, _what: str, link: str,
    ) -> None:
        """Nothing at all is sent there."""
        github = self.github_says(page("a", goes_on_at=link))

        with self.assertRaisesRegex(BadLink, "another host"):
            self.client.repos()

        self.assertEqual(len(github.asked), 1)

    @parameterized.expand([
        ("https", API, "HTTPS://API.GitHub.com:443/repos?page=2"),
        ("http", "http://github.test", "http://github.test:80/repos?page=2"),
    ])
    def test_the_usual_port_may_be_written_out(
        self, _scheme: str, url: str, link: str,
    ) -> None:
        """It is the same host, in other letters."""
        self.client = GithubOrgClient("google", TOKEN, url=url)
        self.github_says(page("a", goes_on_at=link), page("b"))

        self.assertEqual(self.client.public_repos(), ["a", "b"])

    @parameterized.expand([
        ("brackets that do not close", "http://[::1"),
        ("a port in letters", "https://api.github.com:port/"),
    ])
    def test_a_next_page_that_is_no_url_is_refused(
        self, _what: str, link: str,
    ) -> None:
        """By an error of the client's own, which quotes it."""
        self.github_says(page("a", goes_on_at=link))

        with self.assertRaisesRegex(BadLink, "is no URL"):
            self.client.repos()


class TestErrors(ClientTest):
    """What the client says when something is wrong."""

    @parameterized.expand([
        ("limited", answer(LIMITED, 403, X_RateLimit_Remaining="0"),
         RateLimited),
        ("html", answer(LOGIN_PAGE), BadAnswer),
        ("away", requests.ConnectionError(), Unreachable),
    ])
    def test_an_error_on_a_later_page_leaves_no_half_list(
        self, _what: str, said: Any, error: type,
    ) -> None:
        """Half of a list looks like a whole one."""
        self.github_says(page("a", goes_on_at=SECOND), said)

        with self.assertRaises(error):
            self.client.public_repos()

    @parameterized.expand([("org",), ("repos",)])
    def test_an_unknown_organisation_is_not_found(self, method: str) -> None:
        """And is none that has no repositories."""
        self.github_says(answer(NOT_FOUND, 404))

        with self.assertRaises(NotFound):
            getattr(self.client, method)()

    @parameterized.expand([
        ("a list", "org", []), ("null", "org", None),
        ("a record", "repos", ORGANISATION),
        ("a list of texts", "repos", ["a name"]),
        ("a nameless record", "repos", [{}]),
    ])
    def test_json_of_another_kind_is_a_bad_answer(
        self, _what: str, method: str, said: Any,
    ) -> None:
        """Found here, and not wherever the answer is used."""
        self.github_says(answer(said))

        with self.assertRaises(BadAnswer):
            getattr(self.client, method)()


class TestLicences(ClientTest):
    """Which repositories are under a licence."""

    def test_without_a_licence_all_names_are_returned(self) -> None:
        """Whatever the repositories are under."""
        self.github_says(answer([repository("a", "mit"), repository("b")]))

        self.assertEqual(self.client.public_repos(), ["a", "b"])

    def test_names_are_of_repositories_under_the_licence(self) -> None:
        """Not of those under another one, or under none."""
        without_the_field = repository("d")
        del without_the_field["license"]
        self.github_says(answer([
            repository("a", "mit"), repository("b", "apache-2.0"),
            repository("c"), without_the_field, repository("e", "mit")]))

        self.assertEqual(self.client.public_repos("mit"), ["a", "e"])


class TestToken(ClientTest):
    """Where the token must not be read."""

    def test_no_repr_has_it(self) -> None:
        """Debuggers and logs print them."""
        shown = [self.client, self.client.session, self.client.session.auth]

        self.assertNotIn(TOKEN, repr(shown))
        self.assertIn(ORG, repr(self.client))

    @parameterized.expand([
        ("limited", answer(LIMITED, 429)),
        ("html", answer(LOGIN_PAGE)),
        ("away", requests.ConnectionError("refused")),
        ("elsewhere", page(goes_on_at="https://stranger.example/")),
        ("no URL", page(goes_on_at="http://[::1")),
    ])
    def test_no_error_and_no_log_has_it(self, _what: str, said: Any) -> None:
        """Nor has any cause that a traceback prints."""
        self.github_says(said)

        with self.assertLogs(level=logging.DEBUG) as logs:
            logging.debug("a log without an entry is a failure to assertLogs")
            with self.assertRaises(ApiError) as caught:
                self.client.repos()

        told = "".join(traceback.format_exception(
            type(caught.exception), caught.exception,
            caught.exception.__traceback__))
        self.assertNotIn(TOKEN, f"{told} {caught.exception!r} {logs.output}")


class TestClosing(ClientTest):
    """What a client leaves behind."""

    def test_at_the_end_of_a_with_block_its_session_is_closed(self) -> None:
        """Or its connections would stay open."""
        github = self.github_says(answer(ORGANISATION))

        with patch.object(github, "close") as close:
            with self.client as client:
                client.org()

        close.assert_called_with()


if __name__ == "__main__":
    unittest.main()
