#!/usr/bin/env python3
"""The contract of `service.Breaches`, which the fake and the service keep.

pytest, because one fixture with parameters runs the suite on both. The service
is played by a server on this machine, which answers as the real one documents
it: https://haveibeenpwned.com/API/v3#PwnedPasswords. With the variable
TEST_BREACHES=https://api.pwnedpasswords.com the real one takes part.

Cases: a password that is known, and one that is not · away, silent, or out of
order · what the service gets to know
"""
from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from accounts import TryLater
from breaches import BreachService
from fakes import FakeBreaches
from service import Breaches

KNOWN = "password1234"  # The real service knows it many times over.
UNKNOWN = "correct horse battery, and a dodo"
AT_MOST = 10.0  # Seconds, on a machine on which much else is going on.
REAL = os.environ.get("TEST_BREACHES")
Answer = tuple[int, str]


@dataclass
class Site:
    """A server that answers, slowly if it is told to, and what it was asked.

    `also` are lines that it adds to each answer; an `answer` is its only one.
    """

    url: str = ""
    wait: float = 0
    also: str = ""
    answer: Answer = (0, "")
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def answer_to(self, path: str, headers: Any) -> Answer:
        """Return a status and a text."""
        self.asked.append((path, headers))
        time.sleep(self.wait)
        if self.answer[0]:
            return self.answer
        digest = sha1(KNOWN.encode()).hexdigest().upper()
        sent = path.rpartition("/")[2]
        if not path.startswith("/range/") or len(sent) != 5:
            return 400, "The hash prefix was not in a valid format"
        lines = [f"{digest[5:]}:4711"] if digest[:5] == sent else []
        return 200, "\r\n".join([
            "0018A45C4D1DEF81644B54AB7F969B88D65:1", *lines, self.also,
            "011053FD0102E94D6AE2F8B83D76FAF94F6:1"])


@contextmanager
def site() -> Iterator[Site]:
    """Serve such a site on a free port."""
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        """Hands each question over."""

        def do_GET(self) -> None:
            """Answer one question."""
            status, text = found.answer_to(self.path, self.headers)
            self.send_response(status)
            self.send_header("Location", "/range/00000")
            self.end_headers()
            try:
                self.wfile.write(text.encode())
            except OSError:
                pass  # Nobody waits for it any more.

        def log_message(self, *_: object) -> None:
            """Keep quiet about it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def there() -> Iterator[Site]:
    """Have a site that answers."""
    with site() as found:
        yield found


@pytest.fixture(params=["fake", "service", *(["real"] if REAL else [])])
def breaches(request: pytest.FixtureRequest, there: Site) -> Breaches:
    """Make one that knows the password which is known."""
    if request.param == "fake":
        return FakeBreaches(frozenset({KNOWN}))
    return BreachService(REAL if request.param == "real" else there.url,
                         AT_MOST)


@pytest.fixture(params=["fake", "service"])
def away(request: pytest.FixtureRequest) -> Breaches:
    """Make one that is away."""
    if request.param == "fake":
        return FakeBreaches(away=True)
    return BreachService("http://127.0.0.1:1")


def test_a_password_from_a_breach_is_known(breaches: Breaches) -> None:
    """As it is written, and in no other way."""
    assert breaches.knows(KNOWN) is True


@pytest.mark.parametrize("password", [
    UNKNOWN, KNOWN.upper(), "Passwört und ein Dodo, 密碼"])
def test_another_password_is_not(breaches: Breaches, password: str) -> None:
    """Whatever its characters are."""
    assert breaches.knows(password) is False


def test_one_that_is_away_says_so(away: Breaches) -> None:
    """It is neither yes nor no; what to do then is for others to know."""
    with pytest.raises(TryLater):
        away.knows(KNOWN)


def test_the_service_learns_five_characters_of_a_hash(there: Site) -> None:
    """And that the answer is to be as long for all."""
    BreachService(there.url, AT_MOST).knows(KNOWN)

    [(path, headers)] = there.asked
    assert path == f"/range/{sha1(KNOWN.encode()).hexdigest()[:5].upper()}"
    assert headers["Add-Padding"] == "true"


def test_what_an_answer_is_filled_up_with_is_not_known(there: Site) -> None:
    """Those lines have the count 0, and may be anybody's hash."""
    rest = sha1(UNKNOWN.encode()).hexdigest()[5:].upper()
    there.also = f"{rest}:0"

    assert BreachService(there.url, AT_MOST).knows(UNKNOWN) is False


@pytest.mark.parametrize("answer", [
    (429, "Rate limit"), (503, "Service unavailable"), (302, "elsewhere"),
    (204, ""), (200, "<html>a login page</html>"),
    (200, f"{sha1(KNOWN.encode()).hexdigest()[5:].upper()}:many")])
def test_a_service_out_of_order_is_away(there: Site, answer: Answer) -> None:
    """Nobody's password is said to be good, or bad, by such an answer."""
    there.answer = answer

    with pytest.raises(TryLater):
        BreachService(there.url, AT_MOST).knows(KNOWN)


def test_a_service_that_is_silent_is_waited_for_only_so_long(there: Site
                                                             ) -> None:
    """Somebody is waiting in front of a form meanwhile."""
    there.wait = 0.4

    with pytest.raises(TryLater):
        BreachService(there.url, seconds=0.05).knows(KNOWN)


@pytest.mark.parametrize("url", [
    "", "api.example.org", "http://api.example.org", "ftp://127.0.0.1:1"])
def test_a_url_that_others_could_answer_for_is_refused(url: str) -> None:
    """At the start, with what it has to be."""
    with pytest.raises(ValueError, match="BREACHES_URL.*https"):
        BreachService(url)
