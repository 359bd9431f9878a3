#!/usr/bin/env python3
"""A PostgreSQL in a container, for suites on a machine that has none.

testcontainers-python starts it where an engine answers (Docker, or Podman by
DOCKER_HOST), and removes it when the process ends, by a container of its own
that outlives a kill: https://testcontainers-python.readthedocs.io.
"""
from __future__ import annotations

import atexit
from functools import lru_cache
from importlib.util import find_spec
from typing import Optional

IMAGE = "postgres:16-alpine"


def why_none() -> str:
    """Return why no container can be started, or nothing."""
    if find_spec("testcontainers") is None:
        return ("testcontainers is not installed: "
                "pip install 'winnow-tests[containers]'")
    import docker
    try:
        docker.from_env(timeout=3).ping()
    except Exception as error:  # What requests or a socket says, or docker.
        return f"no container engine answers ({type(error).__name__})"
    return ""


@lru_cache(maxsize=None)
def postgresql() -> Optional[str]:
    """Return the URL of a server, started once; None where there is none."""
    if why_none():
        return None
    from testcontainers.community.postgres import PostgresContainer
    container = PostgresContainer(IMAGE, driver=None)
    container.start()  # Returns when it takes connections.
    atexit.register(container.stop)
    url: str = container.get_connection_url()
    return url
