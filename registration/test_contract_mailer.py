#!/usr/bin/env python3
"""The contract of `accounts.Mailer`: the spy, the folder and SMTP keep it.

pytest, because one fixture with parameters runs the whole suite on each of
them. The mail server is aiosmtpd, a real one in this process.

Cases: a mail arrives whole · one in letters beyond ASCII · several · the same
one twice · a part that is away
"""
from __future__ import annotations

import email
import socket
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from accounts import REGISTERED, Event, Mailer, TryLater, User
from fakes import NOON, SpyMailer
from mailer import FolderMailer, SmtpMailer, verification_mail

LINK = "https://accounts.example.org/verify/" + 300 * "x"
Arrived = Callable[[], Sequence[EmailMessage]]


class Inbox:
    """Keeps the mails that a server is given; aiosmtpd calls its methods."""

    def __init__(self) -> None:
        """Begin with none."""
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session,
                          envelope: Envelope) -> str:
        """Take a mail."""
        assert isinstance(envelope.content, bytes)
        self.mails.append(_read(envelope.content))
        return "250 OK"


def _read(text: bytes) -> EmailMessage:
    """Return the mail that a text is."""
    mail = email.message_from_bytes(text, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def _free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        port: int = place.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    """Serve mail on this machine, for all tests of this file."""
    controller = Controller(Inbox(), hostname="127.0.0.1", port=_free_port(),
                            enable_SMTPUTF8=True)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(params=["spy", "folder", "smtp"])
def place(request: pytest.FixtureRequest, tmp_path: Path
          ) -> tuple[Mailer, Arrived]:
    """Make a mailer, and the way to see what it has sent."""
    if request.param == "spy":
        spy = SpyMailer()
        return spy, lambda: spy.sent
    if request.param == "folder":
        return FolderMailer(tmp_path), lambda: [
            _read(file.read_bytes()) for file in sorted(tmp_path.iterdir())]
    server: Controller = request.getfixturevalue("server")
    server.handler = inbox = Inbox()
    return SmtpMailer(f"smtp://127.0.0.1:{server.port}"), lambda: inbox.mails


@pytest.fixture(params=["spy", "folder", "smtp"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> Mailer:
    """Make a mailer that at the moment cannot send."""
    if request.param == "spy":
        return SpyMailer(error=TryLater("The mail server is away."))
    if request.param == "folder":
        (tmp_path / "a file").touch()
        return FolderMailer(tmp_path / "a file" / "mails")
    return SmtpMailer(f"smtp://127.0.0.1:{_free_port()}")


def mail_to(address: str, event_id: str = "an-id") -> EmailMessage:
    """Return a mail as the worker sends it."""
    return verification_mail(Event(event_id, REGISTERED, "id of ada"),
                             User("id of ada", address, "hash", NOON), LINK)


@pytest.mark.parametrize("address", ["ada@example.org", "zoë@exämple.org"])
def test_a_mail_arrives_whole(place: tuple[Mailer, Arrived], address: str
                              ) -> None:
    """Its heads, its text, and the long link on one line."""
    mailer, arrived = place
    sent = mail_to(address)

    mailer.send(sent)

    [mail] = arrived()
    for head in ("From", "To", "Subject", "Message-ID"):
        assert mail[head] == sent[head]
    assert mail.get_content().splitlines() == sent.get_content().splitlines()
    assert LINK in mail.get_content().splitlines()


def test_each_mail_arrives(place: tuple[Mailer, Arrived]) -> None:
    """To whom it was sent."""
    mailer, arrived = place

    mailer.send(mail_to("ada@example.org", "1"))
    mailer.send(mail_to("ben@example.org", "2"))

    assert [mail["To"] for mail in arrived()] == [
        "ada@example.org", "ben@example.org"]


def test_an_event_has_one_mail_however_often_it_is_sent(
        place: tuple[Mailer, Arrived]) -> None:
    """Whatever arrives has the same id, by which programs know it again."""
    mailer, arrived = place

    mailer.send(mail_to("ada@example.org"))
    mailer.send(mail_to("ada@example.org"))

    assert {mail["Message-ID"] for mail in arrived()} == {
        "<an-id@registration.example.org>"}


def test_what_is_away_may_be_tried_later(away: Mailer) -> None:
    """An absence is no mistake of the mail."""
    with pytest.raises(TryLater):
        away.send(mail_to("ada@example.org"))
