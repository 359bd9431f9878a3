#!/usr/bin/env python3
"""The token in the link by which someone shows that an address is theirs.

It is signed, so it need not be kept, and nothing but the secret can make one.
"""
from __future__ import annotations

from datetime import datetime, timedelta, timezone

from itsdangerous import BadData, URLSafeTimedSerializer
from itsdangerous.timed import TimestampSigner

from accounts import Clock, InvalidToken, SpentToken

VALID_FOR = timedelta(days=2)
CLOCKS_DIFFER = timedelta(minutes=5)


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(timezone.utc)


class Tokens:
    """Makes and reads tokens with one secret.

    itsdangerous does the signing, and compares in constant time.
    """

    def __init__(self, secret: str, clock: Clock = utc_now) -> None:
        """Take the secret, which must stay the same as long as the links."""

        class Signer(TimestampSigner):
            """A signer that asks our clock, so that a test can set it."""

            def get_timestamp(self) -> int:
                """Return the time in whole seconds since 1970."""
                return int(clock().timestamp())

        self._clock = clock
        self._serializer = URLSafeTimedSerializer(
            secret, salt="verify an address", signer=Signer)

    def token_for(self, user_id: str) -> str:
        """Return a token that says that its bearer gets the user's mail."""
        token = self._serializer.dumps(user_id)
        return token if isinstance(token, str) else token.decode()

    def user_id_in(self, token: str) -> str:
        """Return the id for which a token was made.

        Raise `InvalidToken` if it was not made with our secret, `SpentToken`
        if that was more than two days ago, or is still to come: by more than
        the clocks of two machines may differ.
        """
        try:
            user_id, made = self._serializer.loads(
                token, return_timestamp=True)
        except (BadData, UnicodeError) as error:
            raise InvalidToken("This link is none of ours.") from error
        age = self._clock() - made
        if age > VALID_FOR:
            raise SpentToken("This link is too old.")
        if age < -CLOCKS_DIFFER:
            raise SpentToken("This link is of a time that is still to come.")
        return str(user_id)
