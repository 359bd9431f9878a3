#!/usr/bin/env python3
"""Passwords known from breaches: asked of a service that learns none of them.

It is sent the first five characters of a password's SHA-1, and answers with
the rest of every hash that begins so, some thousand of them (k-anonymity):
https://haveibeenpwned.com/API/v3#PwnedPasswords. Whoever asks has to decide
what to do while it is away; `service.UserService` does.
"""
from __future__ import annotations

from hashlib import sha1

import requests

from accounts import TryLater

PUBLIC = "https://api.pwnedpasswords.com"
SECONDS_TO_ANSWER = 2.0
SENT = 5
# The answer is as long for all: it is filled up with hashes that occur never.
PADDED = {"Add-Padding": "true"}


class BreachService:
    """The `Breaches` of a service at a URL."""

    def __init__(self, url: str = PUBLIC,
                 seconds: float = SECONDS_TO_ANSWER) -> None:
        """Take the URL, and the seconds to wait for an answer."""
        if not url.startswith(("https://", "http://127.0.0.1:")):
            raise ValueError("BREACHES_URL: it begins with https://, so that "
                             "nobody on the way answers in its place.")
        self._url = url.rstrip("/")
        self._seconds = seconds

    def knows(self, password: str) -> bool:
        """Tell whether a password occurs in a breach; or `TryLater`."""
        digest = sha1(password.encode()).hexdigest().upper()
        sent, kept = digest[:SENT], digest[SENT:]
        try:
            return _count(self._answer(sent), kept) > 0
        except (requests.RequestException, ValueError) as error:
            raise TryLater("The service for breaches is away.") from error

    def _answer(self, sent: str) -> str:
        """Return the lines for the hashes that begin so."""
        answer = requests.get(
            f"{self._url}/range/{sent}", headers=PADDED,
            timeout=self._seconds, allow_redirects=False)
        answer.raise_for_status()
        if answer.status_code != 200:
            raise ValueError(f"It answered {answer.status_code}.")
        return answer.text


def _count(lines: str, kept: str) -> int:
    """Return how often a hash occurs; `ValueError` if they are no counts."""
    counts = dict(line.split(":") for line in lines.split())
    return int(counts.get(kept, 0))
