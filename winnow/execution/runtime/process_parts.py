"""What a process has besides its modules: to find leaks, and to restore it.

Who finds leaks tells what the tests have not put back; who uses a process
again puts everything back. Both read this table: neither knows less.
"""
from __future__ import annotations

import _locale
import gc
import logging
import os
import random
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from . import signals

_OF_DECIMALS = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
_OF_LOGGERS = ("level", "propagate", "disabled")


class Part(NamedTuple):
    """Something that a process has: how it is read, and how it is put back.

    `leak` is the name of a leak, where tests should put it back themselves.
    """

    name: str
    take: Callable[[], Any]
    put: Callable[[Any], object]
    leak: str = ""


def _folder() -> str | None:
    """Return the current folder, if it is still there."""
    try:
        return os.getcwd()
    except OSError:
        return None


def _put_folder(folder: str | None) -> None:
    """Go to a folder."""
    if folder is not None:
        os.chdir(folder)


def _put_path(path: list[str]) -> None:
    """Let modules be found where they were."""
    if sys.path != path:
        sys.path[:] = path


def _put_environment(environment: dict[str, str]) -> None:
    """Let the environment hold what it held."""
    for name in [name for name in os.environ if name not in environment]:
        del os.environ[name]
    for name, value in environment.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _put_disabled(level: int) -> None:
    """Let logging be disabled up to this level, as it was."""
    if logging.root.manager.disable != level:
        logging.disable(level)


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


def _socket_timeout() -> float | None:
    """Return how long a new socket waits, in seconds, where there are any."""
    socket = sys.modules.get("socket")
    return socket.getdefaulttimeout() if socket else None


def _put_socket_timeout(seconds: float | None) -> None:
    """Let new sockets wait so long."""
    socket = sys.modules.get("socket")
    if socket and socket.getdefaulttimeout() != seconds:
        socket.setdefaulttimeout(seconds)


def _decimal() -> dict[str, Any]:
    """Return how decimal numbers are rounded; the flags are no setting."""
    decimal = sys.modules.get("decimal")
    if not decimal:
        return {}
    context = decimal.getcontext()
    try:
        return {**{name: getattr(context, name) for name in _OF_DECIMALS},
                "traps": dict(context.traps)}
    except TypeError:
        return {}  # A test has put a mock there.


def _put_decimal(settings: dict[str, Any]) -> None:
    """Let decimal numbers be rounded as they were."""
    decimal = sys.modules.get("decimal")
    if decimal and settings and _decimal() != settings:
        decimal.setcontext(decimal.Context(**{
            **settings, "traps": [sign for sign, is_on
                                  in settings["traps"].items() if is_on]}))


def _put_locale(settings: str) -> None:
    """Let the C library follow the conventions that it followed."""
    if _locale.setlocale(_locale.LC_ALL, None) != settings:
        _locale.setlocale(_locale.LC_ALL, settings)


def _umask() -> int:
    """Return the mask of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


# Of the environment, each variable is a leak of its own.
PARTS = (
    Part("the environment", lambda: dict(os.environ), _put_environment),
    Part("the current folder", _folder, _put_folder, "folder"),
    Part("where modules are found", lambda: list(sys.path), _put_path, "path"),
    Part("chance", random.getstate, random.setstate),
    Part("the handlers of signals", signals.handlers, signals.put_handlers,
         "signals"),
    Part("the signals held back", signals.held_back, signals.hold_back),
    Part("the loggers", _loggers, _put_loggers),
    Part("whether logging is disabled",
         lambda: logging.root.manager.disable, _put_disabled, "logging"),
    Part("what garbage is collected",
         lambda: (gc.isenabled(), gc.get_threshold()), _put_collector),
    Part("who traces", lambda: (sys.gettrace(), sys.getprofile()),
         _put_traces),
    Part("how deep calls may go", sys.getrecursionlimit,
         sys.setrecursionlimit),
    Part("how often threads change", sys.getswitchinterval,
         sys.setswitchinterval),
    Part("the mask of new files", _umask, os.umask),
    Part("how long sockets wait", _socket_timeout, _put_socket_timeout),
    Part("how decimal numbers are rounded", _decimal, _put_decimal),
    Part("the conventions of the place",
         lambda: _locale.setlocale(_locale.LC_ALL, None), _put_locale),
)
