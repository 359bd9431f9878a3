"""What the tests of this folder share."""
from collections.abc import Iterator

import pytest

from client import GithubOrgClient
from tests.github_server import GithubServer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make soak` ask for the tests that take long."""
    parser.addoption("--soak", action="store_true",
                     help="run the tests that take long, too")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of such tests known."""
    config.addinivalue_line("markers", "soak: takes long; see --soak")


def pytest_collection_modifyitems(
        config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests that take long, unless they were asked for."""
    if not config.getoption("--soak"):
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip("takes long: --soak"))


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GithubServer]:
    """Give a fresh server, which the client asks in place of GitHub."""
    # A proxy of the reader's own must not stand between.
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with GithubServer() as server:
        monkeypatch.setattr(
            GithubOrgClient, "ORG_URL", server.url + "/orgs/{org}")
        yield server
