"""Sentences that every form of a report shares."""
from __future__ import annotations

from collections.abc import Iterator

from winnow.model.exercise import LEVELS, AnyFault, Edit, Fault
from winnow.model.findings import Problem
from winnow.model.outcome import Outcome, Status, Verdict
from winnow.model.report import FaultVerdict, Report

_ENDED = {Status.HUNG: "It did not end in time.",
          Status.CRASHED: "It ended Python."}
_OUTCOMES = {
    Verdict.HUNG: "On this fault your tests hang before one fails.",
    Verdict.CRASHED: "On this fault the run ends before a test fails.",
    Verdict.UNVIABLE: "With this fault the module cannot even be imported.",
}


def count(number: int, thing: str) -> str:
    """Return a number with its noun, in the plural where there are several."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def right(report: Report) -> str:
    """Return what the modules are called on which a test must pass."""
    return ("the right modules" if report.exercise
            else "the modules as they are")


def place(file: str, line: int | None) -> str:
    """Return where something stands, as far as that is known."""
    return f"{file}, line {line}" if line else file


def reason(outcome: Outcome) -> str:
    """Return why a test did not pass."""
    if outcome.status == Status.CRASHED and outcome.message:
        return f"It ended the whole run: {outcome.message}."
    return outcome.message or _ENDED.get(outcome.status, outcome.status)


def said(problem: Problem) -> str:
    """Return what was seen where something is to be mended."""
    if problem.kind == "network":
        return (f"{problem.test or 'The suite'} tries to reach "
                f"{problem.detail}. The network is blocked here: a test "
                "that needs it fails on the day it is away.")
    return problem.detail


def where(problem: Problem) -> str:
    """Return in which test and at which place something is to be mended."""
    test = "" if problem.test in said(problem) else problem.test
    return " · ".join(filter(None, (test, place(problem.file, problem.line))))


def hint(report: Report, verdict: FaultVerdict) -> str:
    """Return what helps to catch a fault that was missed.

    What a test that was left out executes is not known.
    """
    known = verdict.fault.hint if isinstance(verdict.fault, Fault) else ""
    if not verdict.is_executed:
        is_known = not report.invalid and all(
            problem.kind != "import" for problem in report.problems)
        said = ("No test executes this." if is_known
                else "No test that passes executes this.")
        return f"{said} {known}".strip()
    return _OUTCOMES.get(verdict.outcome, known)


def doubt(verdict: FaultVerdict) -> str:
    """Return why a fault may be equivalent; empty where nothing says so."""
    reason = verdict.doubt
    return reason and (
        f"It may be equivalent: {reason[0].lower()}{reason[1:]}")


def folded(report: Report) -> str:
    """Return how many faults come after those that are sure to be faults."""
    number = len(report.doubtful)
    which = "more" if report.sure else "faults" if number > 1 else "fault"
    return f"{number} {which} may be equivalent to your code"


def hidden(report: Report, near: int, far: int) -> str:
    """Return how many faults missed are not shown; empty where all are.

    `near` are those in code that a test executes, `far` the others.
    """
    who = "that passes " if report.invalid else ""
    parts = [f"{count(near, 'more fault')} missed"] if near else []
    if far:
        more = str(far) if near else count(far, "more fault")
        parts.append(f"{more} in code that no test of yours {who}executes")
    return f"{', and '.join(parts)}: --all shows them." if parts else ""


def is_made(fault: AnyFault) -> bool:
    """Tell whether a fault is a mutant, which only its change can explain."""
    return not isinstance(fault, Fault)


def level(fault: AnyFault) -> str:
    """Return what must be caught by all, what is beyond, and what is made."""
    return fault.level if isinstance(fault, Fault) else "made"


def knows_too_much(tests: str) -> str:
    """Return what is wrong with tests that break on a correct change."""
    return (f"It breaks {tests}: a test should know what the code does, "
            "not how.")


def summary(report: Report) -> Iterator[tuple[bool, str]]:
    """Yield in a line each what holds and what does not."""
    skipped = sum(outcome.status == Status.SKIPPED
                  for outcome in report.tests.values())
    ran = len(report.tests) - skipped
    and_skipped = f", {skipped} skipped" if skipped else ""
    yield (not report.invalid and bool(report.valid),
           f"{len(report.valid)} of {count(ran, 'test')} "
           f"pass{'es' if ran == 1 else ''} on {right(report)}{and_skipped}")
    if not report.valid:
        return
    yield (not report.missed, f"{len(report.caught)} of "
           f"{count(len(report.faults), 'fault')} caught{_by_level(report)}"
           f"{_doubted(report)}")
    if report.fail_under is not None:
        yield (report.is_reached, share(report))
    if report.refactorings:
        tolerated = len(report.refactorings) - len(report.broken)
        yield (not report.broken, f"{tolerated} of "
               f"{count(len(report.refactorings), 'refactoring')} tolerated")


def share(report: Report) -> str:
    """Return the share of faults that are caught beside the one asked for.

    It is rounded down, so that no share looks like one that it misses.
    """
    every = len(report.faults)
    tenths = 1000 * len(report.caught) // every if every else 0
    return (f"{tenths / 10:g} % of the faults caught, at least "
            f"{report.fail_under:g} % asked for")


def _doubted(report: Report) -> str:
    """Return how many of the faults missed may be equivalent."""
    missed, doubtful = len(report.missed), len(report.doubtful)
    if not doubtful:
        return ""
    which = f"{doubtful} of the {missed}" if doubtful < missed else (
        "the one" if missed == 1 else f"the {missed}")
    return f"; {which} missed may be equivalent"


def _by_level(report: Report) -> str:
    """Return the part of each level among the faults caught."""
    parts: list[str] = []
    for name in () if report.goal else LEVELS:
        here = [each for each in report.faults if level(each.fault) == name]
        if here and len(here) < len(report.faults):
            caught = sum(each.outcome == Verdict.CAUGHT for each in here)
            parts.append(f"{caught} of {len(here)} {name}")
    return f" ({', '.join(parts)})" if parts else ""


def next_step(report: Report) -> str:
    """Return the one thing to do next."""
    if report.goal and report.is_clean:
        return f"{report.goal} done."
    if report.invalid:
        return "Next: fix the first test that fails, and check again."
    if not report.valid:
        return "Next: let one test run without its skip, and check again."
    if report.pressing:
        return "Next: fix the first problem, and check again."
    if report.sure:
        return "Next: write a test that fails on number 1, and check again."
    if report.missed:
        return ("Next: look at the faults that may be equivalent: catch them, "
                "or accept them.")
    if report.is_stopped:
        return "Next: let a check run to its end."
    if report.broken:
        return "Next: let the test forget how the code is written, and check."
    if report.problems:
        return ("Your tests catch every fault, and some of them none: what "
                "are those for?")
    return "Your tests catch every fault. There is nothing left to say."


def commands(report: Report) -> tuple[str, ...]:
    """Return what to type next, where there is a goal: a line each."""
    if report.goal is None:
        return ()
    return report.goal.after if report.is_clean else report.goal.helps


def difference(edit: Edit, source: str) -> Iterator[str]:
    """Yield the lines that an edit changes, behind - and +."""
    from difflib import unified_diff  # What is all caught shows none.
    changes = unified_diff(source.splitlines(),
                           edit.applied_to(source).splitlines(),
                           lineterm="", n=0)
    for line in [*changes][3:]:
        if not line.startswith("@@"):
            yield line
