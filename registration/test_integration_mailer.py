#!/usr/bin/env python3
"""The mailers against a real mail server and a real folder.

pytest, because each test asks for the one server or folder that it needs, and
rows of answers run as tests of their own.

Cases: SMTP refuses for now, for good, cannot take the address, says nothing ·
addresses that look like others · a file is whole or not there · an event has
one file · URLs that are none
"""
from __future__ import annotations

import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

import mailer
from accounts import (REGISTERED, Event, InvalidAddress, TryLater,
                      Undeliverable, User)
from fakes import NOON, FakeStore, PlainHasher, StubClock
from mailer import FolderMailer, SmtpMailer, known_address_mail, mailer_for
from service import UserService


class Answers:
    """Says what a test wants the server to say; aiosmtpd calls its methods."""

    def __init__(self) -> None:
        """Begin with a server to which everything is welcome."""
        self.to: dict[str, str] = {}
        self.recipients: list[str] = []

    async def handle_MAIL(self, server: SMTP, session: Session,
                          envelope: Envelope, address: str,
                          options: list[str]) -> str:
        """Answer to a sender."""
        envelope.mail_from = address
        return self.to.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: SMTP, session: Session,
                          envelope: Envelope, address: str,
                          options: list[str]) -> str:
        """Answer to a recipient."""
        envelope.rcpt_tos.append(address)
        self.recipients.append(address)
        return self.to.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session,
                          envelope: Envelope) -> str:
        """Answer to a mail."""
        return self.to.get("DATA", "250 OK")


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    """Serve mail in plain ASCII on this machine, for all tests here."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
    controller = Controller(Answers(), hostname="127.0.0.1", port=port,
                            enable_SMTPUTF8=False)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def answers(server: Controller) -> Answers:
    """Let a test say how the server answers."""
    server.handler = answers = Answers()
    return answers


@pytest.fixture
def smtp(server: Controller) -> SmtpMailer:
    """Make the mailer that sends to the server."""
    return SmtpMailer(f"smtp://127.0.0.1:{server.port}")


def mail_of(event_id: str, address: str = "ada@example.org") -> EmailMessage:
    """Return the mail of an event."""
    return known_address_mail(Event(event_id, REGISTERED, "id of ada"),
                              User("id of ada", address, "hash", NOON))


def test_a_domain_in_any_alphabet_is_sent_to_in_ascii(
        answers: Answers, smtp: SmtpMailer) -> None:
    """So a server that knows nothing of SMTPUTF8 takes it, too."""
    smtp.send(mail_of("an-id", "ok@bücher.example"))

    assert answers.recipients == ["ok@xn--bcher-kva.example"]


@pytest.mark.parametrize(("command", "answer", "error"), [
    ("RCPT", "450 Mailbox busy", TryLater),
    ("RCPT", "550 No such mailbox", Undeliverable),
    ("DATA", "452 Disk full", TryLater),
    ("DATA", "554 No spam", Undeliverable),
    # Our own address: not the mail is wrong, but how we are set up.
    ("MAIL", "553 Who are you?", TryLater),
    ("MAIL", "421 Closing down", TryLater),
])
def test_a_refusal_is_for_now_or_for_good(
        answers: Answers, smtp: SmtpMailer, command: str, answer: str,
        error: type[Exception]) -> None:
    """By the first digit of what the server says."""
    answers.to[command] = answer

    with pytest.raises(error):
        smtp.send(mail_of("an-id"))


def test_an_address_that_looks_odd_has_its_mail(
        answers: Answers, smtp: SmtpMailer) -> None:
    """As it was written, whatever is in front of the sign."""
    smtp.send(mail_of("an-id", "o'neil+tag@example.org"))

    assert answers.recipients == ["o'neil+tag@example.org"]


def test_nobody_registers_for_the_owner_of_another_address() -> None:
    """A mail program decodes this one, and the mail would go to Ben."""
    service = UserService(FakeStore(), StubClock(), PlainHasher(), Mock())

    with pytest.raises(InvalidAddress):
        service.register_user(
            "=?utf-8?q?ben?=@example.org", "correct horse battery")


def test_a_server_without_smtputf8_never_takes_some_addresses(
        answers: Answers, smtp: SmtpMailer) -> None:
    """And takes the others."""
    with pytest.raises(Undeliverable):
        smtp.send(mail_of("an-id", "zoë@example.org"))

    smtp.send(mail_of("an-id"))


def test_a_server_that_says_nothing_may_do_so_later(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """We do not wait for ever."""
    monkeypatch.setattr(mailer, "SECONDS_TO_ANSWER", 0.02)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        smtp = SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}")

        with pytest.raises(TryLater):
            smtp.send(mail_of("an-id"))


def test_a_mail_is_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    """Another event has another file; nothing else is in the folder."""
    folder = FolderMailer(tmp_path / "mails" / "of today")

    for event_id in ("1", "2", "1"):
        folder.send(mail_of(event_id))

    assert sorted(os.listdir(tmp_path / "mails" / "of today")) == [
        "1.eml", "2.eml"]


def test_of_a_mail_that_could_not_be_written_there_is_nothing(
        tmp_path: Path) -> None:
    """Here each file may have 100 bytes; later there is room again."""
    resource = pytest.importorskip("resource")
    folder = FolderMailer(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(TryLater):
            folder.send(mail_of("an-id"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert list(tmp_path.glob("*.eml")) == []
    folder.send(mail_of("an-id"))
    assert os.listdir(tmp_path) == ["an-id.eml"]


@pytest.mark.parametrize("url", [
    "http://mail.example.org", "mail.example.org",
    "smtp://user:password@mail.example.org"])
def test_a_url_that_will_not_do_is_told_at_the_start(url: str) -> None:
    """It is no mail server's, or would send a password in the plain."""
    with pytest.raises(ValueError, match="SMTP_URL"):
        SmtpMailer(url)


def test_without_a_url_mails_go_to_the_folder(tmp_path: Path) -> None:
    """With one, to that server."""
    assert isinstance(mailer_for("", tmp_path), FolderMailer)
    assert isinstance(
        mailer_for("smtp://mail.example.org", tmp_path), SmtpMailer)


@pytest.mark.parametrize("failure, error", [
    (smtplib.SMTPAuthenticationError(535, b"no"), ValueError),
    (ssl.SSLError("not its certificate"), ValueError),
    (ConnectionRefusedError("away"), TryLater)])
def test_a_server_that_refuses_us_is_told_at_the_start(
        failure: OSError, error: type[Exception]) -> None:
    """One that is away is another matter: it may come back."""
    mailer = SmtpMailer("smtps://me:mine@mail.example.org")

    with patch("smtplib.SMTP_SSL") as server, pytest.raises(error):
        server.return_value.login.side_effect = failure
        mailer.check()
