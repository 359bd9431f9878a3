#!/usr/bin/env python3
"""The client of the GitHub exercise as the course has it, and no more."""
from typing import Any, Dict, List, Mapping, Optional

from utils import access_nested_map, get_json, memoize


class GithubOrgClient:
    """One organisation on GitHub and its public repositories."""

    ORG_URL = "https://api.github.com/orgs/{org}"

    def __init__(self, org_name: str) -> None:
        """Remember which organisation this is about."""
        self.org_name = org_name

    @memoize
    def org(self) -> Dict[str, Any]:
        """Return the organisation's record."""
        return get_json(self.ORG_URL.format(org=self.org_name))

    @property
    def _public_repos_url(self) -> str:
        """Return where the organisation says that its repositories are."""
        return self.org["repos_url"]

    @memoize
    def repos_payload(self) -> List[Dict[str, Any]]:
        """Return the records of the repositories."""
        return get_json(self._public_repos_url)

    def public_repos(self, license: Optional[str] = None) -> List[str]:
        """Return the names of all repositories, or of those so licensed."""
        names = []
        for repo in self.repos_payload:
            if license is None or self.has_license(repo, license):
                names.append(repo["name"])
        return names

    @staticmethod
    def has_license(repo: Mapping[str, Any], license_key: str) -> bool:
        """Tell whether a repository is under the licence of this key."""
        assert license_key is not None, "a licence key is needed"
        try:
            return access_nested_map(repo, ("license", "key")) == license_key
        except KeyError:
            return False
