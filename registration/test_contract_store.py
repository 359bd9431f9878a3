#!/usr/bin/env python3
"""The contract of `accounts.Store`, which the fake and the real one keep.

pytest, because one fixture with parameters runs the whole suite on each
backend, and names it in what it reports. Each test has a session of its own,
which is rolled back at its end, so no test sees what another has written.

Cases: users kept and found · addresses taken · a verification is news once ·
all of a transaction or none · events pending, in order · claims, tries, waits
· a clock that was wrong
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Optional

import pytest
import sqlalchemy as sql
from sqlalchemy.orm import Session

from accounts import (REGISTERED, REGISTERED_AGAIN, AddressTaken, Event, Store,
                      Undeliverable, User)
from backends import DATABASES, Backend, empty_database
from fakes import NOON, FakeStore
from store import UserStore, engine_for

INDIA = timezone(timedelta(hours=5, minutes=30))
ADA = User("id of ada", "Ada@example.org", "hash of ada's", NOON)
BEN = User("id of ben", "ben@example.org", "hash of ben's", NOON)
FIRST = Event("first", REGISTERED, ADA.id)
SECOND = Event("second", REGISTERED_AGAIN, BEN.id)
SECOND_LONG = timedelta(seconds=1)


@pytest.fixture(scope="module", params=[None, *DATABASES],
                ids=["fake", *(backend.name for backend in DATABASES)])
def engine(request: pytest.FixtureRequest,
           tmp_path_factory: pytest.TempPathFactory
           ) -> Iterator[Optional[sql.Engine]]:
    """Connect to each database once; the fake needs none."""
    backend: Optional[Backend] = request.param
    if backend is None:
        yield None
        return
    with empty_database(backend, tmp_path_factory.mktemp("store")) as url:
        engine = engine_for(url)
        yield engine
        engine.dispose()


@pytest.fixture
def store(engine: Optional[sql.Engine]) -> Iterator[Store]:
    """Make a store in which there is nothing yet."""
    if engine is None:
        yield FakeStore()
        return
    with Session(engine) as session:  # What is not committed is rolled back.
        yield UserStore(session)


@pytest.fixture
def told(store: Store) -> Store:
    """Keep Ada and Ben, and an event of each."""
    for user, event in ((ADA, FIRST), (BEN, SECOND)):
        store.add(user)
        store.record(event, NOON)
    return store


def test_a_user_is_found_by_id_and_by_address(store: Store) -> None:
    """Everything that was added comes back, of the one who is asked for."""
    verified = replace(BEN, verified_at=NOON + SECOND_LONG)
    store.add(ADA)
    store.add(verified)

    found = store.get(ADA.id), store.by_address(BEN.address)

    assert found == (ADA, verified)


def test_nobody_is_found_who_was_not_added(store: Store) -> None:
    """The absence of a user is an answer and no error."""
    store.add(ADA)

    found = store.get(BEN.id), store.by_address(BEN.address)

    assert found == (None, None)


def test_a_time_comes_back_with_its_zone(store: Store) -> None:
    """It is the same moment, whatever zone it was told in."""
    store.add(replace(ADA, registered_at=NOON.astimezone(INDIA)))

    ada = store.get(ADA.id)

    assert ada is not None
    assert ada.registered_at == NOON
    assert ada.registered_at.utcoffset() is not None


@pytest.mark.parametrize(("kept", "asked"), [
    ("Ada@Example.org", "aDA@eXAMPLE.ORG"),
    ("zoë@example.org", "ZOË@example.org"),  # Not every database folds Ë.
    ("ada@bücher.example", "ada@xn--bcher-kva.example"),
])
def test_an_address_is_the_same_in_any_case(
        store: Store, kept: str, asked: str) -> None:
    """It is found and taken in any case, and shown as it was written."""
    store.add(replace(ADA, address=kept))

    found = store.by_address(asked)

    assert found == replace(ADA, address=kept)
    with pytest.raises(AddressTaken):
        store.add(replace(BEN, address=asked))


@pytest.mark.parametrize(("kept", "other"), [
    ("ada@faß.de", "ada@fass.de"), ("ﬁ@example.org", "fi@example.org"),
    ("ſam@example.org", "sam@example.org")])
def test_addresses_that_look_alike_are_two(
        store: Store, kept: str, other: str) -> None:
    """Each may be another person's, and each gets an account."""
    store.add(replace(ADA, address=kept))

    assert store.by_address(other) is None
    store.add(replace(BEN, address=other))


def test_who_registers_anew_is_another_registration(told: Store) -> None:
    """The id stays; what an older link stands for is verified no more."""
    anew = replace(ADA, address="ADA@example.org", password_hash="another",
                   registered_at=NOON + SECOND_LONG)

    with told.transaction() as joined:
        assert joined.hold(ADA.address) == ADA
        joined.renew(anew)

    assert told.get(ADA.id) == told.by_address(ADA.address) == anew
    assert told.verify(ADA, NOON) is False
    assert told.verify(anew, NOON) is True
    assert told.hold("nobody@example.org") is None


def test_events_are_counted_of_a_user_a_kind_and_a_while(told: Store) -> None:
    """Of the while itself, without its beginning."""
    told.record(Event("third", REGISTERED_AGAIN, ADA.id), NOON)
    told.record(Event("fourth", REGISTERED, ADA.id), NOON + SECOND_LONG)

    counts = [told.recorded(ADA.id, REGISTERED, since) for since in (
        NOON - SECOND_LONG, NOON, NOON + SECOND_LONG)]

    assert counts == [2, 1, 0]


def test_a_taken_address_stays_whose_it_was(store: Store) -> None:
    """And what is done besides in the same transaction is done."""
    with store.transaction() as joined:
        joined.add(ADA)
        with pytest.raises(AddressTaken):
            joined.add(replace(BEN, address=ADA.address))
        joined.record(FIRST, NOON)

    assert store.by_address(ADA.address) == ADA
    assert store.get(BEN.id) is None
    assert store.pending(NOON, NOON) == [FIRST]


def test_a_verification_is_news_once(told: Store) -> None:
    """The first time is kept, and for that user alone."""
    later = NOON + SECOND_LONG

    news = told.verify(ADA, NOON), told.verify(ADA, later)

    assert news == (True, False)
    assert told.get(ADA.id) == replace(ADA, verified_at=NOON)
    assert told.get(BEN.id) == BEN


def test_nobody_unknown_is_verified(told: Store) -> None:
    """It is no news, and no error."""
    assert told.verify(replace(ADA, id="nobody"), NOON) is False


def test_a_transaction_is_kept_whole(store: Store) -> None:
    """What was written in it is there when it has ended."""
    with store.transaction() as joined:
        joined.add(ADA)
        joined.record(FIRST, NOON)

    assert store.get(ADA.id) == ADA
    assert store.pending(NOON, NOON) == [FIRST]


def test_of_a_transaction_that_fails_nothing_is_kept(told: Store) -> None:
    """Each change is undone, and the error passed on."""
    with pytest.raises(ZeroDivisionError):
        with told.transaction() as joined:
            joined.add(User("id", "new@example.org", "hash", NOON))
            joined.record(Event("new", REGISTERED, ADA.id), NOON)
            joined.verify(ADA, NOON)
            joined.claim(FIRST.id, NOON, NOON + SECOND_LONG)
            joined.done(SECOND.id, NOON)
            raise ZeroDivisionError

    assert told.by_address("new@example.org") is None
    assert told.get(ADA.id) == ADA
    assert told.pending(NOON, NOON) == [FIRST, SECOND]
    assert told.claim(FIRST.id, NOON, NOON + SECOND_LONG)


def test_events_are_pending_in_their_order(told: Store) -> None:
    """Not in that of their ids or times: a clock may be set back."""
    third = Event("a third", REGISTERED_AGAIN, ADA.id)
    told.record(third, NOON - SECOND_LONG)

    events = told.pending(NOON, NOON)

    assert events == [FIRST, SECOND, third]


def test_an_event_that_is_done_is_pending_no_more(told: Store) -> None:
    """The others are."""
    told.done(FIRST.id, NOON)

    assert told.pending(NOON, NOON) == [SECOND]


@pytest.mark.parametrize(("published_before", "pending"), [
    (NOON - SECOND_LONG, [SECOND]),
    (NOON, [SECOND]),
    (NOON + SECOND_LONG, [FIRST, SECOND]),
    ((NOON - SECOND_LONG).astimezone(INDIA), [SECOND]),
    ((NOON + SECOND_LONG).astimezone(INDIA), [FIRST, SECOND]),
])
def test_a_published_event_is_pending_again_in_a_while(
        told: Store, published_before: datetime, pending: list[Event]
        ) -> None:
    """Only one published before the time that is named."""
    told.published(FIRST.id, NOON)

    events = told.pending(NOON + SECOND_LONG, published_before)

    assert events == pending


def test_an_event_is_claimed_by_one_alone(told: Store) -> None:
    """Until the very end of a claim. Other events are free."""
    end = NOON + SECOND_LONG

    assert told.claim(FIRST.id, NOON, end)
    assert not told.claim(FIRST.id, end - timedelta(microseconds=1), end)
    assert told.claim(SECOND.id, NOON, end)


def test_a_claimed_event_is_not_pending(told: Store) -> None:
    """Until the claim ends, whatever became of whoever had it."""
    end = NOON + SECOND_LONG
    told.claim(FIRST.id, NOON, end)

    assert told.pending(NOON, NOON) == [SECOND]
    assert told.pending(end, end) == [FIRST, SECOND]


def test_a_claim_ends_by_itself(told: Store) -> None:
    """Whoever had it may have been killed."""
    end = NOON + SECOND_LONG
    told.claim(FIRST.id, NOON, end)

    assert told.claim(FIRST.id, end.astimezone(INDIA), end + SECOND_LONG)


def test_an_event_that_is_put_off_waits_for_its_time(told: Store) -> None:
    """Neither is it pending, nor can it be claimed; then both."""
    due, end = NOON + SECOND_LONG, NOON + 5 * SECOND_LONG
    told.published(FIRST.id, NOON)
    told.published(SECOND.id, NOON)
    told.claim(FIRST.id, NOON, end)
    told.claim(SECOND.id, NOON, end)

    told.put_off(FIRST.id, due)

    assert not told.claim(FIRST.id, NOON, end)
    assert told.pending(NOON, NOON) == []
    assert told.pending(due, NOON) == [FIRST]
    assert told.claim(FIRST.id, due, end)
    assert not told.claim(SECOND.id, due, end)


def test_tries_are_counted(told: Store) -> None:
    """Of each event, and only those that were let."""
    for number in range(2):
        told.claim(FIRST.id, NOON, NOON + SECOND_LONG)
        told.claim(FIRST.id, NOON, NOON + SECOND_LONG)
        told.put_off(FIRST.id, NOON)

    assert (told.tries(FIRST.id), told.tries(SECOND.id)) == (2, 0)


def test_no_event_is_published_any_more(told: Store) -> None:
    """And none has to wait, but for one that somebody is at, or is done."""
    third = Event("third", REGISTERED, ADA.id)
    told.record(third, NOON)
    for event in (FIRST, SECOND, third):
        told.published(event.id, NOON)
    told.claim(FIRST.id, NOON, NOON + SECOND_LONG)
    told.put_off(SECOND.id, NOON + SECOND_LONG)
    told.done(third.id, NOON)

    told.unpublish()

    assert told.pending(NOON, NOON) == [SECOND]
    assert told.pending(*[NOON + SECOND_LONG] * 2) == [FIRST, SECOND]


@pytest.mark.parametrize("wrong", [
    timedelta(hours=1), timedelta(days=400)])
def test_what_a_wrong_clock_noted_holds_nothing_up(
        told: Store, wrong: timedelta) -> None:
    """It was ahead, and has been put right: nothing is to come so late."""
    ahead = NOON + wrong
    told.published(FIRST.id, ahead)
    told.claim(SECOND.id, ahead, ahead + SECOND_LONG)

    assert told.pending(NOON, NOON) == [FIRST, SECOND]
    assert told.claim(SECOND.id, NOON, NOON + SECOND_LONG)


def test_an_event_that_is_done_is_claimed_by_nobody(told: Store) -> None:
    """Neither while its last claim lasts nor afterwards."""
    end = NOON + SECOND_LONG
    told.claim(FIRST.id, NOON, end)

    told.done(FIRST.id, NOON)

    assert told.claim(FIRST.id, NOON, end) is False
    assert told.claim(FIRST.id, end, end + SECOND_LONG) is False


def test_an_unknown_event_cannot_be_claimed(told: Store) -> None:
    """There is nothing that it could be about."""
    with pytest.raises(Undeliverable):
        told.claim("unknown", NOON, NOON + SECOND_LONG)


def test_who_never_verified_is_forgotten_with_the_events(told: Store) -> None:
    """Whoever has verified stays, and whoever registered later."""
    told.verify(BEN, NOON)
    told.add(replace(ADA, id="c", address="cleo@example.org",
                     registered_at=NOON + SECOND_LONG))

    told.forget(registered_before=NOON + SECOND_LONG)

    left = [told.get(user_id) is None for user_id in (ADA.id, BEN.id, "c")]
    assert left == [True, False, False]
    assert told.pending(NOON, NOON) == [SECOND]
    told.add(ADA)
