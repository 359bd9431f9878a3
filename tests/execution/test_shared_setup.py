"""What is executed in a set-up counts for all tests that use what it made.

- of pytest's fixtures with a wider scope, by name or looked up
- of setUpClass and setUpModule
- how much of its time a suite waits
"""
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.checking import write
from winnow.execution.copying import Wanted
from winnow.execution.event import Event, SharedBy, decoded
from winnow.execution.job import Job
from winnow.execution.pool import Pool
from winnow.execution.result import Limits
from winnow.execution.runtime import waiting
from winnow.execution.runtime.shared_setup import SharedSetup
from winnow.execution.runtime.waiting import Waiting
from winnow.execution.variant import Variant
from winnow.execution.workspace import Workspace

MODULE = '''def once():
    return [1]


def module():
    return [2]


def each():
    return [3]
'''
PYTEST = '''import pytest
import shop


@pytest.fixture(scope="session")
def session():
    return shop.once()


@pytest.fixture(scope="module")
def inner(session):
    return shop.module() + session


@pytest.fixture
def own():
    return shop.each()


def test_a(inner, own):
    assert inner == [2, 1]


def test_b(own):
    assert own == [3]


def test_c(request):
    assert request.getfixturevalue("session") == [1]


class TestD:
    @classmethod
    def setup_class(cls):
        cls.made = shop.each()

    def test_d(self):
        assert self.made

    def test_e(self, inner):
        assert self.made
'''
UNITTEST = '''import unittest
import shop


def setUpModule():
    shop.module()


class TestA(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = shop.once()

    def test_a(self):
        self.assertTrue(self.made)

    def test_b(self):
        self.assertTrue(shop.each())


class TestB(unittest.TestCase):
    def test_c(self):
        self.assertTrue(shop.each())
'''


def events(place: Path, text: str, runner: str) -> list[Event]:
    """Return what a traced run tells."""
    folder = write(place / "learner", {"shop.py": MODULE, "test_it.py": text})
    job = Job(Path(), ("test_it.py",), runner, {"shop": "shop.py"},
              trace=True)
    with Workspace(Wanted(folder)) as workspace:
        pool = Pool(workspace, 1)
        (_, run), = pool.run([Variant("trace", job, {"shop.py": MODULE})],
                             Limits(30, 30))
        pool.end()
    return run.events


@pytest.mark.parametrize(("runner", "text", "shared"), [
    ("pytest", PYTEST, {
        "once": {"test_a", "test_c", "TestD.test_e"},
        "module": {"test_a", "TestD.test_e"},
        "each": {"TestD.test_d", "TestD.test_e"}}),
    ("unittest", UNITTEST, {
        "once": {"TestA.test_a", "TestA.test_b"},
        "module": {"TestA.test_a", "TestA.test_b", "TestB.test_c"}}),
])
def test_who_uses_a_set_up_is_told(
        runner: str, text: str, shared: dict[str, set[str]], tmp_path: Path
        ) -> None:
    """Also of those that find it set up already."""
    found: dict[str, set[str]] = {}
    # This process has begun a run of pytest's already.
    ran = subprocess.run(
        [sys.executable, "-c", "import sys; from pathlib import Path; "
         "from tests.execution import test_shared_setup as own; "
         "from winnow.execution.event import encoded; "
         "print(*(encoded(each).decode() for each in own.events("
         "Path(sys.argv[1]), *sys.argv[2:])), sep='\\n')",
         str(tmp_path), text, runner], cwd=Path(__file__).parents[2],
        capture_output=True, text=True, check=True)
    for line in ran.stdout.splitlines():
        match decoded(line.encode()):
            case SharedBy(names, users):
                for name in names:
                    found.setdefault(name.removeprefix("shop."), set()).update(
                        user.removeprefix("test_it.") for user in users)

    assert found == shared


def test_what_one_test_alone_uses_is_not_shared() -> None:
    """Nor what is executed while nothing is set up."""
    told: list[Event] = []
    setups = SharedSetup()
    fixture = object()

    setups.note("m.before")
    with setups.of(fixture, ["a"]):
        assert setups.is_on
        setups.note("m.f")
    assert not setups.is_on
    setups.tell(told.append)
    assert told == []

    with setups.of(fixture, ["b"]):
        pass
    setups.tell(told.append)
    assert told == [SharedBy(["m.f"], ["a", "b"])]


def test_to_sleep_is_to_wait_and_to_compute_is_not() -> None:
    """Whatever else the machine does."""
    measured = Waiting()
    time.sleep(0.2)
    assert measured.share() > 0.8

    measured = Waiting()
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    assert measured.share() < 0.5


def test_where_nobody_knows_none_waits(monkeypatch: pytest.MonkeyPatch
                                       ) -> None:
    """Other systems do not tell how long a process has queued."""
    monkeypatch.setattr(waiting, "_SCHEDULED", "/nowhere")
    measured = Waiting()
    time.sleep(0.01)

    assert measured.share() == 0
