"""Notes what is executed where something is set up once for several tests.

Such are fixtures of pytest with a wider scope than a function's, `setUpClass`
and `setUpModule`. The first test is on when that happens; a change in what it
executes may be seen by any test that uses what was set up.
"""
from __future__ import annotations

import contextlib
import unittest
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..event import Emit, SharedBy


def is_set_up(kind: type[unittest.TestCase]) -> bool:
    """Tell whether a class of tests is set up or torn down as a whole."""
    return any(getattr(getattr(kind, name), "__func__", None) is not
               getattr(unittest.TestCase, name).__func__
               for name in ("setUpClass", "tearDownClass"))


class SharedSetup:
    """Set-ups that are on, the functions executed there, and who uses them."""

    def __init__(self) -> None:
        """Begin with nothing set up."""
        self._on: list[int] = []
        self._names: dict[int, dict[str, None]] = {}
        self._users: dict[int, dict[str, None]] = {}
        self._kept: dict[int, object] = {}

    @property
    def is_on(self) -> bool:
        """Whether anything is being set up."""
        return bool(self._on)

    @contextlib.contextmanager
    def of(self, thing: object, users: Iterable[str]) -> Iterator[None]:
        """Note that a thing is set up, or used, by these tests and others."""
        key = id(thing)
        self._kept[key] = thing  # Or another could get its number.
        self._users.setdefault(key, {}).update(dict.fromkeys(users))
        self._on.append(key)
        try:
            yield
        finally:
            self._on.pop()

    def note(self, name: str) -> None:
        """Note that a function, or a segment, is executed."""
        for key in self._on:
            self._names.setdefault(key, {})[name] = None

    def tell(self, emit: Emit) -> None:
        """Tell what was executed for more than one test."""
        for key, names in self._names.items():
            if len(self._users[key]) > 1:
                emit(SharedBy(list(names), list(self._users[key])))


def watch_fixtures(setups: SharedSetup, test: Callable[[], str | None]
                   ) -> None:
    """Let pytest's fixtures tell when a test asks for one.

    A fixture that is set up already is asked for by each test all the same,
    whether its name is a parameter or is looked up while the test runs.
    """
    from _pytest.fixtures import FixtureDef

    execute = FixtureDef.execute

    def watched(self: Any, request: Any) -> Any:
        """Return the fixture's value, and note what its set-up executes."""
        if self.scope == "function":
            return execute(self, request)
        on = test()
        with setups.of(self, [on] if on else []):
            return execute(self, request)

    setattr(FixtureDef, "execute", watched)
