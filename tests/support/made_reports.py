"""Reports made by hand, with what no single suite brings about."""
from dataclasses import replace

import pytest

from tests.support.checking import TEMPERATURES
from winnow.model.exercise import Exercise, Mutant
from winnow.model.findings import BrokenRule, Problem
from winnow.model.outcome import Outcome, Status, Verdict
from winnow.model.report import (
    Accepted,
    FaultVerdict,
    RefactoringVerdict,
    Report,
)
from winnow.reports import render
from winnow.reports.terminal import Style
from winnow.subjects.faults_toml import load
from winnow.subjects.project import find

HOSTILE = ('<script>alert("1")</script> & \' `x` **b** |c| [d](e) </pre>'
           '```\x1b\x00 -->\n# f ]]> \ud800')
# What a text keeps of it where control characters and lone halves of pairs
# have no place.
TAME = HOSTILE.replace("\x1b", "").replace("\x00", "").replace("\ud800", "")
GOOD, ROW = "test_scales.TestScales.test_good", "test_more.test_row[1.5|<b>]"
RED, LATER = "test_scales.TestScales.test_red", "test_scales.test_later"
SLOW, GONE = "test_scales.test_slow", "test_scales.test_gone"


def full_report() -> Report:
    """Return a report with every outcome, and hostile words wherever."""
    exercise = load(TEMPERATURES)
    ends = ((Verdict.CAUGHT, "assertion", (GOOD, ROW)),
            (Verdict.CAUGHT, "error", (ROW,)),
            (Verdict.MISSED, None, ()), (Verdict.HUNG, None, ()),
            (Verdict.CRASHED, None, ()))
    faults = [
        FaultVerdict(fault, 1, *end)
        for fault, end in zip(exercise.faults, ends, strict=True)]
    first = exercise.faults[0]
    faults += [
        FaultVerdict(replace(first, name="unviable"), 1,
                     Verdict.UNVIABLE, None, ()),
        FaultVerdict(Mutant(
            name="made", module=first.module, old=first.old, new=first.new,
            breaks=HOSTILE, start=exercise.sources[first.module].index(
                first.old), function=None), 1, Verdict.MISSED, None, ()),
        FaultVerdict(doubtful_of(exercise, "doubtful"), 1,
                     Verdict.MISSED, None, ()),
        FaultVerdict(replace(first, name='"><b>unseen'), 1,
                     Verdict.MISSED, None, (), is_executed=False)]
    refactorings = [
        RefactoringVerdict(each, (GOOD,) if number == 1 else ())
        for number, each in enumerate(exercise.refactorings)]
    return Report(
        exercise, exercise.modules, ("test_scales.py", f"{HOSTILE}.py"),
        "pytest",
        {GOOD: Outcome(Status.PASSED), ROW: Outcome(Status.PASSED),
         RED: Outcome(Status.FAILED, HOSTILE),
         LATER: Outcome(Status.SKIPPED, HOSTILE),
         SLOW: Outcome(Status.HUNG), GONE: Outcome(Status.CRASHED, HOSTILE)},
        {GOOD: (("scales.mean",), False), ROW: (("scales.mean",), True)},
        tuple(faults), tuple(refactorings),
        (Problem("network", GOOD, "api.github.com:443"),
         Problem("catches-nothing", GOOD, "It catches none."),
         Problem("own-copy", "", HOSTILE, f"Write {HOSTILE}",
                 "test_scales.py", 7)),
        {RED: f"You may believe {HOSTILE}"},
        (BrokenRule("test_scales.py", 1, "shebang", f"Mend {HOSTILE}"),),
        (f"Know {HOSTILE}",), 0.5, accepted=(Accepted(
            FaultVerdict(doubtful_of(exercise, "accepted"), 1, Verdict.MISSED,
                         None, ()), f"We {HOSTILE}", "2026-11-28"),))


def doubtful_of(exercise: Exercise, name: str) -> Mutant:
    """Return a made fault that may be equivalent."""
    first = exercise.faults[0]
    return Mutant(
        name=name, module=first.module, old=first.old, new=first.new,
        breaks="It reads more at a time.", doubt="It is a size.",
        start=exercise.sources[first.module].index(first.old), function=None)


def empty_report() -> Report:
    """Return what is left where no test is valid."""
    report = full_report()
    return replace(report, tests={RED: report.tests[RED]}, executes={},
                   faults=tuple(
                       replace(each, outcome=Verdict.MISSED, how=None,
                               caught_by=()) for each in report.faults))


def made_report() -> Report:
    """Return a report on faults that were made, all of them missed."""
    project, _ = find([TEMPERATURES / "test_scales.py"],
                      [TEMPERATURES / "scales.py"], None)
    return Report(
        project, project.modules, ("test_scales.py",), "unittest",
        {GOOD: Outcome(Status.PASSED)}, {GOOD: ((), False)},
        tuple(FaultVerdict(fault, 1, Verdict.MISSED, None, ())
              for fault in project.faults), (), is_complete=False)


REPORTS = {"full": full_report, "empty": empty_report, "made": made_report}
each_report = pytest.mark.parametrize("made", REPORTS.values(), ids=REPORTS)


def shown(form: str, report: Report, everything: bool = False) -> str:
    """Return a report in a form."""
    return render(report, form, Style(everything=everything))
