"""`winnow check --module`: made faults, on projects of different shape.

- the modules, packages and settings of a project are found and honoured
- which faults are tried, and which tests run on them
- what cannot be checked is said in one sentence
"""
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import PATIENCE, WINNOW, Row, run, run_row, write
from winnow.subjects.project import find

SHOP = '''"""Prices."""


def price(number, each, rebate=0):
    """Return what a number of things cost."""
    if number < 0:
        raise ValueError("a number below nought")
    if number >= 10:
        rebate = rebate + 1
    return number * each - rebate


def unused(text):
    """Return a text twice."""
    return text + text
'''
SUITE = '''import unittest
from shop import price


class TestPrice(unittest.TestCase):
    def test_a_few(self):
        self.assertEqual(price(2, 3), 6)

    def test_many(self):
        self.assertEqual(price(10, 3), 29)
        self.assertEqual(price(9, 3), 27)

    def test_below(self):
        with self.assertRaises(ValueError):
            price(-1, 3)
'''
FLAT = {"shop.py": SHOP, "test_shop.py": SUITE, "setup.cfg": ""}
MODULE = ("learner", "--module", "learner/shop.py")


def surveyed(place: Path, files: Mapping[str, str], *arguments: str,
             folder: str = ".", modules: tuple[str, ...] = ("shop.py",)
             ) -> dict[str, Any]:
    """Return the report, as JSON has it, on modules of a project."""
    write(place / "learner", files)
    named = [word for module in modules
             for word in ("--module", f"learner/{module}")]
    ran = run([WINNOW, "check", f"learner/{folder}", *named, "--format",
               "json", *arguments], place, fresh=False)
    assert ran.status in (0, 1) and not ran.err, ran.err
    ran.assert_tidy()
    report: dict[str, Any] = json.loads(ran.out)
    return report


def missed(report: Mapping[str, Any]) -> set[str]:
    """Return the names of the faults that were not caught."""
    return {fault["name"] for fault in report["faults"]
            if fault["outcome"] != "caught"}


def functions(names: set[str]) -> set[str]:
    """Return the functions in which faults stand, by the faults' names."""
    return {name.partition(":")[0] for name in names}


PACKAGE = {
    "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["checks"]\n',
    "src/store/__init__.py": "",
    "src/store/units.py": "def grams(kilos):\n    return kilos * 1000\n",
    "src/store/scales.py": (
        "from .units import grams\n\n\ndef weigh(*kilos):\n"
        "    return sum(grams(each) for each in kilos)\n"),
}
LAYOUTS = {
    "flat, by unittest": (FLAT, ".", ("shop.py",)),
    "flat, in the style of pytest": (
        {"shop.py": SHOP, "test_shop.py": """
import pytest
from shop import price


@pytest.mark.parametrize(("number", "cost"), [(2, 6), (10, 29), (9, 27)])
def test_price(number, cost):
    assert price(number, 3) == cost


def test_below():
    with pytest.raises(ValueError):
        price(-1, 3)
"""}, ".", ("shop.py",)),
    "src and unittest in a package of tests": (
        {**PACKAGE, "tests/__init__.py": "", "tests/test_scales.py": """
import unittest
from store.scales import weigh


class TestWeigh(unittest.TestCase):
    def test_two(self):
        self.assertEqual(weigh(1, 2), 3000)
"""}, "tests", ("src/store/units.py", "src/store/scales.py")),
    "src, settings, a conftest and a file of data": (
        {**PACKAGE, "checks/weights.txt": "1 2",
         "checks/conftest.py": """
import pathlib
import pytest


@pytest.fixture
def weights():
    text = pathlib.Path(__file__).with_name("weights.txt").read_text()
    return [int(word) for word in text.split()]
""", "checks/test_scales.py": """
from store.scales import weigh


def test_two(weights):
    assert weigh(*weights) == 3000
"""}, ".", ("src/store/units.py", "src/store/scales.py")),
    "a package without an __init__.py": (
        {"setup.py": "", "parts/units.py": PACKAGE["src/store/units.py"],
         "test_parts.py": """
import unittest
from parts.units import grams


class TestGrams(unittest.TestCase):
    def test_one(self):
        self.assertEqual(grams(1), 1000)
"""}, ".", ("parts/units.py",)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_projects_of_every_layout_are_found(
        layout: str, tmp_path: Path) -> None:
    """Their tests pass on the modules, and catch the plain faults in them."""
    files, folder, modules = LAYOUTS[layout]

    report = surveyed(tmp_path, files, folder=folder, modules=modules)

    assert all(test["valid"] for test in report["tests"])
    assert report["tests"] and report["faults"]
    assert report["modules"] == list(modules)
    assert functions(missed(report)) <= {"shop.unused", "shop.price"}
    assert len(missed(report)) < len(report["faults"]) / 2


def test_what_no_test_executes_is_said_to_be_so(tmp_path: Path) -> None:
    """It is missed, with its place and what was changed."""
    row = Row("unused", FLAT, 1, (
        "3 of 3 tests pass on the modules as they are",
        "No test executes this.", "- return text + text",
        "shop.py, line 15"), arguments=(*MODULE, "--all"))

    run_row(row, tmp_path).assert_as(row)


def test_one_test_that_fails_is_enough_unless_all_are_asked_for(
        tmp_path: Path) -> None:
    """With --matrix, each test is tried on each fault; both agree."""
    quick = surveyed(tmp_path, FLAT)
    whole = surveyed(tmp_path, FLAT, "--matrix")

    assert (quick["complete"], whole["complete"]) == (False, True)
    assert missed(quick) == missed(whole)
    assert max(len(fault["caught_by"]) for fault in quick["faults"]) == 1
    assert max(len(fault["caught_by"]) for fault in whole["faults"]) > 1
    for one, all_of_them in zip(quick["faults"], whole["faults"]):
        assert set(one["caught_by"]) <= set(all_of_them["caught_by"])


def test_a_sample_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    """It says how it was drawn."""
    samples = [surveyed(tmp_path, FLAT, "--sample", "5", "--seed", seed)
               for seed in ("1", "1", "2")]

    names = [[fault["name"] for fault in each["faults"]] for each in samples]
    assert names[0] == names[1] != names[2]
    assert len(names[0]) == len(names[2]) == 5
    assert "drawn with the seed 1" in samples[0]["notes"][-1]


def test_only_lines_changed_since_a_revision_are_tried(
        tmp_path: Path) -> None:
    """A file that git does not know yet is new as a whole."""
    learner = write(tmp_path / "learner", FLAT)
    for command in (["init", "-q"], ["add", "shop.py"],
                    ["-c", "user.name=A", "-c", "user.email=a@b.example",
                     "commit", "-qm", "A shop"]):
        subprocess.run(["git", *command], cwd=learner, check=True)
    changed = SHOP.replace("rebate + 1", "rebate + 2")
    files = {**FLAT, "shop.py": changed, "new.py": SHOP,
             "test_shop.py": SUITE.replace("29", "28") + "\n\nimport new\n"}

    report = surveyed(tmp_path, files, "--since", "HEAD",
                      modules=("shop.py", "new.py"))

    lines = {(fault["module"], fault["line"]) for fault in report["faults"]}
    assert {line for module, line in lines if module == "shop"} == {9}
    assert {line for module, line in lines if module == "new"} > {6, 9}


ORDER = '''import unittest
from shop import price

found = []


class TestPrice(unittest.TestCase):
    def test_a_begins(self):
        found.append(len(found))

    def test_b_goes_on(self):
        self.assertEqual(len(found), 1)
        found.append(price(2, 3))

    def test_c_ends(self):
        self.assertEqual(found, [0, 6])
        self.assertEqual(price(10, 3), 29)
'''


def test_tests_that_need_their_order_are_judged_in_it(
        tmp_path: Path) -> None:
    """What one fails out of its order is no fault caught."""
    files = {**FLAT, "test_shop.py": ORDER}

    quick = surveyed(tmp_path, files)
    whole = surveyed(tmp_path, files, "--matrix")

    assert missed(quick) == missed(whole)
    assert "shop.price:exception" in missed(whole)
    assert ["test_shop.TestPrice.test_c_ends"] in [
        fault["caught_by"] for fault in whole["faults"]]


def test_what_another_process_executes_is_seen(tmp_path: Path) -> None:
    """Nothing says that it is executed, and yet its tests catch faults."""
    suite = '''import subprocess
import sys
import unittest
import shop


class TestPrice(unittest.TestCase):
    def test_a_few(self):
        said = subprocess.check_output(
            [sys.executable, "-c", "import shop; print(shop.price(2, 3))"])
        self.assertEqual(said, b"6\\n")
'''

    report = surveyed(tmp_path, {**FLAT, "test_shop.py": suite})

    assert 0 < len(missed(report)) < len(report["faults"])


def test_what_keeps_a_module_from_being_imported_is_left_out(
        tmp_path: Path) -> None:
    """Whoever made such a mistake would see it at once."""
    shop = SHOP + "\n\nSMALL, LARGE = range(2)\n"

    report = surveyed(tmp_path, {**FLAT, "shop.py": shop})

    assert ("1 more kept a module from being imported, and was left out."
            in report["notes"])
    assert {fault["outcome"] for fault in report["faults"]} == {
        "caught", "missed"}


@pytest.mark.parametrize("runner", ["unittest", "pytest"])
def test_a_test_that_ends_its_process_is_left_out(
        runner: str, tmp_path: Path) -> None:
    """Also where pytest itself finds the files of tests."""
    ending = (SUITE + "\n    def test_end(self):\n"
              "        import os\n        os._exit(3)\n")
    row = Row("ending", {**FLAT, "test_shop.py": ending}, 1, (
        "3 of 4 tests pass", "test_shop.TestPrice.test_end",
        "exit status 3", "faults caught"), arguments=(
        *MODULE, "--runner", runner))

    ran = run_row(row, tmp_path)

    ran.assert_as(row)
    ran.assert_tidy()


@pytest.mark.parametrize("statement", [
    "sys.modules['shop'] = None", "sys.modules.clear()"])
def test_a_module_that_a_test_forgets_was_imported_all_the_same(
        statement: str, tmp_path: Path) -> None:
    """What the tests import is seen when they do, not at their end."""
    forgetting = (SUITE + "\n    def test_zz(self):\n"
                  f"        import sys\n        {statement}\n")
    row = Row("forgetting", {**FLAT, "test_shop.py": forgetting}, 1, (
        "tests pass", "faults caught"), arguments=(
        *MODULE, "--runner", "unittest"))

    run_row(row, tmp_path).assert_as(row)


def test_a_suite_that_is_red_is_told_so(tmp_path: Path) -> None:
    """Its other tests are judged; without any, there is nothing to judge."""
    red = SUITE.replace("29", "30")
    row = Row("red", {**FLAT, "test_shop.py": red}, 1, (
        "2 of 3 tests pass on the modules as they are",
        "These tests fail on the modules as they are",
        "test_shop.py, line 10"), arguments=MODULE)
    run_row(row, tmp_path).assert_as(row)

    files = {**FLAT, "test_shop.py": SUITE.replace("(price", "(1 + price")
             .replace("-1, 3", "1, 3")}
    report = surveyed(tmp_path, files)

    assert (report["faults"], report["summary"]["valid"]) == ([], 0)


REFUSED = [
    Row("no such module", FLAT, 2, ("There is no module learner/shops.py",),
        arguments=("learner", "--module", "learner/shops.py")),
    Row("a module that does not parse", {**FLAT, "shop.py": "def price(\n"},
        2, ("shop.py, line 1: it is not Python",), arguments=MODULE),
    Row("a module that is not UTF-8",
        {**FLAT, "shop.py": b'NAME = "\xe9"\n'}, 2,
        ("line 1 is not UTF-8",), arguments=MODULE),
    Row("a module in another coding",
        {**FLAT, "shop.py": b"# coding: latin-1\nA = 1\n"}, 2,
        ("is in iso-8859-1: save it as UTF-8",), arguments=MODULE),
    Row("nothing to change", {**FLAT, "shop.py": '"""Prices."""\n'}, 2,
        ("there is nothing in it to change",), arguments=MODULE),
    Row("not imported", {**FLAT, "other.py": SHOP}, 2,
        ("No test imports other.py, and none reads that file or starts "
         "another process.",),
        arguments=("learner", "--module", "learner/other.py")),
    Row("another of that name",
        {**FLAT, "lib/setup.cfg": "", "lib/shop.py": SHOP}, 2,
        ("The tests import shop from shop.py, not from lib/shop.py",),
        arguments=("learner", "--module", "learner/lib/shop.py")),
    Row("a C extension", {**FLAT, "fast.so": ""}, 2,
        ("fast.so is compiled",),
        arguments=("learner", "--module", "learner/fast.so")),
    Row("no Python", {**FLAT, "shop.txt": ""}, 2,
        ("shop.txt is no Python file",),
        arguments=("learner", "--module", "learner/shop.txt")),
    Row("in no folder that both are in", {
        "test_shop.py": SUITE, "setup.cfg": ""}, 2,
        ("no folder in common",), arguments=(
            "learner", "--module", str(Path(os.__file__)))),
    Row("an empty package", {**FLAT, "parts/__init__.py": ""}, 2,
        ("parts/__init__.py: there is nothing in it to change",),
        arguments=("learner", "--module", "learner/parts")),
    Row("a package of tests", {**FLAT, "parts/tests/test_a.py": SUITE}, 2,
        ("learner/parts: no module in it to change.",),
        arguments=("learner", "--module", "learner/parts")),
    Row("a package that is not Python", {
        **FLAT, "parts/a.py": "def\n", "parts/b.py": b"\xff"}, 2,
        ("a.py, line 1: it is not Python", "b.py: line 1 is not UTF-8"),
        arguments=("learner", "--module", "learner/parts")),
    Row("a package named as a file", {**FLAT, "parts/__init__.py": ""}, 2,
        ("no module learner/parts.py: did you mean learner/parts/__init__.py",
         ), arguments=("learner", "--module", "learner/parts.py")),
    Row("no such module's name", {**FLAT, "../src/parts/units.py": ""}, 2,
        ("no module parts.unit: did you mean src/parts/units.py?",),
        arguments=("learner", "--module", "parts.unit")),
    Row("no test", {"shop.py": SHOP}, 2, ("no file of tests",),
        arguments=MODULE),
    Row("no folder", FLAT, 2, ("There is no file or folder nowhere",),
        arguments=("nowhere", "--module", "learner/shop.py")),
    Row("no git", FLAT, 2, ("--since HEAD:", "is not in a git repository."),
        never=("usage",),
        arguments=(*MODULE, "--since", "HEAD")),
    Row("an option for a revision", FLAT, 2, ("--since --output=x:",),
        arguments=(*MODULE, "--since=--output=x")),
    Row("a sample of nothing", FLAT, 2, ("0 is not above 0",),
        arguments=(*MODULE, "--sample", "0")),
    Row("a sample without a module", FLAT, 2,
        ("--sample goes only with --module",),
        arguments=("learner", "--sample", "3")),
    Row("an exercise and a module", FLAT, 2,
        ("--exercise goes not with --module",),
        arguments=(*MODULE, "--exercise", "github")),
]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.name)
def test_what_cannot_be_checked_is_said_in_a_sentence(
        row: Row, tmp_path: Path) -> None:
    """Nothing is lost, and nothing is left."""
    ran = run_row(row, tmp_path)

    ran.assert_as(row)
    ran.assert_tidy()


SLOW = SUITE.replace("import unittest", "import time\nimport unittest"
                     ).replace("    def test_a_few", """
    def setUp(self):
        time.sleep({seconds})

    def test_a_few""")


@pytest.mark.slow
def test_ctrl_c_tells_what_is_known_so_far(tmp_path: Path) -> None:
    """Its exit status is that of what is interrupted."""
    learner = write(tmp_path / "learner", {
        **FLAT, "test_shop.py": SLOW.format(seconds=1)})
    # Each takes a second or more, two at a time, behind the first three.
    assert len(find([learner], [learner / "shop.py"], None)[0].faults) > 12

    ran = run([WINNOW, "check", *MODULE, "--jobs", "2"], tmp_path,
              signals=iter([(6.5, signal.SIGINT)]))

    assert ran.status == 130
    assert "Stopped:" in ran.out and "faults were tried" in ran.said
    ran.assert_tidy()


@pytest.mark.slow
def test_a_long_check_says_on_a_terminal_how_far_it_is(
        tmp_path: Path) -> None:
    """The line is wiped out in the end; no file ever gets one."""
    write(tmp_path / "learner", {
        **FLAT, "test_shop.py": SLOW.format(seconds=0.2)})
    ours, theirs = pty.openpty()

    with subprocess.Popen([WINNOW, "check", *MODULE], cwd=tmp_path,
                          stdout=subprocess.DEVNULL, stderr=theirs) as ran:
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 1000):
                said += chunk
        except OSError:
            pass  # How Linux says that a terminal has no other end.
        ran.wait(PATIENCE)
    os.close(ours)

    steps = [step.strip() for step in said.decode().split("\r")]
    assert steps[1] == "Running your tests…"
    assert any(re.fullmatch(r"\d+ of \d+ faults, about \d+ s left", step)
               for step in steps)
    assert steps[-2:] == ["", ""]


def test_it_needs_no_more_than_the_core() -> None:
    """Nothing but Python and the four is imported for it."""
    code = ("import sys; import winnow.checking.module_check; "
            "print({name.partition('.')[0] for name in sys.modules})")
    said = subprocess.run([sys.executable, "-c", code], text=True,
                          capture_output=True, check=True).stdout

    assert not {"mutmut", "cosmic_ray", "libcst", "coverage"} & set(eval(said))


SET_UP_ONCE = '''import pytest
from shop import price


@pytest.fixture(scope="session")
def shop():
    with open({log!r}, "a") as file:
        file.write("set up\\n")


@pytest.mark.parametrize("each", range(20))
def test_price(each, shop):
    assert price(2, each) == 2 * each
'''


def test_what_is_set_up_for_all_tests_is_not_set_up_for_each(
        tmp_path: Path) -> None:
    """A database that pytest-django makes takes longer than most tests."""
    log = tmp_path / "log.txt"

    report = surveyed(tmp_path, {
        "shop.py": SHOP, "setup.cfg": "",
        "test_shop.py": SET_UP_ONCE.format(log=str(log))},
        "--runner", "pytest", "--jobs", "1")

    outcomes = [each["outcome"] for each in report["faults"]
                if each["executed"]]
    assert {*outcomes} == {"caught", "missed"}
    # Twelve times as often as there are faults, if each test makes it anew.
    assert 0 < len(log.read_text().splitlines()) <= 3 * len(outcomes)
