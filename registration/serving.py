#!/usr/bin/env python3
"""What the suites serve the API with, and how they wait for what it does."""
from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Optional, TypeVar

from starlette.types import ASGIApp

from composition import server_for

Seen = TypeVar("Seen")


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an API on a free port of this machine; yield its URL.

    Requests queue at the socket until the server is up, so nobody waits.
    """
    listener = socket.create_server(("127.0.0.1", 0))
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
