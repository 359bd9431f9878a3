#!/usr/bin/env python3
"""Puts the parts together, as the environment asks for them."""
from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
import socket
import threading
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import (asynccontextmanager, contextmanager, nullcontext,
                        suppress)
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Optional
from urllib.parse import urlsplit

import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.types import ASGIApp
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from accounts import TryLater
from api import create_app
from breaches import BreachService
from events import queue_for
from mailer import SENDER, mailer_for
from service import UserService
from store import UserStore, engine_for
from throttle import Throttle
from tokens import Tokens, utc_now
from webhooks import Webhooks
from worker import MailWorker, Relay, work

if TYPE_CHECKING:
    from account_rpc import RpcServer

SHORTEST_SECRET = 16
SECONDS_TO_END = 3
"""Its end waits so long for what is being answered, and then for a mail."""
log = logging.getLogger("registration")


@dataclass(frozen=True)
class Settings:
    """Where the parts are. What is left empty is kept in the folder."""

    folder: Path
    base_url: str = "http://127.0.0.1:8000"
    database_url: str = ""
    broker_url: str = "memory://"
    smtp_url: str = ""
    secret: str = ""
    queue_name: str = "registrations"
    grpc_address: str = ""
    breaches_url: str = ""
    webhook_secret: str = ""
    origins: tuple[str, ...] = ()
    mail_from: str = SENDER
    most_a_minute: int = 60
    hasher: PasswordHasher = PasswordHasher()
    pause: float = 1.0

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Settings:
        """Return what an environment asks for; raise `ValueError`."""
        settings = cls(
            folder=Path(environ.get("REGISTRATION_FOLDER",
                                    "registration-data")),
            base_url=environ.get("BASE_URL", cls.base_url),
            database_url=environ.get("DATABASE_URL", ""),
            broker_url=environ.get("BROKER_URL", cls.broker_url),
            smtp_url=environ.get("SMTP_URL", ""),
            secret=environ.get("SECRET", ""),
            queue_name=environ.get("QUEUE_NAME", cls.queue_name),
            mail_from=environ.get("MAIL_FROM", cls.mail_from),
            most_a_minute=_number("MOST_A_MINUTE", environ.get(
                "MOST_A_MINUTE", str(cls.most_a_minute))),
            grpc_address=environ.get("GRPC_ADDRESS", ""),
            breaches_url=environ.get("BREACHES_URL", ""),
            webhook_secret=environ.get("WEBHOOK_SECRET", ""),
            origins=_origins(environ.get("ALLOWED_ORIGINS", "")))
        for is_right, sentence in settings._asked():
            if not is_right:
                raise ValueError(sentence)
        return settings

    @property
    def database(self) -> str:
        """The URL of the database, which may be a file in the folder."""
        return (self.database_url
                or f"sqlite:///{self.folder / 'accounts.db'}")

    def _asked(self) -> Iterator[tuple[bool, str]]:
        """Yield what is asked of settings, and what is said otherwise."""
        base = urlsplit(self.base_url)
        yield (base.scheme in ("http", "https") and bool(base.netloc),
               "BASE_URL: links begin with http:// or https:// and a host.")
        yield (not self.secret or len(self.secret) >= SHORTEST_SECRET,
               "SECRET: it is easy to guess: take at least "
               f"{SHORTEST_SECRET} characters, by chance.")
        yield bool(self.queue_name.strip()), "QUEUE_NAME: it is empty."
        yield ("@" in parseaddr(self.mail_from)[1]
               and self.mail_from.isprintable(),
               "MAIL_FROM: a sender looks like Name <name@example.org>.")


def _number(name: str, text: str) -> int:
    """Return the number that a variable has."""
    if not text.isdecimal():
        raise ValueError(f"{name}: it is no number, such as 60, or 0.")
    return int(text)


def _origins(text: str) -> tuple[str, ...]:
    """Return the origins in a text; or `ValueError` for what is none."""
    for origin in text.split():
        # Compared letter by letter: a browser sends no path, no capitals.
        if not re.fullmatch(r"https?://[a-z0-9.:\[\]-]+", origin):
            raise ValueError(
                f"ALLOWED_ORIGINS: {origin} is no origin. One looks like "
                "https://www.example.org: no path, no capital letters.")
    return tuple(text.split())


class PromptProtocol(AutoHTTPProtocol):  # type: ignore[valid-type,misc]
    """HTTP on a connection on which no answer waits.

    asyncio sets TCP_NODELAY only where it knows the listener for one of TCP.
    Without it the end of an answer waits 40 ms, until the client's system has
    acknowledged the beginning.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to serve a connection."""
        transport.get_extra_info("socket").setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)


def server_for(api: ASGIApp) -> uvicorn.Server:
    """Return a server that logs no path, for tokens stand in paths.

    At its end it waits for what is being answered, and not for ever.
    """
    return uvicorn.Server(uvicorn.Config(
        api, access_log=False, log_config=None, http=PromptProtocol,
        timeout_graceful_shutdown=SECONDS_TO_END))


class Application:
    """All parts, put together."""

    def __init__(self, settings: Settings) -> None:
        """Make each part, and the folder; raise `ValueError`, `TryLater`.

        What is wrong with a setting is told here, not by the thread that
        works later on.
        """
        folder = settings.folder
        tokens = Tokens(_secret(settings))
        self._mailer = mailer_for(settings.smtp_url, folder / "mails")
        self._queue = queue_for(settings.broker_url, settings.queue_name)
        self._settings = settings
        self._engine = engine_for(settings.database)
        self._store = UserStore(self._engine)
        self._mails = MailWorker(
            self._store, self._mailer, tokens, utc_now, settings.base_url,
            settings.mail_from)
        self.service = UserService(
            self._store, utc_now, settings.hasher, tokens,
            breaches=(BreachService(settings.breaches_url)
                      if settings.breaches_url else None))
        webhooks = (Webhooks(settings.webhook_secret, utc_now,
                             self.service.bounced)
                    if settings.webhook_secret else None)
        self.api = create_app(
            self.service, Throttle(settings.most_a_minute), webhooks,
            settings.origins, lifespan=self._lifespan)
        self._rpc = _rpc_server(self.service, settings.grpc_address)
        self.grpc_port = self._rpc and self._rpc.port

    def check(self) -> None:
        """Raise `ValueError` where the broker or the mail server refuses us.

        One that is away is told to the log: registrations wait for it.
        """
        for part in (self._queue, self._mailer):
            try:
                part.check()
            except TryLater as reason:
                log.warning("%s Mails will wait for it.", reason)

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Work as long as the API is served."""
        with self.working():
            yield

    @contextmanager
    def working(self) -> Iterator[None]:
        """Publish events and send mails meanwhile, in a thread."""
        stop = threading.Event()
        worker = threading.Thread(
            target=self._work, args=(stop,), daemon=True)
        worker.start()
        try:
            with self._rpc.serving() if self._rpc else nullcontext():
                yield
        finally:
            stop.set()
            worker.join(SECONDS_TO_END)
            if worker.is_alive():  # It is lost with the process: see PATIENCE.
                log.warning("A part does not answer; ended without it.")
            self._engine.dispose()

    def _work(self, stop: threading.Event) -> None:
        """Work until told to stop; the queue is this thread's alone."""
        relay = Relay(self._store, self._queue, utc_now)
        try:
            work(relay, self._queue, self._mails.handle, stop,
                 self._settings.pause)
        finally:
            self._queue.close()


def _rpc_server(service: UserService, address: str) -> Optional[RpcServer]:
    """Return what serves the look-up by gRPC, if that is asked for."""
    if not address:
        return None
    # What cannot be served we say ourselves, and gRPC need not.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        from account_rpc import RpcServer
    except ModuleNotFoundError as error:
        raise ValueError(
            "GRPC_ADDRESS: gRPC needs packages that are not installed: "
            "pip install 'winnow-tests[grpc]'.") from error
    return RpcServer(service, address)


def _secret(settings: Settings) -> str:
    """Return the secret, and make the folder; raise `ValueError`."""
    folder = settings.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        secret = settings.secret or _kept(folder / "secret")
    except OSError as error:
        raise ValueError(f"REGISTRATION_FOLDER: {folder} is no folder to read "
                         f"and write in ({error.strerror}).") from error
    if not secret:
        raise ValueError(f"{folder / 'secret'} is empty: remove it, and a new "
                         "one is made. Links sent before are void then.")
    return secret


def _kept(path: Path) -> str:
    """Return the secret that a file keeps; make one the first time.

    It is written beside its place and then linked there, which one alone of
    several processes succeeds in, and no other reads half of it.
    """
    if not path.exists():
        unfinished = path.with_name(f"{path.name}.{uuid.uuid4()}")
        try:
            with open(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY,
                              0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32))
            with suppress(FileExistsError):
                os.link(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
    return path.read_text(encoding="ascii")
