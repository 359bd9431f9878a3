"""Signal handlers and masks: noted, and restored."""
from __future__ import annotations

import signal
from typing import Any

# In C, without an enumeration's member for each: that takes ten times as long.
_handler = getattr(signal.getsignal, "__wrapped__", signal.getsignal)
_NUMBERS = sorted(map(int, signal.valid_signals()))


def handlers() -> dict[int, Any]:
    """Return what each signal does that Python knows of."""
    return {number: handler for number in _NUMBERS
            if (handler := _handler(number)) is not None}


def put_handlers(before: dict[int, Any]) -> None:
    """Let each signal do what it did."""
    for number, handler in before.items():
        if _handler(number) is not handler:
            signal.signal(number, handler)


def held_back() -> Any:
    """Return which signals this thread holds back, where that can be said."""
    return (signal.pthread_sigmask(signal.SIG_BLOCK, [])
            if hasattr(signal, "pthread_sigmask") else None)


def hold_back(mask: Any) -> None:
    """Let this thread hold back these signals, and no other."""
    if mask is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def stop_timers() -> None:
    """Let no alarm ring that a test has set, whoever would answer to it."""
    if hasattr(signal, "setitimer"):
        for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL):
            signal.setitimer(timer, 0)
