"""Many objects compared at once: do they lead to what they led to before?

To compare each by itself takes longer than most tests do.
"""
from __future__ import annotations

import gc
from itertools import chain
from operator import is_

from .restoring import Remembered


class Containers:
    """Dictionaries, lists, sets, cells and functions, and what they hold."""

    def __init__(self) -> None:
        """Begin with none."""
        self._all: list[object] = []
        self._kept: list[Remembered] = []
        self._dictionaries: list[dict[object, object]] = []
        self._held: list[object] = []
        self._keys: list[object] = []

    def add(self, thing: object, kept: Remembered) -> None:
        """Take one in, with what is known of it."""
        self._all.append(thing)
        self._kept.append(kept)
        if isinstance(thing, dict):
            self._dictionaries.append(thing)

    def note(self) -> None:
        """Take note of what all of them hold now."""
        self._held, self._keys = self._now()

    def differ(self) -> bool:
        """Tell whether any of them is not as it was kept."""
        if self._may_differ():
            if any(kept.differs() for kept in self._kept):
                return True
            self.note()
        return False

    def restore(self) -> None:
        """Make each as it was kept."""
        if self._may_differ():
            for kept in self._kept:
                if kept.differs():
                    kept.restore()

    def _may_differ(self) -> bool:
        """Tell whether they hold anything else than was noted.

        A function may do so only because somebody has asked it for its
        annotations; what is kept of each says it exactly.
        """
        held, keys = self._now()
        return not (len(held) == len(self._held) and len(keys) == len(
            self._keys) and all(map(is_, held, self._held))
            and all(map(is_, keys, self._keys)))

    def _now(self) -> tuple[list[object], list[object]]:
        """Return what they hold; of dictionaries, that may lack the keys."""
        return (gc.get_referents(*self._all),
                [*chain.from_iterable(map(dict.keys, self._dictionaries))])
