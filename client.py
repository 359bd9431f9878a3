#!/usr/bin/env python3
"""A client for what GitHub publishes about an organisation."""
from typing import Any, Dict, List, Mapping, Optional

from utils import access_nested_map, get_json, memoize


class GithubOrgClient:
    """What one GitHub organisation says of itself and of its repositories.

    Each answer is fetched when it is first asked for, and kept. Options go to
    every request: an organisation with thousands of repositories is read by
    `GithubOrgClient("google", timeout=10, params={"per_page": 100})`.
    """

    ORG_URL = "https://api.github.com/orgs/{org}"

    def __init__(self, org_name: str, **options: Any) -> None:
        """Name the organisation, and the options for `utils.get_json`."""
        self._org_name = org_name
        self._options = options

    @memoize
    def org(self) -> Dict[str, Any]:
        """Return the organisation's own record."""
        url = self.ORG_URL.format(org=self._org_name)
        return get_json(url, **self._options)

    @property
    def _public_repos_url(self) -> str:
        """Return the address that the organisation gives for its list."""
        return self.org["repos_url"]

    @memoize
    def repos_payload(self) -> List[Dict[str, Any]]:
        """Return the records of the public repositories, in GitHub's order."""
        return get_json(self._public_repos_url, **self._options)

    def public_repos(self, license: Optional[str] = None) -> List[str]:
        """Return the repositories' names, or those under one licence.

        A licence is given by GitHub's key for it, such as "apache-2.0".
        """
        return [
            repo["name"] for repo in self.repos_payload
            if license is None or self.has_license(repo, license)
        ]

    @staticmethod
    def has_license(repo: Mapping[str, Any], license_key: str) -> bool:
        """Tell whether a repository's record names this licence.

        A record without a licence names none. A key of None is a mistake of
        the caller's: an `AssertionError`.
        """
        if license_key is None:
            raise AssertionError("license_key must be a key, not None")
        try:
            return access_nested_map(repo, ("license", "key")) == license_key
        except KeyError:
            return False
