"""What every form of a report says in the same words.

- numbers and places, as a person writes them
- why a test did not pass, what is to be mended, and what helps
- the lines of the summary, and the one thing to do next
"""
from dataclasses import replace
from typing import Any

import pytest

from tests.support.made_reports import (
    GOOD,
    LATER,
    RED,
    ROW,
    full_report,
    made_report,
)
from winnow.model.exercise import Edit
from winnow.model.findings import IDLE, Problem
from winnow.model.outcome import Outcome
from winnow.model.report import Report
from winnow.reports import wording

REPORT = full_report()
PASSED, SKIPPED = Outcome("passed"), Outcome("skipped")


@pytest.mark.parametrize(("number", "said"), [
    (0, "0 tests"), (1, "1 test"), (2, "2 tests"), (11, "11 tests")])
def test_only_one_has_no_plural(number: int, said: str) -> None:
    """None of them are several."""
    assert wording.count(number, "test") == said


def test_a_place_is_a_file_and_its_line_if_known() -> None:
    """The line counts from 1."""
    assert wording.place("test_a.py", 7) == "test_a.py, line 7"
    assert wording.place("test_a.py", None) == "test_a.py"


@pytest.mark.parametrize(("outcome", "said"), [
    (Outcome("failed", "1 != 2"), "1 != 2"),
    (Outcome("failed"), "failed"),
    (Outcome("skipped", "later"), "later"),
    (Outcome("hung"), "It did not end in time."),
    (Outcome("hung", "too slow"), "too slow"),
    (Outcome("crashed"), "It ended Python."),
    (Outcome("crashed", "exit"), "It ended the whole run: exit."),
])
def test_a_test_that_did_not_pass_has_a_reason(
        outcome: Outcome, said: str) -> None:
    """Its message, or what is known without one."""
    assert wording.reason(outcome) == said


BLOCKED = ("tries to reach a.b:1. The network is blocked here: a test that "
           "needs it fails on the day it is away.")


@pytest.mark.parametrize(("problem", "said", "where"), [
    (Problem("network", "t.a", "a.b:1"), f"t.a {BLOCKED}", ""),
    (Problem("network", "", "a.b:1"), f"The suite {BLOCKED}", ""),
    (Problem("leak", "t.a", "It leaks."), "It leaks.", "t.a"),
    (Problem("leak", "t.a", "It leaks.", "Mend it.", "t.py", 3), "It leaks.",
     "t.a · t.py, line 3"),
    (Problem("leak", "t.py", "t.py: it leaks.", "", "t.py"),
     "t.py: it leaks.", "t.py"),
    (Problem("leak", "", "It leaks.", "", "t.py", 3), "It leaks.",
     "t.py, line 3"),
])
def test_a_problem_says_what_and_where(
        problem: Problem, said: str, where: str) -> None:
    """A test that was named already is not named again."""
    assert (wording.said(problem), wording.where(problem)) == (said, where)


@pytest.mark.parametrize(("outcome", "executed", "said"), [
    ("missed", True, REPORT.faults[0].fault.hint),
    ("missed", False,
     f"No test executes this. {REPORT.faults[0].fault.hint}"),
    ("hung", True, "On this fault your tests hang before one fails."),
    ("crashed", True,
     "On this fault the run ends before a test fails."),
    ("unviable", True,
     "With this fault the module cannot even be imported."),
])
def test_a_missed_fault_has_a_hint(
        outcome: str, executed: bool, said: str) -> None:
    """The table's, unless the runs have shown what helps more."""
    verdict = replace(REPORT.faults[0], outcome=outcome, is_executed=executed)

    report = replace(REPORT, tests={"t.a": Outcome("passed")}, problems=())

    assert wording.hint(report, verdict) == said


@pytest.mark.parametrize(("tests", "problems"), [
    ({"t.a": Outcome("passed"), "t.b": Outcome("hung")}, ()),
    ({"t.a": Outcome("passed")}, (Problem("import", "u.py", "why"),)),
])
def test_what_was_left_out_may_execute_a_fault(
        tests: dict[str, Outcome], problems: tuple[Problem, ...]) -> None:
    """A sentence says no more than what was measured."""
    verdict = replace(REPORT.faults[0], outcome="missed", is_executed=False)
    report = replace(REPORT, tests=tests, problems=problems)

    assert wording.hint(report, verdict) == (
        "No test that passes executes this. "
        f"{verdict.fault.hint}")


def test_a_broken_refactoring_names_its_tests() -> None:
    """And says what they know too much of."""
    assert wording.knows_too_much("t.a and t.b") == (
        "It breaks t.a and t.b: a test should know what the code does, "
        "not how.")


def test_a_share_is_reached_exactly() -> None:
    """Binary fractions would put 70.1 per cent of 1000 above 701."""
    fault = REPORT.faults[0]
    faults = (fault,) * 701 + (replace(fault, outcome="missed"),) * 299

    reached = [replace(REPORT, faults=faults, fail_under=share).is_reached
               for share in (0, 70, 70.1, 70.11, 100)]

    assert reached == [True, True, True, False, False]
    assert replace(REPORT, faults=(), fail_under=100).is_reached


@pytest.mark.parametrize(("parts", "share", "is_enough"), [
    ({}, None, True), ({}, 100, True),
    ({"faults": REPORT.faults[:3]}, None, False),
    ({"faults": REPORT.faults[:3]}, 66, True),
    ({"faults": REPORT.faults[:3]}, 67, False),
    ({"refactorings": REPORT.refactorings}, None, False),
    ({"refactorings": REPORT.refactorings}, 100, True),
    ({"problems": (Problem("leak", "t.a", "It leaks."),)}, None, False),
    ({"problems": (Problem("leak", "t.a", "It leaks."),)}, 100, True),
    ({"problems": (Problem("import", "t.py", "why"),)}, 0, False),
    ({"tests": {GOOD: PASSED, RED: Outcome("failed")}}, 0, False),
    ({"tests": {LATER: SKIPPED}}, 0, False),
])
def test_a_share_decides_in_place_of_survivors_and_problems(
        parts: dict[str, Any], share: float | None, is_enough: bool) -> None:
    """But tests that fail, or cannot run, leave the share unknown."""
    assert report(fail_under=share, **parts).is_enough == is_enough


def report(**parts: Any) -> Report:
    """Return a report that is clean, but for these parts."""
    return replace(REPORT, **{
        "tests": {GOOD: PASSED, ROW: PASSED}, "faults": REPORT.faults[:2],
        "refactorings": REPORT.refactorings[:1], "problems": (), **parts})


def at_level(level: str, *places: int) -> Any:
    """Return some of the faults, by their places, as of this level."""
    return tuple(replace(REPORT.faults[place], fault=replace(
        REPORT.faults[place].fault, level=level)) for place in places)


TWO_PASS = (True, "2 of 2 tests pass on the right modules")
TOLERATED = (True, "1 of 1 refactoring tolerated")


@pytest.mark.parametrize(("parts", "lines"), [
    ({}, [TWO_PASS, (True, "2 of 2 faults caught"), TOLERATED]),
    ({"tests": {GOOD: PASSED}},
     [(True, "1 of 1 test passes on the right modules"),
      (True, "2 of 2 faults caught"), TOLERATED]),
    ({"tests": {GOOD: PASSED, LATER: SKIPPED, RED: Outcome("failed")}},
     [(False, "1 of 2 tests pass on the right modules, 1 skipped"),
      (True, "2 of 2 faults caught"), TOLERATED]),
    ({"tests": {LATER: SKIPPED}},
     [(False, "0 of 0 tests pass on the right modules, 1 skipped")]),
    ({"tests": {RED: Outcome("failed")}},
     [(False, "0 of 1 test passes on the right modules")]),
    ({"faults": at_level("core", 0, 2)},
     [TWO_PASS, (False, "1 of 2 faults caught"), TOLERATED]),
    ({"faults": (*at_level("core", 0, 2), *at_level("beyond", 1))},
     [TWO_PASS, (False, "2 of 3 faults caught (1 of 2 core, 1 of 1 beyond)"),
      TOLERATED]),
    ({"faults": at_level("made", 0)},
     [TWO_PASS, (True, "1 of 1 fault caught"), TOLERATED]),
    ({"refactorings": ()}, [TWO_PASS, (True, "2 of 2 faults caught")]),
    ({"refactorings": (), "fail_under": 85},
     [TWO_PASS, (True, "2 of 2 faults caught"), (
         True, "100 % of the faults caught, at least 85 % asked for")]),
    ({"refactorings": (), "fail_under": 66.7,
      "faults": at_level("made", 0, 1, 2)},
     [TWO_PASS, (False, "2 of 3 faults caught"), (
         False, "66.6 % of the faults caught, at least 66.7 % asked for")]),
    ({"refactorings": REPORT.refactorings},
     [TWO_PASS, (True, "2 of 2 faults caught"),
      (False, "2 of 3 refactorings tolerated")]),
])
def test_the_summary_has_a_line_for_each_question(
        parts: dict[str, Any], lines: list[tuple[bool, str]]) -> None:
    """Where no test is valid, there is but one."""
    assert list(wording.summary(report(**parts))) == lines


def test_made_faults_are_no_ones_right_modules() -> None:
    """A person's own modules are as they are."""
    assert wording.right(REPORT) == "the right modules"
    assert wording.right(made_report()) == "the modules as they are"


IDLE_ONE = (Problem(IDLE, GOOD, "It catches none."),)


@pytest.mark.parametrize(("parts", "said"), [
    ({"tests": {GOOD: PASSED, RED: Outcome("failed")}},
     "Next: fix the first test that fails"),
    ({"tests": {GOOD: SKIPPED}}, "Next: let one test run without its skip"),
    ({"problems": REPORT.problems, "faults": REPORT.faults},
     "Next: fix the first problem"),
    ({"problems": IDLE_ONE, "faults": REPORT.faults},
     "Next: write a test that fails on number 1"),
    ({"refactorings": REPORT.refactorings, "problems": IDLE_ONE},
     "Next: let the test forget how the code is written"),
    ({"problems": IDLE_ONE}, "Your tests catch every fault, and some of them"),
    ({"is_stopped": True}, "Next: let a check run to its end."),
    ({}, "Your tests catch every fault. There is nothing left to say."),
])
def test_there_is_one_thing_to_do_next(
        parts: dict[str, Any], said: str) -> None:
    """What hides most is to be mended first."""
    assert wording.next_step(report(**parts)).startswith(said)


@pytest.mark.parametrize(("old", "new", "lines"), [
    ("two", "2", ["-two", "+2"]),
    ("two\n", "", ["-two"]),
    ("two", "two\n@@", ["+@@"]),
    ("one\ntwo", "1\ntwo", ["-one", "+1"]),
    ("one\ntwo\nthree", "1\ntwo\n3", ["-one", "+1", "-three", "+3"]),
])
def test_a_difference_is_the_lines_that_change(
        old: str, new: str, lines: list[str]) -> None:
    """Nothing around them, and no heading."""
    edit = Edit(name="n", module="m", old=old, new=new)

    assert list(wording.difference(edit, "one\ntwo\nthree\n")) == lines
