"""What a report says of faults that may be equivalent, form by form.

- those that are sure to be faults come first, the others are one line
- `--all` shows them, each with its reason
- they count as missed
"""
from dataclasses import replace

import pytest

from tests.support.made_reports import GOOD, full_report, shown
from winnow.model.outcome import Verdict
from winnow.model.report import Report
from winnow.reports import wording
from winnow.reports.json_report import as_object


def report_of(sure: int, doubtful: int) -> Report:
    """Return a report on which so many made faults are missed."""
    whole = full_report()
    made, = (each for each in whole.faults if each.fault.name == "made")
    other, = (each for each in whole.faults if each.doubt)
    caught = replace(made, outcome=Verdict.CAUGHT, how="assertion",
                     caught_by=(GOOD,))
    # The doubtful ones come first in the module.
    faults = [replace(each, fault=replace(each.fault, name=f"{name}-{number}"))
              for each, name, count in ((other, "doubt", doubtful),
                                        (made, "sure", sure))
              for number in range(count)]
    tests = {test: outcome for test, outcome in whole.tests.items()
             if test in whole.valid}
    return replace(whole, faults=(*faults, caught), problems=(), tests=tests)


COUNTED = {
    (0, 0): "1 of 1 fault caught", (2, 0): "1 of 3 faults caught",
    (2, 3): "1 of 6 faults caught; 3 of the 5 missed may be equivalent",
    (0, 1): "1 of 2 faults caught; the one missed may be equivalent",
    (0, 3): "1 of 4 faults caught; the 3 missed may be equivalent",
}


@pytest.mark.parametrize("counts", COUNTED)
def test_they_are_counted_apart(counts: tuple[int, int]) -> None:
    """And they still count as missed."""
    report = report_of(*counts)

    _, (holds, said), *_ = wording.summary(report)

    assert (said, holds) == (COUNTED[counts], counts == (0, 0))
    assert (len(report.sure), len(report.doubtful)) == counts
    assert len(report.missed) == sum(counts)
    assert not report.is_clean
    assert as_object(report)["summary"]["doubtful"] == counts[1]


LINES = {
    (2, 3): "3 more may be equivalent to your code: --all shows them.",
    (0, 1): "1 fault may be equivalent to your code: --all shows them.",
    (0, 3): "3 faults may be equivalent to your code: --all shows them.",
}


@pytest.mark.parametrize("counts", LINES)
def test_as_text_they_are_one_line(counts: tuple[int, int]) -> None:
    """Whatever their number; --all shows each, with its reason."""
    report = report_of(*counts)
    lines = shown("text", report).splitlines()
    everything = shown("text", report, everything=True)

    assert f"  {LINES[counts]}" in lines
    assert "doubt-0" not in "".join(lines)
    assert everything.count("→ It may be equivalent: it is a size.") == (
        counts[1])
    assert everything.count("doubt-0") == 1
    assert everything.rfind("sure-") < everything.find("doubt-")


def test_the_next_step_is_for_sure_faults_first() -> None:
    """Where there is none, the others are to be looked at."""
    assert wording.next_step(report_of(1, 3)).startswith(
        "Next: write a test that fails on number 1")
    assert wording.next_step(report_of(0, 3)) == (
        "Next: look at the faults that may be equivalent: catch them, or "
        "accept them.")


def test_a_page_folds_them() -> None:
    """All others are seen at once; numbers go on."""
    page = shown("html", report_of(2, 3))
    before, _, folded = page.partition(
        "<details><summary>3 more may be equivalent to your code</summary>")

    assert before.count("2. <code>") + before.count("<h3>2. ") == 1
    assert "<h3>3. " not in before
    assert folded.count("It may be equivalent: it is a size.") == 3
    assert all(f"<h3>{number}. " in folded for number in (3, 4, 5))


def test_junit_has_a_suite_for_them() -> None:
    """It counts them apart; without any there is no such suite."""
    assert '<testsuite name="winnow.doubtful" tests="3" failures="3"' in (
        shown("junit", report_of(2, 3)))
    assert "winnow.doubtful" not in shown("junit", report_of(2, 0))


def test_json_has_the_reason_of_each() -> None:
    """Others have none."""
    faults = as_object(report_of(1, 1))["faults"]

    assert [each["doubt"] for each in faults] == [
        "It is a size.", None, None]


def test_json_lists_what_is_accepted() -> None:
    """It is in no other list, and in no count of faults."""
    found = as_object(full_report())

    assert found["accepted"][0]["date"] == "2026-11-28"
    assert found["summary"]["accepted"] == len(found["accepted"]) == 1
    assert "accepted" not in [each["name"] for each in found["faults"]]
