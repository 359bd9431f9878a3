#!/usr/bin/env python3
"""From the request to the mail to the verified account, with nothing replaced.

pytest: one fixture gives every environment, and the tests know none of them.
They are few, for each of them passes through all the modules, and when one
fails it does not say where.

- embedded: SQLite, a queue in memory, mails in a folder
- servers: PostgreSQL, RabbitMQ, SMTP
"""
from __future__ import annotations

import email
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Optional

import pytest
from argon2 import PasswordHasher

from account_client import AccountClient, Refused
from backends import BROKERS, DATABASES, empty_database, empty_queue
from composition import Application, Settings
from serving import served, until
from store import UserStore, engine_for
from tokens import utc_now
from worker import PATIENCE

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"
ENVIRONMENTS = {"embedded": (DATABASES[0], BROKERS[0]),
                "servers": (DATABASES[-1], BROKERS[-1])}
if not DATABASES[-1].url:
    del ENVIRONMENTS["servers"]


@dataclass(frozen=True)
class Place:
    """A place where it runs, and the mails that have arrived there."""

    client: AccountClient
    mails: Callable[[], Sequence[EmailMessage]]

    def mail_to(self, address: str) -> Optional[EmailMessage]:
        """Return the first mail that somebody got, if there is one."""
        return next((mail for mail in self.mails() if mail["To"] == address),
                    None)


def settings_for(folder: Path, queue: tuple[str, str]) -> Settings:
    """Return settings that lose no time."""
    url, name = queue
    return Settings(folder, "https://accounts.example.org", broker_url=url,
                    queue_name=name, hasher=QUICK, pause=0.02)


@contextmanager
def running(settings: Settings) -> Iterator[AccountClient]:
    """Run it all; yield a client."""
    with served(Application(settings).api) as url:
        yield AccountClient(url)


def mails_in(files: Iterator[Path]) -> Sequence[EmailMessage]:
    """Return the mails that stand in files."""
    return [email.message_from_bytes(file.read_bytes(), policy=default)
            for file in files]


@contextmanager
def mailboxes(folder: Path) -> Iterator[str]:
    """Serve mail; yield the URL of a server that puts it into a folder."""
    from aiosmtpd.controller import Controller  # It takes no part embedded.
    from aiosmtpd.handlers import Mailbox
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Mailbox(folder), hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def place(request: pytest.FixtureRequest,
          tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Run it all once, in each environment."""
    database, broker = ENVIRONMENTS[request.param]
    folder = tmp_path_factory.mktemp("place")
    mails = "mails/*.eml"
    with ExitStack() as stack:
        url = stack.enter_context(empty_database(database, folder))
        queue = stack.enter_context(empty_queue(broker))
        settings = replace(settings_for(folder, queue), database_url=url)
        if request.param == "servers":
            mails = "boxes/new/*"
            smtp = stack.enter_context(mailboxes(folder / "boxes"))
            settings = replace(settings, smtp_url=smtp)
        yield Place(stack.enter_context(running(settings)),
                    lambda: mails_in(folder.glob(mails)))


def token_in(mail: EmailMessage) -> str:
    """Return the token of the link in a mail."""
    found = re.search(r"^https://accounts.example.org/verify/(\S+)\s",
                      mail.get_content(), re.MULTILINE)
    assert found
    return found[1]


def test_whoever_opens_the_link_in_the_mail_is_verified(place: Place) -> None:
    """This is what it is all for."""
    place.client.register("ada@example.org", PASSWORD)
    mail = until(lambda: place.mail_to("ada@example.org"))

    verified = place.client.verify(token_in(mail))

    assert (verified.email, verified.verified) == ("ada@example.org", True)
    assert place.client.account(verified.id) == replace(verified, email=None)
    with pytest.raises(Refused, match="used before"):
        place.client.verify(token_in(mail))


def test_only_the_owner_is_told_that_an_address_is_known(place: Place) -> None:
    """The answer is the same; the second mail says so, and has no link."""
    answers = [place.client.register("grace@example.org", PASSWORD)]
    first = until(lambda: place.mail_to("grace@example.org"))
    place.client.verify(token_in(first))
    answers.append(place.client.register("GRACE@example.org", PASSWORD))
    until(lambda: len([mail for mail in place.mails()
                       if mail["To"] == "grace@example.org"]) == 2)

    texts = sorted((mail["Subject"], "/verify/" in mail.get_content())
                   for mail in place.mails()
                   if mail["To"] == "grace@example.org")

    assert answers[0] == answers[1]
    assert texts == [("Please verify your address", True),
                     ("You have an account already", False)]


def test_end_to_end_restart(tmp_path: Path) -> None:
    """A mail that was never sent is sent after a restart.

    What was in memory is lost with the process; the queue of another name is
    as empty. The recorded events bring it back. HTTP plays no part in it.
    """
    engine = engine_for(f"sqlite:///{tmp_path / 'accounts.db'}")
    no_folder = tmp_path / "mails"
    no_folder.touch()
    with empty_queue(BROKERS[0]) as queue:
        before = Application(settings_for(tmp_path, queue))
        with before.working():
            before.service.register_user("ada@example.org", PASSWORD)
            until(lambda: not UserStore(engine).pending(
                utc_now(), published_before=utc_now() - PATIENCE))
    engine.dispose()
    no_folder.unlink()

    with empty_queue(BROKERS[0]) as another, \
            Application(settings_for(tmp_path, another)).working():
        mail, = until(lambda: mails_in(tmp_path.glob("mails/*.eml")))

    assert mail["To"] == "ada@example.org"
