#!/usr/bin/env python3
"""The API's consumer: typed answers, and errors that say what to do."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional, TypeVar
from urllib.parse import quote

import requests

SECONDS_TO_ANSWER = 5
Read = TypeVar("Read")


class AccountError(Exception):
    """The API did not do what it was asked for; says why, in a sentence."""


class Refused(AccountError):
    """What was sent is not acceptable."""


class Unknown(AccountError):
    """There is no such account, or no such link."""


class Unavailable(AccountError):
    """The API is away, or gave an answer that is none of its own."""


@dataclass(frozen=True)
class Account:
    """An account, as the API shows it: its address to its owner alone."""

    id: str
    email: Optional[str]
    verified: bool
    registered_at: datetime


class AccountClient:
    """Speaks to the API at a URL."""

    def __init__(self, base_url: str,
                 timeout: float = SECONDS_TO_ANSWER) -> None:
        """Take the URL, and the seconds to wait for an answer."""
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout

    def register(self, email: str, password: str) -> str:
        """Register; return what the person is to do next."""
        answer = self._ask("POST", "/users",
                           json={"email": email, "password": password})
        return _read(answer, _message)

    def account(self, account_id: str) -> Account:
        """Return the account of an id; raise `Unknown` if there is none."""
        answer = self._ask("GET", f"/users/{_part(account_id)}")
        return _read(answer, _account)

    def verify(self, token: str) -> Account:
        """Return the account that a link's token has verified."""
        answer = self._ask("POST", f"/verify/{_part(token)}")
        return _read(answer, _account)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        """Return the JSON of a good answer, or raise an `AccountError`."""
        try:
            response = requests.request(
                method, self._base_url + path, timeout=self._timeout,
                **options)
        except requests.RequestException as error:
            raise Unavailable("The accounts cannot be reached.") from error
        if response.status_code >= 500:
            raise Unavailable(f"The accounts are out of order "
                              f"({response.status_code}).")
        said = _json(response)
        if response.ok:
            return said
        kind = Unknown if response.status_code == 404 else Refused
        raise kind(_read(said, _message))


def _part(text: str) -> str:
    """Return a text as one part of a path."""
    return quote(text, safe="")


def _json(response: requests.Response) -> Any:
    """Return what an answer says."""
    try:
        return response.json()
    except requests.JSONDecodeError as error:
        raise Unavailable("The answer is no JSON.") from error


def _read(said: Any, reading: Callable[[Any], Read]) -> Read:
    """Return what is read from an answer that has to have it."""
    try:
        return reading(said)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unavailable("The answer is none of the API's.") from error


def _message(said: Any) -> str:
    """Return the sentence in an answer."""
    return str(said["message"])


def _account(said: Any) -> Account:
    """Return the account that an answer describes."""
    # Python 3.10 reads no Z for the zone.
    registered = said["registered_at"].replace("Z", "+00:00")
    return Account(
        id=str(said["id"]), email=said.get("email"),
        verified=bool(said["verified"]),
        registered_at=datetime.fromisoformat(registered))
