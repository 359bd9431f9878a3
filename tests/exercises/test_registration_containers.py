"""Which PostgreSQL the suites take: a decision, made without any container.

- named, usual, in a container, or none, with the reason
- a container is started once, and ends with the process
- where an engine answers, a real one is started
"""
import atexit
import sys
import unittest
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import backends
import containers
import pytest

NAMED = {"TEST_POSTGRESQL": "postgresql://me@127.0.0.1:1/mine"}
STARTED = "postgresql://test:test@127.0.0.1:49153/test"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Let each test begin, and end, with nothing started."""
    containers.postgresql.cache_clear()
    yield
    containers.postgresql.cache_clear()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put doubles in place of an engine that answers; return them."""
    docker = Mock()
    postgres = Mock()
    postgres.PostgresContainer().get_connection_url.return_value = STARTED
    monkeypatch.setitem(sys.modules, "docker", docker)
    for name in ("testcontainers", "testcontainers.community",
                 "testcontainers.community.postgres"):
        monkeypatch.setitem(sys.modules, name, postgres)
    monkeypatch.setattr(containers, "find_spec", lambda name: Mock())
    monkeypatch.setattr(atexit, "register", Mock())
    return SimpleNamespace(docker=docker, container=(
        postgres.PostgresContainer()))


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what says at which URLs a server answers."""
    monkeypatch.setattr(backends, "WANTED", "present")

    def only(*urls: str) -> None:
        """Let servers answer at these alone."""
        monkeypatch.setattr(backends, "_why_not", lambda url: (
            None if url in urls else "nothing answers"))

    return only


@pytest.mark.usefixtures("engine")
def test_the_server_that_is_named_is_taken(reachable: Any) -> None:
    """Whatever else there is."""
    reachable(NAMED["TEST_POSTGRESQL"], backends.USUAL)

    assert backends.postgresql(NAMED).need() == NAMED["TEST_POSTGRESQL"]


def test_no_other_is_taken_for_one_that_is_named(
        reachable: Any, engine: Any) -> None:
    """Whoever names a server wants to know that it is away."""
    reachable(backends.USUAL)

    with pytest.raises(unittest.SkipTest, match="nothing answers"):
        backends.postgresql(NAMED).need()

    engine.container.start.assert_not_called()


def test_the_usual_server_is_taken_where_it_answers(
        reachable: Any, engine: Any) -> None:
    """To start another one would take seconds."""
    reachable(backends.USUAL)

    assert backends.postgresql({}).need() == backends.USUAL
    engine.container.start.assert_not_called()


def test_elsewhere_one_is_started_in_a_container_once(
        reachable: Any, engine: Any) -> None:
    """And ended with the process."""
    reachable()

    urls = {backends.postgresql({}).need() for _ in range(3)}

    assert urls == {STARTED}
    engine.container.start.assert_called_once_with()
    atexit.register.assert_called_once_with(  # type: ignore[attr-defined]
        engine.container.stop)


def test_where_no_engine_answers_the_tests_are_skipped(
        reachable: Any, engine: Any) -> None:
    """With the reason why there is no server."""
    reachable()
    engine.docker.from_env().ping.side_effect = OSError("no such socket")

    with pytest.raises(unittest.SkipTest, match="nothing answers"):
        backends.postgresql({}).need()

    assert containers.why_none() == "no container engine answers (OSError)"
    engine.container.start.assert_not_called()


def test_where_a_server_is_required_its_absence_is_a_failure(
        reachable: Any, engine: Any, monkeypatch: pytest.MonkeyPatch
        ) -> None:
    """As in CI."""
    reachable()
    engine.docker.from_env().ping.side_effect = OSError
    monkeypatch.setattr(backends, "WANTED", "required")

    with pytest.raises(AssertionError, match="postgresql: nothing answers"):
        backends.postgresql({}).need()


def test_without_the_package_its_install_is_told(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """And docker is not asked for."""
    monkeypatch.setattr(containers, "find_spec", lambda name: None)

    assert "winnow-tests[containers]" in containers.why_none()
    assert containers.postgresql() is None


def test_a_real_container_takes_connections() -> None:
    """Where one can be had: the container is then removed."""
    reason = containers.why_none()
    if reason:
        pytest.skip(reason)
    psycopg = pytest.importorskip("psycopg")

    with psycopg.connect(containers.postgresql()) as server:
        assert server.execute("SELECT 1").fetchone() == (1,)
