#!/usr/bin/env python3
"""Which passwords are taken: long ones, that are on no list of common ones.

NIST SP 800-63B-4, https://pages.nist.gov/800-63-4/sp800-63b.html, asks of a
password that stands alone for 15 characters, a list of those that are common,
one form of what Unicode can write in several, and no other rules. The list is
of 30,000, from https://pypi.org/project/zxcvbn.
"""
from __future__ import annotations

import unicodedata
from functools import lru_cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from accounts import WeakPassword

SHORTEST = 15
LONGEST = 128  # To hash what is longer would keep us busy.
SHORTEST_UNIT = 4
"""What is made by repeating fewer characters is as good as these."""


def checked(password: str, address: str) -> str:
    """Return a password in its one form; raise `WeakPassword`."""
    password = unicodedata.normalize("NFKC", password)
    if len(password) < SHORTEST:
        raise WeakPassword("The password is too short: take at least "
                           f"{SHORTEST} characters.")
    if len(password) > LONGEST:
        raise WeakPassword("The password is too long: take at most "
                           f"{LONGEST} characters.")
    if _is_common(password.casefold(), address.casefold()):
        raise WeakPassword("The password is easy to guess, for it is the "
                           "address or a common one: take another.")
    return password


def _is_common(password: str, address: str) -> bool:
    """Tell whether a password is on the list, or repeats what is."""
    unit = _repeated(password)
    return (len(unit) < SHORTEST_UNIT or unit in _common()
            or unit in (address, *address.split("@")))


def _repeated(text: str) -> str:
    """Return the shortest beginning that, repeated, makes a text.

    The last time, less than all of it may do: 123412341 repeats 1234.
    """
    return text[:next(length for length in range(1, len(text) + 1)
                      if text.startswith(text[length:]))]


@lru_cache(maxsize=None)
def _common() -> frozenset[str]:
    """Return the list of common passwords."""
    return frozenset(FREQUENCY_LISTS["passwords"])
