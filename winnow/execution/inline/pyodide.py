"""Makes the page of a browser look like any other machine to the tests.

There, urllib3 would send its requests by the page, past every socket, and
asyncio would wait for the page, which a test cannot do. The one is put aside
as this room is imported; for the other there is a loop that needs no page.
"""
from __future__ import annotations

import asyncio
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from winnow.system.processes import HAS_PROCESSES

# What urllib3 imports where it finds itself in a page, to change itself.
_FETCHING = "urllib3.contrib.emscripten"
# How long a loop rests that has nothing to do, in seconds.
_REST = 0.01


def let_sockets() -> None:
    """Let urllib3 make its requests by sockets, of which the guard hears.

    If it has been changed already, it is forgotten, to be imported anew.
    """
    if hasattr(sys.modules.get(_FETCHING), "__file__"):
        for name in [*sys.modules]:
            if name.partition(".")[0] in ("urllib3", "requests"):
                del sys.modules[name]
    standing_in = ModuleType(_FETCHING)
    setattr(standing_in, "inject_into_urllib3", lambda: None)
    sys.modules[_FETCHING] = standing_in


@contextmanager
def without_its_loop() -> Iterator[None]:
    """Let coroutines run to their end, while the page's own loop does not."""
    pages, run = asyncio._get_running_loop(), asyncio.run
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Policies will be no more one day.
        policy = asyncio.get_event_loop_policy()
    asyncio._set_running_loop(None)
    setattr(asyncio, "run", asyncio.runners.run)  # Not the page's.
    setattr(policy, "new_event_loop", Loop)
    try:
        yield
    finally:
        delattr(policy, "new_event_loop")
        setattr(asyncio, "run", run)
        policy.set_event_loop(pages)
        asyncio._set_running_loop(pages)


class Loop(asyncio.BaseEventLoop):
    """Runs what is ready, and sleeps until more is; no file can be awaited."""

    def __init__(self) -> None:
        """Be the one who is asked what has come."""
        super().__init__()
        self._selector = self

    def select(self, timeout: float | None) -> list[object]:
        """Let so many seconds pass, in steps that can be interrupted."""
        until = time.monotonic() + (3600 if timeout is None else timeout)
        while (rest := until - time.monotonic()) > 0:
            time.sleep(min(rest, _REST))
        return []

    def _process_events(self, events: list[object]) -> None:
        """Do nothing: there are none."""

    def _write_to_self(self) -> None:
        """Wake nobody: there is no other thread."""


if not HAS_PROCESSES:
    let_sockets()
