"""What the tests' own modules hold, recorded once, compared and put back.

From before the first test on, everything that their globals lead to is known:
modules, classes, functions, containers, instances. So it can be told whether a
test has left anything there for the next, and what has changed is put back in
its place, object by object: the next variant finds what a fresh clone would.
Where something is reached whose state cannot be seen, as that of an iterator,
none is recorded.
"""
from __future__ import annotations

import gc
import random
import re
import sys
import types
import unittest
import weakref
from collections import OrderedDict, deque
from functools import lru_cache, partial
from logging import Logger
from typing import Any
from unittest import mock

from .containers import Containers
from .identity import is_pythons
from .imports import is_shared
from .process_parts import PARTS
from .restoring import (
    Remembered,
    of_cell,
    of_class,
    of_dictionary,
    of_function,
    of_list,
    of_set,
    of_slot,
)
from .shared_setup import is_set_up
from .strangers import Strangers

# More is not looked through: a clone for each variant is quicker.
_MOST = 20_000
# Chance is put back by whoever runs variants; what is collected, and who
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


def started_patches() -> list[object]:
    """Return the patches that are started, and not stopped yet."""
    return list(mock._patch._active_patches)  # type: ignore[attr-defined]


class OwnState:
    """The state of some modules, as it was when this was made."""

    def __init__(self, folder: str) -> None:
        """Record the modules loaded from a folder; raises `Opaque`."""
        self._own = {name for name, module in sys.modules.items()
                     if str(getattr(module, "__file__", "")).startswith(
                         folder)}
        self._containers = Containers()
        self._single: list[Remembered] = []
        self._of_one_part: list[Remembered] = []
        self._private: set[int] = set()
        self._strangers = Strangers()
        self._dictionaries: list[tuple[object, object]] = []
        self._seen: dict[int, object] = {}
        self._waiting: list[object] = [sys.modules[name]
                                       for name in self._own]
        self._waiting += [each for each in gc.get_objects()
                          if isinstance(each, unittest.TestCase)]
        while self._waiting:
            self._record(self._waiting.pop())
        self._containers.note()
        self._strangers.note()
        self._chance = random.getstate()
        self._patches = started_patches()
        self._loaded = set(sys.modules)
        self._parts = self._of_process()

    def put_back(self) -> None:
        """Make all of the tests' own as it was."""
        self._containers.restore()
        for kept in (*self._single, *self._of_one_part):
            if kept.differs():
                kept.restore()

    def differs(self) -> bool:
        """Tell whether the tests' own is not what it was.

        What a test keeps in its own object, no other finds, nor do others
        what a class that is set up has for its tests.
        """
        return (self._containers.differ()
                or any(kept.differs() for kept in self._single)
                or random.getstate() != self._chance
                or started_patches() != self._patches)

    def is_alone_changed(self) -> bool:
        """Tell whether all else is as it was: what is never put back."""
        new = sys.modules.keys() - self._loaded
        return (started_patches() == self._patches
                and all(map(is_shared, new))
                and len(sys.modules) == len(self._loaded) + len(new)
                and self._strangers.are_as_before()
                and all(object.__getattribute__(thing, "__dict__") is own
                        for thing, own in self._dictionaries)
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
            self._containers.add(thing, of_cell(thing))
            self._waiting += gc.get_referents(thing)
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
            self._strangers.add_module(module)
            return
        names = vars(module)
        self._containers.add(names, of_dictionary(names))
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
            self._strangers.add_class(kind)
            return
        # What is set up for the tests of a class, these alone are to find.
        (self._of_one_part if issubclass(kind, unittest.TestCase)
         and is_set_up(kind) and not type.__subclasses__(kind)
         else self._single).append(of_class(kind))
        self._waiting += [*vars(kind).values(), *kind.__bases__, type(kind)]

    def _record_function(self, function: types.FunctionType) -> None:
        """Record a function: its code, its defaults, what it closes over."""
        home = sys.modules.get(str(function.__module__))
        is_own = home is not None and home.__name__ in self._own
        if not (is_own or function.__closure__ or function.__dict__
                or function.__defaults__ or function.__kwdefaults__):
            return
        self._containers.add(function, of_function(function))
        # functools.wraps gives one the name of another's module.
        named = sys.modules.get(str(function.__globals__.get("__name__")))
        if named is None or vars(named) is not function.__globals__:
            self._waiting.append(function.__globals__)
        self._waiting += [function.__defaults__, function.__kwdefaults__,
                          function.__dict__, *(function.__closure__ or ())]

    def _record_cache(self, cached: Any) -> None:
        """Record a cache that is empty; what is in another, none can tell."""
        before = cached.cache_info()
        if before.hits or before.misses or before.currsize:
            raise Opaque("a cache that is in use")
        self._single.append(Remembered(
            lambda: cached.cache_info() != before, cached.cache_clear))
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
                    self._single.append(of_slot(thing, slot))
                    self._waiting += gc.get_referents(thing)
        if isinstance(thing, dict):
            self._record_dictionary(thing)
        elif isinstance(thing, (list, deque)):
            self._containers.add(thing, of_list(thing))
            self._waiting += gc.get_referents(thing)
        elif isinstance(thing, set):
            self._containers.add(thing, of_set(thing))
            self._waiting += set.__iter__(thing)
        elif isinstance(thing, (*_THROUGH, partial)):
            self._waiting += gc.get_referents(thing)
        elif isinstance(thing, BaseException):
            self._waiting.append(thing.args)
        if getattr(kind, "__dictoffset__", 0):
            own = object.__getattribute__(thing, "__dict__")
            self._dictionaries.append((thing, own))
            if isinstance(thing, unittest.TestCase):
                self._private.add(id(own))
            self._waiting.append(own)
        self._waiting.append(kind)

    def _record_dictionary(self, content: dict[Any, Any]) -> None:
        """Record the items of a dictionary, unless one test alone has it."""
        if id(content) in self._private:
            self._of_one_part.append(of_dictionary(content))
        elif isinstance(content, OrderedDict):  # It has an order of its own.
            self._single.append(of_dictionary(content))
        else:
            self._containers.add(content, of_dictionary(content))
        self._waiting += [*dict.keys(content), *dict.values(content)]
