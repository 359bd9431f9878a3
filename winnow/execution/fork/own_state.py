"""What the tests' own modules hold, recorded once and put back exactly.

From before the first test on, everything that their globals lead to is known:
modules, classes, functions, containers, instances. What of it has changed is
put back in its place, object by object, so that the next variant finds what a
fresh clone would. Where something is reached whose state cannot be seen, as
that of an iterator, none is recorded.
"""
from __future__ import annotations

import gc
import re
import sys
import types
import unittest
import weakref
from collections import deque
from collections.abc import Callable
from functools import lru_cache, partial
from logging import Logger
from operator import is_
from typing import Any
from unittest import mock

from ..runtime.imports import is_shared
from ..runtime.process_parts import PARTS
from .identity import Names, is_pythons

# More is not looked through: a clone for each variant is quicker.
_MOST = 20_000
# Chance is put back by whoever runs the variants; what is collected, and who
# listens, is no test's.
_NOT_COMPARED = {"chance", "what garbage is collected", "who traces"}
_LRU = type(lru_cache(print))
_ATOMS = (
    type(None), bool, int, float, complex, str, bytes, range, slice,
    type(Ellipsis), type(NotImplemented), types.CodeType,
    types.BuiltinFunctionType, types.MethodDescriptorType,
    types.WrapperDescriptorType, types.MethodWrapperType,
    types.ClassMethodDescriptorType, types.GetSetDescriptorType,
    types.MemberDescriptorType, re.Pattern, types.GenericAlias, Logger,
    weakref.ref)
# Whatever is of these modules changes no more once it is made.
_OF_FIXED = {"typing", "_typing", "datetime", "decimal", "fractions", "uuid",
             "_abc", "operator", "pathlib", "zoneinfo", "_collections"}
# What leads on to others, and holds nothing else.
_THROUGH = (tuple, frozenset, types.MethodType, property, staticmethod,
            classmethod, types.MappingProxyType)
# Types of C that a class may inherit from: their content is known.
_BASES = (object, dict, list, set, deque, tuple, frozenset, str, int, float,
          bytes, BaseException, types.SimpleNamespace, partial, property)


class Opaque(Exception):
    """Something is reached of which nobody can tell whether it changes."""


class OwnState:
    """The state of some modules, as it was when this was made."""

    def __init__(self, folder: str) -> None:
        """Record the modules loaded from a folder; raises `Opaque`."""
        self._own = {name for name, module in sys.modules.items()
                     if str(getattr(module, "__file__", "")).startswith(
                         folder)}
        self._checks: list[Callable[[], None]] = []
        self._strangers: list[Callable[[], bool]] = []
        self._seen: dict[int, object] = {}
        self._waiting: list[object] = [sys.modules[name]
                                       for name in self._own]
        self._waiting += [each for each in gc.get_objects()
                          if isinstance(each, unittest.TestCase)]
        while self._waiting:
            self._record(self._waiting.pop())
        self._patches = list(mock._patch._active_patches)  # type: ignore
        self._loaded = set(sys.modules)
        self._parts = self._of_process()

    def put_back(self) -> None:
        """Make all of the tests' own as it was."""
        for check in self._checks:
            check()

    def is_alone_changed(self) -> bool:
        """Tell whether all else is as it was, too: what is never put back."""
        new = sys.modules.keys() - self._loaded
        return (mock._patch._active_patches == self._patches  # type: ignore
                and all(map(is_shared, new))
                and len(sys.modules) == len(self._loaded) + len(new)
                and all(check() for check in self._strangers)
                and self._of_process() == self._parts)

    @staticmethod
    def _of_process() -> list[object]:
        """Return what the process has besides its modules."""
        return [part.take() for part in PARTS
                if part.name not in _NOT_COMPARED]

    def _record(self, thing: Any) -> None:
        """Record one object, and let wait what it leads to."""
        kind = type(thing)
        if kind in _ATOMS or id(thing) in self._seen:
            return
        self._seen[id(thing)] = thing
        if len(self._seen) > _MOST:
            raise Opaque("there is too much")
        if isinstance(thing, types.ModuleType):
            self._record_module(thing)
        elif isinstance(thing, type):
            self._record_class(thing)
        elif kind is types.FunctionType:
            self._record_function(thing)
        elif kind is types.CellType:
            self._record_cell(thing)
        elif kind is _LRU:
            self._record_cache(thing)
        elif kind in _THROUGH:
            self._waiting += gc.get_referents(thing)
        elif not isinstance(thing, _ATOMS) and (
                kind.__module__ not in _OF_FIXED):
            self._record_instance(thing)

    def _record_module(self, module: types.ModuleType) -> None:
        """Record a module: its own one whole, another by its names."""
        if module.__name__ not in self._own or (
                sys.modules.get(module.__name__) is not module):
            self._compare(lambda: vars(module))
            return
        names = vars(module)
        self._keep_dict(names)
        self._waiting += [value for name, value in names.items()
                          if not name.startswith("__")]

    def _record_class(self, kind: type) -> None:
        """Record a class: one of the tests' own whole, another by its names.

        One that its module does not have was made for one object, as a mock's
        is.
        """
        home = sys.modules.get(kind.__module__)
        if kind.__module__ not in self._own and (
                getattr(home, kind.__name__, None) is kind
                or not is_pythons(kind)):
            if is_pythons(kind):
                self._compare(lambda: vars(kind))
            return
        before = dict(vars(kind))
        names = Names(before)

        def put_back() -> None:
            """Give the class the attributes that it had."""
            now = vars(kind)
            if not names.are(now):
                for name in now.keys() - before.keys():
                    type.__delattr__(kind, name)
                for name, value in before.items():
                    if now.get(name, names) is not value:
                        type.__setattr__(kind, name, value)

        self._checks.append(put_back)
        self._waiting += [*before.values(), *kind.__bases__, type(kind)]

    def _record_function(self, function: types.FunctionType) -> None:
        """Record a function: its code, its defaults, what it closes over."""
        home = sys.modules.get(str(function.__module__))
        is_own = home is not None and home.__name__ in self._own
        if not (is_own or function.__closure__ or function.__dict__
                or function.__defaults__ or function.__kwdefaults__):
            return
        names = ("__code__", "__defaults__", "__kwdefaults__", "__dict__")
        before = [getattr(function, name) for name in names]

        def put_back() -> None:
            """Give the function what it had."""
            for name, value in zip(names, before):
                if getattr(function, name) is not value:
                    setattr(function, name, value)

        self._checks.append(put_back)
        # functools.wraps gives one the name of another's module.
        named = sys.modules.get(str(function.__globals__.get("__name__")))
        if named is None or vars(named) is not function.__globals__:
            self._waiting.append(function.__globals__)
        self._waiting += [*before[1:], *(function.__closure__ or ())]

    def _record_cell(self, cell: types.CellType) -> None:
        """Record what a cell holds; an empty one may be filled."""
        nothing = object()

        def content() -> object:
            """Return what is in it now."""
            try:
                return cell.cell_contents
            except ValueError:
                return nothing

        before = content()

        def put_back() -> None:
            """Fill or empty the cell again."""
            if content() is not before:
                if before is nothing:
                    del cell.cell_contents
                else:
                    cell.cell_contents = before

        self._checks.append(put_back)
        self._waiting.append(before if before is not nothing else None)

    def _record_cache(self, cached: Any) -> None:
        """Record a cache that is empty; what is in another, none can tell."""
        before = cached.cache_info()
        if before.hits or before.misses or before.currsize:
            raise Opaque("a cache that is in use")

        def put_back() -> None:
            """Empty the cache."""
            if cached.cache_info() != before:
                cached.cache_clear()

        self._checks.append(put_back)
        self._waiting += [cached.__wrapped__, cached.__dict__]

    def _record_instance(self, thing: Any) -> None:
        """Record an object by its attributes, and by what it contains."""
        kind = type(thing)
        for each in kind.__mro__:
            if each not in _BASES and not is_pythons(each) and not (
                    issubclass(each, (BaseException, dict))):
                raise Opaque(f"{kind.__module__}.{kind.__qualname__}")
            for slot in vars(each).values() if "__slots__" in vars(each) else (
                    ()):
                if type(slot) is types.MemberDescriptorType:
                    self._record_slot(thing, slot)
        if isinstance(thing, dict):
            self._keep_dict(thing)
            self._waiting += [*dict.keys(thing), *dict.values(thing)]
        elif isinstance(thing, (list, deque)):
            self._keep_list(thing)
        elif isinstance(thing, set):
            self._keep_set(thing)
        elif isinstance(thing, (*_THROUGH, partial)):
            self._waiting += gc.get_referents(thing)
        elif isinstance(thing, BaseException):
            self._waiting.append(thing.args)
        if getattr(kind, "__dictoffset__", 0):
            own = object.__getattribute__(thing, "__dict__")
            self._strangers.append(lambda: object.__getattribute__(
                thing, "__dict__") is own)
            self._waiting.append(own)
        self._waiting.append(kind)

    def _record_slot(self, thing: object, slot: Any) -> None:
        """Record one attribute that an object has no dictionary for."""
        nothing = object()

        def content() -> object:
            """Return its value now."""
            try:
                return slot.__get__(thing)
            except AttributeError:
                return nothing

        before = content()

        def put_back() -> None:
            """Give the attribute its value."""
            if content() is not before:
                if before is nothing:
                    slot.__delete__(thing)
                else:
                    slot.__set__(thing, before)

        self._checks.append(put_back)
        if before is not nothing:
            self._waiting.append(before)

    def _compare(self, names: Callable[[], Any]) -> None:
        """Record what a stranger's names mean: only compared, not put back.

        What a library finds out once and keeps, under a name of its own, it
        may find out at any time.
        """
        before = dict(names())
        held = Names(before)

        def is_as_before() -> bool:
            """Tell whether every name means what it did."""
            now = names()
            return held.are(now) or all(
                name.startswith("_") and before.get(name) is None
                for name in before.keys() | now.keys()
                if before.get(name, held) is not now.get(name, held))

        self._strangers.append(is_as_before)

    def _keep_dict(self, content: dict[Any, Any]) -> None:
        """Record the items of a dictionary, in their order."""
        before = Names(content)

        def put_back() -> None:
            """Give it the items that it had."""
            if not before.are(content):
                dict.clear(content)
                dict.update(content, before.items())

        self._checks.append(put_back)

    def _keep_list(self, content: Any) -> None:
        """Record the items of a list, or of a deque."""
        base: Any = list if isinstance(content, list) else deque
        before = list(base.__iter__(content))

        def put_back() -> None:
            """Give it the items that it had."""
            if len(content) != len(before) or not all(
                    map(is_, base.__iter__(content), before)):
                base.clear(content)
                base.extend(content, before)

        self._checks.append(put_back)
        self._waiting += before

    def _keep_set(self, content: set[Any]) -> None:
        """Record the items of a set."""
        before = set(set.__iter__(content))
        ids = {*map(id, before)}

        def put_back() -> None:
            """Give it the items that it had."""
            if {*map(id, set.__iter__(content))} != ids:
                set.clear(content)
                set.update(content, before)

        self._checks.append(put_back)
        self._waiting += before
