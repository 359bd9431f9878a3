"""What the checker decides, on suites small enough to see why.

- which runner, which tests, by which names
- the files that are judged, and the modules that they are judged on
- caught by an assertion or by accident; hung, crashed, unviable; tolerated
- unit or integration, by what is executed
"""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.checking import (
    OF_TEMPERATURES,
    PATIENCE,
    SCALES,
    STATION,
    TEMPERATURES,
    Row,
    caught_by,
    outcomes,
    report_on,
    run_row,
    write,
)

# As a command, it begins with no module of the exercise.
pytestmark = pytest.mark.usefixtures("unloaded")


@pytest.mark.parametrize(("text", "tests"), [
    ("import unittest\nimport scales\n"
     "class TestA(unittest.TestCase):\n    def test_a(self): pass\n"
     "def helper(): pass\n", ["TestA.test_a"]),
    ("import scales\ndef test_a(): pass\n", ["test_a"]),
    ("import scales\nclass TestA:\n    def test_a(self): pass\n",
     ["TestA.test_a"]),
    ("import pytest, unittest, scales\n"
     "class TestA(unittest.TestCase):\n    def test_a(self): pass\n"
     "@pytest.mark.parametrize('size', [1, 2], ids=['one', 'a::b[c]'])\n"
     "def test_b(size): pass\n"
     "@pytest.mark.parametrize('size', [1, 2])\n"
     "class TestC:\n    def test_d(self, size): pass\n",
     ["TestA.test_a", "test_b[one]", "test_b[a::b[c]]", "TestC.test_d[1]",
      "TestC.test_d[2]"]),
    ("import unittest, scales\nfrom parameterized import parameterized\n"
     "class TestA(unittest.TestCase):\n"
     "    @parameterized.expand([('one', 1), ('two', 2)])\n"
     "    def test_a(self, name, size): pass\n",
     ["TestA.test_a_0_one", "TestA.test_a_1_two"]),
    ("import unittest, scales\n"
     "from parameterized import parameterized_class\n"
     "@parameterized_class([{'size': 1}, {'size': 2}])\n"
     "class TestA(unittest.TestCase):\n    def test_a(self): pass\n",
     ["TestA_0.test_a", "TestA_1.test_a"]),
    ("import unittest, scales\n"
     "class Base(unittest.TestCase):\n    def test_a(self): pass\n"
     "class TestB(Base):\n    def test_b(self): pass\n",
     ["Base.test_a", "TestB.test_a", "TestB.test_b"]),
    ("import unittest, scales\n"
     "class TestA(unittest.IsolatedAsyncioTestCase):\n"
     "    async def test_a(self): pass\n", ["TestA.test_a"]),
], ids=["a TestCase", "a function", "a plain class", "rows of pytest's",
        "rows of parameterized's", "classes of parameterized's",
        "an inherited test", "an asynchronous test"])
def test_the_runner_is_chosen_from_the_file_and_ids_are_names(
        text: str, tests: list[str], tmp_path: Path) -> None:
    """A test's id is module.Class.method, with pytest's [row]."""
    report = report_on(tmp_path, {"test_scales.py": text})

    assert outcomes(report) == {
        f"test_scales.{test}": "passed" for test in tests}


@pytest.mark.parametrize(("runner", "outcome"), [
    ("unittest", "failed"), ("pytest", "passed"),
])
def test_the_runner_can_be_chosen(runner: str, outcome: str,
                                  tmp_path: Path) -> None:
    """Pytest runs a TestCase too, and under the same id."""
    report = report_on(tmp_path, {"test_scales.py": SCALES + '''
    def test_by_pytest(self):
        import os
        self.assertIn("PYTEST_CURRENT_TEST", os.environ)
'''}, "--runner", runner)

    assert outcomes(report) == {
        **{f"test_scales.TestScales.test_{name}": "passed"
           for name in ("freezes", "boils", "mean", "type")},
        "test_scales.TestScales.test_by_pytest": outcome}


@pytest.mark.parametrize("style", ["", "import pytest\n"])
def test_subtests_count_as_their_test(style: str, tmp_path: Path) -> None:
    """One test catches what any of its subtests catches."""
    report = report_on(tmp_path, {"test_scales.py": style + '''
import unittest
from scales import to_fahrenheit


class TestScales(unittest.TestCase):
    def test_rows(self):
        for celsius, expected in [(0, 32), (100, 212), (-40, -40)]:
            with self.subTest(celsius=celsius):
                self.assertEqual(to_fahrenheit(celsius), expected)
'''})

    name = "test_scales.TestScales.test_rows"
    assert outcomes(report) == {name: "passed"}
    assert caught_by(report)["zero-is-zero"] == [name]
    assert caught_by(report)["degrees-too-small"] == [name]


def test_a_file_is_judged_on_its_own_module(tmp_path: Path) -> None:
    """What is not there is said, and is not counted."""
    report = report_on(tmp_path, {"test_scales.py": SCALES})

    assert {fault["module"] for fault in report["faults"]} == {"scales"}
    assert len(report["faults"]) == 4
    assert [each["name"] for each in report["refactorings"]] == [
        "fahrenheit-from-32-up", "mean-by-a-loop"]
    assert "There is no test_station.py" in " ".join(report["notes"])


def test_a_file_named_alone_is_checked_alone(tmp_path: Path) -> None:
    """The other file in the folder is not asked for."""
    row = Row("one file", {"test_scales.py": SCALES,
                           "test_station.py": STATION}, 1, (),
              arguments=("learner/test_station.py", *OF_TEMPERATURES,
                         "--format", "json"))

    report = json.loads(run_row(row, tmp_path).out)

    assert set(outcomes(report)) == {
        "test_station.TestStation.test_alone",
        "test_station.TestStation.test_together"}
    assert {fault["module"] for fault in report["faults"]} == {"station"}


def test_a_file_about_nothing_is_left_out(tmp_path: Path) -> None:
    """It is said, and does not count."""
    report = report_on(tmp_path, {
        "test_scales.py": SCALES, "test_other.py":
        "import unittest\nclass T(unittest.TestCase):\n"
        "    def test_a(self): self.fail()\n"})

    assert len(report["tests"]) == 4
    assert "test_other.py was left out" in " ".join(report["notes"])


@pytest.mark.parametrize("loaded", ["", "import scales\n"],
                         ids=["nothing", "a module of that name"])
def test_what_a_program_has_loaded_changes_no_verdict(
        loaded: str, tmp_path: Path) -> None:
    """Who calls the checker may stand among modules of the same names."""
    write(tmp_path / "learner", {"test_scales.py": SCALES})
    program = loaded + """
import sys
from pathlib import Path
from winnow.checking.check import check
from winnow.checking.options import Options

report = check([Path("learner")], Options(exercise=sys.argv[1]))
print(sum(fault.outcome == "caught" for fault in report.faults))
"""

    done = subprocess.run(
        [sys.executable, "-c", program, str(TEMPERATURES)], check=False,
        cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(
            [str(TEMPERATURES), *sys.path])})

    assert (done.stdout, done.stderr) == ("3\n", "")


def test_the_learners_helpers_are_found(tmp_path: Path) -> None:
    """Modules, packages and data beside the tests are there for them."""
    report = report_on(tmp_path, {
        "helpers.py": "FREEZING = 32\n",
        "data/__init__.py": "",
        "data/rows.py": "BOILING = 212\n",
        "data/rows.txt": "100\n",
        "test_scales.py": '''
import pathlib, unittest
from data.rows import BOILING
from helpers import FREEZING
from scales import to_fahrenheit


class TestScales(unittest.TestCase):
    def test_rows(self):
        rows = pathlib.Path(__file__).parent / "data" / "rows.txt"
        self.assertEqual(to_fahrenheit(0), FREEZING)
        self.assertEqual(to_fahrenheit(int(rows.read_text())), BOILING)
        self.assertEqual(pathlib.Path("data/rows.txt").read_text(), "100\\n")
'''})

    assert set(outcomes(report).values()) == {"passed"}


def test_the_exercise_is_found_by_what_is_imported(tmp_path: Path) -> None:
    """No option is needed for one that comes along."""
    row = Row("found", {"test_it.py": '''
import unittest
from utils import access_nested_map


class TestIt(unittest.TestCase):
    def test_a_path(self):
        self.assertEqual(access_nested_map({"a": {"b": 1}}, ("a", "b")), 1)
'''}, 1, (), arguments=("learner", "--format", "json"))

    report = json.loads(run_row(row, tmp_path).out)

    assert report["exercise"] == "github"
    assert {fault["module"] for fault in report["faults"]} == {"utils"}


def test_an_assertion_is_told_from_an_accident(tmp_path: Path) -> None:
    """One assertion that fails is enough; errors alone are weaker."""
    report = report_on(tmp_path, {"test_scales.py": '''
import unittest
from scales import mean, to_fahrenheit


class TestScales(unittest.TestCase):
    def test_by_accident(self):
        {32.0: "freezes"}[to_fahrenheit(0)]

    def test_by_assertion(self):
        self.assertEqual(to_fahrenheit(100), 212)

    def test_by_both(self):
        [1, 2, 3][int(mean([1, 3]))]
        self.assertEqual(mean([0]), 0)
'''})

    hows = {fault["name"]: fault["how"] for fault in report["faults"]}
    assert hows == {
        "zero-is-zero": "assertion", "degrees-too-small": "assertion",
        "mean-is-the-sum": "error", "mean-of-none-is-zero": None}
    assert caught_by(report)["zero-is-zero"] == [
        "test_scales.TestScales.test_by_accident",
        "test_scales.TestScales.test_by_assertion"]


def test_a_test_that_is_not_valid_catches_nothing(tmp_path: Path) -> None:
    """It fails on every fault, too, and that says nothing."""
    report = report_on(tmp_path, {"test_scales.py": SCALES + '''
    def test_red(self):
        self.assertEqual(mean([]), 0)
'''})

    red, = [test for test in report["tests"] if not test["valid"]]
    assert red["id"] == "test_scales.TestScales.test_red"
    assert red["catches"] == []
    line = SCALES.count("\n") + 3
    assert red["message"] == (
        f"test_scales.py, line {line}: ValueError: no reading")
    assert report["summary"]["valid"] == 4


ENTRY_OF_COUNT = '''
[[fault]]
name = "{name}"
module = "count"
level = "core"
caught_at = "unit"
old = "{old}"
new = "{new}"
breaks = "It counts wrongly."
hint = "What of it?"
witness = "[*count.down(2)]"
'''
COUNT = {"count.py": '''
def down(top):
    while top:
        yield top
        top -= 1


async def wait(top):
    return top
''', "faults.toml": 'title = "Later"\nmodules = ["count"]\n' + "".join(
    ENTRY_OF_COUNT.format(name=name, old=old, new=new)
    for name, old, new in (("by-two", "top -= 1", "top = max(0, top - 2)"),
                           ("as-nought", "return top", "return 0")))}
LATER = {"test_count.py": '''
import asyncio
import unittest

import count

counting, waiting = count.down(2), count.wait(3)
later = []


class TestCount(unittest.TestCase):
    def test_a_what_the_import_has_called(self):
        self.assertEqual([*counting], [2, 1])

    def test_b_what_the_import_has_called(self):
        self.assertEqual(asyncio.run(waiting), 3)

    def test_c_what_it_calls(self):
        later.append(count.down(3))
        self.assertEqual([*count.down(2)], [2, 1])

    def test_d_what_a_test_has_called(self):
        self.assertEqual([*later.pop()], [3, 2, 1])

    def test_e_what_it_calls(self):
        self.assertEqual(asyncio.run(count.wait(1)), 1)
'''}


@pytest.mark.parametrize("head", ["", "aimed = true\n"])
def test_what_was_called_and_has_not_begun_is_faulty_too(
        head: str, tmp_path: Path) -> None:
    """As in a process that was started with the fault."""
    exercise = write(tmp_path / "exercise", {
        **COUNT, "faults.toml": head + COUNT["faults.toml"]})

    report = report_on(tmp_path, LATER, exercise=exercise)

    caught = {fault["name"]: [test.split("_")[2] for test in
                              fault["caught_by"]]
              for fault in report["faults"]}
    assert caught == {"by-two": ["a", "c", "d"], "as-nought": ["b", "e"]}


# What a fault does, and what is to be said of it.
ENDINGS = {
    "fails": ("return 0", "caught"),
    "loops": ("while True: pass", "hung"),
    "sleeps": ("import time; time.sleep(3600)", "hung"),
    "exits": ("import os; os._exit(1)", "crashed"),
    "exits-in-peace": ("import os; os._exit(0)", "crashed"),
    "aborts": ("import os; os.abort()", "crashed"),
    "interrupts": ("raise KeyboardInterrupt", "crashed"),
    "takes-all-memory": ("return len(bytearray(3 * 2 ** 30))", "caught"),
    "ends-python": ("raise SystemExit", "caught"),
}
AT_IMPORT = {
    "cannot-start": ("1 / 0", "unviable"),
    "starts-forever": ("while True: pass", "hung"),
    "ends-at-its-start": ("import os; os._exit(0)", "crashed"),
}


def exercise_of_endings(folder: Path) -> Path:
    """Make an exercise whose faults end in every way there is."""
    entry = '''
[[fault]]
name = "{name}"
module = "size"
level = "core"
caught_at = "unit"
old = "{old}"
new = "{new}"
breaks = "It {name}."
hint = "What of it?"
witness = "size.double(1)"
'''
    table = 'title = "Endings"\nmodules = ["size"]\n' + "".join(
        entry.format(name=name, old=old, new=new)
        for old, kinds in (("return 2 * size", ENDINGS),
                           ("import math", AT_IMPORT))
        for name, (new, _) in kinds.items())
    return write(folder, {
        "faults.toml": table,
        "size.py": "import math\n\n\ndef double(size):\n"
                   "    return 2 * size\n\n\ndef nought():\n    return 0\n"})


ENDED_EARLY = {
    "unittest": '''
import unittest
import size


class TestSize(unittest.TestCase):
    def test_a_nought(self):
        self.assertEqual(size.nought(), 0)

    def test_b_double(self):
        self.assertEqual(size.double(2), 4)

    def test_c_type(self):
        self.assertIsInstance(size.nought(), int)
''',
    "pytest": '''
import size


def test_a_nought():
    assert size.nought() == 0


def test_b_double():
    assert size.double(2) == 4


def test_c_type():
    assert isinstance(size.nought(), int)
''',
}


@pytest.mark.parametrize("style", ENDED_EARLY)
@pytest.mark.by_turns
def test_what_hangs_or_crashes_is_not_called_caught(
        style: str, tmp_path: Path) -> None:
    """Neither is what cannot be imported; and none of them is missed."""
    exercise = exercise_of_endings(tmp_path / "exercise")

    report = report_on(tmp_path, {"test_size.py": ENDED_EARLY[style]},
                       "--timeout", "1", exercise=exercise)

    assert {fault["name"]: fault["outcome"] for fault in report["faults"]} == {
        name: outcome for kinds in (ENDINGS, AT_IMPORT)
        for name, (_, outcome) in kinds.items()}
    assert [fault["name"] for fault in report["faults"]
            if fault["caught_by"] or fault["how"]] == [
        name for name, (_, outcome) in ENDINGS.items()
        if outcome == "caught"]
    assert report["summary"]["caught"] == 3


def test_a_loop_is_ended_long_before_the_time_limit(tmp_path: Path) -> None:
    """It takes the processor's time, of which the tests need little.

    By the clock alone, for twice the time limit, it would outlast the patience
    of `report_on`.
    """
    text = """import unittest
import scales


class TestScales(unittest.TestCase):
    def test_until_water_boils(self):
        while scales.to_fahrenheit(100) != 212:
            pass
"""

    report = report_on(tmp_path, {"test_scales.py": text},
                       "--timeout", str(PATIENCE // 2))

    ended = {fault["name"]: fault["outcome"] for fault in report["faults"]}
    assert ended["degrees-too-small"] == ended["zero-is-zero"] == "hung"


@pytest.mark.parametrize("style", ENDED_EARLY)
@pytest.mark.by_turns
def test_what_was_seen_before_the_end_counts(
        style: str, tmp_path: Path) -> None:
    """A valid test that fails before the hang has caught the fault."""
    exercise = exercise_of_endings(tmp_path / "exercise")
    text = ENDED_EARLY[style].replace(
        "size.nought()", "size.nought.__globals__['double'].__code__"
        ".co_names.count('nothing')", 1).replace(
        "co_names.count('nothing'), 0", "co_code.__len__(), SIZE").replace(
        "co_names.count('nothing') == 0", "co_code.__len__() == SIZE")
    text = text.replace("import size\n", "import size\n" + '''
def right(size):
    return 2 * size


SIZE = len(right.__code__.co_code)
''')

    report = report_on(tmp_path, {"test_size.py": text}, "--timeout", "1",
                       exercise=exercise)

    seen = {fault["name"]: (fault["outcome"], fault["how"])
            for fault in report["faults"] if fault["name"] in ENDINGS}
    assert seen == {name: ("caught", "assertion") for name in ENDINGS}


def test_a_suite_that_cannot_be_put_together_is_an_error(
        tmp_path: Path) -> None:
    """On that fault every test of the file fails, as with an import."""
    report = report_on(tmp_path, {"test_scales.py": SCALES + '''

def load_tests(loader, tests, pattern):
    assert mean([2, 4]) == 3
    return tests
'''})

    assert set(outcomes(report).values()) == {"passed"}
    assert caught_by(report)["mean-is-the-sum"] == list(outcomes(report))


def test_a_refactoring_that_breaks_a_test_names_it(tmp_path: Path) -> None:
    """The test that knows how the code is written knows too much."""
    report = report_on(tmp_path, {"test_scales.py": SCALES + '''
    def test_how(self):
        import inspect
        self.assertIn("9 / 5 + 32", inspect.getsource(to_fahrenheit))
'''})

    assert report["refactorings"] == [
        {"name": "fahrenheit-from-32-up", "tolerated": False,
         "broken": ["test_scales.TestScales.test_how"]},
        {"name": "mean-by-a-loop", "tolerated": True, "broken": []}]
    assert report["summary"]["tolerated"] == 1


def test_unit_is_told_from_integration(tmp_path: Path) -> None:
    """A test is one where a boundary's own body runs from elsewhere."""
    report = report_on(tmp_path, {"test_scales.py": SCALES,
                                  "test_station.py": STATION})

    kinds = {test["id"].rpartition(".")[2]: (test["kind"], test["executes"])
             for test in report["tests"]}
    assert kinds["test_mean"] == ("unit", ["scales.mean"])
    assert kinds["test_freezes"] == ("unit", ["scales.to_fahrenheit"])
    assert kinds["test_alone"][0] == "unit"
    assert set(kinds["test_alone"][1]) == {"station.summary",
                                           "scales.to_fahrenheit"}
    assert kinds["test_together"][0] == "integration"
    assert set(kinds["test_together"][1]) == {
        "station.summary", "scales.to_fahrenheit", "scales.mean"}


def test_nothing_is_claimed_without_boundaries(tmp_path: Path) -> None:
    """What is executed is listed all the same."""
    exercise = write(tmp_path / "exercise", {
        path.name: path.read_text().replace('boundaries = ["scales.mean"]',
                                            "")
        for path in TEMPERATURES.iterdir() if path.is_file()})

    report = report_on(tmp_path, {"test_station.py": STATION},
                       exercise=exercise)

    assert not any("kind" in test for test in report["tests"])
    assert all("station.summary" in test["executes"]
               for test in report["tests"])


def test_settings_do_not_stop_the_matrix(tmp_path: Path) -> None:
    """Every test that catches a fault is named, also with `-x`."""
    text = ("from scales import to_fahrenheit\n"
            "def test_a(): assert to_fahrenheit(0) == 32\n"
            "def test_b(): assert to_fahrenheit(1) == 33.8\n")

    report = report_on(tmp_path, {
        "test_scales.py": text,
        "pytest.ini": "[pytest]\naddopts = -x --maxfail=1\n"})

    assert caught_by(report)["zero-is-zero"] == [
        "test_scales.test_a", "test_scales.test_b"]


def test_a_program_can_ask_for_some_faults_and_refactorings_alone() -> None:
    """By their names; the lessons prove their exercises so."""
    program = (
        "from pathlib import Path\n"
        "from winnow.checking.check import check\n"
        "from winnow.checking.options import Options\n"
        "report = check([Path('examples/first_try')], Options(\n"
        "    only=frozenset(['org-fixed', 'org-url-by-replace'])))\n"
        "print(*(each.fault.name for each in report.faults),\n"
        "      *(each.refactoring.name for each in report.refactorings))\n")

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2],
        text=True, capture_output=True, check=True)

    assert done.stdout.split() == ["org-fixed", "org-url-by-replace"]
