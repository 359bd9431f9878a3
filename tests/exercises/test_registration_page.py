"""The registration's page: the calls it makes, and a browser that makes them.

- in node, with a stub for fetch: page/register.test.mjs
- in Chromium, with the network stubbed: the form, one request at a time, an
  answer that is shown as text
- in Chromium, with nothing replaced: from the form to the mail; and CORS,
  which lets no page in that was not named

Chromium is the system's: Playwright drives it, and downloads none. Where one
of them is missing, the tests are skipped; with BACKENDS=required they fail.
"""
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from argon2 import PasswordHasher
from backends import need_library
from composition import Application, Settings
from serving import served, until

PAGE = Path(__file__).parents[2] / "registration" / "page"
IN_PAGE = "http://127.0.0.1:8000"
API = "https://api.example.test"
EMAIL, PASSWORD = "ada@example.org", "correct horse battery"
ACCEPTED = "Look into your mailbox: a mail is on its way."
AWAY = "We cannot be reached. Please try again soon."
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def need_program(*names: str) -> str:
    """Return the path of a program; skip or fail the test without it."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and os.environ.get("BACKENDS") == "required":
        pytest.fail(f"{names[0]} is not installed")
    return found or pytest.skip(f"{names[0]} is not installed")


def test_the_page_calls_the_api_as_it_is_to_be_called() -> None:
    """The README's command, in node alone."""
    need_program("node")
    done = subprocess.run(["node", "--test", str(PAGE)], text=True,
                          capture_output=True)

    assert done.returncode == 0, done.stdout
    assert "# fail 0" in done.stdout
    assert "# pass 0" not in done.stdout


def put_page(folder: Path, api: str) -> None:
    """Put the page into a folder, with the URL of an API."""
    shutil.copytree(PAGE, folder, dirs_exist_ok=True)
    index = folder / "index.html"
    text = index.read_text("utf-8")
    assert IN_PAGE in text
    index.write_text(text.replace(IN_PAGE, api), "utf-8")


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Serve a folder on a port of its own; yield its origin."""
    class Quiet(SimpleHTTPRequestHandler):
        """Says nothing on standard error."""

        def log_message(self, *_: object) -> None:
            """Keep quiet about it."""

    with ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start the system's Chromium once."""
    need_library("playwright", "browser")
    path = need_program("chromium", "chromium-browser", "google-chrome")
    from playwright.sync_api import sync_playwright
    # A container's root has no sandbox, and a small /dev/shm.
    with sync_playwright() as playwright, playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-dev-shm-usage"]) as browser:
        yield browser


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """Open a tab with nothing left of any other."""
    with browser.new_context() as context:
        tab = context.new_page()
        tab.set_default_timeout(10_000)
        yield tab


def send_form(tab: Any) -> None:
    """Fill the form in, by its labels, and send it."""
    tab.get_by_label("E-mail address").fill(EMAIL)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button").click()


def said(tab: Any) -> str:
    """Return what the page says once it is no longer waiting."""
    status = tab.get_by_role("status")
    return until(lambda: {"One moment …": "", "": ""}.get(
        status.inner_text(), status.inner_text()), limit=10)


@pytest.mark.slow
def test_what_an_api_says_is_shown_as_text(tab: Any, tmp_path: Path) -> None:
    """The network is a stub: so the page is seen with any answer."""
    asked = []

    def answer(route: Any) -> None:
        """Refuse, in words that a browser could take for HTML."""
        asked.append(route.request)
        route.fulfill(status=422, json={"message": "<b>No</b>."}, headers={
            "Access-Control-Allow-Origin": "*"})

    put_page(tmp_path, API)
    with site(tmp_path) as origin:
        tab.route(f"{API}/**", answer)
        tab.goto(origin)
        send_form(tab)

        assert said(tab) == "<b>No</b>."
    assert [(each.method, each.url, each.post_data_json) for each in asked
            ] == [("POST", f"{API}/users",
                   {"email": EMAIL, "password": PASSWORD})]
    assert tab.get_by_label("E-mail address").input_value() == EMAIL


@pytest.mark.slow
def test_one_request_is_made_at_a_time(tab: Any, tmp_path: Path) -> None:
    """However often somebody clicks who does not like to wait."""
    held: list[Any] = []
    put_page(tmp_path, API)
    with site(tmp_path) as origin:
        tab.route(f"{API}/**", lambda route: held.append(route))
        tab.goto(origin)
        send_form(tab)
        button = tab.get_by_role("button")

        assert button.is_disabled()
        tab.get_by_label("Password").press("Enter")
        tab.wait_for_timeout(100)  # Playwright hears nothing of a time.sleep.
        held[0].fulfill(json={"message": "Done."}, headers={
            "Access-Control-Allow-Origin": "*"})
        assert said(tab) == "Done."
        assert len(held) == 1
        assert button.is_enabled()


@contextmanager
def working(folder: Path, *origins: str) -> Iterator[str]:
    """Run page and API, each an origin; yield the page's.

    Without other `origins` the API lets that page in.
    """
    with site(folder / "page") as origin, served(Application(Settings(
            folder / "data", hasher=QUICK, pause=0.02,
            origins=origins or (origin,))).api) as api:
        put_page(folder / "page", api)
        yield origin


@pytest.mark.slow
def test_whoever_sends_the_form_gets_a_mail(tab: Any, tmp_path: Path) -> None:
    """From the browser to the mail, with nothing replaced."""
    with working(tmp_path) as origin:
        tab.goto(origin)
        send_form(tab)

        assert said(tab) == ACCEPTED
        mail, = until(lambda: [*tmp_path.glob("data/mails/*.eml")])
    assert f"To: {EMAIL}" in mail.read_text("utf-8")
    assert tab.get_by_label("Password").input_value() == ""


@pytest.mark.slow
def test_a_page_that_was_not_named_registers_nobody(
        tab: Any, tmp_path: Path) -> None:
    """The browser asks the API first, and then does not post."""
    errors: list[str] = []
    tab.on("console", lambda message: errors.append(message.text))
    with working(tmp_path, "https://www.example.org") as origin:
        tab.goto(origin)
        send_form(tab)

        assert said(tab) == AWAY
    assert any("CORS policy" in error for error in errors)
    assert [*tmp_path.glob("data/mails/*.eml")] == []
