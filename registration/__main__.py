#!/usr/bin/env python3
"""`python registration`: serves it all, with what the environment asks for.

`python registration migrate` brings a database of an earlier version up to
date; a start only says that it is one. `python registration aside` shows what
was set aside in the queue.
"""
from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from contextlib import ExitStack, suppress

from accounts import TryLater
from composition import Application, Settings, server_for
from events import queue_for


def main() -> int:
    """Do what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="registration", description="Serves the registration of users.")
    parser.add_argument("does", nargs="?", default="serve",
                        choices=("serve", "migrate", "aside"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        if options.does != "serve":
            return {"migrate": _migrate, "aside": _show_aside}[options.does]()
        return _serve(options.host, options.port)
    except (TryLater, ValueError) as error:
        print(f"registration: {error}", file=sys.stderr)
        return 2


def _migrate() -> int:
    """Bring the database up to date, and tell its versions."""
    from migrate import migrate  # A start loads no Alembic.
    before, after = migrate(Settings.of(os.environ).database)
    was = f"was of version {before}" if before else "was empty"
    print(f"The database {was}, and is of version {after}.")
    return 0


def _show_aside() -> int:
    """Show the messages that were set aside, each as Python writes a text."""
    settings = Settings.of(os.environ)
    queue = queue_for(settings.broker_url, settings.queue_name)
    try:
        for text in queue.set_aside():
            print(repr(text))
    finally:
        queue.close()
    return 0


def _serve(host: str, port: int) -> int:
    """Serve until interrupted."""
    with ExitStack() as stack:
        listener = stack.enter_context(_listener(host, port))
        url = _url(host, listener.getsockname()[1])
        application = Application(Settings.of({"BASE_URL": url, **os.environ}))
        application.check()
        server = server_for(application.api)
        logging.info("serving at %s", url)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    return 0 if server.started else 1


def _url(host: str, port: int) -> str:
    """Return where it is served; in a URL, IPv6 is in brackets."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens; or `ValueError`, saying why none can."""
    if port not in range(65536):
        raise ValueError(f"there is no port {port}: the last one is 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = str(error.strerror).partition(" (while ")[0]
        raise ValueError(f"nothing can be served at {host}, port {port}: "
                         f"{reason}.") from error


if __name__ == "__main__":
    sys.exit(main())
