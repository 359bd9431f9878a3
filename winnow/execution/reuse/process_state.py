"""A snapshot of a process, restored after each run.

Where a process cannot be cloned it is used again. All that a suite can reach
by Python's own means is put back; what cannot be is told, and then nobody may
rely on what follows in this process.
"""
from __future__ import annotations

import builtins
import importlib
import linecache
import os
import sys
import threading
from collections.abc import Iterator
from operator import is_
from types import ModuleType
from typing import Any

from ..runtime import audit, signals
from ..runtime.imports import is_shared
from ..runtime.process_parts import PARTS

_MODULES = sys.modules  # The dict of Python's own, whatever is put there.
_CONTAINERS = (list, dict, set)
# Larger ones are tables, which nobody changes.
_MOST_ITEMS = 500
# A class of C's own: nothing in it can be changed (Py_TPFLAGS_IMMUTABLETYPE).
_IMMUTABLE = 1 << 8
# Names in a class that Python keeps for itself.
_NOT_PUT_BACK = {"__dict__", "__weakref__", "__slots__"}
# Audit events of what changes a process beyond what is put back here.
_BEYOND = ("sys.addaudithook", "ctypes.dlopen", "os.fork", "os.forkpty")
_OF_FUNCTIONS = ("__code__", "__defaults__", "__kwdefaults__")
_MISSING: Any = object()


class ProcessState:
    """The state of this very process at one moment.

    Held are: what each name in a loaded module or in one of its classes
    means, what each list, dict and set holds that such a name means, and what
    a process has besides (`PARTS`).
    """

    def __init__(self) -> None:
        """Take note of everything; listen to what cannot be put back."""
        self._beyond: list[str] = []
        audit.be_revocable()
        audit.listen(self._hear)
        self._listeners = audit.listeners()
        self._modules = dict(_MODULES)
        self._owners: list[tuple[Any, dict[str, Any]]] = []
        classes: dict[int, type] = {}
        for module in self._modules.values():
            if isinstance(module, ModuleType):
                names = dict(vars(module))
                self._owners.append((module, names))
                classes.update({id(value): value for value in names.values()
                                if isinstance(value, type)})
        self._owners += [(each, dict(vars(each))) for each in classes.values()
                         if not each.__flags__ & _IMMUTABLE]
        held = {id(value): value for owner, names in self._owners
                for value in names.values()
                if owner is not threading and value is not _MODULES
                and type(value) in _CONTAINERS and len(value) <= _MOST_ITEMS}
        # Of what follows, much asks the builtins.
        self._owners.sort(key=lambda owner: owner[0] is not builtins)
        self._contents = [(value, value.copy()) for value in held.values()]
        self._parts = [(part, part.take()) for part in PARTS]
        self._threads = set(threading.enumerate())

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Note what is done to this process that cannot be undone."""
        if event in _BEYOND:
            self._beyond.append(event)
        elif event == "object.__setattr__" and args[1] in _OF_FUNCTIONS:
            # One that another makes when it is called was not there before.
            if (getattr(args[0], "__module__", None) in self._modules
                    and "<locals>" not in args[0].__qualname__):
                self._beyond.append(f"{args[1]} of {args[0].__qualname__}")

    def mend(self) -> list[str]:
        """Put everything back; return what could not be."""
        signals.stop_timers()
        audit.only(self._listeners)
        left: list[str] = []
        for owner, names in self._owners:
            now = vars(owner)
            if len(now) != len(names) or not all(
                    map(is_, now.values(), names.values())):
                left += _rename(owner, names)
        left += [f"the thread {thread.name}"
                 for thread in set(threading.enumerate()) - self._threads]
        left += self._unload()
        for container, content in self._contents:
            if not _is_same(container, content):
                _refill(container, content)
        for part, before in self._parts:
            try:
                part.put(before)
            except Exception as error:
                left.append(f"{part.name} ({error})")
        left += [*_children(), *self._beyond]
        self._beyond.clear()
        linecache.clearcache()
        importlib.invalidate_caches()
        return left

    def _unload(self) -> Iterator[str]:
        """Forget the modules loaded since; yield those that must stay.

        What C has made cannot be loaded twice. That of Python's own and of
        the libraries that exercises stand on holds nothing of a test's.
        """
        sys.modules = _MODULES
        for name in [name for name in _MODULES if name not in self._modules]:
            file = getattr(_MODULES[name], "__file__", None)
            if file is None or file.endswith((".py", ".pyc")):
                del _MODULES[name]
            elif not is_shared(name):
                yield f"the module {name}"
        for name, module in self._modules.items():
            if _MODULES.get(name) is not module:
                _MODULES[name] = module


def _children() -> Iterator[str]:
    """Yield that there are processes which this one has started."""
    if hasattr(os, "waitid"):
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            yield "a child process"
        except ChildProcessError:
            pass  # There is none.


def _rename(owner: Any, names: dict[str, Any]) -> Iterator[str]:
    """Let the names of a module or class mean what they meant."""
    now = dict(vars(owner))
    for name in dict.fromkeys((*now, *names)):
        before = names.get(name, _MISSING)
        if now.get(name, _MISSING) is before or name in _NOT_PUT_BACK:
            continue
        try:
            if before is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
        except Exception as error:
            yield f"{owner.__name__}.{name} ({error})"


def _is_same(container: Any, content: Any) -> bool:
    """Tell whether a container holds the very same objects."""
    if len(container) != len(content):
        return False
    if isinstance(container, dict):
        return all(map(is_, container, content)) and all(
            map(is_, container.values(), content.values()))
    return all(map(is_, container, content))


def _refill(container: Any, content: Any) -> None:
    """Let a container hold what it held."""
    container.clear()
    if isinstance(container, list):
        container.extend(content)
    else:
        container.update(content)
