#!/usr/bin/env python3
"""What a mail provider tells us: signed, soon, and once.

A webhook is a request by a stranger, to an address that anybody can find. So
its signature covers id, time and body, as Standard Webhooks has it:
https://github.com/standard-webhooks/standard-webhooks. A sender that did not
get our answer sends the same again, which is no news and no mistake.
"""
from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from threading import Lock
from typing import Any

from accounts import Clock

GOOD_FOR = timedelta(minutes=5)
"""How far its time and ours may differ; so long its id is remembered."""
Notice = Mapping[str, Any]


class Forged(Exception):
    """It is not from whom it ought to be, or not of now."""


class NoNotice(ValueError):
    """It is signed, and says nothing that can be read."""


class Webhooks:
    """Takes each notice of one sender once, in this process."""

    def __init__(self, secret: str, clock: Clock,
                 handle: Callable[[Notice], None]) -> None:
        """Take the sender's secret, `whsec_` and Base64, and who acts."""
        kind, _, key = secret.partition("_")
        try:
            self._key = base64.b64decode(key, validate=True)
        except ValueError:
            self._key = b""
        if kind != "whsec" or len(self._key) < 24:
            raise ValueError(
                "WEBHOOK_SECRET: it is whsec_ and at least 24 bytes in "
                "Base64; whoever sends the webhooks shows it.")
        self._clock = clock
        self._handle = handle
        self._taken: dict[str, datetime] = {}
        self._lock = Lock()

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Act on a notice, unless that was done before.

        Raise `Forged` or `NoNotice`. If acting on it fails, it may come again.
        """
        notice_id = headers.get("webhook-id", "")
        sent = headers.get("webhook-timestamp", "")
        self._check_signature(
            f"{notice_id}.{sent}.".encode() + body,
            headers.get("webhook-signature", ""))
        self._check_time(sent)
        if not self._is_news(notice_id):
            return
        try:
            self._handle(_read(body))
        except BaseException:
            self._taken.pop(notice_id, None)
            raise

    def _check_signature(self, signed: bytes, signatures: str) -> None:
        """Refuse what nobody with the secret has signed.

        There may be several signatures, while a secret is exchanged.
        """
        digest = hmac.new(self._key, signed, hashlib.sha256).digest()
        right = b"v1," + base64.b64encode(digest)
        if not any(hmac.compare_digest(each.encode(), right)
                   for each in signatures.split()):
            raise Forged("The signature is not the sender's.")

    def _check_time(self, sent: str) -> None:
        """Refuse what was sent long ago, or will be."""
        try:
            at = datetime.fromtimestamp(int(sent), timezone.utc)
        except (ValueError, OverflowError, OSError) as error:
            raise Forged("The time is none.") from error
        if abs(self._clock() - at) > GOOD_FOR:
            raise Forged("It was not sent just now.")

    def _is_news(self, notice_id: str) -> bool:
        """Note an id, as long as it may come; tell whether it is new."""
        now = self._clock()
        with self._lock:
            self._taken = {each: at for each, at in self._taken.items()
                           if now - at <= 2 * GOOD_FOR}
            is_new = notice_id not in self._taken
            self._taken.setdefault(notice_id, now)
            return is_new


def _read(body: bytes) -> Notice:
    """Return what a body says."""
    try:
        notice = json.loads(body)
    except ValueError as error:
        raise NoNotice("The body is not JSON.") from error
    if not isinstance(notice, dict) or not isinstance(notice.get("type"), str):
        raise NoNotice("The body has no type.")
    return notice
