#!/usr/bin/env python3
"""The rules of registration. They know the parts by their interfaces alone."""
from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Optional, Protocol

from email_validator import EmailNotValidError, validate_email

from accounts import (REGISTERED, REGISTERED_AGAIN, AddressTaken, Clock,
                      Event, InvalidAddress, InvalidToken, SpentToken, Store,
                      TryLater, User, WeakPassword)
from addresses import reason_alone
from passwords import checked

HOUR = timedelta(hours=1)
TOLD = {REGISTERED: 3, REGISTERED_AGAIN: 1}
"""How many mails of each kind an owner gets within an hour."""
log = logging.getLogger("registration")


class Hasher(Protocol):
    """Makes of a password what may be kept; argon2's `PasswordHasher`."""

    def hash(self, password: str) -> str:
        """Return a hash that is another one each time."""


class Breaches(Protocol):
    """Knows passwords from breaches; `breaches.BreachService`."""

    def knows(self, password: str) -> bool:
        """Tell whether a password occurs in a breach; or `TryLater`."""


class TokenReader(Protocol):
    """Reads the tokens of links; `tokens.Tokens`."""

    def user_id_in(self, token: str) -> str:
        """Return for whom it is; or raise `InvalidToken`, `SpentToken`."""


def new_id() -> str:
    """Return an id that nobody can guess."""
    return str(uuid.uuid4())


class UserService:
    """Registers users and verifies their addresses."""

    def __init__(self, store: Store, clock: Clock, hasher: Hasher,
                 tokens: TokenReader,
                 ids: Callable[[], str] = new_id,
                 breaches: Optional[Breaches] = None) -> None:
        """Take the parts; `ids` makes the id of a user or an event."""
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._tokens = tokens
        self._ids = ids
        self._breaches = breaches

    def register_user(self, email: str, password: str) -> None:
        """Keep a new account, and record that a mail is to be sent.

        A known address gets a mail as well, and nothing else tells the two
        apart, nor does the time: a password is hashed in either case. Raise
        `InvalidAddress` or `WeakPassword`.
        """
        address = _checked_address(email)
        password = checked(password, address)
        self._check_breaches(password)
        user = User(self._ids(), address, self._hasher.hash(password),
                    self._clock())
        try:
            self._keep(user)
        except AddressTaken:
            self._tell_owner(user)

    def _check_breaches(self, password: str) -> None:
        """Raise `WeakPassword` for one that is known from a breach.

        While the service is away, nobody is asked for another one: it makes
        passwords better, and must not keep people out.
        """
        try:
            is_known = self._breaches and self._breaches.knows(password)
        except TryLater as reason:
            log.warning("a password was not looked up: %s", reason)
            return
        if is_known:
            raise WeakPassword("The password is known from a breach of "
                               "another site: take another.")

    def bounced(self, notice: Mapping[str, Any]) -> None:
        """Log whose mail came back, if it is that of which a notice tells."""
        data = notice.get("data")
        address = data.get("address") if isinstance(data, dict) else None
        if notice["type"] == "mail.bounced" and isinstance(address, str):
            user = self._store.by_address(address)
            if user is not None:
                log.warning("a mail to user %s came back", user.id)

    def _keep(self, user: User) -> None:
        """Keep a user and the event together, or neither."""
        with self._store.transaction() as store:
            store.add(user)
            store.record(Event(self._ids(), REGISTERED, user.id),
                         user.registered_at)
        log.info("registered user %s", user.id)

    def _tell_owner(self, user: User) -> None:
        """Record that the owner of an address is to hear of an attempt.

        Until an address is verified, nobody has shown whose it is: so the
        newest attempt counts, gets a link, and makes older ones void. Of more
        than is told within an hour nothing is kept.
        """
        with self._store.transaction() as store:
            owner = store.hold(user.address)
            if owner is None:
                return
            kind = REGISTERED_AGAIN if owner.verified_at else REGISTERED
            now = user.registered_at
            if store.recorded(owner.id, kind, now - HOUR) >= TOLD[kind]:
                log.info("user %s has been told enough", owner.id)
                return
            if kind == REGISTERED:
                store.renew(replace(user, id=owner.id))
            store.record(Event(self._ids(), kind, owner.id), now)
        log.info("user %s is registered already", owner.id)

    def look(self, token: str) -> User:
        """Return the user for whom a link is, which changes nothing.

        Raise `InvalidToken`, or `SpentToken` for one that is too old, or to
        which there is a newer one.
        """
        registration = self._tokens.user_id_in(token)
        user_id = registration.partition("@")[0]
        user = self._store.get(user_id)
        if user is None:
            raise InvalidToken("This link is none of ours.")
        if user.registration != registration:
            raise SpentToken("This link was replaced by a newer one.")
        return user

    def verify(self, token: str) -> User:
        """Return the user whose address a link has shown to be theirs.

        Raise as `look` does, and `SpentToken` for a second time.
        """
        user, now = self.look(token), self._clock()
        if not self._store.verify(user, now):
            raise SpentToken("This link was used before.")
        log.info("verified user %s", user.id)
        return replace(user, verified_at=now)

    def user(self, user_id: str) -> Optional[User]:
        """Return the user of an id."""
        return self._store.get(user_id)


def _checked_address(email: str) -> str:
    """Return an address as it is best written, or raise `InvalidAddress`."""
    try:
        known = validate_email(email, check_deliverability=False)
    except EmailNotValidError as error:
        raise InvalidAddress(reason_alone(str(error))) from None
    if "=?" in known.normalized:  # Mail programs decode it to another one.
        raise InvalidAddress('The email address has "=?" in it: take another.')
    return known.normalized
