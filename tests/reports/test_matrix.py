"""The kill matrix in words and as a table: what stands there is so.

- words: how many tests are of which kind, and which of them would do
- table: 80 columns, a number for each test, a letter for each pair
"""
from dataclasses import replace

import pytest

from tests.support.checking import TEMPERATURES
from winnow.model.outcome import Outcome
from winnow.model.report import FaultVerdict, Report
from winnow.reports import render
from winnow.reports.matrix import in_words, table
from winnow.reports.terminal import Style
from winnow.subjects.faults_toml import load

EXERCISE = load(TEMPERATURES)


def made(tests: int, *verdicts: tuple[str, str],
         integrated: tuple[int, ...] = ()) -> Report:
    """Return a report on tests from 1 on, and what they do on each fault.

    A verdict is the outcome, and the letters of the tests in their order.
    """
    names = [f"test_scales.test_{number}" for number in range(1, tests + 1)]
    first = EXERCISE.faults[0]
    faults = []
    for number, (outcome, letters) in enumerate(verdicts, 1):
        by = dict(zip(names, letters))
        faults.append(FaultVerdict(
            replace(first, name=f"fault-{number}"), 1, outcome, None,
            tuple(name for name in by if by[name] in "FE"), True,
            tuple(name for name in by if by[name] == "F")))
    return Report(
        EXERCISE, EXERCISE.modules, ("test_scales.py",), "unittest",
        {name: Outcome("passed") for name in names},
        {name: ((), number in integrated)
         for number, name in enumerate(names, 1)}, tuple(faults), ())


@pytest.mark.parametrize(("report", "words"), [
    (made(2, ("caught", "F·"), ("caught", "·F")), ["2 unit tests, no "
     "integration test."]),
    (made(1, ("caught", "F")), ["1 unit test, no integration test."]),
    (made(2, ("caught", "FF"), integrated=(2,)), [
        "1 unit test, 1 integration test."]),
    (made(3, ("caught", "··F"), ("caught", "FF·"), integrated=(3,)), [
        "2 unit tests, 1 integration test, which alone catches 1 of the "
        "faults: for 1 of them a unit test would say at once which function "
        "is wrong.",
        "2 of the tests would catch as much as all 3: --matrix shows which."]),
    (made(3, ("caught", "·FE"), ("caught", "F··"), ("missed", "···"),
          integrated=(2, 3)), [
        "1 unit test, 2 integration tests, which alone catch 1 of the "
        "faults: for 1 of them a unit test would say at once which function "
        "is wrong.",
        "2 of the tests would catch as much as all 3: --matrix shows which."]),
    (made(2, ("missed", "··")), ["2 unit tests, no integration test."]),
], ids=["unit alone", "one test", "both catch it", "one integration test",
        "two of them", "nothing is caught"])
def test_the_words_say_what_the_tests_are(
        report: Report, words: list[str]) -> None:
    """In the singular and in the plural."""
    assert list(in_words(report)) == words


def test_what_no_unit_test_can_catch_is_said() -> None:
    """Then there is no unit test to be missed."""
    report = made(1, ("caught", "F"), integrated=(1,))
    between, = report.faults
    report = replace(report, faults=(replace(
        between, fault=replace(between.fault, caught_at="integration")),))

    said, = in_words(report)

    assert said == ("no unit test, 1 integration test, which alone catches 1 "
                    "of the faults: what goes wrong between the modules.")


def test_without_boundaries_nothing_is_said_of_kinds() -> None:
    """Nobody has said what an integration is."""
    report = made(3, ("caught", "FF·"))
    report = replace(report, subject=replace(EXERCISE, boundaries=()))

    assert list(in_words(report)) == []


def test_where_one_test_was_enough_no_smallest_set_is_claimed() -> None:
    """The others were not tried."""
    report = replace(made(3, ("caught", "F··"), ("caught", "·F·")),
                     is_complete=False)

    assert not any("as much as all" in said for said in in_words(report))


def rows(report: Report) -> list[list[str]]:
    """Return the fields of the lines of a table that name a fault."""
    return [line.split() for line in table(report)
            if line.startswith("  fault-")]


def test_each_pair_has_its_letter() -> None:
    """F where an assertion fails, E for another error, else a dot."""
    report = made(3, ("caught", "F·E"), ("caught", "·EF"), ("missed", "···"))

    assert rows(report) == [["fault-1", "F·E"], ["fault-2", "·EF"],
                            ["fault-3", "···"]]


def test_a_dot_is_no_claim_that_a_test_passed() -> None:
    """Where the run hung, what would have come next is not known."""
    head = next(table(made(1, ("hung", "·"))))

    assert "· it does not fail" in head


def test_the_smallest_set_is_marked() -> None:
    """It is said what the mark means, unless nothing is caught."""
    lines = list(table(made(3, ("caught", "·F·"), ("caught", "FF·"))))

    assert "    2* test_scales.test_2" in lines
    assert "    1  test_scales.test_1" in lines
    assert any("no smaller choice" in line for line in lines)
    assert not any("*" in line for line in table(made(1, ("missed", "·"))))


# So many columns of tests fit on a line of eighty.
COLUMNS = 30


@pytest.mark.parametrize(("tests", "width"), [
    (1, 80), (9, 80), (10, 80), (COLUMNS, 80), (COLUMNS + 1, 80), (100, 80),
    (1001, 80), (31, 40), (100, 30), (100, 100)])
def test_the_columns_are_numbered(tests: int, width: int) -> None:
    """Downwards, so that a column is as wide as a letter."""
    lines = list(table(made(tests, ("caught", "F" * tests)), width))

    numbers: list[int] = []
    for end, line in enumerate(lines):
        if line.startswith("  fault-1"):
            start = line.index("F")
            head = []
            while lines[end - 1]:
                end -= 1
                head.append(lines[end][start:].ljust(width))
            digits = ["".join(column).strip()[::-1] for column in zip(*head)]
            numbers += [int(each) for each in digits if each]
    assert numbers == list(range(1, tests + 1))
    rows = [line for line in lines if "test_scales" not in line][1:]
    assert all(len(line) <= width for line in rows if "These" not in line)


def test_a_long_name_is_cut_and_shown_to_be() -> None:
    """No letter stands where another fault has one of another test."""
    report = made(COLUMNS, ("caught", "F" * COLUMNS), ("missed", ""))
    faults = tuple(replace(each, fault=replace(
        each.fault, name=f"fault-{'x' * 90}")) for each in report.faults)

    lines = [line for line in table(replace(report, faults=faults))
             if line.startswith("  fault-")]

    assert [len(line) for line in lines] == [79, 79]
    assert all("x… " in line for line in lines)


def test_it_is_shown_when_asked_for_alone() -> None:
    """In letters too, where nothing else can be printed."""
    report = made(2, ("caught", "F·"))

    assert "The kill matrix" not in render(report, "text", Style())
    shown = render(report, "text", Style(matrix=True, ascii=True))
    assert "The kill matrix: F an assertion fails" in shown
    assert " F-\n" in shown
    assert shown.isascii()
