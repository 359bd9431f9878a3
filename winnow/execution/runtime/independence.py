"""Whether any test finds what another one has left.

If none does, each can be run without the others, and ends as it would in the
whole suite. Compared is all that `OwnState` knows of, after each test. Those
of a class for which something is set up once belong together: of these, only
what is there once it is torn down again counts.
"""
from __future__ import annotations

import sys
import unittest
from collections.abc import Sequence
from itertools import groupby

from ..event import Independent
from .own_state import Opaque, OwnState
from .shared_setup import is_set_up


class Independence:
    """What is known of the tests of one run in their own order."""

    def __init__(self, folder: str) -> None:
        """Prepare for the modules that are loaded from a folder."""
        self._folder = folder
        self._state: OwnState | None = None
        self._parts: list[tuple[object, list[str]]] = []
        self._is_spoilt = False
        self._last: object = None
        self._kind: object = None

    def begin(self, tests: Sequence[unittest.TestCase]) -> None:
        """Record what is there before the first test.

        Where a module is set up, or a test stands in two places, it is as if
        something was left: that is too rare to be told apart.
        """
        self._parts = [(part, [test.id() for test in group])
                       for part, group in groupby(tests, _part)]
        if not self._is_spoilt and _is_plain(tests) and (
                len({part for part, _ in self._parts}) == len(self._parts)):
            try:
                self._state = OwnState(self._folder)
            except Opaque:
                pass

    def before(self, test: unittest.TestCase) -> None:
        """Compare, unless the next test belongs to the last one.

        What is not the tests' own is compared once a class has ended.
        """
        if _part(test) != self._last:
            self._compare(type(test) is not self._kind)
            self._last, self._kind = _part(test), type(test)

    def spoil(self, for_good: bool = False) -> None:
        """Note that something is left that is not compared.

        What the files of tests write into their folder when they are imported
        is there for each test; of what is the machine's, nobody can tell.
        """
        self._state = None
        self._is_spoilt = self._is_spoilt or for_good

    def told(self) -> Independent | None:
        """Return what to tell when all has ended, if nothing was left."""
        self._compare(is_whole=True)
        return Independent([tests for _, tests in self._parts
                            if len(tests) > 1]) if self._state else None

    def _compare(self, is_whole: bool) -> None:
        """Compare what is there, unless something was left before."""
        if self._state and (self._state.differs() or is_whole
                            and not self._state.is_alone_changed()):
            self._state = None


def _part(test: unittest.TestCase) -> object:
    """Return what a test belongs to: a class that is set up, or itself."""
    return type(test) if is_set_up(type(test)) else test.id()


def _is_plain(tests: Sequence[unittest.TestCase]) -> bool:
    """Tell whether no module of the tests is set up or torn down."""
    return not any(
        hasattr(sys.modules.get(module), name)
        for module in {type(test).__module__ for test in tests}
        for name in ("setUpModule", "tearDownModule"))
