#!/usr/bin/env python3
"""What the suites serve the API with, and how they wait for what it does."""
from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Optional, TypeVar
from unittest import mock

from starlette.types import ASGIApp

from composition import server_for

Seen = TypeVar("Seen")
SECONDS_TO_END = 1


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an API on a free port of this machine; yield its URL.

    Requests queue at the socket until the server is up, so nobody waits. The
    end has less time than in earnest: with what a test waits for on a busy
    machine, it might else take longer than a test may.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    with mock.patch("composition.SECONDS_TO_END", SECONDS_TO_END):
        server = server_for(app)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            listener.close()


def until(look: Callable[[], Optional[Seen]], limit: float = 3) -> Seen:
    """Return what is seen as soon as it is something; look for so long."""
    end = time.monotonic() + limit
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"In {limit} s there was only {seen!r}.")
        time.sleep(0.005)
