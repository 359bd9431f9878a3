"""What the tests of this folder share."""
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.checking import (
    NO_PLUGINS,
    Ran,
    Row,
    Typed,
    asked_for,
    left_out,
    run_row,
)

# What the checker is tried on: these are no tests of this project.
collect_ignore_glob = ["handed_in/*", "temperatures/*", "cases/*"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let CI and `make soak` ask for the tests that take long."""
    parser.addoption("--slow", action="store_true",
                     help="run the tests that take a while, too")
    parser.addoption("--soak", action="store_true",
                     help="run all tests, however long they take")
    parser.addoption("--site", action="store_true",
                     help="run the tests of the built site in a browser, too")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of such tests known; let commands heed signals.

    The plugins that our own tests need take seconds to load: each pytest that
    a test starts loads none, unless it asks for them.
    """
    for line in ("soak: takes long; see --soak",
                 "slow: takes a while; see --slow",
                 "site: needs the built site and a browser; see --site",
                 "by_turns: of two rows, one is a soak"):
        config.addinivalue_line("markers", line)
    if hasattr(config, "workerinput") or not config.getoption(
            "numprocesses", None):  # The workers themselves need xdist.
        os.environ[NO_PLUGINS] = "1"
    for name in ("SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_IGN:
            # As nohup has it, or a shell's `&`. A process hands on what it
            # ignores, but not a handler: this process still ignores the
            # signal, and the commands that it starts do not.
            signal.signal(number, lambda *_: None)


@pytest.hookimpl(tryfirst=True)  # Before -m looks at the markers.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that take long, unless they were asked for.

    Of a test that has its rows by turns, every other one is soaked. Rows often
    come in pairs, one a runner: so it is the first of a pair, then the second
    of the next.
    """
    rows = Counter[str]()
    for item in items:
        if item.get_closest_marker("by_turns"):
            function = item.nodeid.partition("[")[0]
            row = rows[function]
            rows[function] += 1
            if (row + row // 2) % 2:
                item.add_marker(pytest.mark.soak)
        if option := left_out(item):
            item.add_marker(pytest.mark.skip(f"takes long: {option}"))


@pytest.fixture(autouse=True, scope="session")
def own_state() -> Iterator[None]:
    """Keep what is kept of lessons and checks away from the reader's own.

    Pytest's own temporary folders ask for what not every system has.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        os.environ["XDG_CACHE_HOME"] = os.path.join(folder, "cache")
        yield


@pytest.fixture(scope="module")
def ended(request: pytest.FixtureRequest, tmp_path_factory:
          pytest.TempPathFactory) -> Iterator[Mapping[str, Future[Ran]]]:
    """Give what came of each row of a module, run two at a time.

    Where a module says FRESH, each command starts as a process of its own.
    """
    fresh = getattr(request.module, "FRESH", False)
    with ThreadPoolExecutor(2) as two:
        yield {row.name: two.submit(
            run_row, row, tmp_path_factory.mktemp("row"), fresh)
            for row in asked_for(request, "row")}


@pytest.fixture
def ran(row: Row, ended: Mapping[str, Future[Ran]]) -> Ran:
    """Give what came of a test's row, which left nothing behind."""
    ran = ended[row.name].result()
    ran.assert_tidy()
    return ran


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], tmp_path: Path,
          monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Give something to type commands with, in an empty folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Typed(capsys)
