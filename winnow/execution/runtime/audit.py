"""Audit hooks that can be taken away again, which Python's own cannot.

What listens to one run must not hear the next, where a process is used again;
elsewhere each listener is a hook of its own, which costs less.
"""
from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

Listener = Callable[[str, tuple[Any, ...]], None]
_listeners: list[Listener] = []
_is_hooked: list[bool] = []


def listen(listener: Listener) -> None:
    """Let a function hear every audit event from now on."""
    if _is_hooked:
        _listeners.append(listener)
    else:
        sys.addaudithook(listener)


def be_revocable() -> None:
    """Let all that listen from now on be such as can be taken away."""
    if not _is_hooked:
        _is_hooked.append(True)
        sys.addaudithook(_tell)


def listeners() -> list[Listener]:
    """Return those that hear now, in their order."""
    return _listeners[:]


def only(kept: list[Listener]) -> None:
    """Let these alone hear from now on."""
    _listeners[:] = kept


def _tell(event: str, args: tuple[Any, ...]) -> None:
    """Tell all listeners; one that raises forbids what is to happen."""
    for listener in _listeners:
        listener(event, args)
