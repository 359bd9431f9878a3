#!/usr/bin/env python3
"""What must not be seen: secrets, and who has an account.

pytest: a fixture runs the whole once, and gives the traces that it left.

- passwords and tokens: in no log, answer or message, nor in the database
- a token is compared in constant time
- a known and an unknown address: neither the answer nor the work tells them
  apart; the work is counted, for a time that is measured tells of the machine
"""
from __future__ import annotations

import hmac
import json
import logging
import re
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest import mock
from urllib.error import HTTPError

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from accounts import Event, InvalidToken
from api import create_app
from backends import BROKERS, empty_queue
from composition import Application, Settings
from events import EventQueue
from fakes import FakeStore, PlainHasher, StubClock
from serving import served, until
from service import UserService
from tokens import Tokens
from worker import Relay

PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHATTY = ["", "registration", "uvicorn", "uvicorn.error", "uvicorn.access",
          "sqlalchemy.engine", "kombu", "asyncio"]


class Lines(logging.Handler):
    """Keeps whatever is logged, as it would be written."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, and the traceback that belongs to it."""
        self.lines.append(self.format(record))


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """Yield the lines of all loggers, which say all that they can."""
    handler = Lines()
    loggers = [logging.getLogger(name) for name in CHATTY]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(handler)
    yield handler.lines
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels):
        logger.setLevel(level)


def answer_to(url: str, body: object = None) -> str:
    """Return an answer, headers and all; urllib itself logs nothing."""
    request = urllib.request.Request(
        url, None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return f"{answer.headers}{answer.read().decode()}"
    except HTTPError as error:
        with error:
            return f"{error.headers}{error.read().decode()}"


def link_in(folder: Path) -> str:
    """Return the path of the link in the only mail, once it is there."""
    mail, = until(lambda: list(folder.glob("*.eml")))
    found = re.search(r"/verify/\S+", mail.read_text("utf-8"))
    assert found
    return found[0]


@pytest.fixture
def traces(tmp_path: Path) -> Mapping[str, str]:
    """Give what a registration, its link and some mistakes leave behind."""
    known = {"email": "ada@example.org", "password": PASSWORD}
    with everything_logged() as lines, empty_queue(BROKERS[0]) as (_, name):
        application = Application(Settings(
            tmp_path, queue_name=name, hasher=QUICK, pause=0.02))
        with served(application.api) as url:
            answers = [answer_to(f"{url}/users", known)]
            link = link_in(tmp_path / "mails")
            answers += [answer_to(url + path, body) for path, body in (
                (link, None), (link, {}), (link, {}), (f"{link}x", {}),
                (f"{link}/x", {}))]
            answers += [answer_to(f"{url}/users", body) for body in (
                known, {**known, "email": PASSWORD}, {PASSWORD: PASSWORD},
                {**known, "password": [PASSWORD]},
                {**known, "password": PASSWORD * 10})]
    return {"token": link.rpartition("/")[2],
            "log": "\n".join(lines), "answers": "\n".join(answers),
            "database": (tmp_path / "accounts.db").read_bytes().decode(
                "latin-1")}


def test_no_secret_is_left_behind(traces: Mapping[str, str]) -> None:
    """Neither the password nor the token; that something is, is shown."""
    for trace, shown in (("log", "verified user"), ("database", "$argon2id$"),
                         ("answers", "This link was used before.")):
        assert shown in traces[trace]

        assert PASSWORD not in traces[trace]
        assert traces["token"] not in traces[trace]


def test_a_message_names_a_user_and_says_no_more() -> None:
    """Whoever reads the queue learns no address, password or token."""
    store, clock = FakeStore(), StubClock()
    service = UserService(store, clock, PlainHasher(), Tokens("s", clock))
    service.register_user("ada@example.org", PASSWORD)
    with empty_queue(BROKERS[0]) as (url, name):
        queue = EventQueue(url, name)
        Relay(store, queue, clock).publish_all()
        queue.consume(mock.Mock(side_effect=RuntimeError), timeout=1)

        text, = queue.set_aside()
        queue.close()

    ada = store.by_address("ada@example.org")
    assert ada and Event(**json.loads(text)).user_id == ada.id
    assert "@" not in text  # An id might contain "ada" by chance.
    assert PASSWORD not in text


def test_a_token_is_compared_in_constant_time() -> None:
    """How long it takes does not tell how much of a forgery is right."""
    tokens = Tokens("a secret")
    forged = tokens.token_for("ada")[:-4] + "AAAA"

    with mock.patch("hmac.compare_digest",
                    wraps=hmac.compare_digest) as compared, \
            pytest.raises(InvalidToken):
        tokens.user_id_in(forged)

    compared.assert_called()


def test_a_known_address_is_as_much_work_as_a_new_one() -> None:
    """Hashing takes nearly all of the time, and is done once for either."""
    store, clock = FakeStore(), StubClock()
    hasher = mock.Mock(wraps=PlainHasher())
    api = TestClient(create_app(
        UserService(store, clock, hasher, Tokens("s", clock))))
    hashed = []

    for _ in ("new", "known"):
        api.post("/users", json={
            "email": "ada@example.org", "password": PASSWORD})
        hashed.append(hasher.hash.call_count)

    assert hashed == [1, 2]
