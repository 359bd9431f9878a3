"""A snapshot of a process, restored after each run.

Where a process cannot be cloned it is used again. All that a suite can reach
by Python's own means is put back; what cannot be is told, and then nobody may
rely on what follows in this process.
"""
from __future__ import annotations

import builtins
import gc
import importlib
import linecache
import logging
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from operator import is_
from types import ModuleType
from typing import Any

from ..runtime import audit
from ..runtime.imports import is_shared
from . import signals

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
_OF_LOGGERS = ("level", "propagate", "disabled")
_MISSING: Any = object()


class ProcessState:
    """The state of this very process at one moment.

    Held are: what each name in a loaded module or in one of its classes
    means, what each list, dict and set holds that such a name means, and what
    a process has besides (`_BESIDES`).
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
        self._besides = [(name, take(), put)
                         for name, (take, put) in _BESIDES.items()]
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
        for name, before, put in self._besides:
            try:
                put(before)
            except Exception as error:
                left.append(f"{name} ({error})")
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
            if file is None or file.endswith(".py"):
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


def _loggers() -> list[tuple[Any, dict[str, Any], list[Any], list[Any]]]:
    """Return what the loggers there are do with what they get."""
    known = [logging.root, *logging.root.manager.loggerDict.values()]
    return [(each, {name: getattr(each, name) for name in _OF_LOGGERS},
             each.handlers[:], each.filters[:])
            for each in known if isinstance(each, logging.Logger)]


def _put_loggers(loggers: list[tuple[Any, dict[str, Any], list[Any],
                                     list[Any]]]) -> None:
    """Let the loggers be those there were, each with its own."""
    names = {each.name for each, *_ in loggers}
    for name in [name for name in logging.root.manager.loggerDict
                 if name not in names]:
        del logging.root.manager.loggerDict[name]
    for each, attributes, handlers, filters in loggers:
        if any(getattr(each, name) != value
               for name, value in attributes.items()):
            vars(each).update(attributes)
            each.manager._clear_cache()
        each.handlers[:], each.filters[:] = handlers, filters


def _put_environment(environment: dict[str, str]) -> None:
    """Let the environment hold what it held."""
    for name in [name for name in os.environ if name not in environment]:
        del os.environ[name]
    for name, value in environment.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _put_collector(state: tuple[bool, tuple[int, int, int]]) -> None:
    """Let the garbage be collected as it was."""
    (gc.enable if state[0] else gc.disable)()
    gc.set_threshold(*state[1])


def _put_traces(traces: tuple[Any, Any]) -> None:
    """Let those trace and profile who did."""
    if sys.gettrace() is not traces[0]:
        sys.settrace(traces[0])
    if sys.getprofile() is not traces[1]:
        sys.setprofile(traces[1])


def _umask() -> int:
    """Return the mask of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


_BESIDES: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {
    "the environment": (lambda: dict(os.environ), _put_environment),
    "the current folder": (os.getcwd, os.chdir),
    "chance": (random.getstate, random.setstate),
    "the handlers of signals": (signals.handlers, signals.put_handlers),
    "the signals held back": (signals.held_back, signals.hold_back),
    "the loggers": (_loggers, _put_loggers),
    "what garbage is collected": (
        lambda: (gc.isenabled(), gc.get_threshold()), _put_collector),
    "who traces": (lambda: (sys.gettrace(), sys.getprofile()), _put_traces),
    "how deep calls may go": (sys.getrecursionlimit, sys.setrecursionlimit),
    "how often threads change": (sys.getswitchinterval,
                                 sys.setswitchinterval),
    "the mask of new files": (_umask, os.umask),
}
