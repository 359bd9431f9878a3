"""What is said of made faults is what fresh processes say.

A fault is tried cold by the runner's own command, which stops at the first
test that fails. `--soak` tries every fault, and checks at one job, too; else
it is a part of them, and three jobs.
"""
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.checking import PATIENCE, WINNOW, environment, write
from winnow.model.exercise import Mutant
from winnow.subjects.project import Project, find

ROOT = Path(__file__).parents[2]
# Needs each test's place: every one but the first fails without those before.
IN_ORDER = '''import unittest
from shelf import Shelf, sorted_names, names_of

shelf = Shelf()


class TestShelf(unittest.TestCase):
    def test_a_is_empty(self):
        self.assertEqual(shelf.names, [])

    def test_b_takes_one(self):
        shelf.put("nut", 2)
        self.assertEqual(shelf.names, ["nut"])

    def test_c_takes_more(self):
        shelf.put("bolt")
        self.assertEqual(sorted_names(shelf), ["bolt", "nut"])

    def test_d_counts(self):
        self.assertEqual(shelf.count("nut"), 2)
        self.assertEqual(list(names_of(shelf, 1)), ["bolt"])
'''
SHELF = '''class Shelf:
    least = 1

    def __init__(self):
        self._things = {}

    @property
    def names(self):
        return list(self._things)

    def put(self, name, number=least):
        if number < self.least:
            raise ValueError(name)
        self._things[name] = self._things.get(name, 0) + number

    def count(self, name):
        return self._things[name]


def sorted_names(shelf):
    return sorted(shelf.names)


def names_of(shelf, number):
    for name in shelf.names:
        if shelf.count(name) == number:
            yield name


WIDTH = 90
DEPTH = 30
'''
# So slow that tests are left out where they cannot tell the difference.
SLOW = IN_ORDER.replace("import unittest", "import time\nimport unittest"
                        ) + """

def setUpModule():
    time.sleep(0.4)
"""
# Of what is set up once, or made in one test and used in another, the first
# test alone executes the code; what the others see of it is theirs.
STOCK = '''class Stock:
    def __init__(self, names):
        self.names = []
        for name in names:
            if name:
                self.names.append(name.strip())
        self.first = names[0] if names else "none"
        self.size = len(self.names) * 2
        if self.size > 3:
            self.is_large = True
        else:
            self.is_large = False

    def teller(self):
        if self.names:
            return lambda: self.size + 1
        return None

    def each(self):
        for name in self.names:
            yield name
            yield name.upper()
        yield "end"


_KNOWN = {}


def known(name):
    if name not in _KNOWN:
        _KNOWN[name] = len(name) + 3
    return _KNOWN[name]
'''
SHARED_BY_UNITTEST = '''import unittest
from stock import Stock, known


class TestStock(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stock = Stock(["nut", " bolt", ""])
        cls.told = staticmethod(cls.stock.teller())
        cls.parts = cls.stock.each()

    def test_a_there_is_one(self):
        self.assertIsNotNone(self.stock)
        self.assertEqual(next(self.parts), "nut")

    def test_b_names(self):
        self.assertEqual(self.stock.names, ["nut", "bolt"])
        self.assertEqual(next(self.parts), "NUT")

    def test_c_size(self):
        self.assertEqual(self.stock.size, 4)
        self.assertTrue(self.stock.is_large)

    def test_d_tells(self):
        self.assertEqual(self.told(), 5)

    def test_e_first(self):
        self.assertEqual(self.stock.first, "nut")
'''
SHARED_BY_PYTEST = '''import pytest
from stock import Stock, known


@pytest.fixture(scope="session")
def stock():
    return Stock(["nut", " bolt", ""])


@pytest.fixture(scope="module")
def tell(stock):
    return stock.teller()


@pytest.fixture(scope="module")
def parts(stock):
    return stock.each()


def test_a_there_is_one(stock, parts):
    assert stock
    assert next(parts) == "nut"


def test_b_names(stock, parts):
    assert stock.names == ["nut", "bolt"]
    assert next(parts) == "NUT"


def test_c_size(request):
    assert request.getfixturevalue("stock").size == 4
    assert request.getfixturevalue("stock").is_large


def test_d_tells(tell):
    assert tell() == 5


def test_e_knows():
    known("ab")


def test_f_knows():
    assert known("ab") == 5
'''
# What sets up and tears down is told of by the tests at the end of a module,
# and of all, alone; what takes long is set up by the first.
STORE = '''class Store:
    def __init__(self, rows):
        self.rows = list(rows)
        self.is_open = True

    def put(self, row):
        self.rows.append(row)
        return len(self.rows)

    def take(self, row):
        self.rows.remove(row)
        return len(self.rows)

    def close(self):
        if not self.is_open:
            raise RuntimeError("it is closed")
        self.is_open = False
        return len(self.rows)


def opened(names):
    return Store(name.strip() for name in names)


def is_long(name):
    return len(name) > 3


def unused(store):
    if store is None:
        return 0
    return len(store.rows) + 1
'''
FIXTURES = '''import time

import pytest
from store import opened, unused


@pytest.fixture(scope="session")
def store():
    time.sleep(0.3)
    made = opened([" a", "b"])
    yield made
    assert made.close() == 2


@pytest.fixture(scope="module")
def row(store):
    yield store.put("c")
    assert store.take("c") == 2


@pytest.fixture
def known(store):
    unused(store)
    yield list(store.rows)
    assert len(store.rows) == 3
'''
WITH_FIXTURES = '''from store import is_long, unused


def test_first(store):
    assert store


def test_a(row, store):
    assert row == 3


def test_b(known):
    assert known == ["a", "b", "c"]


def test_c(known, store):
    unused(None)
    store.put("d")
    assert store.take("d") == 3


def test_d():
    assert is_long("four") and not is_long("thr")
'''
# Defaults that are passed on, kept, asked for at the import or by a test, or
# that make a difference at the import already.
DEFAULTS = '''import functools
import inspect

SIGNED = {}


def signed(function):
    SIGNED[function.__name__] = inspect.signature(function)
    return function


def kept(function):
    held = function.__defaults__

    @functools.wraps(function)
    def call(*given):
        return function(*given, *held[len(given):])
    return call


def plain(number, more=11, *, scale=12):
    return number * scale + more


def unread(number=13):
    return number


@signed
def asked(number=14):
    return number


@kept
def wrapped(number=15):
    return number + 1


@functools.lru_cache
def cached(number=16):
    return -number


class Box:
    def __init__(self, size=17):
        self.size = size

    def grow(self, by=18):
        self.size += by
        return self.size

    @staticmethod
    def least(number=-19):
        return number

    @classmethod
    def made(cls, *, size=20):
        return cls(size)


BOX = Box()


def looked_at(number=21, *, name="a"):
    return number


def copied(number=22):
    return number


def inspected(number=23):
    return number


def handed_on(number=24):
    return number


later = functools.partial(handed_on)


async def waited(number=25):
    return number


def twice(number=26):
    return number
'''
OF_DEFAULTS = '''import asyncio
import inspect
import types
import unittest
from unittest import mock

import given
from given import twice


class TestDefaults(unittest.TestCase):
    def test_a_called(self):
        self.assertEqual(given.plain(1), 23)
        self.assertEqual(given.wrapped(), 16)
        self.assertEqual(given.cached(), -16)
        given.unread()

    def test_b_asked_at_the_import(self):
        self.assertEqual(given.SIGNED["asked"].parameters["number"].default,
                         14)

    def test_c_used_at_the_import(self):
        self.assertEqual(given.BOX.size, 17)

    def test_d_methods(self):
        self.assertEqual(given.Box(1).grow(), 19)
        self.assertEqual(given.Box.least(), -19)
        self.assertEqual(given.Box.made().size, 20)

    def test_e_looked_at(self):
        self.assertEqual(given.looked_at.__defaults__, (21,))
        self.assertEqual(given.looked_at.__kwdefaults__, {"name": "a"})
        self.assertEqual(types.FunctionType(
            given.copied.__code__, {}, "", given.copied.__defaults__)(), 22)

    def test_f_inspected(self):
        told = str(inspect.signature(given.inspected))
        self.assertEqual(told, "(number=23)")

    def test_g_handed_on(self):
        self.assertEqual(given.later(), 24)
        self.assertEqual(asyncio.run(given.waited()), 25)

    @mock.patch("given.twice", autospec=True)
    def test_h_mocked(self, faked):
        given.twice()
        faked.assert_called_once_with()

    def test_i_before_it_was_mocked(self):
        self.assertEqual(twice(), 26)
'''
GITHUB = {name: (ROOT / name).read_text("utf-8") for name in (
    "utils.py", "client.py", "fixtures.py", "test_utils.py",
    "test_client.py", "setup.cfg")}
# Files, modules, the runner, and of how many faults one is tried.
LONG = {"exemplary suites by pytest", "slow tests in their order"}
CASES = {
    # Every other one: the third of them all is the only one that is missed.
    "exemplary suites": (GITHUB, ("utils.py", "client.py"), "unittest", 2),
    "exemplary suites by pytest": (
        GITHUB, ("utils.py", "client.py"), "pytest", 2),
    "tests in their order": (
        {"shelf.py": SHELF, "test_shelf.py": IN_ORDER, "setup.cfg": ""},
        ("shelf.py",), "unittest", 1),
    "slow tests in their order": (
        {"shelf.py": SHELF, "test_shelf.py": SLOW, "setup.cfg": ""},
        ("shelf.py",), "unittest", 1),
    "defaults of parameters": (
        {"given.py": DEFAULTS, "test_given.py": OF_DEFAULTS, "setup.cfg": ""},
        ("given.py",), "unittest", 1),
    "what is torn down, by pytest": (
        {"store.py": STORE, "conftest.py": FIXTURES,
         "test_one.py": WITH_FIXTURES, "test_two.py": WITH_FIXTURES,
         "setup.cfg": ""}, ("store.py",), "pytest", 1),
    "what is set up once": (
        {"stock.py": STOCK, "test_stock.py": SHARED_BY_UNITTEST,
         "setup.cfg": ""},
        ("stock.py",), "unittest", 1),
    "what is set up once, by pytest": (
        {"stock.py": STOCK, "test_stock.py": SHARED_BY_PYTEST,
         "setup.cfg": ""}, ("stock.py",), "pytest", 2),
    "tests in their order by pytest": (
        {"shelf.py": SHELF, "test_shelf.py": IN_ORDER, "setup.cfg": ""},
        ("shelf.py",), "pytest", 4),
}


def cold(project: Project, fault: Mutant, runner: str, place: Path) -> str:
    """Return what a fresh process says of a fault."""
    sources = {**project.sources, fault.module: fault.applied_to(
        project.sources[fault.module])}
    folder = write(place, {
        path.name: path.read_bytes() for path in project.folder.iterdir()})
    for module, text in sources.items():
        (folder / project.paths[module]).write_text(text, "utf-8")
    words = ["-f"] if runner == "unittest" else [
        "-qx", "-pno:cacheprovider"]
    ran = subprocess.run(
        [sys.executable, "-m", runner, *words], cwd=folder, timeout=PATIENCE,
        capture_output=True, env={**environment(),
                                  "PYTHONDONTWRITEBYTECODE": ""})
    return "caught" if ran.returncode else "missed"


@pytest.mark.parametrize("case", [
    pytest.param(case, marks=pytest.mark.soak) if case in LONG else case
    for case in CASES])
@pytest.mark.slow
def test_made_faults_are_judged_as_in_fresh_processes(
        case: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """They are caught or missed alike, in every order and at any job."""
    files, modules, runner, step = CASES[case]
    is_whole = request.config.getoption("--soak")
    learner = write(tmp_path / "learner", files)
    project, _ = find([learner], [learner / name for name in modules], runner)
    tried = project.faults[::1 if is_whole else step]
    with ThreadPoolExecutor(2) as two:
        expected = {fault.name: said for fault, said in zip(tried, two.map(
            lambda fault: cold(project, fault, runner,
                               tmp_path / fault.name.replace(":", "-")),
            tried))}

    for jobs in ("1", "3") if is_whole else ("3",):
        named = [word for name in modules
                 for word in ("--module", str(learner / name))]
        said = subprocess.run(
            [WINNOW, "check", str(learner), *named, "--runner", runner,
             "--format", "json", "--jobs", jobs], timeout=PATIENCE,
            stdout=subprocess.PIPE, env=environment()).stdout
        outcomes = {fault["name"]: fault["outcome"]
                    for fault in json.loads(said)["faults"]}

        assert outcomes.keys() == {fault.name for fault in project.faults}
        assert {name: outcomes[name] for name in expected} == expected
    assert set(expected.values()) == {"caught", "missed"}


@pytest.mark.soak
def test_a_loaded_machine_changes_no_verdict(tmp_path: Path) -> None:
    """Twenty runs at 1, 2, 4 and 8 jobs say the same."""
    files, modules, runner, _ = CASES["exemplary suites"]
    learner = write(tmp_path / "learner", files)
    named = [word for name in modules
             for word in ("--module", str(learner / name))]
    load = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
            for _ in range(2)]

    try:
        said = [subprocess.run(
            [WINNOW, "check", str(learner), *named, "--runner", runner,
             "--format", "json", "--jobs", jobs], timeout=PATIENCE,
            stdout=subprocess.PIPE).stdout
            for jobs in ("1", "2", "4", "8") for _ in range(5)]
    finally:
        for each in load:
            each.kill()
            each.wait()

    outcomes = [[(fault["name"], fault["outcome"])
                 for fault in json.loads(each)["faults"]] for each in said]
    assert outcomes == outcomes[:1] * 20
