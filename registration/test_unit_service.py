#!/usr/bin/env python3
"""Unit tests of `service`: its rules, with each of the five doubles.

With unittest, whose `mock` makes four of the doubles, and parameterized for
rows of addresses. The fifth is in `fakes`.

- dummy: what is refused reaches no part
- stub: a link that somebody else has just opened
- spy: a known address costs a hash too
- mock: an account and its event are one transaction
- fake: an address has one account, however often it is registered
- the rules of passwords, addresses, links and logs, mostly on fakes
"""
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import TestCase
from unittest.mock import ANY, MagicMock, Mock, call
from uuid import UUID

from parameterized import parameterized

from accounts import (REGISTERED, REGISTERED_AGAIN, AddressTaken,
                      InvalidAddress, InvalidToken, SpentToken, Store, User,
                      WeakPassword)
from fakes import NOON, FakeStore, PlainHasher, StubClock
from service import UserService

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery"
ADA = User("ada", EMAIL, "a hash", NOON)


class TestWithADummy(TestCase):
    """A dummy fills a place and is never used.

    A bare object can do nothing, so any use of it would be an error. That
    makes it the sharpest proof that a part was left alone.
    """

    def test_what_is_refused_reaches_no_part(self) -> None:
        """Nothing is hashed, kept or told of, and no time is asked for."""
        dummy: Any = object()
        service = UserService(dummy, dummy, dummy, dummy, ids=dummy)

        with self.assertRaises(WeakPassword):
            service.register_user(EMAIL, "short")


class TestWithAStub(TestCase):
    """A stub gives the answers that a test needs.

    These two a real store gives together only in a race: the account is not
    verified when it is read, and was verified when that is to be noted.
    """

    def test_a_link_that_was_opened_meanwhile_is_spent(self) -> None:
        """Of two who open it at the same time, one is told that it worked."""
        tokens = Mock(**{"user_id_in.return_value": ADA.registration})
        store = Mock(spec=Store)
        store.get.return_value = ADA
        store.verify.return_value = False
        service = UserService(store, StubClock(), PlainHasher(), tokens)

        with self.assertRaises(SpentToken) as caught:
            service.verify("the token")

        self.assertEqual(str(caught.exception), "This link was used before.")


class TestWithASpy(TestCase):
    """A spy does the work as ever, and remembers how it was asked.

    That a password was hashed leaves no trace where nothing is kept of it, so
    no state and no answer could tell.
    """

    def test_a_known_address_costs_a_hash_too(self) -> None:
        """Else the time to answer would tell who has an account."""
        spy = Mock(wraps=PlainHasher())
        service = UserService(FakeStore(), StubClock(), spy, Mock())

        service.register_user(EMAIL, PASSWORD)
        service.register_user(EMAIL, "another good password")

        self.assertEqual(spy.hash.call_args_list,
                         [call(PASSWORD), call("another good password")])


class TestWithAMock(TestCase):
    """A mock is told what calls to expect, and the calls are the test.

    Here they are the rule itself: in a fake that never fails, an event that
    is recorded too late is there in the end as well. A mock knows much of
    how the work is done, so this suite has one.
    """

    def test_an_account_and_its_event_are_one_transaction(self) -> None:
        """Nothing is done in the store before it, after it or beside it."""
        store = MagicMock(spec=Store)
        service = UserService(store, StubClock(), PlainHasher(), Mock())

        service.register_user(EMAIL, PASSWORD)

        self.assertEqual(store.mock_calls, [
            call.transaction(),
            call.transaction().__enter__(),
            call.transaction().__enter__().add(ANY),
            call.transaction().__enter__().record(ANY, NOON),
            call.transaction().__exit__(None, None, None)])


class TestWithAFake(TestCase):
    """A fake works, only more simply: a store in two dicts.

    What one call left there the next one finds, so a test can tell a story
    and look at its end, and need not know who called whom.
    """

    def test_an_address_has_one_account_whose_owner_is_told(self) -> None:
        """A second attempt changes nothing, in whatever case it is written."""
        store = FakeStore()
        service = UserService(
            store, StubClock(), PlainHasher(),
            Mock(**{"user_id_in.return_value": f"a@{NOON}"}),
            ids=iter("abcde").__next__)

        service.register_user("ada@example.org", PASSWORD)
        service.verify("the token")
        service.register_user("ADA@Example.org", "another good password")

        self.assertEqual(store.get("a"), store.by_address("ada@example.org"))
        self.assertEqual(store.get("a"), User(
            "a", "ada@example.org", "hash of 21 characters", NOON, NOON))
        self.assertEqual(
            [(event.kind, event.user_id)
             for event in store.pending(NOON, NOON)],
            [(REGISTERED, "a"), (REGISTERED_AGAIN, "a")])


class TestRules(TestCase):
    """The other rules, on a store that works."""

    def setUp(self) -> None:
        """Make a service whose tokens are the users' ids."""
        self.store = FakeStore()
        self.clock = StubClock()
        self.tokens = Mock(**{"user_id_in.side_effect":
                              f"{{}}@{NOON}".format})
        self.service = UserService(
            self.store, self.clock, PlainHasher(), self.tokens)

    def test_a_password_that_is_easy_to_guess_is_refused(self) -> None:
        """Nothing is kept; what is easy, `passwords` says."""
        with self.assertRaises(WeakPassword):
            self.service.register_user("ada.lovelace@example.org",
                                       "ADA.lovelace@example.org")

        self.assertIsNone(self.store.by_address("ada.lovelace@example.org"))

    def test_a_password_is_hashed_in_its_one_form(self) -> None:
        """Whoever logs in may write the accent in another way."""
        spy = Mock(wraps=PlainHasher())
        service = UserService(self.store, self.clock, spy, self.tokens)

        service.register_user(EMAIL, "cafe\u0301 au lait, noir")

        spy.hash.assert_called_once_with("caf\u00e9 au lait, noir")

    def test_a_look_at_a_link_changes_nothing(self) -> None:
        """It says whose it is, and whether it was used."""
        self.store.add(ADA)

        before = self.service.look("ada")
        verified = self.service.verify("ada")

        self.assertEqual(before, ADA)
        self.assertEqual(self.service.look("ada"), verified)

    @parameterized.expand([
        ("has_no_at", "example.org"),
        ("has_two_lines", "ada@example.org\nBcc: eve@example.org"),
        ("is_empty", ""),
    ])
    def test_an_address_is_refused_that(
        self, _name: str, email: str,
    ) -> None:
        """No mail could reach it, or mail would reach somebody else."""
        with self.assertRaisesRegex(InvalidAddress, r"\.$"):
            self.service.register_user(email, PASSWORD)

    def test_an_address_is_kept_as_it_is_best_written(self) -> None:
        """A domain has no case; what stands before it is its owner's."""
        self.service.register_user("Ada@EXAMPLE.org", PASSWORD)

        user = self.store.by_address("ada@example.org")
        assert user is not None
        self.assertEqual(user.address, "Ada@example.org")

    def test_ids_are_made_by_chance(self) -> None:
        """A second user's id cannot be told from the first one's."""
        self.service.register_user(EMAIL, PASSWORD)
        self.service.register_user("bob@example.org", PASSWORD)

        first, second = self.store.pending(NOON, NOON)
        ids = {first.id, first.user_id, second.id, second.user_id}
        self.assertEqual(len(ids), 4)
        self.assertEqual({UUID(one).version for one in ids}, {4})

    def test_an_owner_who_is_gone_by_then_is_told_nothing(self) -> None:
        """The account may be deleted while somebody registers with it."""
        store = MagicMock(spec=Store)
        inside = store.transaction.return_value.__enter__.return_value
        inside.add.side_effect = AddressTaken
        inside.hold.return_value = None
        service = UserService(store, self.clock, PlainHasher(), self.tokens)

        service.register_user(EMAIL, PASSWORD)

        inside.record.assert_not_called()

    def test_a_link_verifies_the_account_at_that_time(self) -> None:
        """The user that is returned is the one that is now in the store."""
        self.store.add(ADA)
        self.clock.advance(timedelta(hours=1))

        user = self.service.verify("ada")

        self.assertEqual(user.verified_at, NOON + timedelta(hours=1))
        self.assertEqual(user, self.service.user("ada"))

    def test_a_link_works_once(self) -> None:
        """The first time of verification stays."""
        self.store.add(ADA)
        verified = self.service.verify("ada")
        self.clock.advance(timedelta(hours=1))

        with self.assertRaises(SpentToken):
            self.service.verify("ada")

        self.assertEqual(self.service.user("ada"), verified)

    def test_who_never_verified_may_begin_anew(self) -> None:
        """The new password counts, a new link is sent, the old one is void."""
        self.service.register_user(EMAIL, PASSWORD)
        self.clock.advance(timedelta(days=3))
        self.service.register_user(EMAIL, "a longer good password")

        first, second = self.store.pending(self.clock(), self.clock())
        user = self.store.by_address(EMAIL)
        assert user is not None
        self.assertEqual((second.kind, second.user_id),
                         (REGISTERED, first.user_id))
        self.assertEqual(user.password_hash, "hash of 22 characters")
        self.assertEqual(user.registered_at, self.clock())
        with self.assertRaisesRegex(SpentToken, "replaced by a newer one"):
            self.service.verify(user.id)
        self.tokens.user_id_in.side_effect = [user.registration]
        self.assertEqual(self.service.verify("new").id, user.id)

    @parameterized.expand([
        ("who_is_not_verified_gets_three_links", None, 3),
        ("who_is_gets_one_notice", NOON, 1),
    ])
    def test_within_an_hour(
        self, _name: str, verified_at: Any, mails: int,
    ) -> None:
        """However often a stranger tries; and of the rest nothing counts."""
        self.store.add(replace(ADA, verified_at=verified_at))
        for _ in range(20):
            self.service.register_user(EMAIL, PASSWORD)
            self.clock.advance(timedelta(minutes=2))

        told = self.store.pending(self.clock(), self.clock())
        self.clock.advance(timedelta(hours=1))
        self.service.register_user(EMAIL, PASSWORD)
        later = self.store.pending(self.clock(), self.clock())

        self.assertEqual((len(told), len(later)), (mails, mails + 1))

    def test_a_link_to_no_account_is_none_of_ours(self) -> None:
        """It was signed by us, and the account is gone."""
        with self.assertRaises(InvalidToken):
            self.service.verify("nobody")

    def test_a_link_that_is_too_old_verifies_nobody(self) -> None:
        """What the reader of tokens finds wrong is passed on."""
        self.store.add(ADA)
        self.tokens.user_id_in.side_effect = SpentToken("Too old.")

        with self.assertRaises(SpentToken):
            self.service.verify("ada")

        self.assertEqual(self.service.user("ada"), ADA)

    def test_the_log_names_ids_alone(self) -> None:
        """Neither an address nor a password nor a token is ever in it."""
        service = UserService(self.store, self.clock, PlainHasher(),
                              Mock(**{"user_id_in.return_value":
                                      f"a@{NOON}"}),
                              ids=iter("abcde").__next__)

        with self.assertLogs(level="DEBUG") as logs:
            service.register_user(EMAIL, PASSWORD)
            service.register_user(EMAIL, PASSWORD)
            service.verify("the token")

        self.assertEqual([line.getMessage() for line in logs.records],
                         ["registered user a",
                          "user a is registered already",
                          "verified user a"])
