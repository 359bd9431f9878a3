#!/usr/bin/env python3
"""`python registration`: serves it all, with what the environment asks for."""
from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from contextlib import ExitStack, suppress

from accounts import TryLater
from composition import Application, Settings, server_for


def main() -> int:
    """Serve until interrupted; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="registration", description="Serves the registration of users.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    with ExitStack() as stack:
        try:
            listener = stack.enter_context(
                _listener(options.host, options.port))
            port = listener.getsockname()[1]
            url = _url(options.host, port)
            application = Application(Settings.of({
                "BASE_URL": url, **os.environ}))
            application.check()
        except (TryLater, ValueError) as error:
            print(f"registration: {error}", file=sys.stderr)
            return 2
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
