"""What the tests of the exercises share."""
from collections.abc import Iterator

import pytest

from client import GithubOrgClient
from tests.support.github_server import GithubServer


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GithubServer]:
    """Give a fresh server, which the client asks in place of GitHub."""
    # A proxy of the reader's own must not stand between.
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with GithubServer() as server:
        monkeypatch.setattr(
            GithubOrgClient, "ORG_URL", server.url + "/orgs/{org}")
        yield server
