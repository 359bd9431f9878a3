#!/usr/bin/env python3
"""How often one client may ask, in a window of time.

It is kept in this process's memory, so each process has a limit of its own.
Who the client is, the connection says; behind a proxy the server reads it in
the proxy's header: https://www.uvicorn.org/deployment.
"""
from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable


class TooMany(Exception):
    """A client has asked too often; says for how many seconds to wait."""

    def __init__(self, seconds: int) -> None:
        """Take the seconds until it may ask again."""
        super().__init__(seconds)
        self.seconds = seconds


class Throttle:
    """Counts what each client asks; nothing is refused where `most` is 0."""

    def __init__(self, most: int = 0, seconds: float = 60.0,
                 clock: Callable[[], float] = time.monotonic) -> None:
        """Take how much is allowed in so many seconds."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._began = clock()
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def count(self, client: str) -> None:
        """Count one more of a client's; raise `TooMany` where it is too many.

        All counts begin anew with each window, so none is kept for long.
        """
        if not self._most:
            return
        with self._lock:
            now = self._clock()
            if now - self._began >= self._seconds:
                self._began, self._counts = now, {}
            self._counts[client] = self._counts.get(client, 0) + 1
            if self._counts[client] > self._most:
                left = self._began + self._seconds - now
                raise TooMany(math.ceil(left))
