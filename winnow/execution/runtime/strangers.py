"""What a library's modules mean by their names: compared, never put back.

A test that gives `requests.Session` another method, say, changes what each
other test finds. So all modules of a package are looked at of which the tests'
own name one, and the classes in them.
"""
from __future__ import annotations

import gc
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from types import ModuleType
from typing import Any

from .containers import Containers
from .identity import is_pythons
from .imports import is_shared
from .restoring import Remembered

_NOTHING = object()
_Names = Callable[[], Mapping[str, Any]]


class Strangers:
    """Modules and classes that are not the tests' own, as they were.

    What a library finds out once and keeps, under a name of its own, it may
    find out at any time, unless this is `strict`; and it may load what it has
    not needed yet.
    """

    def __init__(self, strict: bool = False) -> None:
        """Begin with none; those loaded now can be taken in."""
        self._is_as_before = partial(_is_as_before, strict)
        self._modules: dict[str, list[ModuleType]] = defaultdict(list)
        for name, module in list(sys.modules.items()):
            if isinstance(module, ModuleType):
                self._modules[package(name)].append(module)
        self._seen: set[int] = set()
        self._all = Containers()

    def add_module(self, module: ModuleType) -> None:
        """Take in a module, and all that is loaded of its package."""
        self._add(lambda: vars(module), vars(module))
        for each in self._modules.pop(package(module.__name__), ()):
            self._add_one(each)

    def add_class(self, kind: type) -> None:
        """Take in a class that a statement has made."""
        if id(kind) not in self._seen and is_pythons(kind):
            self._seen.add(id(kind))
            # The mapping that vars() shows is no more than a view.
            self._add(lambda: vars(kind), *gc.get_referents(vars(kind)))

    def note(self) -> None:
        """Take note of what all of them mean by their names now."""
        self._all.note()

    def are_as_before(self) -> bool:
        """Tell whether all names mean what they did."""
        return not self._all.differ()

    def _add_one(self, module: ModuleType) -> None:
        """Take in a module, and the classes that it has made."""
        self._add(lambda: vars(module), vars(module))
        for kind in [*vars(module).values()]:
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                self.add_class(kind)

    def _add(self, names: _Names, content: object) -> None:
        """Take in what has names, and the dictionary that they stand in."""
        if id(content) not in self._seen:
            self._seen.add(id(content))
            before = dict(names())
            self._all.add(content, Remembered(
                lambda: not self._is_as_before(names(), before), _nothing))


def _nothing() -> None:
    """Put nothing back: whoever finds a difference ends the process."""


def package(name: str) -> str:
    """Return the outermost package of a module."""
    return name.partition(".")[0]


def _is_as_before(strict: bool, now: Mapping[str, Any],
                  before: Mapping[str, Any]) -> bool:
    """Tell whether names mean what they did, except for what is kept late."""
    return all(
        not strict and name.startswith("_") and before.get(name) is None
        or name not in before and isinstance(value, ModuleType)
        and is_shared(value.__name__)
        for name in before.keys() | now.keys()
        for value in [now.get(name, _NOTHING)]
        if before.get(name, _NOTHING) is not value)
