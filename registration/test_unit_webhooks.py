#!/usr/bin/env python3
"""Unit tests of `webhooks`: who may tell us something, when, and how often.

pytest, for its rows. The time is a stub, and whoever acts is a list.

Cases: the signature that the standard's own libraries make · whatever is
changed on the way · too old, too early · the same again, at once or in a
while · acting on it failed · no notice · a secret that is none
"""
from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from accounts import TryLater
from fakes import StubClock
from samples import NOTICE, SECRET, SENT, signed
from webhooks import GOOD_FOR, Forged, NoNotice, Webhooks

# The example of the standard's own tests, at the time SENT, by SECRET:
# https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries
BODY = b'{"test": 2432232314}'
HEADERS = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
           "webhook-timestamp": "1614265330",
           "webhook-signature":
           "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}


@pytest.fixture
def clock() -> StubClock:
    """Give the time at which it was sent."""
    return StubClock(SENT)


@pytest.fixture
def acted() -> list[Any]:
    """Give a list of what was acted on."""
    return []


@pytest.fixture
def webhooks(clock: StubClock, acted: list[Any]) -> Webhooks:
    """Give what takes notices."""
    return Webhooks(SECRET, clock, acted.append)


def test_a_notice_is_acted_on(webhooks: Webhooks, acted: list[Any]) -> None:
    """As it was sent."""
    webhooks.take(signed(NOTICE), NOTICE)

    assert acted == [{"type": "mail.bounced",
                      "data": {"address": "ada@example.org"}}]


def test_the_signature_is_that_of_the_standard(webhooks: Webhooks) -> None:
    """Its own example gets as far as to be read; it has no type."""
    with pytest.raises(NoNotice):
        webhooks.take(HEADERS, BODY)


def test_one_of_several_signatures_is_enough(
        webhooks: Webhooks, acted: list[Any]) -> None:
    """A sender has two while it exchanges its secret."""
    headers = signed(NOTICE)
    headers["webhook-signature"] = (
        f"v1,b2xk {headers['webhook-signature']} v2,bmV3")

    webhooks.take(headers, NOTICE)

    assert len(acted) == 1


@pytest.mark.parametrize("change", [
    {"webhook-id": "2"}, {"webhook-timestamp": "1614265331"},
    {"webhook-signature": ""}, {"webhook-signature": "v1,"},
    {"webhook-signature": HEADERS["webhook-signature"]},
    {"webhook-signature": "v1,ÿ"}, {"webhook-timestamp": "now"}])
def test_what_was_changed_on_the_way_is_refused(
        webhooks: Webhooks, acted: list[Any], change: dict[str, str]
        ) -> None:
    """The id and the time are signed as well as the body."""
    with pytest.raises(Forged, match="signature"):
        webhooks.take({**signed(NOTICE), **change}, NOTICE)

    assert acted == []


def test_another_body_is_refused(webhooks: Webhooks) -> None:
    """One space more is another body."""
    with pytest.raises(Forged):
        webhooks.take(signed(NOTICE), NOTICE + b" ")


def test_without_headers_it_is_refused(webhooks: Webhooks) -> None:
    """As anybody's request is who finds the address."""
    with pytest.raises(Forged):
        webhooks.take({}, NOTICE)


@pytest.mark.parametrize("by", [
    GOOD_FOR + timedelta(seconds=1), -GOOD_FOR - timedelta(seconds=1)])
def test_what_was_not_sent_just_now_is_refused(
        webhooks: Webhooks, clock: StubClock, acted: list[Any],
        by: timedelta) -> None:
    """A copy of it may be in somebody's log."""
    clock.advance(by)

    with pytest.raises(Forged, match="just now"):
        webhooks.take(signed(NOTICE), NOTICE)

    assert acted == []


@pytest.mark.parametrize("by", [GOOD_FOR, -GOOD_FOR])
def test_clocks_may_differ_a_little(
        webhooks: Webhooks, clock: StubClock, acted: list[Any],
        by: timedelta) -> None:
    """Up to the limit."""
    clock.advance(by)

    webhooks.take(signed(NOTICE), NOTICE)

    assert len(acted) == 1


@pytest.mark.parametrize("by", [timedelta(0), GOOD_FOR])
def test_a_replay_has_no_effect(
        webhooks: Webhooks, clock: StubClock, acted: list[Any],
        by: timedelta) -> None:
    """As long as its time is good; it is no error, for it may be honest."""
    webhooks.take(signed(NOTICE), NOTICE)
    clock.advance(by)

    webhooks.take(signed(NOTICE), NOTICE)

    assert len(acted) == 1


def test_a_replay_of_what_was_sent_by_a_fast_clock_has_no_effect(
        webhooks: Webhooks, clock: StubClock, acted: list[Any]) -> None:
    """It is good for twice as long as one of a clock that is right."""
    headers = signed(NOTICE, "fast", SENT + GOOD_FOR)
    webhooks.take(headers, NOTICE)
    for number in range(10):
        clock.advance(timedelta(minutes=1))
        webhooks.take(signed(NOTICE, f"{number}", clock()), NOTICE)

    webhooks.take(headers, NOTICE)

    assert len(acted) == 11


def test_a_notice_that_could_not_be_acted_on_comes_again(
        clock: StubClock) -> None:
    """The sender was told so, and sends it once more."""
    act = Mock(side_effect=[TryLater, None])
    webhooks = Webhooks(SECRET, clock, act)
    with pytest.raises(TryLater):
        webhooks.take(signed(NOTICE), NOTICE)

    webhooks.take(signed(NOTICE), NOTICE)

    assert act.call_count == 2


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"\xff", b'{"type": 1}', b'{"data": {}}'])
def test_what_says_nothing_is_no_notice(
        webhooks: Webhooks, acted: list[Any], body: bytes) -> None:
    """Though it is signed."""
    with pytest.raises(NoNotice):
        webhooks.take(signed(body), body)

    assert acted == []


@pytest.mark.parametrize("secret", [
    "", "whsec_", "secret", SECRET[6:], "whsec_c2hvcnQ=", "whsec_ä",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"])
def test_a_secret_that_is_none_is_told_at_the_start(secret: str) -> None:
    """With what it looks like."""
    with pytest.raises(ValueError, match="WEBHOOK_SECRET.*whsec_"):
        Webhooks(secret, StubClock(), print)
