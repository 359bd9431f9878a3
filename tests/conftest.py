"""What the tests of this folder share."""
import gc
import os
import signal
import sys
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

ROOT = Path(__file__).resolve().parent.parent
EXERCISED = [path.stem for folder in (".", "registration", "robust_client")
             for path in (ROOT / folder).glob("*.py")]
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
                 "site: needs the built site and a browser; see --site",
                 "by_turns(*marks): what the rows after the first are; see "
                 "pytest_collection_modifyitems"):
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

    Of a test that has its rows by turns, every other one is soaked, or where
    marks are given, one has none of them and those after it have each. Rows
    often come in pairs, one a runner: so it is the first of a pair, then the
    second of another.
    """
    rows = Counter[str]()
    for item in items:
        if by_turns := item.get_closest_marker("by_turns"):
            marks = ["", *(by_turns.args or ["soak"])]
            function = item.nodeid.partition("[")[0]
            row = rows[function]
            rows[function] += 1
            if mark := marks[(row + row // len(marks)) % len(marks)]:
                item.add_marker(mark)
        if option := left_out(item):
            item.add_marker(pytest.mark.skip(f"takes long: {option}"))


def pytest_collection_finish() -> None:
    """Keep the thousands of tests out of what is collected, or looked at.

    The checker looks at all objects that there are for a function's.
    """
    gc.collect()
    gc.freeze()


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
def unloaded() -> Iterator[None]:
    """Hide the exercises' modules, which their own tests have loaded.

    Where one is loaded, whoever checks in this process has to begin each run
    from nothing: every library would be imported again, for every fault.
    """
    loaded = {name: sys.modules.pop(name) for name in [*sys.modules]
              if name in EXERCISED}
    yield
    for name in EXERCISED:
        sys.modules.pop(name, None)
    sys.modules.update(loaded)


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
          monkeypatch: pytest.MonkeyPatch, unloaded: None) -> Typed:
    """Give something to type commands with, in an empty folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Typed(capsys)
