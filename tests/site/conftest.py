"""A real browser, and the built site on this machine's loopback.

A page that logs an error, or asks another host for anything, fails its test.
"""
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.site.serving import chromium, served
from tests.site.visit import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent.parent
DIST = ROOT / "site" / "dist"


@pytest.hookimpl(tryfirst=True)  # Before -m looks at the markers.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, which need what others do not."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.site)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Give the address of the built site."""
    with served(DIST) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Give a browser without a window."""
    from playwright.sync_api import sync_playwright
    with sync_playwright() as play, chromium(play) as started:
        yield started


@pytest.fixture
def visit(browser: "Browser", site: str) -> Iterator[Visit]:
    """Give a visitor whom this browser has never seen."""
    with browser.new_context(viewport={"width": 1280, "height": 800},
                             accept_downloads=True) as context:
        its = Visit(context, site)
        yield its
        its.assert_quiet()


@pytest.fixture(scope="module")
def guest(browser: "Browser", site: str) -> Iterator[Visit]:
    """Give a visitor who stays for all tests of a module."""
    with browser.new_context() as context:
        its = Visit(context, site)
        yield its
        its.assert_quiet()
