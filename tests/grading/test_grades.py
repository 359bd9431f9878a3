"""Grades: points computed from reports, exactly.

- what each part of a policy is worth, linear and by break points
- who has not tested a module has missed its faults
- caps, lateness and rounding, each at its limits
- what cannot be judged gets what the policy says
"""
import copy
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tests.grading.made_records import (
    ROOT,
    exercise,
    record,
    reports,
    ungradable,
    unjudged,
)
from tests.grading.test_policy import policy
from winnow.grading.amounts import decimal, rounded
from winnow.grading.grades import Grade, Item, grade_class
from winnow.grading.policy_file import read_policy
from winnow.grading.records import Record
from winnow.model.errors import CannotDo

F = Fraction


def graded(text: str, of: Record | None = None) -> Grade:
    """Return the grade of one learner by a policy."""
    return grade_class([of or record()], policy(text), exercise())[0]


def item(grade: Grade, name: str) -> Item:
    """Return one part of a grade."""
    return next(each for each in grade.items if each.name == name)


def changed(change: Mapping[str, Any]) -> Record:
    """Return a learner with another report: some of its keys are new."""
    report = {**copy.deepcopy(reports()["first_try"]), **change}
    return replace(record(), report=report)


def test_the_default_counts_what_the_report_says() -> None:
    """36 of 40 required faults, 5 of 31 others, all tests, all changes."""
    summary = reports()["first_try"]["summary"]

    grade = grade_class([record()], read_policy(None), exercise())[0]

    assert item(grade, "required").good == summary["core_caught"] == 36
    assert item(grade, "extra").good == summary["caught"] - 36 == 5
    raw = 70 * F(36, 40) + 10 * F(5, 31) + 10 + 10
    assert grade.raw == raw
    assert grade.points == rounded(raw, F(1, 10)) == F(846, 10)


def test_without_the_exercise_the_reports_say_what_counts() -> None:
    """Names alone are known then, and the points are the same."""
    with_it = grade_class([record()], read_policy(None), exercise())[0]
    without = grade_class([record()], read_policy(None))[0]

    assert without.points == with_it.points
    assert item(without, "required").marks[0].title == ""


@pytest.mark.parametrize(("part", "points"), [
    ("points = 80", F(80 * 36, 40)),
    ("points = 80\nfull-at = 35", F(80)),
    ("points = 80\nfull-at = 37", F(80 * 36, 37)),
    ("points = 80\nfull-at = 400", F(80 * 36, 40)),
    ("points = 80\nfull-at = '90 %'", F(80)),
    ("points = 80\nfull-at = '95 %'", F(80 * 36, 38)),
    ("steps = [{at = 20, points = 40}, {at = 36, points = 80}]", F(80)),
    ("steps = [{at = 20, points = 40}, {at = 37, points = 80}]", F(40)),
    ("steps = [{at = 37, points = 80}]", F(0)),
    ("steps = [{at = '90 %', points = 80}]", F(80)),
    ("steps = [{at = '90.1 %', points = 80}]", F(0)),
])
def test_points_grow_evenly_or_by_break_points(
        part: str, points: Fraction) -> None:
    """Here 36 of 40 are caught."""
    grade = graded(f"[required]\n{part}\n")

    assert item(grade, "required").points == points


def test_who_tests_one_module_has_missed_the_faults_of_the_other() -> None:
    """Or half of the work would be a full grade."""
    grade = graded("[required]\npoints = 40\n", record("red"))

    part = item(grade, "required")
    missing = [mark for mark in part.marks
               if mark.why == "None of the tests imports `client`."]
    assert part.every == 40
    assert len(missing) == sum(
        fault.level == "core" and fault.module == "client"
        for fault in exercise().faults)
    assert not any(mark.is_good for mark in missing)


def test_a_change_that_was_not_tried_was_not_tolerated() -> None:
    """Its module is tested by nobody here."""
    grade = graded("[refactorings]\npoints = 10\n", record("red"))

    part = item(grade, "refactorings")
    assert (part.good, part.every) == (5, 10)


def test_a_suite_that_catches_nothing_gets_no_points_for_tolerance() -> None:
    """Nothing tolerates so much as a test without an assertion."""
    report = reports()["first_try"]
    idle = changed({"faults": [
        {**row, "outcome": "missed", "how": None, "caught_by": []}
        for row in report["faults"]]})

    grade = graded("[required]\npoints = 8\n[tests]\npoints = 1\n"
                   "[refactorings]\npoints = 1\n[rules]\npoints = 1", idle)

    assert grade.points == 0
    assert graded("[tests]\npoints = 1\nmin-caught = 0", idle).points == 1


def test_a_suite_without_a_valid_test_gets_nothing() -> None:
    """Whatever the policy asks for."""
    report = reports()["red"]
    red = replace(record(), report={**report, "tests": [
        {**row, "valid": False, "outcome": "failed"}
        for row in report["tests"]]})

    grade = graded("[rules]\npoints = 5\nmin-caught = 0\n[tests]\npoints = 5\n"
                   "min-caught = 0\n[refactorings]\npoints = 5\n"
                   "min-caught = 0", red)

    assert grade.points == 0


def test_skipped_tests_are_neither_good_nor_bad() -> None:
    """A suite may leave out what this machine lacks."""
    report = reports()["first_try"]
    first, *others = report["tests"]
    some = changed({"tests": [
        {**first, "valid": False, "outcome": "skipped"}, *others]})

    part = item(graded("[tests]\npoints = 5", some), "tests")

    assert (part.good, part.every) == (len(others), len(others))


def test_a_broken_rule_costs_what_the_policy_says() -> None:
    """Two places break one in this suite; no part goes below zero."""
    assert graded("[rules]\npoints = 5\neach = 0.5").points == 4
    assert graded("[rules]\npoints = 5\neach = 3").points == 0


def test_a_part_with_nothing_to_count_is_left_out() -> None:
    """And the others make up the whole: full marks can be reached."""
    plain = replace(exercise(), refactorings=())

    grade = grade_class([record()], policy(
        "[required]\npoints = 30\nfull-at = 30\n[refactorings]\npoints = 10"),
        plain)[0]

    assert [each.name for each in grade.items] == ["required"]
    assert (grade.points, grade.possible) == (40, 40)


def test_where_nothing_counts_it_is_told() -> None:
    """Before anybody gets a grade out of nothing."""
    with pytest.raises(CannotDo, match="No part of the policy counts"):
        grade_class([record()], policy("[refactorings]\npoints = 10"),
                    replace(exercise(), refactorings=()))


def test_a_bonus_comes_on_top_and_total_scales_all() -> None:
    """36 of 40 of 50 are 45, and 5 of 31 of 31 are 5; then times two."""
    grade = graded("total = 100\n[required]\npoints = 50\n"
                   "[extra]\npoints = 31\nbonus = true")

    assert grade.possible == 100
    assert grade.points == 2 * (45 + 5)


def test_caps_are_reasons_and_no_deductions() -> None:
    """What has fewer points anyway keeps them."""
    base = "[required]\npoints = 100\nfull-at = 1\n[caps]\n"
    red = record("red")

    assert graded(base + "total = 60").points == 60
    assert graded(base + "invalid-test = 70").points == 100
    assert graded(base + "invalid-test = 70", red).points == 70
    capped = graded(base + "problem = { after-raise = 55, network = 1 }")
    assert capped.points == 55
    assert capped.notes == ("No more than 55 points: the tests have the "
                            "problem after-raise.",)


LATE = {
    "in time": (0.0, "per = 'day'\npercent = 10", 100),
    "before": (-5.0, "per = 'day'\npercent = 10", 100),
    "a second": (1 / 3600, "per = 'day'\npercent = 10", 90),
    "a day": (24.0, "per = 'day'\npercent = 10", 90),
    "a day by the clock": (24.00001, "per = 'day'\npercent = 10", 90),
    "a day and a second": (24 + 1 / 3600, "per = 'day'\npercent = 10", 80),
    "hours": (2.5, "per = 'hour'\npercent = 10", 70),
    "within the grace": (0.5, "percent = 10\ngrace-hours = 0.5", 100),
    "after the grace": (0.6, "percent = 10\ngrace-hours = 0.5", 90),
    "at most": (240.0, "percent = 10\nat-most = 30", 70),
    "all of it": (2400.0, "percent = 10", 0),
    "points": (25.0, "points = 15", 70),
    "points, at most": (250.0, "points = 15\nat-most = 20", 80),
    "points, all": (2500.0, "points = 15", 0),
    "too late": (49.0, "percent = 1\nzero-after-hours = 48", 0),
    "just not": (48.0, "percent = 1\nzero-after-hours = 48", 98),
    "no number": (float("nan"), "percent = 10", 100),
    "no end": (float("inf"), "percent = 10", 100),
}


@pytest.mark.parametrize(("hours", "late", "points"), LATE.values(), ids=LATE)
def test_lateness_costs_what_has_begun(
        hours: float, late: str, points: int) -> None:
    """Taken to the second, and never below nothing."""
    text = f"[required]\npoints = 100\nfull-at = 1\n[late]\n{late}\n"

    assert graded(text, record(late=hours)).points == points


def test_what_is_late_by_an_unknown_time_is_said() -> None:
    """Some systems mark what is late, and do not say by how much."""
    text = "[required]\npoints = 100\nfull-at = 1\n[late]\npercent = 10\n"

    grade = graded(text, record(
        late=1.0, details={"late": "by an unknown time"}))

    assert grade.points == 90
    assert grade.notes == ("1 day late: 10 % taken off.",
                           "By how much is not known: look it up.")


def test_grades_are_rounded_half_up_and_once() -> None:
    """1/8 is 0.13 to two places, and a step may be any hundredths."""
    assert [decimal(F(n, 8)) for n in (1, 3, 8, 80)] == [
        "0.13", "0.38", "1", "10"]
    assert decimal(None) == ""
    assert decimal(F(-1, 2)) == "-0.5"
    assert [rounded(F(n, 4), F(1, 2)) for n in range(4)] == [
        0, F(1, 2), F(1, 2), 1]
    assert graded("round-to = 25\n[required]\npoints = 100").points == 100


def test_what_cannot_be_judged_gets_what_the_policy_says() -> None:
    """A fault of ours is no zero."""
    mine, theirs = grade_class([unjudged(), ungradable()], read_policy(None),
                               exercise())

    assert (mine.points, theirs.points) == (None, 0)
    assert mine.reason == "The sandbox could not be set up."
    generous = policy("[ungradable]\nsubmission = 12.5\njudging = 50")
    assert [each.points for each in grade_class(
        [unjudged(), ungradable()], generous)] == [50, F(125, 10)]


def test_a_fault_that_may_be_equivalent_counts_for_nobody() -> None:
    """Unless the policy wants it to."""
    report = reports()["first_try"]
    doubted = changed({"faults": [
        {**row, "doubt": "It may be." if row["outcome"] == "missed" else None}
        for row in report["faults"]]})

    def points(text: str) -> Fraction | None:
        """Return the points, by the report alone."""
        return grade_class([doubted], policy(text))[0].points

    assert points("[required]\npoints = 40") == 40
    assert points("count-doubtful = true\n[required]\npoints = 40") == 36


PAGE = (ROOT / "docs" / "grading-forms.md").read_text("utf-8")
ROWS = re.findall(r"^\| (the default|`required.*`) \| ([\d.]+) \|$", PAGE,
                  re.MULTILINE)


@pytest.mark.parametrize(("text", "points"), ROWS)
def test_the_manual_has_the_points_of_each_policy(
        text: str, points: str) -> None:
    """Of a suite that comes along, with the counts that it says."""
    parts = "" if text == "the default" else re.sub(
        r", (?=[a-z]+ = \{)", "\n", text.strip("`"))
    counts = re.search(r"(\d+) of (\d+) required faults and\n(\d+) of (\d+) "
                       r"extra ones, and breaks a rule in (\d+) places", PAGE)

    summary = reports()["first_try"]["summary"]
    assert counts and [int(each) for each in counts.groups()] == [
        summary["core_caught"], summary["core"],
        summary["caught"] - summary["core_caught"],
        summary["faults"] - summary["core"],
        len(reports()["first_try"]["rules"])]
    assert decimal(graded(parts).points) == points


def test_the_manual_has_such_policies() -> None:
    """The rows above are not none."""
    assert len(ROWS) == 6


def test_nobody_is_graded_where_there_is_nobody() -> None:
    """A class may be empty."""
    assert grade_class([], read_policy(None), exercise()) == []
