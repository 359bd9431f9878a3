"""What a run of tests has left changed, that the next one would find."""
from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any
from unittest import mock

# What runs the tests has reasons of its own to change itself.
_NOT_LOOKED_AT = {
    "winnow", "_pytest", "pytest", "pluggy", "py", "unittest", "warnings",
    "sys", "builtins", "__main__", "_weakrefset", "importlib", "_warnings"}
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_Names = dict[str, object]


class World:
    """What the tests found, held to be compared with what they leave."""

    def __init__(self, modules: Iterable[str], files: Iterable[str]) -> None:
        """Take note of all that is loaded; the tests' own files aside.

        `modules` are those the tests are about: of them every name counts.
        """
        self._modules = [name for name in modules if name in sys.modules]
        own = {*files, *self._modules}
        self._others: dict[str, tuple[ModuleType, _Names]] = {
            name: (module, dict(vars(module)))
            for name, module in list(sys.modules.items())
            if name not in own and isinstance(module, ModuleType)
            and name.partition(".")[0] not in _NOT_LOOKED_AT}
        self._held = {owner: (there, dict(vars(there)))
                      for owner, there in self._owners()}
        self._environment = dict(os.environ)
        self._rest = dict(_rest())

    def _owners(self) -> Iterator[tuple[str, Any]]:
        """Yield the modules that the tests are about, and their classes."""
        for name in self._modules:
            module = sys.modules[name]
            yield name, module
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__ == name:
                    yield f"{name}.{value.__qualname__}", value

    def changes(self) -> Iterator[tuple[str, str]]:
        """Yield what is changed now: its kind and its name."""
        found = dict.fromkeys(self._started())
        for owner, (there, before) in self._held.items():
            for name in _differing(before, dict(vars(there))):
                if not name.startswith("__"):
                    found[f"{owner}.{name}"] = None
        for owner, (there, before) in self._others.items():
            after = vars(there)
            for name in _differing(before, after):
                if name in before and (
                        isinstance(after.get(name), mock.NonCallableMock)
                        or callable(before[name])):
                    found[f"{owner}.{name}"] = None
        yield from (("patch", name) for name in _shortest(found))
        now = dict(os.environ)
        for name in sorted(self._environment.keys() | now.keys()):
            if (self._environment.get(name) != now.get(name)
                    and not name.startswith("PYTEST_")):
                yield "environment", name
        after_all = dict(_rest())
        for name, value in self._rest.items():
            if after_all[name] != value:
                yield "process", name

    @staticmethod
    def _started() -> Iterator[str]:
        """Yield the names that a patcher replaces which nobody has stopped."""
        for patch in getattr(mock._patch, "_active_patches", ()):
            if hasattr(patch, "attribute"):
                target = getattr(patch, "target", None)
                name = getattr(target, "__name__", None)
                yield f"{name}.{patch.attribute}" if name else patch.attribute


def _rest() -> Iterator[tuple[str, object]]:
    """Yield what a process has besides its modules and its environment."""
    try:
        yield "folder", os.getcwd()
    except OSError:
        yield "folder", None
    yield "path", list(sys.path)
    yield "threads", {thread.ident for thread in threading.enumerate()}
    yield "signals", [signal.getsignal(number) for number in _SIGNALS]
    yield "logging", logging.root.manager.disable


def _differing(before: Mapping[str, object], after: Mapping[str, object]
               ) -> list[str]:
    """Return the names that mean another object, or nothing, or are new."""
    if before.keys() == after.keys() and all(
            value is after[name] for name, value in before.items()):
        return []
    nothing = object()
    return [name for name in dict.fromkeys((*before, *after))
            if before.get(name, nothing) is not after.get(name, nothing)]


def _shortest(names: Iterable[str]) -> list[str]:
    """Return each changed attribute once, by the shortest of its names.

    `requests.get` and `requests.api.get` are one function in two modules.
    """
    by_end: dict[str, str] = {}
    for name in names:
        end = name.rpartition(".")[2]
        if end not in by_end or len(name) < len(by_end[end]):
            by_end[end] = name
    return list(by_end.values())
