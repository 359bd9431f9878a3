"""Ctrl-C and the like end the process once, whatever it is doing."""
from __future__ import annotations

import signal
import sys
from time import sleep
from typing import Any

from .processes import INTERRUPTS

# How long a signal that was lost waits before it comes again, in seconds.
_AGAIN = 0.01


def stop_at_signals() -> None:
    """Let each signal that asks to stop raise KeyboardInterrupt.

    Except what the caller has this process ignore, as nohup does.
    """
    for number in INTERRUPTS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    sys.unraisablehook = _hear_the_lost


def be_deaf() -> None:
    """In a clone, let Python print what it drops, as in any process."""
    if sys.unraisablehook is _hear_the_lost:
        sys.unraisablehook = sys.__unraisablehook__


def _stop(number: int, frame: object) -> None:
    """End the check, once: what cleans up is not to be interrupted."""
    for each in INTERRUPTS:
        # Not SIG_IGN: Python complains of one that has come already.
        signal.signal(each, _heed_no_more)
    raise KeyboardInterrupt(number)


def is_stopping() -> bool:
    """Tell whether a signal has asked to stop."""
    return any(signal.getsignal(each) is _heed_no_more for each in INTERRUPTS)


def _heed_no_more(number: int, frame: object) -> None:
    """Let a second signal pass while the first is answered."""


def _hear_the_lost(lost: Any) -> None:
    """Have a signal come again that Python has dropped.

    An exception in a finalizer or in the callback of a weak reference goes
    no further, be it KeyboardInterrupt: Python prints it, and runs on
    (sys.unraisablehook in Python's library reference). Imports have such
    callbacks, so this is met.
    """
    if not (isinstance(lost.exc_value, KeyboardInterrupt) and is_stopping()):
        sys.__unraisablehook__(lost)
        return
    import threading  # Nobody waits for it in a check that is left alone.
    [number] = lost.exc_value.args or (signal.SIGINT,)
    for each in INTERRUPTS:
        if signal.getsignal(each) is _heed_no_more:
            signal.signal(each, _stop)
    threading.Thread(target=_send, args=(number,), daemon=True).start()


def _send(number: int) -> None:
    """Send this process a signal, when it has left what has lost the last."""
    import threading
    sleep(_AGAIN)
    if hasattr(signal, "pthread_kill"):
        main = threading.main_thread().ident
        assert main is not None
        signal.pthread_kill(main, number)
    else:
        import _thread
        _thread.interrupt_main(signal.Signals(number))
