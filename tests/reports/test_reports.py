"""What a report says, how, and with which exit status.

- text: three faults at a time, 80 columns, colour on a terminal alone
- JSON: its parts agree with one another
"""
import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import (
    OF_TEMPERATURES,
    SCALES,
    STATION,
    WINNOW,
    Files,
    Ran,
    Row,
    outcomes,
    report_on,
    run_row,
    write,
)
from winnow.model.exercise import CAUGHT_AT

ALL_CAUGHT = SCALES + '''
    def test_no_reading(self):
        self.assertRaises(ValueError, mean, [])
'''


def checked(place: Path, files: Files, *options: str) -> Ran:
    """Return what `winnow check` does with files about temperatures."""
    return run_row(Row("text", files, 0, (), arguments=(
        "learner", *OF_TEMPERATURES, *options)), place)


@pytest.mark.parametrize(("files", "options", "status"), [
    ({"test_scales.py": ALL_CAUGHT}, (), 0),
    ({"test_scales.py": SCALES}, (), 1),
    ({"test_scales.py": SCALES}, ("--level", "core"), 0),
    ({"test_scales.py": SCALES}, ("--level", "beyond"), 1),
    ({"test_scales.py": ALL_CAUGHT + "    def test_z(self): 1 / 0\n"}, (), 1),
    ({"test_scales.py": ALL_CAUGHT + '''
    def test_how(self):
        import inspect
        self.assertIn("9 / 5 + 32", inspect.getsource(to_fahrenheit))
'''}, (), 1),
    ({"test_scales.py": ALL_CAUGHT + '''
    def test_network(self):
        import socket
        try:
            socket.create_connection(("192.0.2.1", 80), 1)
        except OSError:
            pass
'''}, (), 1),
    ({"test_scales.py": ALL_CAUGHT, "test_station.py": "def ("}, (), 1),
    ({"test_scales.py": ALL_CAUGHT.replace(
        "class", "@unittest.skip('later')\nclass")}, (), 1),
    ({"test_scales.py": "def ("}, (), 2),
], ids=["nothing to say", "a fault is missed", "not at this level",
        "at this level", "a test is red", "a refactoring is broken",
        "the network is tried", "a file cannot be read", "all is skipped",
        "it cannot run"])
@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.by_turns("slow")
def test_the_exit_status_tells(files: Files, options: tuple[str, ...],
                               status: int, form: str,
                               tmp_path: Path) -> None:
    """0: nothing to say; 1: something to mend; 2: it could not run."""
    ran = checked(tmp_path, files, "--format", form, *options)

    assert ran.status == status


def test_a_level_limits_the_faults(tmp_path: Path) -> None:
    """The others are neither run nor counted."""
    report = report_on(tmp_path, {"test_scales.py": SCALES},
                       "--level", "core")

    assert {fault["level"] for fault in report["faults"]} == {"core"}
    assert report["summary"]["faults"] == report["summary"]["core"] == 3


NOTHING = {"test_scales.py": "import unittest\nfrom scales import mean\n"
           "class TestMean(unittest.TestCase):\n"
           "    def test_one(self): self.assertEqual(mean([1]), 1)\n"}


def test_three_faults_are_shown_at_a_time(tmp_path: Path) -> None:
    """The rest are counted; core faults come first, each with its hint."""
    ran = checked(tmp_path, {"test_scales.py": NOTHING["test_scales.py"]
                  .replace("import mean", "import mean, to_fahrenheit")
                  .replace("mean([1])", "to_fahrenheit(1) and mean([1])")})

    assert shown(ran.out) == [
        ("zero-is-zero", "core"), ("degrees-too-small", "core"),
        ("mean-is-the-sum", "core")]
    assert "How many readings are there in your test?" in ran.said
    assert ("1 more fault in code that no test of yours executes: --all "
            "shows them.") in ran.said
    assert "mean-of-none-is-zero" not in ran.said


def test_what_the_tests_execute_comes_first(tmp_path: Path) -> None:
    """The rest is one line, and core faults are among it."""
    ran = checked(tmp_path, NOTHING)

    assert shown(ran.out) == [("mean-is-the-sum", "core")]
    assert ("3 more faults in code that no test of yours executes: --all "
            "shows them.") in ran.said


def shown(text: str) -> list[tuple[str, str]]:
    """Return the names and levels of the faults that a report shows."""
    return re.findall(r"^ +([a-z-]+) · (core|beyond) · scales.py, line \d+$",
                      text, re.MULTILINE)


def test_all_faults_are_shown_when_asked_for(tmp_path: Path) -> None:
    """Nothing is left to count."""
    ran = checked(tmp_path, NOTHING, "--all")

    assert ran.out.count(" · scales.py, line ") == 4
    assert "more fault" not in ran.said


def test_a_suite_that_catches_all_is_told_so(tmp_path: Path) -> None:
    """There is nothing to do next."""
    ran = checked(tmp_path, {"test_scales.py": ALL_CAUGHT})

    assert "5 of 5 tests pass" in ran.said
    assert "4 of 4 faults caught" in ran.said
    assert "2 of 2 refactorings tolerated" in ran.said
    assert "nothing left to say" in ran.said


LONG = "a_very_long_name_of_a_test_that_says_all_that_is_to_be_said_of_it"
ALL_KINDS = {
    "scales.py": "", "test_other.py": "import scales, nowhere\n",
    "test_scales.py": SCALES + f'''
    def test_{LONG}(self):
        self.assertEqual("word " * 40, "words " * 40)

    def test_network(self):
        import socket
        socket.create_connection(("a-very-long-name-of-a-host.example", 80))

    def test_how(self):
        import inspect
        self.assertIn("9 / 5 + 32", inspect.getsource(to_fahrenheit))
'''}
MANY_FILES = {f"test_scales_{number}.py": SCALES for number in range(8)}


@pytest.mark.parametrize("files", [ALL_KINDS, MANY_FILES],
                         ids=["all kinds", "many files"])
def test_lines_have_eighty_columns(files: Files, tmp_path: Path) -> None:
    """Only a single name or path may be longer, on a line of its own."""
    ran = checked(tmp_path, files, "--all")

    longer = [line for line in ran.out.splitlines() if len(line) > 80]
    assert [line for line in longer
            if not re.fullmatch(r"\W*\S+", line)] == []
    assert max(map(len, ran.out.splitlines())) > 70


COLOUR = re.compile(r"\x1b\[")


def on_a_terminal(place: Path, environment: dict[str, str]) -> str:
    """Return what the command prints where its output is a terminal."""
    write(place / "learner", {"test_scales.py": SCALES})
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [WINNOW, "check", "learner", *OF_TEMPERATURES], cwd=place,
        stdout=theirs, env={**os.environ, "TERM": "xterm", **environment})
    os.close(theirs)
    printed = b""
    try:
        while data := os.read(ours, 65536):
            printed += data
    except OSError:
        pass  # So Linux says that nobody has the terminal open any more.
    os.close(ours)
    process.wait()
    return printed.decode()


def test_colour_is_for_terminals_alone(tmp_path: Path) -> None:
    """A pipe gets none, nor does a terminal where NO_COLOR is set."""
    piped = checked(tmp_path, {"test_scales.py": SCALES})
    os.environ.pop("NO_COLOR", None)

    assert not COLOUR.search(piped.out)
    assert COLOUR.search(on_a_terminal(tmp_path, {}))
    assert not COLOUR.search(on_a_terminal(tmp_path, {"NO_COLOR": "1"}))
    assert not COLOUR.search(on_a_terminal(tmp_path, {"TERM": "dumb"}))


def test_an_encoding_without_ticks_gets_letters(tmp_path: Path) -> None:
    """What cannot be printed is replaced, and nothing is lost."""
    row = Row("ascii", {"test_scales.py": SCALES}, 1, (),
              environment={"PYTHONIOENCODING": "ascii"})

    ran = run_row(row, tmp_path)

    assert ran.out.isascii()
    assert "+ 4 of 4 tests pass" in ran.said


EVERYTHING = {"test_scales.py": SCALES + '''
    def test_red(self):
        self.fail("no")

    @unittest.skip("later")
    def test_skipped(self):
        self.fail("no")

    def test_how(self):
        import inspect
        self.assertIn("9 / 5 + 32", inspect.getsource(to_fahrenheit))
''', "test_station.py": STATION}


def consistent(report: dict[str, Any]) -> None:
    """Assert that the parts of a report agree with one another."""
    tests = {test["id"]: test for test in report["tests"]}
    faults = {fault["name"]: fault for fault in report["faults"]}
    caught = [fault for fault in report["faults"]
              if fault["outcome"] == "caught"]
    core = [fault for fault in report["faults"] if fault["level"] == "core"]
    assert len(tests) == len(report["tests"])
    assert len(faults) == len(report["faults"])
    is_enough = not report["problems"] and all(
        test["outcome"] in ("passed", "skipped")
        for test in tests.values()) and len(caught) == len(faults) and all(
            each["tolerated"] for each in report["refactorings"]) and any(
                test["valid"] for test in tests.values())
    assert report["summary"] == {
        "fail_under": None, "is_enough": is_enough,
        "tests": len(tests),
        "valid": sum(test["valid"] for test in tests.values()),
        "faults": len(faults), "caught": len(caught), "core": len(core),
        "doubtful": 0, "accepted": 0,
        "core_caught": sum(fault in caught for fault in core),
        "refactorings": len(report["refactorings"]),
        "tolerated": sum(each["tolerated"]
                         for each in report["refactorings"]),
        "by_module": [
            {"file": f"{module}.py",
             "caught": sum(each["module"] == module for each in caught),
             "faults": sum(each["module"] == module
                           for each in report["faults"])}
            for module in dict.fromkeys(
                each["module"] for each in report["faults"])],
        "by_level": {level: {"faults": 0, "caught": 0} for level in CAUGHT_AT}
        | {"unit": {"faults": len(faults), "caught": len(caught)}}}
    for test in tests.values():
        assert test["valid"] == (test["outcome"] == "passed")
        assert test["catches"] == [name for name, fault in faults.items()
                                   if test["id"] in fault["caught_by"]]
        assert bool(test["message"]) == (not test["valid"])
    for fault in faults.values():
        assert bool(fault["caught_by"]) == (fault in caught)
        assert (fault["how"] in ("assertion", "error")) == (fault in caught)
        assert all(tests[test]["valid"] for test in fault["caught_by"])
    for each in report["refactorings"]:
        assert each["tolerated"] == (not each["broken"])
        assert all(tests[test]["valid"] for test in each["broken"])
    assert set().union(*(tests[test]["catches"]
                         for test in report["minimal_suite"])) == {
        fault["name"] for fault in caught}


@pytest.mark.parametrize("files", [EVERYTHING, NOTHING],
                         ids=["everything", "nothing"])
def test_the_report_agrees_with_itself(files: Files, tmp_path: Path) -> None:
    """What is counted is what is listed, and seen from both sides."""
    report = report_on(tmp_path, files)

    consistent(report)


def test_the_report_has_what_programs_read(tmp_path: Path) -> None:
    """The keys are those of `winnow/report/v1`."""
    report = report_on(tmp_path, EVERYTHING)

    assert report["schema"] == "winnow/report/v1"
    assert report["exercise"] == "temperatures"
    assert 0 < report["seconds"] < 60
    assert {"tests", "faults", "refactorings", "problems", "minimal_suite",
            "summary"} <= report.keys()
    assert outcomes(report)["test_scales.TestScales.test_red"] == "failed"
    assert outcomes(report)["test_scales.TestScales.test_skipped"] == (
        "skipped")
