"""One audit hook for this process, with listeners that can be taken away.

Python never lets go of an audit hook; what listens to one run must not hear
the next.
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
    if not _is_hooked:
        _is_hooked.append(True)
        sys.addaudithook(_tell)
    _listeners.append(listener)


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
