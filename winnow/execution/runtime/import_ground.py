"""The process as it is before a suite is imported: is it the same again?

Where it is, once the suite has run and its own modules are forgotten, what is
imported next finds what it would find in a new process.
"""
from __future__ import annotations

import gc
import linecache
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from .containers import Containers
from .own_state import started_patches
from .process_parts import PARTS
from .restoring import Remembered, of_dictionary, of_list, of_set
from .strangers import Strangers, package

# Whoever imports may draw: each of two new processes draws something else.
_NOT_COMPARED = {"chance"}
# Words by which a text imports what no statement of it names.
_IMPORTS_OTHERWISE = (b"__import__", b"import_module", b"sys.modules",
                      b"import modules")
# What tests change without an import of their own.
_ALWAYS = ("builtins", "os", "sys", "unittest", "warnings")
_KINDS: Mapping[type, Callable[[Any], Remembered]] = {
    dict: of_dictionary, list: of_list, set: of_set}
# Larger ones are tables, which nobody changes.
_MOST_ITEMS = 500


class ImportGround:
    """What is loaded and set before the modules of a folder are imported."""

    def __init__(self, folder: str, imports: Iterable[str]) -> None:
        """Take note of all that these imports, and what they import, lead to.

        `folder` is what the paths of the suite's own modules begin with.
        """
        self._folder = folder
        self._table = sys.modules
        self._modules = dict(sys.modules)
        self._known = {*_ALWAYS, *map(package, imports)}
        self._strangers = Strangers(strict=True)
        for name in self._known & self._modules.keys():
            self._strangers.add_module(self._modules[name])
        self._strangers.note()
        self._contents = Containers()
        for container in self._tables():
            self._contents.add(container, _KINDS[type(container)](container))
        self._contents.note()
        self._patches = started_patches()
        self._parts = _parts()

    def is_left(self) -> bool:
        """Forget the suite's own modules; tell whether all else is as before.

        A module that was loaded since, and is none of these, may keep what
        the next import would find. So may one that no import led to.
        """
        own = {name: module for name, module in sys.modules.items()
               if name not in self._modules and self._is_own(module)}
        is_known = all(self._is_known(module, own) for module in own.values())
        for name in own:
            del sys.modules[name]
        own.clear()
        gc.collect()
        linecache.clearcache()
        random.seed()
        return (is_known and sys.modules is self._table
                and sys.modules.keys() == self._modules.keys()
                and all(sys.modules[name] is module
                        for name, module in self._modules.items())
                and started_patches() == self._patches
                and _parts() == self._parts
                and self._strangers.are_as_before()
                and not self._contents.differ())

    def _tables(self) -> Iterator[Any]:
        """Yield what the modules of these imports collect something in.

        What they keep to be quicker changes nothing, and the arguments of the
        command line are set anew by each run.
        """
        found: dict[int, Any] = {}
        for name, module in self._modules.items():
            if package(name) in self._known and isinstance(
                    module, ModuleType):
                found.update(
                    (id(value), value) for what, value in vars(module).items()
                    if type(value) in _KINDS and len(value) <= _MOST_ITEMS
                    and "cache" not in what)
        for each in (sys.argv, sys.modules):
            found.pop(id(each), None)
        yield from found.values()

    def _is_own(self, module: object) -> bool:
        """Tell whether a module, or a package without a file, is there."""
        places = [getattr(module, "__file__", None),
                  *getattr(module, "__path__", ())]
        return isinstance(module, ModuleType) and str(
            next(filter(None, places), "")).startswith(self._folder)

    def _is_known(self, module: ModuleType, own: Iterable[str]) -> bool:
        """Tell whether all that a module leads to is compared.

        Not if it may import by other means than a statement.
        """
        try:
            text = Path(str(module.__file__)).read_bytes()
        except OSError:
            text = b""  # A package without a file.
        return not any(word in text for word in _IMPORTS_OTHERWISE) and {
            *map(package, _homes(module))} <= self._known | {
                *map(package, own)}


def _homes(module: ModuleType) -> Iterator[str]:
    """Yield the modules that the names of a module come from."""
    for name, value in vars(module).items():
        if isinstance(value, ModuleType):
            yield value.__name__
        elif not name.startswith("__"):
            home = getattr(value, "__module__", None)
            if isinstance(home, str):
                yield home


def _parts() -> list[object]:
    """Return what the process has besides its modules."""
    return [part.take() for part in PARTS if part.name not in _NOT_COMPARED]
