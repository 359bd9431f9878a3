#!/usr/bin/env python3
"""What a browser asks the API before a page may use it, and what it reads.

pytest, by FastAPI's test client, which sends what a browser would send and
checks nothing of what comes back. A browser keeps from a page whatever does
not name its origin: https://fetch.spec.whatwg.org/#http-cors-protocol.

Cases: a page of ours may post · one from elsewhere may not · refusals, too,
are for the page to read · without origins there is no CORS
"""
from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from accounts import TryLater
from api import create_app
from composition import Settings
from samples import PASSWORD, preflight, service_on

OURS = "https://www.example.org"
ELSEWHERE = "https://evil.example"
ALLOWED = "access-control-allow-origin"
FORM = {"email": "ada@example.org", "password": PASSWORD}


@pytest.fixture
def api() -> TestClient:
    """Serve the API for pages of ours."""
    return TestClient(create_app(service_on(), origins=[OURS]))


def test_a_page_of_ours_may_post(api: TestClient) -> None:
    """The browser asks first, then posts, and both answers name its origin."""
    asked = preflight(OURS, OURS)
    answer = api.post("/users", json=FORM, headers={"Origin": OURS})

    assert (asked["status"], asked[ALLOWED]) == ("200", OURS)
    assert "content-type" in asked["access-control-allow-headers"].lower()
    assert (answer.status_code, answer.headers[ALLOWED]) == (202, OURS)


@pytest.mark.parametrize("origin", [
    ELSEWHERE, "http://www.example.org", f"{OURS}.evil.example", "null"])
def test_a_page_from_elsewhere_may_not(api: TestClient, origin: str) -> None:
    """The browser does not even post: what it asks first is refused."""
    asked = preflight(origin, OURS)
    answer = api.post("/users", json=FORM, headers={"Origin": origin})

    assert (asked["status"], asked.get(ALLOWED)) == ("400", None)
    assert ALLOWED not in answer.headers


@pytest.mark.parametrize(("body", "status"), [
    ({"json": {**FORM, "password": "short"}}, 422),
    ({"content": "x" * 20_000}, 413)])
def test_a_page_reads_refusals_as_well(
        api: TestClient, body: Any, status: int) -> None:
    """Or it could only say that something did not work."""
    answer = api.post("/users", headers={"Origin": OURS}, **body)

    assert (answer.status_code, answer.headers[ALLOWED]) == (status, OURS)
    assert answer.json()["message"]


def test_a_page_knows_when_to_try_again(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the headers it reads those that are named to it."""
    service = service_on()

    def away(*_: object) -> None:
        """Fail as a store does that is away."""
        raise TryLater("The database is away.")

    monkeypatch.setattr(service, "register_user", away)
    api = TestClient(create_app(service, origins=[OURS]))

    answer = api.post("/users", json=FORM, headers={"Origin": OURS})

    assert (answer.status_code, answer.headers[ALLOWED]) == (503, OURS)
    assert answer.headers["access-control-expose-headers"] == "Retry-After"


def test_without_origins_no_page_from_elsewhere_is_let_in() -> None:
    """As it is unless somebody asks for more."""
    assert preflight(OURS)["status"] == "405"


def test_the_environment_names_the_origins() -> None:
    """One, several or none."""
    assert Settings.of({}).origins == ()
    assert Settings.of({"ALLOWED_ORIGINS": f"{OURS} http://a.test"}
                       ).origins == (OURS, "http://a.test")
