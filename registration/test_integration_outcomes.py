#!/usr/bin/env python3
"""Integration tests of one use case, "register": its five outcomes.

With pytest, whose fixture puts the parts together and takes them apart, and
whose `caplog` and `tmp_path` stand ready: the API, the service, a database in
a file, a queue in memory, relay and worker. Only what sends mails is a spy.

A use case can have five kinds of outcome, and a test that looks at one says
nothing of the others:

- response: what the caller is told
- state: what is in the database, for whoever looks later
- outgoing call: what another service, here a mailer, is asked to do
- message: what is put into a queue, for whoever takes it
- log: what the people see who run it all
"""
from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from accounts import REGISTERED, Event
from api import create_app
from events import EventQueue
from fakes import NOON, PlainHasher, SpyMailer, StubClock
from service import UserService
from store import UserStore, engine_for
from tokens import Tokens
from worker import MailWorker, Relay

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery"


@dataclass
class System:
    """The parts at which a test begins, and those at which it looks."""

    database: str
    service: UserService
    relay: Relay
    queue: EventQueue
    worker: MailWorker
    mailer: SpyMailer

    def send_mail(self) -> None:
        """Do what is done behind the API's back."""
        self.relay.publish_pending()
        self.queue.consume(self.worker.handle, timeout=1)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """Put the parts together, on a database and a queue of their own."""
    database = f"sqlite:///{tmp_path / 'accounts.db'}"
    engine = engine_for(database)
    store, clock, mailer = UserStore(engine), StubClock(), SpyMailer()
    tokens = Tokens("secret", clock)
    queue = EventQueue("memory://", f"outcomes-{uuid4()}")
    yield System(
        database, UserService(store, clock, PlainHasher(), tokens),
        Relay(store, queue, clock), queue,
        MailWorker(store, mailer, tokens, clock, "https://example.org"),
        mailer)
    queue.close()
    engine.dispose()


def test_the_response_says_that_a_mail_is_on_its_way(system: System) -> None:
    """202, not 200 or 201: it is accepted, and not all is done yet."""
    api = TestClient(create_app(system.service))

    response = api.post("/users", json={"email": EMAIL, "password": PASSWORD})

    assert response.status_code == 202
    assert response.json() == {
        "message": "Look into your mailbox: a mail is on its way."}


def test_the_state_has_one_account_that_is_not_verified(
        system: System) -> None:
    """Another connection sees it, so it would outlive this process."""
    system.service.register_user(EMAIL, PASSWORD)

    engine = engine_for(system.database)
    user = UserStore(engine).by_address(EMAIL)
    engine.dispose()
    assert user is not None
    assert user.registered_at == NOON
    assert user.verified_at is None


def test_the_outgoing_call_is_one_mail_to_that_address(
        system: System) -> None:
    """The token in its link verifies that very account."""
    system.service.register_user(EMAIL, PASSWORD)

    system.send_mail()

    mail, = system.mailer.sent
    link, = (line for line in mail.get_content().splitlines()
             if line.startswith("https://example.org/verify/"))
    assert mail["To"] == EMAIL
    assert system.service.verify(link.rpartition("/")[2]).address == EMAIL


def test_the_message_names_the_user_and_says_no_more(system: System) -> None:
    """Whoever may read the queue learns neither address nor password."""
    system.service.register_user(EMAIL, PASSWORD)

    system.relay.publish_pending()

    messages: list[Event] = []
    system.queue.consume(messages.append, timeout=1)
    message, = messages
    user = system.service.user(message.user_id)
    assert message == Event(message.id, REGISTERED, message.user_id)
    assert user is not None and user.address == EMAIL


def test_the_log_tells_each_step_by_ids(
        system: System, caplog: pytest.LogCaptureFixture) -> None:
    """One line for the request, one for the mail: enough to follow it."""
    caplog.set_level(logging.INFO, "registration")

    system.service.register_user(EMAIL, PASSWORD)
    system.send_mail()

    registered, told = (record.getMessage() for record in caplog.records
                        if record.name == "registration")
    user_id = registered.removeprefix("registered user ")
    assert told.startswith(f"told user {user_id} of event ")
