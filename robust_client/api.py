#!/usr/bin/env python3
"""What GitHub says of an organisation, for real use.

    with GithubOrgClient("google", token) as client:
        names = client.public_repos("apache-2.0")

A list that GitHub serves in pages comes whole and in order, or not at all.
What goes wrong is an `ApiError` of `transport`.
"""
import re
from typing import Any, Dict, Iterator, List, Mapping, Optional, Set, Tuple
from urllib.parse import urljoin

import requests
from urllib3.util.url import Url, parse_url

from transport import ApiError, BadAnswer, ask, json_of, new_session

API_URL = "https://api.github.com"
MOST_PAGES = 10_000
_PORTS = {"http": 80, "https": 443}


class BadLink(ApiError):
    """A list goes on where the client does not follow."""


class GithubOrgClient:
    """What one organisation has on GitHub, read and added to.

    The options are those of `transport.new_session`.
    """

    def __init__(self, org_name: str, token: Optional[str] = None, *,
                 url: str = API_URL, most_pages: int = MOST_PAGES,
                 **options: Any) -> None:
        """Open a session; what is no name, or no URL, is a `ValueError`."""
        if not re.fullmatch(r"[A-Za-z0-9_-]+", org_name):
            raise ValueError(f"{org_name!r} is no organisation's name")
        self._url = f"{url.rstrip('/')}/orgs/{org_name}"
        self._origin = _origin(parse_url(url))
        self._most_pages = most_pages
        self.session = new_session(token, **options)
        self.session.headers["Accept"] = "application/vnd.github+json"

    def __enter__(self) -> "GithubOrgClient":
        """Return the client, which closes its connections in the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.session.close()

    def __repr__(self) -> str:
        """Return what it asks for, and no token."""
        return f"<GithubOrgClient {self._url}>"

    def org(self) -> Dict[str, Any]:
        """Return the organisation's own record."""
        return _record(ask(self.session, "GET", self._url))

    def repos(self) -> List[Dict[str, Any]]:
        """Return the records of the public repositories."""
        return [repo for page in self._pages(f"{self._url}/repos")
                for repo in page]

    def public_repos(self, license: Optional[str] = None) -> List[str]:
        """Return the repositories' names, or those under one licence."""
        return [repo["name"] for repo in self.repos()
                if license is None or _licence(repo) == license]

    def create_repo(self, name: str) -> Dict[str, Any]:
        """Add a repository, and return its record.

        It is asked for once. After `Unreachable` it may have been added.
        """
        return _record(ask(self.session, "POST", f"{self._url}/repos",
                           json={"name": name}))

    def _pages(self, url: str) -> Iterator[List[Dict[str, Any]]]:
        """Yield the pages of a list, one after the other."""
        options: Dict[str, Any] = {"params": {"per_page": 100}}
        seen: Set[str] = set()
        for _ in range(self._most_pages):
            response = ask(self.session, "GET", url, **options)
            yield _repositories(response)
            if "next" not in response.links:
                return
            options = {}  # The URL of a next page has them.
            seen.add(response.url)
            url = self._next_url(response)
            if url in seen:
                raise BadLink(f"{url} is a page that came before")
        raise BadLink(f"{self._url}/repos has more than {self._most_pages} "
                      "pages")

    def _next_url(self, response: requests.Response) -> str:
        """Return where a list goes on: RFC 8288, `rel="next"`.

        The token goes there as well, so it must be the API's own host.
        """
        link = response.links["next"]["url"]
        try:
            # Read as it is by what will send it: not all programs see the
            # same host in "http://a\@b".
            there = parse_url(urljoin(response.url, link))
        except ValueError as error:
            raise BadLink(f"{response.url} goes on at {link!r}, which is no "
                          "URL") from error
        if _origin(there) != self._origin:
            raise BadLink(f"{response.url} goes on at another host: {there}")
        return there.url


def _origin(url: Url) -> Tuple[Optional[str], Optional[str], Optional[int]]:
    """Return whom a URL asks: scheme, host and port."""
    return url.scheme, url.host, url.port or _PORTS.get(url.scheme or "")


def _record(response: requests.Response) -> Dict[str, Any]:
    """Return the record that an answer has."""
    said = json_of(response)
    if not isinstance(said, dict):
        raise BadAnswer(f"{response.url} answered with no record")
    return said


def _repositories(response: requests.Response) -> List[Dict[str, Any]]:
    """Return the records that a page has."""
    said = json_of(response)
    if not isinstance(said, list) or not all(
            isinstance(repo, dict) and "name" in repo for repo in said):
        raise BadAnswer(f"{response.url} answered with no repositories")
    return said


def _licence(repo: Mapping[str, Any]) -> Optional[str]:
    """Return the key of a repository's licence, or None."""
    return (repo.get("license") or {}).get("key")
