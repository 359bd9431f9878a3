#!/usr/bin/env python3
"""Integration tests of one flow, put together in three orders.

With pytest, whose fixtures make the same parts for each order. The flow is
the exercise's own: somebody registers, a mail is sent, its link is opened.

    API                               top
    service, relay and mail worker    middle
    database, queue, folder of mails  bottom

- bottom-up: real parts from below; a driver, which is the test, stands for
  what is above. Faults in the database show first, and the API comes last.
- top-down: real parts from above; stubs and fakes stand for what is below.
  What a user sees works first, and the database comes last.
- hybrid: both at once, and they meet in the middle. The halves can be made by
  two people, and what is tested at the end is that they fit together.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from accounts import REGISTERED, Event, Mailer, Queue, Store, User
from api import create_app
from events import EventQueue
from fakes import (NOON, FakeQueue, FakeStore, PlainHasher, SpyMailer,
                   StubClock)
from mailer import FolderMailer, verification_mail
from service import UserService
from store import UserStore, engine_for
from tokens import Tokens
from worker import MailWorker, Relay

BASE_URL = "https://example.org"
ADA = {"email": "ada@example.org", "password": "correct horse battery"}
USER = User(str(uuid4()), "ada@example.org", "a hash", NOON)


class Middle:
    """The rules and the worker, on whatever is below."""

    def __init__(self, store: Store, queue: Queue, mailer: Mailer) -> None:
        """Take what is below."""
        clock = StubClock()
        tokens = Tokens("secret", clock)
        self.service = UserService(store, clock, PlainHasher(), tokens)
        self._relay = Relay(store, queue, clock)
        self._worker = MailWorker(store, mailer, tokens, clock, BASE_URL)
        self._queue = queue

    def send_mail(self) -> None:
        """Go once through what is done behind the API's back."""
        self._relay.publish_pending()
        self._queue.consume(self._worker.handle, timeout=1)


def link_in(text: str) -> str:
    """Return the link that stands in a mail, in a line of its own."""
    link, = (line for line in text.splitlines()
             if line.startswith(f"{BASE_URL}/verify/"))
    return link


def text_in(folder: Path) -> str:
    """Return what the one mail in a folder says."""
    mail, = folder.glob("*.eml")
    return mail.read_text(encoding="utf-8")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[UserStore]:
    """Make a database in a file."""
    engine = engine_for(f"sqlite:///{tmp_path / 'accounts.db'}")
    yield UserStore(engine)
    engine.dispose()


@pytest.fixture
def queue() -> Iterator[EventQueue]:
    """Make a queue in this process."""
    queue = EventQueue("memory://", f"orders-{uuid4()}")
    yield queue
    queue.close()


class TestBottomUp:
    """No double is needed, and no use is seen before the end."""

    def test_1_the_bottom(self, store: UserStore, queue: EventQueue,
                          tmp_path: Path) -> None:
        """The test drives the parts as service and worker will."""
        event = Event("event-1", REGISTERED, USER.id)
        folder = tmp_path / "mails"

        store.add(USER)
        store.record(event, NOON)
        queue.publish(*store.pending(NOON, NOON))
        queue.consume(lambda event: FolderMailer(folder).send(
            verification_mail(event, USER, f"{BASE_URL}/verify/token")),
            timeout=1)

        assert link_in(text_in(folder)) == f"{BASE_URL}/verify/token"

    def test_2_the_middle_on_the_bottom(
            self, store: UserStore, queue: EventQueue,
            tmp_path: Path) -> None:
        """The test drives the service as the API will."""
        middle = Middle(store, queue, FolderMailer(tmp_path / "mails"))

        middle.service.register_user(**ADA)
        middle.send_mail()
        token = link_in(text_in(tmp_path / "mails")).rpartition("/")[2]
        user = middle.service.verify(token)

        assert user.address == "ada@example.org"
        assert user.verified_at == NOON


class TestTopDown:
    """What a user sees is tested first, on doubles that go one by one."""

    def test_1_the_top_on_stubs(self) -> None:
        """The stub gives the answers that the service will give."""
        service = Mock(spec=UserService)
        service.verify.return_value = USER
        api = TestClient(create_app(service))

        registered = api.post("/users", json=ADA)
        verified = api.post("/verify/token")

        service.register_user.assert_called_once_with(*ADA.values())
        assert registered.status_code == 202
        assert verified.json()["id"] == USER.id

    def test_2_the_top_on_the_middle_on_fakes(self) -> None:
        """The whole flow, and neither a database nor a file is touched."""
        mailer = SpyMailer()
        middle = Middle(FakeStore(), FakeQueue(), mailer)
        api = TestClient(create_app(middle.service))

        api.post("/users", json=ADA)
        middle.send_mail()
        verified = api.post(link_in(mailer.sent[0].get_content()))

        assert verified.json()["verified"] is True


class TestHybrid:
    """The halves are `TestTopDown`'s second and `TestBottomUp`'s second."""

    def test_the_halves_meet(self, store: UserStore, queue: EventQueue,
                             tmp_path: Path) -> None:
        """All is real now; the other orders end with this test too."""
        middle = Middle(store, queue, FolderMailer(tmp_path / "mails"))
        api = TestClient(create_app(middle.service))

        api.post("/users", json=ADA)
        middle.send_mail()
        verified = api.post(link_in(text_in(tmp_path / "mails")))

        assert verified.json()["verified"] is True
