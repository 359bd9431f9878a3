"""What an exercise may say of its surroundings, beside its modules.

- a library that is not installed: one sentence, and how to install it; one
  that is loaded is here, also where it has no `__spec__`
- an environment that every run finds set, in each way to run variants
- what leads outside makes an integration test, whoever calls it
- where an exercise is aimed, the verdicts are the same; integration tests
  run on what the others let pass, and `--matrix` asks them all
- what of a folder hides a module that is loaded, and what comes of it
"""
import bisect
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.checking import (
    SCALES,
    STATION,
    TEMPERATURES,
    WINNOW,
    caught_by,
    report_on,
    run,
    write,
)
from winnow.execution.runtime.imports import hides_loaded
from winnow.subjects.faults_toml import load
from winnow.subjects.requirements import why_missing

FILES = {"test_scales.py": SCALES, "test_station.py": STATION}
ABSENT = "no_such_library_anywhere"


def exercise(place: Path, head: str, before: str = "") -> Path:
    """Make an exercise of temperatures with more in its table's head."""
    table = (TEMPERATURES / "faults.toml").read_text("utf-8")
    return write(place / "exercise", {
        "faults.toml": table.replace("\n[[fault]]", f"\n{head}\n\n[[fault]]",
                                     1),
        "scales.py": before + (TEMPERATURES / "scales.py").read_text("utf-8"),
        "station.py": (TEMPERATURES / "station.py").read_text("utf-8")})


@pytest.mark.parametrize(("install", "says"), [
    ('install = "pip install it"', "): pip install it\n"),
    ("", ").\n")])
def test_a_library_that_is_missing_is_one_sentence(
        install: str, says: str, tmp_path: Path) -> None:
    """Nothing is run, and what to do is said if the table says it."""
    home = exercise(tmp_path, f'libraries = ["{ABSENT}", "json"]\n{install}',
                    f"import {ABSENT}\n")
    write(tmp_path / "learner", FILES)

    ran = run([WINNOW, "check", "learner", "--exercise", str(home)], tmp_path)

    ran.assert_tidy()
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert ran.err.endswith(
        f"needs packages that are not installed here ({ABSENT}{says}")


def test_a_fault_is_explained_though_a_library_is_missing(
        tmp_path: Path) -> None:
    """Its difference is shown, and why its witness was not run."""
    home = exercise(tmp_path, f'libraries = ["{ABSENT}"]',
                    f"import {ABSENT}\n")
    write(tmp_path / "learner", {})

    ran = run([WINNOW, "explain", "zero-is-zero", "--exercise", str(home)],
              tmp_path)

    assert "celsius * 9 / 5 + 32" in ran.out
    assert "not installed here" in ran.said


def test_a_folder_to_begin_in_says_what_to_install(tmp_path: Path) -> None:
    """Before the tests are run for the first time."""
    home = exercise(
        tmp_path, f'libraries = ["{ABSENT}"]\ninstall = "pip install it"',
        f"import {ABSENT}\n")
    write(tmp_path / "learner", {})

    ran = run([WINNOW, "start", "--exercise", str(home), "begun"], tmp_path)

    assert re.search(r"  pip install it\n  \S*python\S* -m unittest\n",
                     ran.out)


@pytest.mark.parametrize("way", ["fork", "spawn", "inline"])
def test_every_run_finds_the_environment_of_its_exercise(
        way: str, tmp_path: Path) -> None:
    """On the right modules and on each variant, whatever runs it."""
    home = exercise(tmp_path, 'environment = { SCALE = "celsius" }')
    tests = SCALES + '''
    def test_scale(self):
        import os
        self.assertEqual(os.environ["SCALE"], "celsius")
'''
    write(tmp_path / "learner", {"test_scales.py": tests})

    ran = run([WINNOW, "check", "learner", "--format", "json",
               "--exercise", str(home)], tmp_path,
              {"WINNOW_POOL": way, "SCALE": "kelvin"})

    report = json.loads(ran.out)
    assert all(test["valid"] for test in report["tests"])
    assert {test["id"].rpartition(".")[2]: test["catches"]
            for test in report["tests"]}["test_scale"] == []


@pytest.mark.parametrize(("head", "kind"), [
    ('outside = ["scales.to_fahrenheit"]', "integration"), ("", "unit")])
def test_what_leads_outside_makes_an_integration_test(
        head: str, kind: str, tmp_path: Path) -> None:
    """Though the test itself calls it, and no other module."""
    home = exercise(tmp_path, head)

    report = report_on(tmp_path, {"test_scales.py": SCALES}, exercise=home)

    kinds = {test["kind"] for test in report["tests"]
             if "scales.to_fahrenheit" in test["executes"]}
    assert kinds == {kind}


# Integration tests are test_together, and what is like it.
SUITES = {
    "all": FILES,
    "integrated": {"test_scales.py": SCALES.replace("[1, 3]", "[2]"),
                   "test_station.py": STATION + """
    def test_together_again(self):
        self.assertEqual(summary([20, 30]), "77.0 F")
"""},
    # Its last test fails without the one before it, and so does a fault's.
    "needing": {"test_scales.py": SCALES + """
    def test_y_prepares(self):
        type(self).degrees = 50

    def test_z_needs_another(self):
        self.assertEqual(to_fahrenheit(10), self.degrees)

    def test_z_needs_another_yet(self):
        self.assertTrue(mean([2]) and self.degrees)
"""},
    "coached": {"test_scales.py": SCALES, "test_station.py": STATION + """
    def test_wrong(self):
        self.assertEqual(summary([0]), "0.0 F")
"""},
}


@pytest.mark.parametrize("suite", SUITES)
def test_an_aimed_exercise_has_the_same_verdicts(
        suite: str, tmp_path: Path) -> None:
    """Which tests ran makes no difference to what is told of them all."""
    (tmp_path / "all").mkdir()
    (tmp_path / "aimed").mkdir()

    whole, aimed = (
        report_on(tmp_path / name, SUITES[suite], "--matrix",
                  exercise=exercise(tmp_path / name, head))
        for name, head in (("all", ""), ("aimed", "aimed = true")))

    for report in (whole, aimed):
        del report["seconds"]
    assert whole == aimed
    assert whole["complete"] and any(caught_by(aimed).values())


@pytest.mark.parametrize(("way", "runner"), [
    ("fork", "unittest"),
    pytest.param("spawn", "unittest", marks=pytest.mark.soak),
    pytest.param("inline", "pytest", marks=pytest.mark.soak),
    pytest.param("fork", "pytest", marks=pytest.mark.soak)])
@pytest.mark.parametrize("suite", SUITES)
def test_integration_tests_are_asked_what_the_others_let_pass(
        suite: str, way: str, runner: str, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """All the rest is told as if every test had run on every fault."""
    monkeypatch.setenv("WINNOW_POOL", way)
    home = exercise(tmp_path, "aimed = true")
    whole = report_on(tmp_path, SUITES[suite], "--matrix", "--runner", runner,
                      exercise=home)

    quick = report_on(tmp_path, SUITES[suite], "--runner", runner,
                      exercise=home)

    kinds = {test["id"]: test["kind"] for test in whole["tests"]
             if test["valid"]}
    expected = {}
    for name, tests in caught_by(whole).items():
        units = [test for test in tests if kinds[test] == "unit"]
        expected[name] = units or tests[:1]
    assert caught_by(quick) == expected
    assert (quick["complete"], whole["complete"]) == (False, True)
    assert [test["coaching"] for test in quick["tests"]] == [
        test["coaching"] for test in whole["tests"]]
    assert quick["problems"] == [each for each in whole["problems"]
                                 if each["kind"] != "catches-nothing"]
    assert quick["refactorings"] == whole["refactorings"]
    assert quick["summary"]["by_level"] == whole["summary"]["by_level"]


SIZES = {
    "faults.toml": """aimed = true
modules = ["sizes"]
boundaries = []
outside = ["sizes.count"]
title = "Sizes"

[[fault]]
name = "another-size"
module = "sizes"
level = "core"
caught_at = "unit"
old = '"small"'
new = '"tiny"'
breaks = "Nobody knows the size."
hint = "Which are there?"
witness = "sizes.SIZES"
""",
    "sizes.py": '''SIZES = ["small", "large"]


def count():
    return len(SIZES)
''',
}
OF_SIZES = """
import unittest
from parameterized import parameterized
import sizes

class TestSizes(unittest.TestCase):
    @parameterized.expand([(each,) for each in sizes.SIZES])
    def test_a_size(self, size):
        self.assertTrue(size)

    def test_the_sizes(self):
        self.assertEqual(sizes.SIZES, ["small", "large"])

    def test_their_number(self):
        self.assertEqual(sizes.count(), 2)
"""


@pytest.mark.parametrize("runner", ["unittest", "pytest"])
def test_a_fault_may_give_a_test_another_name(
        runner: str, tmp_path: Path) -> None:
    """Where its rows come from the module; the others tell all the same."""
    home = write(tmp_path / "exercise", SIZES)

    report = report_on(tmp_path, {"test_sizes.py": OF_SIZES}, "--runner",
                       runner, exercise=home)

    assert caught_by(report) == {
        "another-size": ["test_sizes.TestSizes.test_the_sizes"]}


@pytest.mark.parametrize(("head", "kinds"), [
    ('libraries = ["threading"]', []), ("", ["leak"])])
def test_a_thread_of_a_librarys_is_nobodys_leak(
        head: str, kinds: list[str], tmp_path: Path) -> None:
    """It ends with the process, and no test can end it before."""
    tests = SCALES + """
    def test_later(self):
        import threading
        later = threading.Timer(60, print)
        later.daemon = True
        later.start()
        self.assertEqual(mean([1]), 1)
"""
    home = exercise(tmp_path, head)

    report = report_on(tmp_path, {"test_scales.py": tests}, exercise=home)

    assert [each["kind"] for each in report["problems"]
            if each["kind"] == "leak"] == kinds


def test_a_main_of_ones_own_hides_no_module(tmp_path: Path) -> None:
    """It stands beside the tests, and no test can import it."""
    (tmp_path / "__main__.py").touch()

    assert not hides_loaded([tmp_path])


def test_tests_are_seen_to_assert_in_a_process_that_forgets(
        tmp_path: Path) -> None:
    """A file that hides a loaded module makes it load unittest anew, too."""
    tests = SCALES + '''
    def test_by_others(self):
        for holds in (self.assertEqual,):
            holds(mean([1]), 1)
'''
    files = {"test_scales.py": tests,
             "bisect.py": Path(bisect.__file__).read_bytes()}

    report = report_on(tmp_path, files)

    assert hides_loaded([tmp_path / "learner"])
    assert [each["kind"] for each in report["problems"]
            if each["kind"] == "no-assertion"] == []


def test_what_is_loaded_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages that replace themselves in `sys.modules` have no spec."""
    monkeypatch.setitem(sys.modules, ABSENT, ModuleType(ABSENT))
    known = load(TEMPERATURES)

    said = why_missing(replace(
        known, libraries=(ABSENT,),
        sources={**known.sources, "scales": f"import {ABSENT}\n"}))

    assert said == ""
