#!/usr/bin/env python3
"""Sample users, events and parts put together: what a test can begin with.

Meszaros calls such functions creation methods, in xUnit Test Patterns (2007).
The witnesses in faults.toml are made of them.
"""
from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Optional
from unittest import mock

from fastapi import FastAPI

import breaches
import webhooks
from accounts import REGISTERED, Event, Mailer, Store, User
from api import create_app
from backends import KAFKA, empty_queue
from composition import Application, Settings
from events import EventQueue, queue_for
from fakes import NOON, FakeStore, PlainHasher, SpyMailer, StubClock
from mailer import FolderMailer, SmtpMailer, verification_mail
from service import UserService, new_id
from store import Base, UserStore, engine_for
from tokens import Tokens
from worker import MailWorker

ADA = User("00000000-0000-4000-8000-0000000000ad", "ada@example.org",
           "a hash", NOON)
BOB = User("00000000-0000-4000-8000-0000000000b0", "bob@example.org",
           "a hash", NOON)
REGISTRATION = Event("e1", REGISTERED, ADA.id)
NEVER = NOON - timedelta(days=1)
PASSWORD = "correct horse battery"
LATER = NOON + timedelta(hours=1)


# A mail provider's: the secret and the time of the example in the tests of
# https://github.com/standard-webhooks/standard-webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SENT = datetime.fromtimestamp(1614265330, timezone.utc)
NOTICE = b'{"type": "mail.bounced", "data": {"address": "ada@example.org"}}'


def signed(body: bytes, notice_id: str = "1", sent: datetime = SENT
           ) -> dict[str, str]:
    """Return the headers that a mail provider gives a body."""
    when = str(int(sent.timestamp()))
    digest = hmac.new(
        base64.b64decode(SECRET.partition("_")[2]),
        f"{notice_id}.{when}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": notice_id, "webhook-timestamp": when,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}


def user(address: str) -> User:
    """Return a new user with an address."""
    return User(new_id(), address, "a hash", NOON)


def event(event_id: str, kind: str = REGISTERED) -> Event:
    """Return an event of Ada's."""
    return Event(event_id, kind, ADA.id)


def broken_off(store: Store, *users: User) -> None:
    """Add users in a transaction that something breaks off."""
    with suppress(EOFError), store.transaction() as inside:
        for each in users:
            inside.add(each)
        raise EOFError


def store_with(*things: User | Event) -> UserStore:
    """Return a store that has users and events, on SQLite in memory.

    One thread alone can use it.
    """
    store = UserStore(engine_for("sqlite://"))
    for thing in things:
        if isinstance(thing, User):
            store.add(thing)
        else:
            store.record(thing, NOON)
    return store


def queue_with(*things: Event | str) -> EventQueue:
    """Return a queue in memory, with events or texts waiting in it."""
    queue = EventQueue("memory://", new_id())
    for thing in things:
        if isinstance(thing, Event):
            queue.publish(thing)
        else:
            with queue._connection.SimpleQueue(queue._name) as waiting:
                waiting.put(thing)
    return queue


def engine_without_tables() -> Any:
    """Return an engine of a database in which nothing is found."""
    engine = engine_for("sqlite://")
    Base.metadata.drop_all(engine)
    return engine


def service_on(store: Optional[Store] = None,
               clock: Optional[StubClock] = None,
               **parts: Any) -> UserService:
    """Return a service on a store, a fake one if none is given."""
    clock = clock or StubClock()
    return UserService(store or FakeStore(), clock, **{
        "hasher": PlainHasher(), "tokens": Tokens("a secret", clock), **parts})


def worker_on(store: Store, mailer: Optional[Mailer] = None) -> MailWorker:
    """Return a worker that sends the mails of a store's events."""
    clock = StubClock()
    return MailWorker(store, mailer or SpyMailer(),
                      Tokens("a secret", clock), clock, "http://accounts.test")


def a_mail(link: str = "http://accounts.test/verify/x") -> EmailMessage:
    """Return the mail that verifies Ada's address."""
    return verification_mail(REGISTRATION, ADA, link)


def refused_with(code: int) -> None:
    """Send a mail to a server that refuses its one recipient with a code."""
    with mock.patch("smtplib.SMTP") as server:
        server().__enter__().send_message.side_effect = (
            smtplib.SMTPRecipientsRefused({ADA.address: (code, b"no")}))
        SmtpMailer("smtp://mail.test").send(a_mail())


def folder_mailer() -> FolderMailer:
    """Return a mailer that writes into the folder `mails`."""
    return FolderMailer(Path("mails"))


def application(**settings: Any) -> Application:
    """Return all parts, put together in the folder `data`."""
    return Application(Settings(**{
        "folder": Path("data"), "hasher": PlainHasher(), "pause": 0.01,
        **settings}))


def response(status: int, body: Any = None) -> Any:
    """Return what an API might answer, in the form that requests gives it."""
    return SimpleNamespace(status_code=status, ok=status < 400,
                           json=lambda: body)


def ask(service: Any, method: str, path: str, body: Any = None) -> Any:
    """Return the status and the JSON that the API of a service answers."""
    return ask_app(create_app(service), method, path, [
        b"" if body is None else json.dumps(body).encode()])


def ask_app(app: FastAPI, method: str, path: str, parts: list[bytes]) -> Any:
    """Return the status and the JSON that an app answers to a request.

    Its body comes in parts; no server is needed, https://asgi.readthedocs.io.
    """
    coming = [{"type": "http.request", "body": part, "more_body": True}
              for part in parts[:-1]]
    coming.append({"type": "http.request", "body": parts[-1]})
    said: list[Any] = []

    async def receive() -> Any:
        """Give the next part of the request; the client stays to the end."""
        return coming.pop(0) if coming else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        """Take the next part of the answer."""
        said.append(message)

    scope = {"type": "http", "method": method, "path": path,
             "raw_path": path.encode(), "query_string": b"",
             "headers": [(b"content-type", b"application/json")]}
    asyncio.run(app(scope, receive, send))
    answer = b"".join(each.get("body", b"") for each in said)
    return said[0]["status"], json.loads(answer)


def served(app: FastAPI, meanwhile: Callable[[], object]) -> object:
    """Return what is done while an app is served, as a server would."""
    async def serving() -> object:
        """Start what belongs to the app, and end it."""
        async with app.router.lifespan_context(app):
            return meanwhile()

    return asyncio.run(serving())


def on_kafka(*steps: Callable[[Any], object]) -> list[object]:
    """Return what comes of each step with a queue on one Kafka, or its error.

    Each step has a connection of its own, as a process has that starts anew.
    """
    found: list[object] = []
    with empty_queue(KAFKA) as place:
        for step in steps:
            queue = queue_for(*place)
            try:
                found.append(step(queue))
            except BaseException as error:  # As Ctrl-C would have it, too.
                found.append(type(error).__name__)
            queue.close()
    return found


def by_rpc(users: Any, seconds: float = 5) -> Any:
    """Look Ada up by gRPC, where somebody knows users; return the account."""
    import account_rpc
    with account_rpc.RpcServer(users, "127.0.0.1:0").serving() as port:
        client = account_rpc.AccountLookup(f"127.0.0.1:{port}", seconds)
        try:
            return client.account(ADA.id)
        finally:
            client.close()


def looked_up(password: str, *lines: str) -> Any:
    """Return whether it is known by such an answer, and what was asked."""
    with mock.patch("breaches.requests.get") as get:
        get.return_value = SimpleNamespace(
            status_code=200, text="\r\n".join(lines),
            raise_for_status=lambda: None)
        return breaches.BreachService().knows(password), get.call_args


def taken(*notices: tuple[timedelta, dict[str, str]]) -> list[str]:
    """Return what becomes of notices, each some time after it was sent."""
    clock, acted = StubClock(SENT), list[Any]()
    taking = webhooks.Webhooks(SECRET, clock, acted.append)
    found = []
    for later, headers in notices:
        clock.now = SENT + later
        try:
            taking.take(headers, NOTICE)
            found.append(f"{len(acted)} acted on")
        except webhooks.Forged as error:
            found.append(str(error))
    return found


def preflight(origin: str, *origins: str) -> dict[str, str]:
    """Return the status and the headers that a page's browser first gets.

    It asks whether a page from `origin` may post; those from `origins` may.
    """
    said: list[Any] = []

    async def send(message: Any) -> None:
        """Take the next part of the answer."""
        said.append(message)

    asked = {"origin": origin, "access-control-request-method": "POST",
             "access-control-request-headers": "content-type"}
    scope = {"type": "http", "method": "OPTIONS", "path": "/users",
             "headers": [(name.encode(), value.encode())
                         for name, value in asked.items()]}
    app = create_app(service_on(), origins=origins)
    asyncio.run(app(scope, mock.AsyncMock(return_value={
        "type": "http.request", "body": b""}), send))
    return {"status": str(said[0]["status"]), **{
        name.decode(): value.decode() for name, value in said[0]["headers"]}}
