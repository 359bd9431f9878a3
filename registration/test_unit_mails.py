#!/usr/bin/env python3
"""Unit tests of `mailer`: what mails say, and which server is asked.

With unittest: a mail is a value, and its header fields and lines are compared;
`patch` stands for the one server that no test can have, with TLS and a name
that others trust.

- the verification mail goes to the address and has the link, whole
- the owner's mail tells of the attempt and gives nobody a link
- each event's mail has an id of its own, the same every time
- a URL says which server, and a password goes to it encrypted or not at all
"""
from __future__ import annotations

from pathlib import Path
from unittest import TestCase
from unittest.mock import MagicMock, patch

from parameterized import parameterized

from accounts import REGISTERED, REGISTERED_AGAIN, Event, User
from fakes import NOON
from mailer import (POLICY, FolderMailer, SmtpMailer, known_address_mail,
                    mailer_for, verification_mail)

ADA = User("ada", "ada@example.org", "a hash", NOON)
NEW = Event("event-1", REGISTERED, "ada")
AGAIN = Event("event-2", REGISTERED_AGAIN, "ada")
LINK = "https://example.org/verify/token"


class TestVerificationMail(TestCase):
    """The mail that asks a new user to open a link."""

    def test_it_goes_to_the_address_that_registered(self) -> None:
        """It says what it wants before it is opened, and who asks."""
        mail = verification_mail(NEW, ADA, LINK)

        self.assertEqual(mail["To"], "ada@example.org")
        self.assertEqual(mail["Subject"], "Please verify your address")
        self.assertEqual(mail["From"],
                         "Registration <registration@example.org>")

    def test_it_says_how_long_the_link_works(self) -> None:
        """The link stands alone in its line, so programs find its end."""
        lines = verification_mail(NEW, ADA, LINK).get_content().splitlines()

        self.assertIn(LINK, lines)
        self.assertIn("within two days", lines[lines.index(LINK) + 2])

    def test_a_long_link_arrives_unbroken(self) -> None:
        """A mail that is encoded may break its lines after 76 characters."""
        link = f"{LINK}/{'=long' * 40}"

        sent = verification_mail(NEW, ADA, link).as_bytes(policy=POLICY)

        self.assertIn(link.encode(), sent.splitlines())

    def test_an_address_may_have_letters_of_any_alphabet(self) -> None:
        """They stand in the header as they are, by RFC 6532."""
        user = User("id", "δοκιμή@παράδειγμα.gr", "a hash", NOON)

        sent = verification_mail(NEW, user, LINK).as_bytes(policy=POLICY)

        self.assertIn("To: δοκιμή@παράδειγμα.gr".encode(), sent.splitlines())


class TestKnownAddressMail(TestCase):
    """The mail that tells an owner that somebody tried to register."""

    def test_it_tells_the_owner_and_gives_nobody_a_link(self) -> None:
        """A link would let whoever reads it change what is verified."""
        mail = known_address_mail(AGAIN, ADA)

        self.assertEqual(mail["To"], "ada@example.org")
        self.assertEqual(mail["Subject"], "You have an account already")
        self.assertIn("Nothing was changed.", mail.get_content())
        self.assertNotIn("http", mail.get_content())


class TestMessageId(TestCase):
    """The id by which a mail that is sent twice is known for one."""

    def test_the_same_event_gives_the_same_id(self) -> None:
        """Also with another link: each try makes a token of its own."""
        first = verification_mail(NEW, ADA, LINK)
        second = verification_mail(NEW, ADA, f"{LINK}-2")

        self.assertEqual(first["Message-ID"],
                         "<event-1@registration.example.org>")
        self.assertEqual(second["Message-ID"], first["Message-ID"])

    def test_another_event_gives_another_id(self) -> None:
        """Else a program might take the second mail for the first."""
        first = known_address_mail(AGAIN, ADA)
        second = known_address_mail(Event("event-3", AGAIN.kind, "ada"), ADA)

        self.assertNotEqual(first["Message-ID"], second["Message-ID"])


class TestMailServers(TestCase):
    """The server that a URL names."""

    @parameterized.expand([
        ("a_folder_where_none_is_named", "", FolderMailer),
        ("a_server", "smtp://127.0.0.1:25", SmtpMailer),
        ("a_server_with_a_password",
         "smtps://ada:secret@mail.example.org", SmtpMailer),
    ])
    def test_mails_go_to(
        self, _name: str, url: str, mailer: type[object],
    ) -> None:
        """Nothing is connected to, or made, before there is a mail."""
        self.assertIsInstance(mailer_for(url, Path("no-folder")), mailer)

    @parameterized.expand([
        ("is_none_of_a_mail_server", "https://example.org", "begins with"),
        ("sends_a_password_in_the_plain",
         "smtp://ada:secret@mail.example.org", "smtps:// alone"),
    ])
    def test_a_url_is_refused_that(
        self, _name: str, url: str, why: str,
    ) -> None:
        """Before anybody registers, with the name of the setting."""
        with self.assertRaisesRegex(ValueError, f"^SMTP_URL: .*{why}") as told:
            SmtpMailer(url)

        self.assertNotIn("secret", str(told.exception))

    @patch("ssl.create_default_context")
    @patch("smtplib.SMTP_SSL")
    def test_a_password_is_told_to_a_server_that_proved_its_name(
        self, connect: MagicMock, trusting: MagicMock,
    ) -> None:
        """A URL has an @ of the password's as %40; the server gets it back."""
        mail = known_address_mail(AGAIN, ADA)

        SmtpMailer("smtps://ada:p%40ss@mail.example.org").send(mail)

        server = connect.return_value
        self.assertEqual(connect.call_args.args, ("mail.example.org", 465))
        self.assertIs(connect.call_args.kwargs["context"],
                      trusting.return_value)
        server.login.assert_called_once_with("ada", "p@ss")
        server.__enter__.return_value.send_message.assert_called_once_with(
            mail)
