#!/usr/bin/env python3
"""Mails: what they say, and two ways to send them.

A mail's Message-ID belongs to its event. So a mail that is sent twice, because
nobody was left to note the first, is one mail to programs that care, and one
file in a folder.
"""
from __future__ import annotations

import smtplib
import ssl
from datetime import datetime, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Union
from urllib.parse import unquote, urlsplit

from accounts import Event, TryLater, Undeliverable, User
from addresses import mailable

SENDER = "Registration <registration@example.org>"
SECONDS_TO_ANSWER = 10
POLICY = SMTP.clone(utf8=True)


def verification_mail(event: Event, user: User, link: str,
                      sender: str = SENDER) -> EmailMessage:
    """Return the mail with the link that verifies an address."""
    return _mail(event, user, sender, "Please verify your address", f"""\
Someone, we hope you, has registered with this address. To verify it, open

{link}

within two days, and press the button there. If it was not you, do nothing.
""")


def known_address_mail(event: Event, user: User,
                       sender: str = SENDER) -> EmailMessage:
    """Return the mail that tells an owner of somebody's second attempt."""
    return _mail(event, user, sender, "You have an account already", """\
Someone has tried to register with this address, which has an account already.
Nothing was changed. If it was you, use the password that you chose then.
""")


def _mail(event: Event, user: User, sender: str, subject: str, text: str
          ) -> EmailMessage:
    """Return a mail to a user with the one id that belongs to an event."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = mailable(user.address)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.now(timezone.utc))
    mail["Auto-Submitted"] = "auto-generated"  # No holiday answers: RFC 3834.
    mail["Message-ID"] = f"<{event.id}@registration.example.org>"
    mail.set_content(text, cte="7bit")  # No link is to be broken over lines.
    return mail


class SmtpMailer:
    """The `Mailer` that hands mails to a server.

    `smtp://host:port`, or by TLS `smtps://user:password@host:port`.
    """

    def __init__(self, url: str) -> None:
        """Take the server's URL. It is connected to for each mail."""
        self._url = urlsplit(url)
        if self._url.scheme not in ("smtp", "smtps"):
            raise ValueError("SMTP_URL: a mail server's URL begins with "
                             "smtp:// or smtps://.")
        try:
            self._port = self._url.port
        except ValueError as error:
            raise ValueError(f"SMTP_URL: {error}.") from error
        if self._url.username and self._url.scheme == "smtp":
            raise ValueError("SMTP_URL: a password goes to a mail server by "
                             "smtps:// alone.")

    def send(self, mail: EmailMessage) -> None:
        """Return when the server has it; or `TryLater`, `Undeliverable`."""
        try:
            with self._connected() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients[mail["To"]][0]) from error
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Undeliverable("The server cannot send this mail.") from error
        except OSError as error:  # Any other of smtplib's is one of these.
            raise TryLater("The mail server is away.") from error

    def check(self) -> None:
        """Raise `ValueError` where the server will never take our mails.

        Raise `TryLater` where it is away.
        """
        try:
            with self._connected() as server:
                server.noop()
        except (smtplib.SMTPAuthenticationError, ssl.SSLError) as error:
            raise ValueError("SMTP_URL: the mail server refuses us "
                             f"({type(error).__name__}).") from error
        except OSError as error:
            raise TryLater("The mail server is away.") from error

    def _connected(self) -> smtplib.SMTP:
        """Return a server that is ready to take a mail."""
        host = self._url.hostname or "localhost"
        if self._url.scheme == "smtp":
            return smtplib.SMTP(
                host, self._port or 25, timeout=SECONDS_TO_ANSWER)
        server = smtplib.SMTP_SSL(
            host, self._port or 465, timeout=SECONDS_TO_ANSWER,
            context=ssl.create_default_context())
        if self._url.username:
            server.login(unquote(self._url.username),
                         unquote(self._url.password or ""))
        return server


def _refused(code: int) -> Exception:
    """Return what a server's answer means: 4xx "not now", 5xx "never"."""
    if code >= 500:
        return Undeliverable(f"The mail server refused it for good ({code}).")
    return TryLater(f"The mail server refused it for now ({code}).")


class FolderMailer:
    """The `Mailer` that puts each mail into a folder, as a file `<id>.eml`."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made if need be."""
        self._folder = folder

    def check(self) -> None:
        """Raise nothing: whether it can be written shows with each mail."""

    def send(self, mail: EmailMessage) -> None:
        """Write the file beside its place first, then put it there whole."""
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / f"{name}.part"
            unfinished.write_bytes(mail.as_bytes(policy=POLICY))
            unfinished.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise TryLater("The mail cannot be written.") from error


def mailer_for(url: str, folder: Path) -> Union[SmtpMailer, FolderMailer]:
    """Return the mailer for a URL, or the one for a folder if it is empty."""
    return SmtpMailer(url) if url else FolderMailer(folder)
