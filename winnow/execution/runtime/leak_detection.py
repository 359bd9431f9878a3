"""What the tests have left changed for those that run after them."""
from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any
from unittest import mock

from .process_parts import PARTS

# What runs the tests has reasons of its own to change itself.
_NOT_LOOKED_AT = {
    "winnow", "_pytest", "pytest", "pluggy", "py", "unittest", "warnings",
    "sys", "builtins", "__main__", "_weakrefset", "importlib", "_warnings"}
# What was told to end may take so long, in seconds.
_GRACE = 0.5
_NOTHING = object()
_Names = dict[str, object]
_Changed = tuple[str, str]


class Snapshot:
    """What the tests found, held to be compared with what they leave."""

    def __init__(self, modules: Iterable[str], files: Iterable[str],
                 libraries: Iterable[str] = ()) -> None:
        """Take note of all that is loaded; the tests' own files aside.

        `modules` are those the tests are about: of them every name counts.
        Threads that the `libraries` have started for themselves do not.
        """
        self._libraries = frozenset(libraries)
        self._modules = [name for name in modules if name in sys.modules]
        own = {*files, *self._modules}
        self._others: dict[str, tuple[Any, _Names]] = {
            name: (module, dict(vars(module)))
            for name, module in list(sys.modules.items())
            if name not in own and isinstance(module, ModuleType)
            and _is_looked_at(name)}
        for name in own & sys.modules.keys():
            for named in list(vars(sys.modules[name]).values()):
                for kind in _classes(named):
                    if kind.__module__ not in own and _is_looked_at(
                            kind.__module__):
                        self._others[f"{kind.__module__}.{kind.__qualname__}"
                                     ] = kind, dict(vars(kind))
        self._held = {owner: (there, dict(vars(there)))
                      for owner, there in self._owners()}
        self._environ = os.environ
        self._environment = dict(os.environ)
        self._parts = [(part, part.take()) for part in PARTS if part.leak]
        self._threads = threading.enumerate()
        # What is started before the tests may be stopped behind them.
        self._patches = list(_started())

    def _owners(self) -> Iterator[tuple[str, Any]]:
        """Yield the modules that the tests are about, and their classes."""
        for name in self._modules:
            module = sys.modules[name]
            yield name, module
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__ == name:
                    yield f"{name}.{value.__qualname__}", value

    def changes(self) -> Iterator[_Changed]:
        """Yield what is changed now: its kind and its name.

        That of a `patch` is certain; an `attribute` may have been changed by
        its own module as well.
        """
        yield from _shortest(self._replaced())
        # Where it is replaced itself, that has been said.
        if os.environ is self._environ:
            now = dict(os.environ)
            for name in sorted(self._environment.keys() | now.keys()):
                if (self._environment.get(name) != now.get(name)
                        and not name.startswith("PYTEST_")):
                    yield "environment", name
        for part, before in self._parts:
            if part.take() != before:
                yield "process", part.leak
        if any(_outlives(thread) for thread in threading.enumerate()
               if thread not in self._threads
               and _origin(thread) not in self._libraries):
            yield "process", "threads"

    def _replaced(self) -> Iterator[tuple[_Changed, object]]:
        """Yield the attributes that mean another object, and what they did."""
        for name in _started():
            if name not in self._patches:
                yield ("patch", name), _NOTHING
        for owners, is_own in ((self._held, True), (self._others, False)):
            for owner, (there, before) in owners.items():
                after = vars(there)
                names = _differing(before, after)
                is_reloaded = any(_is_remade(before.get(name), after.get(name))
                                  for name in names)
                for name in names:
                    was, now = before.get(name, _NOTHING), after.get(name)
                    change = f"{owner}.{name}"
                    if isinstance(now, mock.NonCallableMock):
                        yield ("patch", change), was
                    elif is_reloaded or name.startswith("__"):
                        pass
                    elif callable(was) or (
                            is_own and not isinstance(now, ModuleType)):
                        yield ("attribute", change), was


def _is_looked_at(name: str) -> bool:
    """Tell whether a module is not what runs the tests."""
    return name.partition(".")[0] not in _NOT_LOOKED_AT


def _classes(named: object) -> Iterator[type]:
    """Yield what a name stands for, if a class; if a module, its classes."""
    if isinstance(named, type):
        yield named
    elif isinstance(named, ModuleType):
        yield from (value for value in list(vars(named).values())
                    if isinstance(value, type))


def _started() -> Iterator[str]:
    """Yield the names that a patcher replaces which nobody has stopped.

    Only those that outlive a test: what it has made itself ends with it.
    """
    for patch in getattr(mock._patch, "_active_patches", ()):
        target = getattr(patch, "target", None)
        if isinstance(target, ModuleType) or (
                isinstance(target, type) and "<" not in target.__qualname__):
            yield f"{target.__name__}.{patch.attribute}"


def _outlives(thread: threading.Thread) -> bool:
    """Tell whether a thread goes on; one that was told to end soon does."""
    if isinstance(thread, threading._DummyThread):
        return False  # Nobody in Python has started it, nor can end it.
    thread.join(_GRACE)
    return thread.is_alive()


def _origin(thread: threading.Thread) -> str:
    """Return the package of what runs in a thread, or of its class."""
    runs = getattr(thread, "_target", None) or type(thread)
    return str(getattr(runs, "__module__", "")).partition(".")[0]


def _differing(before: Mapping[str, object], after: Mapping[str, object]
               ) -> list[str]:
    """Return the names that mean another object, or nothing, or are new."""
    if before.keys() == after.keys() and all(
            value is after[name] for name, value in before.items()):
        return []
    return [name for name in dict.fromkeys((*before, *after))
            if before.get(name, _NOTHING) is not after.get(name, _NOTHING)]


def _is_remade(before: object, after: object) -> bool:
    """Tell whether two objects come of one definition, executed twice."""
    if before is None or type(before) is not type(after):
        return False
    if isinstance(before, type):
        return _named(before) == _named(after)
    code = getattr(before, "__code__", None)
    return code is not None and code == getattr(after, "__code__", None)


def _named(thing: object) -> tuple[object, object]:
    """Return the module and the name of a class."""
    return (getattr(thing, "__module__", None),
            getattr(thing, "__qualname__", None))


def _shortest(changes: Iterable[tuple[_Changed, object]]
              ) -> Iterator[_Changed]:
    """Yield each change once, by the shortest name of what is changed.

    `requests.get` and `requests.api.get` are one function in two modules.
    """
    found: dict[tuple[str, int], _Changed] = {}
    started: dict[str, _Changed] = {}
    for change, was in changes:
        end = change[1].rpartition(".")[2]
        if was is _NOTHING:
            started.setdefault(change[1], change)
            continue
        key = end, id(was)
        if key not in found or len(change[1]) < len(found[key][1]):
            found[key] = change
    told = [*found.values()]
    yield from told
    for name, change in started.items():
        # `GithubOrgClient.org` is `client.GithubOrgClient.org`.
        if not any(f".{other}".endswith(f".{name}") or f".{name}".endswith(
                f".{other}") for _, other in told):
            yield change
