"""Whether tests find what others have left, and what follows from it.

- what a suite leaves that another test could find, and what it may leave
- where nothing is left, the tests that come to a change run on many in one
  process, and the verdicts are those of fresh processes all the same
"""
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.parity.hold import complaints, hold
from tests.parity.suites import of_table
from tests.support.checking import PATIENCE, write
from winnow.execution.copying import Wanted
from winnow.execution.event import Event, Independent
from winnow.execution.job import Job
from winnow.execution.pool import Pool
from winnow.execution.result import Limits
from winnow.execution.variant import Variant
from winnow.execution.workspace import Workspace
from winnow.subjects.faults_toml import load

SHELF = '''"""Things on a shelf."""
import json
import os

LENT = []


def put(thing, shelf=()):
    """Return a shelf with a thing more."""
    return [*shelf, thing]


def count(shelf):
    """Return how many things there are."""
    return len(shelf)


def listed(shelf):
    """Return the things by their names."""
    return sorted(shelf)


def written(shelf):
    """Return the things as JSON."""
    return json.dumps(shelf)


class Cart:
    """A cart that remembers."""

    def add(self, thing):
        """Add a thing, and return all."""
        self.things = [*getattr(self, "things", []), thing]
        return self.things
'''
TOP = '''"""Tests of a shelf."""
import json
import os
import unittest
from unittest.mock import patch

import shelf

THINGS = ["z", "a"]
SEEN = []


class TestShelf(unittest.TestCase):
    """The shelf."""

'''
# What the second of three tests does, by what it is called.
LEAVES = {
    "a list of the module": "SEEN.append(1)",
    "an attribute of the class": "type(self).seen = 1",
    "a name of the module": "global SEEN; SEEN = [1]",
    "what the module under test has": "shelf.LENT.append(1)",
    "a function of the module under test": "shelf.count = len",
    "a variable of the environment": "os.environ['SHELF'] = '1'",
    "a patch that goes on": "patch('shelf.count').start()",
    "a method of a library's class":
        "json.JSONEncoder.default = lambda self, thing: 1",
    "a name of a library's other module": "json.decoder.NaN = 1",
    "a file": "open('left.txt', 'w').close()",
    "the state of chance": "import random; random.random()",
    "a file of the machine's": """
        open("/var/tmp/winnow-shelf", "w").close()
        os.remove("/var/tmp/winnow-shelf")""",
}
LEAVES_NOTHING = {
    "nothing": "pass",
    "an attribute of its own": "self.seen = 1",
    "what it puts back": "SEEN.append(1); SEEN.pop()",
    "a patch that ends": """
        with patch("shelf.count", return_value=3):
            self.assertEqual(shelf.count([]), 3)""",
    "a module of Python's, loaded late": "import colorsys",
}
TESTS = '''    def test_a(self):
        self.assertEqual(shelf.count([]), 0)

    def test_b(self):
        {body}

    def test_c(self):
        self.assertEqual(shelf.put(1), [1])
'''
CLASS = '''

class TestOpen(unittest.TestCase):
    """Tests that share what is set up once."""

    @classmethod
    def setUpClass(cls):
        cls.shelf = shelf.put("a")

    @classmethod
    def tearDownClass(cls):
        {last}

    def test_a(self):
        self.assertEqual(self.shelf, ["a"])
        self.shelf.append("b")

    def test_b(self):
        self.assertEqual(self.shelf, ["a", "b"])
'''


def independent(text: str, place: Path) -> Independent | None:
    """Return what is told of a suite, if anything."""
    folder = write(place / "own", {"test_it.py": text})
    job = Job(Path(), ("test_it.py",), "unittest", {"shelf": "shelf.py"},
              trace=True, compares=True)
    events: list[Event] = []
    with Workspace(Wanted(folder, frozenset(), ("test_it.py",))) as workspace:
        pool = Pool(workspace, 1)
        for _, run in pool.run([Variant("it", job, {"shelf.py": SHELF})],
                               Limits(5, 5)):
            events = run.events
    return next((each for each in events if isinstance(each, Independent)),
                None)


@pytest.mark.parametrize("what", LEAVES)
def test_what_another_test_could_find_is_seen(
        what: str, tmp_path: Path) -> None:
    """Though no test of these does find it."""
    text = TOP + TESTS.format(body=LEAVES[what])

    assert independent(text, tmp_path) is None


@pytest.mark.parametrize("what", LEAVES_NOTHING)
def test_what_no_other_test_finds_is_none(
        what: str, tmp_path: Path) -> None:
    """What belongs to a test alone, or is as it was when it ends."""
    text = TOP + TESTS.format(body=LEAVES_NOTHING[what])

    assert independent(text, tmp_path) == Independent([])


def test_what_a_test_leaves_for_the_next_is_seen_though_a_third_takes_it_away(
        tmp_path: Path) -> None:
    """At the end, all is as it was."""
    text = TOP + TESTS.format(body="SEEN.append(1)").replace(
        "def test_c(self):", "def test_c(self):\n        SEEN.clear()")

    assert independent(text, tmp_path) is None


def test_tests_of_a_class_that_is_set_up_belong_together(
        tmp_path: Path) -> None:
    """What one leaves there, only the others of the class can find."""
    text = TOP + TESTS.format(body="pass") + CLASS.format(last="pass")

    assert independent(text, tmp_path) == Independent(
        [["test_it.TestOpen.test_a", "test_it.TestOpen.test_b"]])


@pytest.mark.parametrize("more", [
    CLASS.format(last="SEEN.append(1)"),
    "\n\ndef setUpModule():\n    pass\n",
    "\n\nclass TestOther(TestShelf):\n    pass\n\n\n"
    "def load_tests(loader, tests, pattern):\n"
    "    names = ['test_a', 'test_b', 'test_a']\n"
    "    return unittest.TestSuite(map(TestShelf, names))\n",
    "\n\nopen('/var/tmp/winnow-top', 'w').close()\n"
    "os.remove('/var/tmp/winnow-top')\n",
], ids=["left when a class is torn down", "a module that is set up",
        "a test twice", "a file of the machine's, written at the import"])
def test_what_is_not_told_apart_counts_as_left(
        more: str, tmp_path: Path) -> None:
    """It is too rare to be worth a second look."""
    text = TOP + TESTS.format(body="pass") + more

    assert independent(text, tmp_path) is None


FAULT = '''
[[fault]]
name = "{name}"
module = "shelf"
level = "core"
caught_at = "unit"
old = """{old}"""
new = """{new}"""
breaks = "It is wrong."
hint = "What is right?"
witness = "1"
'''
# What each fault makes of a function; most leave something behind.
FAULTS = {
    "puts-first": ("[*shelf, thing]", "[thing, *shelf]"),
    "keeps-what-is-lent": (
        "[*shelf, thing]", "LENT.append(thing) or [*LENT]"),
    "sorts-in-place": ("sorted(shelf)", "shelf.sort() or shelf"),
    "counts-one-more": ("len(shelf)", "len(shelf) + 1"),
    "changes-a-library": (
        "return json.dumps(shelf)",
        "json.JSONDecoder.kept = shelf\n    return json.dumps(shelf)"),
    "changes-the-environment": (
        "return json.dumps(shelf)",
        'os.environ["SHELF"] = "1"\n    return json.dumps(shelf)'),
    "shares-between-carts": (
        "self.things = [*getattr(self, \"things\", []), thing]\n"
        "        return self.things",
        "Cart.all = [*getattr(Cart, \"all\", []), thing]\n"
        "        return Cart.all"),
}
TABLE = 'title = "A shelf"\nmodules = ["shelf"]\n' + "".join(
    FAULT.format(name=name, old=old, new=new)
    for name, (old, new) in FAULTS.items())
# Each test but the last of a pair comes to a function; those of one letter
# find what a fault has left, and come to none.
SUITE = TOP + '''    def test_a_put(self):
        self.assertEqual(shelf.put("b", THINGS), ["z", "a", "b"])

    def test_b_nothing_is_lent(self):
        self.assertEqual(shelf.LENT, [])

    def test_c_listed(self):
        self.assertEqual(shelf.listed(THINGS), ["a", "z"])

    def test_d_the_things_have_their_order(self):
        self.assertEqual(THINGS, ["z", "a"])

    def test_e_count(self):
        self.assertEqual(shelf.count(THINGS), 2)

    def test_f_written(self):
        self.assertEqual(json.loads(shelf.written(["a"])), ["a"])

    def test_g_json_is_python_s(self):
        self.assertFalse(hasattr(json.JSONDecoder, "kept"))

    def test_h_the_environment_is_empty(self):
        self.assertNotIn("SHELF", os.environ)

    def test_i_cart(self):
        self.assertEqual(shelf.Cart().add("a"), ["a"])

    def test_j_no_cart_has_any(self):
        self.assertFalse(hasattr(shelf.Cart, "all"))
'''
FAILS_IN_THE_MIDDLE = '''
    def test_k_patches_by_hand(self):
        patcher = patch("json.loads", return_value=["b"])
        patcher.start()
        self.assertEqual(shelf.count([1]), 1)
        patcher.stop()

    def test_l_loads(self):
        self.assertEqual(json.loads("[1]"), [1])

    def test_m_replaces_by_hand(self):
        before = json.JSONDecoder.decode
        json.JSONDecoder.decode = lambda self, text: ["c"]
        self.assertEqual(shelf.put(1), [1])
        json.JSONDecoder.decode = before

    def test_n_loads_again(self):
        self.assertEqual(json.loads(shelf.written([2])), [2])

    def test_o_writes_what_is_wrong(self):
        if shelf.count([1]) != 1:
            open("left.txt", "w").close()

    def test_p_there_is_no_file(self):
        self.assertFalse(os.path.exists("left.txt"))
'''
SETS_UP = CLASS.format(last='shelf.count(["a"]) == 1 or 1 / 0')
SUITES: Mapping[str, str] = {
    "a test that fails before it puts things back":
        SUITE + FAILS_IN_THE_MIDDLE,
    "what a fault leaves": SUITE,
    "a class that is set up, and torn down": SUITE + SETS_UP,
    "rows, skips and failures that are expected": SUITE + '''
    def test_k_rows(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(shelf.count([0] * number), number)

    @unittest.expectedFailure
    def test_l_expected(self):
        self.assertEqual(shelf.put(1), [])

    def test_m_skips(self):
        if shelf.count([1]) != 1:
            self.skipTest("it cannot count")

    def test_n_is_wrong_itself(self):
        self.assertEqual(shelf.put(2), [1])
''',
}


@pytest.fixture
def exercise(tmp_path: Path) -> Path:
    """Give the folder of an exercise about the shelf."""
    return write(tmp_path / "exercise", {
        "faults.toml": TABLE, "shelf.py": SHELF})


@pytest.mark.parametrize("name", SUITES)
@pytest.mark.by_turns("slow")
def test_verdicts_are_those_of_fresh_processes(
        name: str, exercise: Path) -> None:
    """Which tests fail on each fault, those too that come to no change."""
    loaded = load(exercise)
    subject = of_table(name, "hostile", "unittest",
                       {"test_shelf.py": SUITES[name]}, loaded)

    came = hold(subject, loaded.faults, ["fork"])

    assert came.noticed == len(FAULTS)
    assert complaints(came) == []


# A process of its own, since another one may hold what cannot be compared.
NOTING = '''import json, sys
from winnow.checking import outcomes
from winnow.checking.check import check
from winnow.checking.options import Options
from pathlib import Path

shared = []
seen = outcomes.seen


def noting(run):
    told = seen(run)
    shared.extend([len(told.tests)] * told.is_picked)
    return told


outcomes.seen = noting
report = check([Path(sys.argv[1])], Options(exercise=sys.argv[2]))
print(json.dumps([[each.outcome for each in report.faults], shared]))
'''


def test_many_variants_share_a_process(exercise: Path, tmp_path: Path
                                       ) -> None:
    """Unless a fault leaves something, or no test fails on it."""
    folder = write(tmp_path / "own", {"test_shelf.py": SUITE})

    said = subprocess.run(
        [sys.executable, "-c", NOTING, str(folder), str(exercise)],
        check=True, stdout=subprocess.PIPE, timeout=PATIENCE).stdout

    outcomes, shared = json.loads(said)
    assert {*outcomes} == {"caught"}
    assert shared == [1, 1]
