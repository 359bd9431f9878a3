#!/usr/bin/env python3
"""A webhook on its way in: HTTP, the signature, and what is done.

pytest, by FastAPI's test client.

Cases: a mail that came back · forged, twice, unreadable · a store that is
away · what is of no concern · no webhooks where no secret is
"""
from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from fastapi.testclient import TestClient

from accounts import TryLater
from api import create_app
from composition import Application, Settings
from fakes import FakeStore, StubClock
from samples import ADA, NOTICE, SECRET, SENT, service_on, signed
from webhooks import Webhooks

PATH = "/webhooks/mail"
LOGGED = f"a mail to user {ADA.id} came back"


@pytest.fixture
def clock() -> StubClock:
    """Give the time at which notices are sent."""
    return StubClock(SENT)


@pytest.fixture
def api(clock: StubClock, caplog: pytest.LogCaptureFixture) -> TestClient:
    """Serve the API of a service that knows Ada."""
    caplog.set_level(logging.INFO, "registration")
    store = FakeStore()
    store.add(ADA)
    service = service_on(store)
    return TestClient(create_app(
        service, webhooks=Webhooks(SECRET, clock, service.bounced)))


def told(api: TestClient, body: bytes, **headers: str) -> tuple[int, Any]:
    """Return the status and the sentence that a notice is answered with."""
    answer = api.post(PATH, content=body,
                      headers={**signed(body), **headers})
    return answer.status_code, answer.json() if answer.content else None


def test_of_a_mail_that_came_back_the_log_tells(
        api: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """By the user's id, and without the address."""
    assert told(api, NOTICE) == (204, None)

    assert caplog.messages == [LOGGED]


def test_a_replay_has_no_effect(
        api: TestClient, clock: StubClock,
        caplog: pytest.LogCaptureFixture) -> None:
    """At once it is an honest sender's; later it is refused."""
    assert told(api, NOTICE) == (204, None)
    assert told(api, NOTICE) == (204, None)
    clock.advance(timedelta(minutes=6))
    assert told(api, NOTICE) == (
        401, {"message": "It was not sent just now."})

    assert caplog.messages == [LOGGED]


def test_a_forged_notice_is_refused(
        api: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """With a status that says whose mistake it is."""
    answer = told(api, NOTICE, **{"webhook-signature": "v1,forged"})

    assert answer == (
        401, {"message": "The signature is not the sender's."})
    assert caplog.messages == []


def test_a_notice_that_cannot_be_read_is_a_bad_request(api: TestClient
                                                       ) -> None:
    """To send it again would be of no use."""
    assert told(api, b"{") == (400, {"message": "The body is not JSON."})


def test_while_the_store_is_away_it_is_to_be_sent_again() -> None:
    """503, and the next time it is acted on."""
    act = Mock(side_effect=[TryLater, None])
    api = TestClient(create_app(
        service_on(), webhooks=Webhooks(SECRET, StubClock(SENT), act)))

    assert told(api, NOTICE)[0] == 503
    assert told(api, NOTICE)[0] == 204


@pytest.mark.parametrize("body", [
    NOTICE.replace(b"ada@", b"nobody@"), NOTICE.replace(b"bounced", b"sent"),
    b'{"type": "mail.bounced"}', b'{"type": "mail.bounced", "data": []}',
    b'{"type": "mail.bounced", "data": {"address": 1}}'])
def test_what_is_of_no_concern_is_taken_and_nothing_done(
        api: TestClient, caplog: pytest.LogCaptureFixture, body: bytes
        ) -> None:
    """A sender has more kinds of notices than we know, and may add some."""
    assert told(api, body) == (204, None)

    assert caplog.messages == []


def test_without_a_secret_there_are_no_webhooks(tmp_path: Any) -> None:
    """Nobody could tell who it is that calls."""
    without, with_one = (
        Application(Settings(tmp_path, webhook_secret=secret)).api
        for secret in ("", SECRET))

    assert told(TestClient(without), NOTICE)[0] == 404
    assert told(TestClient(with_one), NOTICE)[0] == 401
