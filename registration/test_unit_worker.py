#!/usr/bin/env python3
"""Unit tests of `worker`: what happens behind the API's back, without a wait.

With unittest: a stub clock passes five minutes in no time, fakes keep what
was told to whom, and mocks stop a loop that would run for ever.

- the relay: in order, at least once, and noted only when the broker has it
- the mail worker: one mail an event, by whoever has claimed it, and a claim
  that is given back, or lost after a while
- the loop: everything first, then what is new, and on after a failure
"""
from __future__ import annotations

from datetime import timedelta
from threading import Event as Flag
from unittest import TestCase
from unittest.mock import Mock, create_autospec, patch

from parameterized import parameterized

from accounts import (REGISTERED, REGISTERED_AGAIN, Event, TryLater,
                      Undeliverable, User)
from fakes import NOON, FakeQueue, FakeStore, SpyMailer, StubClock
from worker import KEPT, MOST_TRIES, MailWorker, Relay, work

ADA = User("ada", "ada@example.org", "a hash", NOON)
EVENT = Event("event-1", REGISTERED, "ada")
AGAIN = Event("event-2", REGISTERED_AGAIN, "ada")
SECOND = timedelta(seconds=1)
FIVE_MINUTES = timedelta(minutes=5)


class TestRelay(TestCase):
    """What the store has recorded is told to the broker."""

    def setUp(self) -> None:
        """Record two events."""
        self.clock = StubClock()
        self.store = FakeStore()
        self.store.record(EVENT, NOON)
        self.store.record(AGAIN, NOON)
        self.queue = Mock(spec=FakeQueue)
        self.relay = Relay(self.store, self.queue, self.clock)

    def published(self) -> list[Event]:
        """Return what the broker was told, in that order."""
        return [one.args[0] for one in self.queue.publish.call_args_list]

    def test_events_are_published_in_their_order(self) -> None:
        """And once, as long as there is no reason to doubt the broker."""
        counts = [self.relay.publish_pending(), self.relay.publish_pending()]

        self.assertEqual(counts, [2, 0])
        self.assertEqual(self.published(), [EVENT, AGAIN])

    def test_what_the_broker_refused_is_published_the_next_time(self) -> None:
        """An event is noted when the broker has it, and not before."""
        self.queue.publish.side_effect = [None, TryLater, None]

        with self.assertRaises(TryLater):
            self.relay.publish_pending()
        self.relay.publish_pending()

        self.assertEqual(self.published(), [EVENT, AGAIN, AGAIN])

    @parameterized.expand([
        ("is_not_yet_after_five_minutes", FIVE_MINUTES, 0),
        ("is_after_more", FIVE_MINUTES + SECOND, 2),
    ])
    def test_what_was_published_and_is_not_done(
        self, _name: str, later: timedelta, count: int,
    ) -> None:
        """The broker, or who took the message, may have lost it."""
        self.relay.publish_pending()
        self.clock.advance(later)

        again = self.relay.publish_pending()

        self.assertEqual(again, count)

    @parameterized.expand([
        ("a_second_ago", SECOND),
        ("by_a_clock_that_was_a_day_ahead", timedelta(days=-1)),
    ])
    def test_all_that_is_not_done_can_be_published_at_once(
        self, _name: str, later: timedelta,
    ) -> None:
        """A new queue has nothing of what the old one was told."""
        self.relay.publish_pending()
        self.store.done(EVENT.id, NOON)
        self.clock.advance(later)

        again = self.relay.publish_all()

        self.assertEqual(again, 1)
        self.assertEqual(self.published(), [EVENT, AGAIN, AGAIN])

    def test_who_never_verified_is_forgotten_after_a_week(self) -> None:
        """Looked for at once, then each hour."""
        self.store.add(ADA)
        self.relay.publish_pending()
        here = []

        for wait in (KEPT, timedelta(minutes=59), timedelta(minutes=1)):
            self.clock.advance(wait)
            self.relay.publish_pending()
            here.append(self.store.get(ADA.id) is not None)

        self.assertEqual(here, [True, True, False])

    def test_a_start_waits_for_no_mail_that_was_put_off(self) -> None:
        """What was away may be back; the count of tries goes on."""
        self.store.claim(EVENT.id, NOON, NOON)
        self.store.put_off(EVENT.id, NOON + FIVE_MINUTES)

        before, after = self.relay.publish_pending(), self.relay.publish_all()

        self.assertEqual((before, after), (1, 2))
        self.assertEqual(self.store.tries(EVENT.id), 1)


class TestMailWorker(TestCase):
    """An event's mail is sent, once where that can be promised."""

    def setUp(self) -> None:
        """Record that Ada has registered."""
        self.clock = StubClock()
        self.store = FakeStore()
        self.store.add(ADA)
        self.store.record(EVENT, NOON)
        self.mailer = SpyMailer()
        tokens = Mock(**{"token_for.side_effect": "token-of-{}".format})
        self.worker = MailWorker(self.store, self.mailer, tokens, self.clock,
                                 "https://example.org/")

    def pending(self) -> list[Event]:
        """Return what is not done."""
        self.store.unpublish()
        return self.store.pending(self.clock(), self.clock())

    def test_a_new_user_gets_the_link(self) -> None:
        """It leads to the API, with a token for this user."""
        self.worker.handle(EVENT)

        mail, = self.mailer.sent
        self.assertEqual(mail["To"], "ada@example.org")
        token = f"token-of-{ADA.registration}"
        self.assertIn(f"https://example.org/verify/{token}",
                      mail.get_content().splitlines())

    def test_the_mails_are_from_whom_they_are_said_to_be(self) -> None:
        """Of either kind: no server takes mails of example.org."""
        self.store.record(AGAIN, NOON)
        worker = MailWorker(self.store, self.mailer, Mock(), self.clock,
                            "https://example.org/", "Us <us@example.net>")

        worker.handle(EVENT)
        worker.handle(AGAIN)

        self.assertEqual([mail["From"] for mail in self.mailer.sent],
                         ["Us <us@example.net>"] * 2)

    def test_the_owner_of_a_known_address_gets_no_link(self) -> None:
        """The two kinds of events have mails of their own."""
        self.store.record(AGAIN, NOON)

        self.worker.handle(AGAIN)

        mail, = self.mailer.sent
        self.assertEqual(mail["Subject"], "You have an account already")

    def test_a_message_that_comes_twice_is_one_mail(self) -> None:
        """Whatever the broker does, nobody is written to again."""
        self.worker.handle(EVENT)
        self.worker.handle(EVENT)

        self.assertEqual(len(self.mailer.sent), 1)
        self.assertEqual(self.pending(), [])

    def test_what_another_worker_is_at_is_left_to_it(self) -> None:
        """The message comes later: by then the other has done it or died."""
        self.store.claim(EVENT.id, NOON, NOON + FIVE_MINUTES)

        self.worker.handle(EVENT)

        self.assertEqual(self.mailer.sent, [])

    def test_a_worker_that_died_loses_its_claim_after_five_minutes(
            self) -> None:
        """Nobody else gives it back, so time has to."""
        with patch.object(self.mailer, "send", side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                self.worker.handle(EVENT)
        sent = []

        for wait in (FIVE_MINUTES - SECOND, SECOND):
            self.clock.advance(wait)
            self.worker.handle(EVENT)
            sent.append(len(self.mailer.sent))

        self.assertEqual(sent, [0, 1])

    def test_a_mail_that_kills_its_worker_is_given_up(self) -> None:
        """Each claim counts, though nobody was left to say how it ended."""
        for _ in range(MOST_TRIES):
            self.store.claim(EVENT.id, self.clock(), self.clock())

        with self.assertLogs("registration", "WARNING"):
            with self.assertRaisesRegex(Undeliverable, "tried 100 times"):
                self.worker.handle(EVENT)

        self.assertEqual(self.pending(), [])
        self.assertEqual(self.mailer.sent, [])

    def test_a_mail_that_could_not_be_noted_goes_out_with_its_id(self) -> None:
        """Between sending and noting nothing can be promised but this."""
        with patch.object(self.store, "done", side_effect=TryLater):
            with self.assertRaises(TryLater):
                self.worker.handle(EVENT)
        self.clock.advance(FIVE_MINUTES)

        self.worker.handle(EVENT)

        first, second = self.mailer.sent
        self.assertEqual(first["Message-ID"], second["Message-ID"])

    def refused_for_now(self) -> timedelta:
        """Refuse the mail for now; return how long it is to wait then."""
        self.mailer.error = TryLater("Mailbox busy.")
        before, limit = self.clock(), self.clock() + timedelta(hours=2)
        with self.assertLogs("registration", "WARNING") as logs:
            self.worker.handle(EVENT)
        self.assertIn("Mailbox busy.", logs.output[0])
        while not self.store.pending(self.clock(), self.clock()):
            self.clock.advance(SECOND)
            self.assertLess(self.clock(), limit)
        return self.clock() - before

    def test_a_mail_that_was_refused_for_now_is_sent_in_a_while(self) -> None:
        """No claim is in its way; a message that comes too soon is."""
        self.mailer.error = TryLater("Mailbox busy.")
        with self.assertLogs("registration", "WARNING"):
            self.worker.handle(EVENT)
        self.mailer.error = None
        sent = []

        for wait in (timedelta(seconds=9), SECOND):
            self.clock.advance(wait)
            self.worker.handle(EVENT)
            sent.append(len(self.mailer.sent))

        self.assertEqual(sent, [0, 1])

    def test_a_mail_waits_longer_each_time(self) -> None:
        """Ten seconds are enough for a hiccup, and not for a night."""
        waits = [self.refused_for_now().seconds for _ in range(11)]

        self.assertEqual(waits, [10, 20, 40, 80, 160, 320, 640, 1280,
                                 2560, 3600, 3600])

    def test_a_mail_that_was_refused_for_good_is_not_tried_again(
            self) -> None:
        """It is told, for a person to look at, and then it is done."""
        self.mailer.error = Undeliverable("No such mailbox.")

        with self.assertLogs("registration", "WARNING") as logs:
            with self.assertRaisesRegex(Undeliverable, "No such mailbox."):
                self.worker.handle(EVENT)

        self.assertEqual(self.pending(), [])
        self.assertIn("event event-1 cannot be told of: No such mailbox.",
                      logs.output[0])

    def test_an_event_of_nobody_is_undeliverable(self) -> None:
        """The account may be gone by the time."""
        event = Event("event-3", REGISTERED, "nobody")
        self.store.record(event, NOON)

        with self.assertLogs("registration", "WARNING"):
            with self.assertRaises(Undeliverable):
                self.worker.handle(event)

    def test_the_log_names_ids_alone(self) -> None:
        """The token in the link is a secret, and the address is private."""
        with self.assertLogs(level="DEBUG") as logs:
            self.worker.handle(EVENT)

        self.assertEqual([line.getMessage() for line in logs.records],
                         ["told user ada of event event-1"])


class TestWork(TestCase):
    """The loop, which the test lets go round a certain number of times."""

    def setUp(self) -> None:
        """Take doubles that have the names of the real parts."""
        self.relay = Mock(spec=Relay)
        self.queue = Mock(spec=FakeQueue)
        # And the signature, so that it is no matter how arguments are given.
        self.queue.consume = create_autospec(FakeQueue().consume)
        self.stop = Mock(spec=Flag)
        self.handle = Mock()

    def go_round(self, times: int) -> None:
        """Let the loop run."""
        self.stop.is_set.side_effect = [False] * times + [True]
        work(self.relay, self.queue, self.handle, self.stop, pause=0.25)

    def names(self) -> list[str]:
        """Return what the relay was asked for."""
        return [name for name, _, _ in self.relay.method_calls]

    def test_all_is_published_first_and_then_what_is_new(self) -> None:
        """The queue may be a new one, but only at the start."""
        self.go_round(3)

        self.assertEqual(self.names(), ["publish_all", "publish_pending",
                                        "publish_pending"])

    def test_each_event_is_handed_over(self) -> None:
        """The wait for one is the loop's pause."""
        self.go_round(2)

        self.assertEqual(self.queue.consume.call_count, 2)
        self.queue.consume.assert_called_with(self.handle, 0.25)
        self.stop.wait.assert_not_called()

    def test_it_pauses_where_the_broker_is_away(self) -> None:
        """And begins anew, with everything: the broker may have lost it."""
        self.relay.publish_all.side_effect = [
            TryLater("The broker is away."), 0]

        with self.assertLogs("registration", "WARNING") as logs:
            self.go_round(2)

        self.stop.wait.assert_called_once_with(0.25)
        self.assertEqual(self.names(), ["publish_all", "publish_all"])
        self.assertIn("The broker is away.", logs.output[0])

    def test_it_publishes_all_after_a_part_was_away(self) -> None:
        """The event in hand came too early, and comes no more by itself."""
        self.queue.consume.side_effect = [TryLater, True, True]

        with self.assertLogs("registration", "WARNING"):
            self.go_round(3)

        self.stop.wait.assert_called_once_with(0.25)
        self.assertEqual(self.queue.consume.call_count, 3)
        self.assertEqual(self.names(), ["publish_all", "publish_all",
                                        "publish_pending"])

    def test_it_goes_on_after_a_mistake_of_ours(self) -> None:
        """Else the API would take registrations, and no mail be sent."""
        self.relay.publish_all.side_effect = [LookupError("a slip"), 0]

        with self.assertLogs("registration", "ERROR"):
            self.go_round(2)

        self.stop.wait.assert_called_once_with(0.25)
        self.assertEqual(self.names(), ["publish_all", "publish_all"])
