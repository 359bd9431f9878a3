#!/usr/bin/env python3
"""What is promised when a part fails: no registration is lost.

unittest, because every test begins with the same parts and lets one of them
fail; no fixture has to be chosen. The parts are fakes, which contract tests
hold to the real ones. Where a process is killed or the database fails, SQLite
and a folder take their places.

Cases: the broker is away, fails half-way, loses all · the database is away at
each point · SMTP refuses for now, for good · a message comes twice · one is
forged · the worker is killed before sending, and between sending and noting
"""
from __future__ import annotations

import os
import re
import signal
import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import DEFAULT, patch

from accounts import (LONGEST_WAIT, REGISTERED, Event, Mailer, Store,
                      TryLater, Undeliverable)
from backends import Backend, empty_database
from fakes import (NOON, FakeQueue, FakeStore, PlainHasher, SpyMailer,
                   StubClock)
from mailer import FolderMailer
from samples import ADA as A_USER
from samples import event, store_with
from service import UserService
from store import UserStore, engine_for
from tokens import Tokens
from worker import FIRST_WAIT, PATIENCE, MailWorker, Relay

ADA, BEN = "ada@example.org", "ben@example.org"
AWAY = TryLater("It is away.")


class Parts:
    """All that runs behind the API, put together from what a test gives."""

    def __init__(self, store: Store, mailer: Mailer) -> None:
        """Take what differs; the rest is fakes."""
        self.clock = StubClock()
        self.queue = FakeQueue()
        tokens = Tokens("a secret", self.clock)
        self.service = UserService(store, self.clock, PlainHasher(), tokens)
        self.relay = Relay(store, self.queue, self.clock)
        self._worker = MailWorker(
            store, mailer, tokens, self.clock, "https://example.org")

    def register(self, *addresses: str) -> None:
        """Register some people."""
        for address in addresses:
            self.service.register_user(address, "correct horse battery")

    def work(self) -> None:
        """Publish and handle whatever there is."""
        self.relay.publish_pending()
        while self.queue.consume(self._worker.handle, timeout=0):
            pass


class TestFailures(unittest.TestCase):
    """Parts that fail, and tell so."""

    def setUp(self) -> None:
        """Put the parts together."""
        self.store = FakeStore()
        self.mailer = SpyMailer()
        self.parts = Parts(self.store, self.mailer)

    def failing(self, part: object, method: str
                ) -> AbstractContextManager[object]:
        """Let a part's method find it away, as long as the block lasts."""
        return patch.object(part, method, side_effect=AWAY)

    def told(self) -> list[str]:
        """Return who has been sent a mail."""
        return [mail["To"] for mail in self.mailer.sent]

    def test_who_registers_while_the_broker_is_away_is_told_later(self
                                                                  ) -> None:
        """The API needs no broker."""
        self.parts.queue.away = True
        self.parts.register(ADA)
        with self.assertRaises(TryLater):
            self.parts.work()

        self.parts.queue.away = False
        self.parts.work()

        self.assertEqual(self.told(), [ADA])

    def test_what_the_broker_did_not_take_is_published_later(self) -> None:
        """It took the first, so that one is not published again."""
        self.parts.register(ADA, BEN)
        queue = self.parts.queue
        with patch.object(queue, "publish", wraps=queue.publish,
                          side_effect=[DEFAULT, AWAY]):
            with self.assertRaises(TryLater):
                self.parts.relay.publish_pending()

        published = self.parts.relay.publish_pending()

        self.parts.work()
        self.assertEqual(published, 1)
        self.assertEqual(self.told(), [ADA, BEN])

    def test_what_the_broker_has_lost_is_published_in_a_while(self) -> None:
        """At a start at once, since the queue may be a new one."""
        for wait, publish in (
                (PATIENCE * 2, self.parts.relay.publish_pending),
                (PATIENCE / 2, self.parts.relay.publish_all)):
            self.parts.register(f"{wait.seconds}@example.org")
            self.parts.relay.publish_pending()
            self.parts.queue.consume(lambda event: None, timeout=0)
            self.parts.clock.advance(wait)

            published = publish()

            self.parts.work()
            self.assertEqual(published, 1)
        self.assertEqual(self.told(), ["600@example.org", "150@example.org"])

    def test_while_the_database_is_away_nothing_is_forgotten(self) -> None:
        """Whichever call it is that fails, the mail goes out once."""
        for number, method in enumerate(["pending", "claim", "get"]):
            with self.subTest(method):
                self.parts.register(f"{number}@example.org")
                with self.failing(self.store, method):
                    with suppress(TryLater):
                        self.parts.work()

                self.parts.relay.publish_all()  # As the worker's loop does.
                self.parts.work()

                self.assertEqual(self.told()[number:],
                                 [f"{number}@example.org"])

    def test_a_mail_that_was_not_noted_is_sent_again_as_the_same(self
                                                                 ) -> None:
        """Only when nobody can be about to note it any more."""
        self.parts.register(ADA)
        with self.failing(self.store, "done"):
            with self.assertRaises(TryLater):
                self.parts.work()
        self.parts.relay.publish_all()
        self.parts.work()
        self.assertEqual(self.told(), [ADA])

        self.parts.clock.advance(PATIENCE)
        self.parts.work()

        first, second = self.mailer.sent
        self.assertEqual(first["Message-ID"], second["Message-ID"])

    def test_a_mail_refused_for_now_keeps_nobody_waiting(self) -> None:
        """The others go out at once, and that one in a while, by itself."""
        self.parts.register(ADA, BEN)
        with patch.object(self.mailer, "send", wraps=self.mailer.send,
                          side_effect=[AWAY, DEFAULT]):
            self.parts.work()
        self.assertEqual(self.told(), [BEN])

        self.parts.clock.advance(FIRST_WAIT)
        self.parts.work()

        self.assertEqual(self.told(), [BEN, ADA])

    @patch("worker.MOST_TRIES", 12)
    def test_a_mail_refused_for_ever_is_set_aside_after_days(self) -> None:
        """Each time it comes back by itself, and at last it is told of."""
        self.parts.register(ADA)
        self.mailer.error = TryLater("Mailbox busy.")
        aside = []
        for _ in range(16):
            self.parts.work()
            self.parts.clock.advance(LONGEST_WAIT)
            aside.append(len(self.parts.queue.set_aside()))

        self.assertEqual(aside, [0] * 12 + [1] * 4)

    def test_a_killed_workers_mail_keeps_nobody_waiting(self) -> None:
        """It comes when the dead one's claim has ended; the others at once."""
        self.parts.register(ADA, BEN)
        [event, _] = self.store.pending(NOON, NOON)
        self.store.claim(event.id, NOON, NOON + PATIENCE)
        self.parts.queue.publish(event)  # The broker gives it out again.
        self.parts.work()
        self.assertEqual(self.told(), [BEN])

        self.parts.clock.advance(PATIENCE)
        self.parts.work()

        self.assertEqual(self.told(), [BEN, ADA])

    def test_after_a_start_all_is_published_page_by_page(self) -> None:
        """Of 150, which the lost queue had, none waits for five minutes."""
        clock, store = StubClock(), store_with(
            A_USER, *(event(f"e{number}") for number in range(150)))
        lost, new = (Relay(store, FakeQueue(), clock) for _ in range(2))
        while lost.publish_pending():
            clock.advance(timedelta(seconds=1))

        pages = [new.publish_all(), *(new.publish_pending()
                                      for _ in range(2))]

        self.assertEqual(pages, [100, 50, 0])

    def test_a_mail_refused_for_good_is_set_aside(self) -> None:
        """It is tried once, and the others go out."""
        self.parts.register(ADA)
        self.mailer.error = Undeliverable("No such mailbox.")
        self.parts.work()

        self.mailer.error = None
        self.parts.register(BEN)
        self.parts.clock.advance(PATIENCE * 2)
        self.parts.work()

        self.assertEqual(self.told(), [BEN])
        self.assertEqual(len(self.parts.queue.set_aside()), 1)

    def test_a_message_that_comes_twice_is_one_mail(self) -> None:
        """Brokers promise no more than that it comes."""
        self.parts.register(ADA)
        [event] = self.store.pending(NOON, NOON)
        self.parts.queue.publish(event)

        self.parts.work()

        self.assertEqual(self.told(), [ADA])

    def test_a_forged_message_is_no_mail(self) -> None:
        """It is set aside, and the next is handled."""
        self.parts.register(ADA)
        [event] = self.store.pending(NOON, NOON)
        self.parts.queue.publish(Event("forged", REGISTERED, event.user_id))

        self.parts.work()

        self.assertEqual(self.told(), [ADA])
        self.assertEqual(self.parts.queue.set_aside(), ["forged"])


class TestBrokenOff(unittest.TestCase):
    """A transaction, and a process, that does not come to its end."""

    def setUp(self) -> None:
        """Keep users in SQLite and mails in a folder."""
        stack = ExitStack()
        self.addCleanup(stack.close)
        folder = Path(stack.enter_context(TemporaryDirectory()))
        self.mails = folder / "mails"
        self.engine = engine_for(stack.enter_context(
            empty_database(Backend("sqlite"), folder)))
        stack.callback(self.engine.dispose)
        self.store = UserStore(self.engine)

    def parts(self) -> Parts:
        """Put the parts together, as after a start."""
        return Parts(self.store, FolderMailer(self.mails))

    def test_half_a_registration_is_none(self) -> None:
        """Without its event, nobody would hear of the account."""
        with patch.object(UserStore, "record", side_effect=AWAY):
            with self.assertRaises(TryLater):
                self.parts().register(ADA)

        self.assertIsNone(self.store.by_address(ADA))
        self.parts().register(ADA)

    @unittest.skipUnless(hasattr(os, "fork"), "needs os.fork")
    def test_a_killed_workers_mail_is_sent_by_the_next(self) -> None:
        """Once; or again as the same file, where it was sent already."""
        for owner, method, sent in (
                (FolderMailer, "send", 0), (UserStore, "done", 1)):
            with self.subTest(killed_in=method):
                self.parts().register(f"{method}@example.org")
                before = self.files()

                self.killed_in(owner, method, self.parts().work)

                left = self.files()
                self.assertEqual(len(left - before), sent)
                parts = self.restarted()
                [new] = self.files() - before
                self.assertLessEqual(left - before, {new})
                user = parts.service.verify(self.token_in(new))
                self.assertEqual(user.address, f"{method}@example.org")

    def files(self) -> set[str]:
        """Return the names of what is in the folder."""
        return set(os.listdir(self.mails)) if self.mails.exists() else set()

    def killed_in(self, owner: type, method: str, work: Callable[[], None]
                  ) -> None:
        """Work in a process that is killed when it comes to a method."""
        self.engine.dispose()  # No process may have another's connection.
        child = os.fork()
        if not child:
            try:
                with patch.object(owner, method, lambda *_: os.kill(
                        os.getpid(), signal.SIGKILL)):
                    work()
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), -signal.SIGKILL)

    def restarted(self) -> Parts:
        """Work with an empty queue, when the dead one's claim has ended."""
        parts = self.parts()
        parts.clock.advance(PATIENCE)
        parts.relay.publish_all()
        parts.work()
        return parts

    def token_in(self, name: str) -> str:
        """Return the token of the link in a mail."""
        text = (self.mails / name).read_text(encoding="utf-8")
        [token] = re.findall(r"/verify/(\S+)", text)
        return str(token)
