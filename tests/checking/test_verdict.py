"""What the events of a run mean, and what a report makes of them.

- each event is heard, and a run that ends too soon is blamed on what was on
- a fault is caught, missed, or neither; a refactoring breaks tests or none
- the parts of a report that are derived from the others
"""
from collections.abc import Sequence
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from tests.support.made_reports import GOOD, ROW, full_report
from winnow.checking.outcomes import (
    Seen,
    judge_fault,
    judge_refactoring,
    seen,
    together,
)
from winnow.execution.event import (
    Asserts,
    Broken,
    Changed,
    Connects,
    Event,
    Executes,
    FileBegins,
    Finished,
    FixtureBegins,
    Loaded,
    Moment,
    PassedOver,
    Reached,
    Refused,
    SharedBy,
    Started,
    Stopped,
    Took,
    Unviable,
)
from winnow.execution.result import Run
from winnow.model.exercise import Mutant
from winnow.model.findings import IDLE, Problem
from winnow.model.outcome import LOST, Outcome
from winnow.model.report import FaultVerdict, Report
from winnow.reports.wording import level

REPORT = full_report()
FAULT, REFACTORING = REPORT.subject.faults[0], REPORT.subject.refactorings[0]
PASSED, FAILED = Outcome("passed"), Outcome("failed", "1 != 2")


def heard(*events: Event, ended: str = "done", reason: str = "") -> Seen:
    """Return what is seen of a run with these events."""
    return seen(Run(list(events), ended, reason))


def test_a_run_without_events_has_shown_nothing() -> None:
    """Nothing is empty by chance: each part has its own."""
    assert heard() == Seen({}, {}, "done", "", None, [], {}, None, False, [],
                           {}, None, [])


@pytest.mark.parametrize(("events", "tests"), [
    ([Started("a")], {"a": PASSED}),
    ([Started("a"), Started("b")], {"a": PASSED, "b": PASSED}),
    ([Started("a"), Finished("a", "failed", "1 != 2")], {"a": FAILED}),
    ([Finished("a", "skipped", None)], {"a": Outcome("skipped")}),
    ([Finished("a", "failed", "1 != 2"), Started("a")], {"a": FAILED}),
    ([Finished("a", "failed", "1 != 2"), Finished("a", "error", "later")],
     {"a": FAILED}),
    ([Finished("a", "error", "first"), Finished("a", "failed", "1 != 2")],
     {"a": Outcome("error", "first")}),
    ([Finished("a", "skipped", "no"), Finished("a", "failed", "1 != 2")],
     {"a": FAILED}),
])
def test_a_test_ends_as_its_events_say(
        events: Sequence[Event], tests: dict[str, Outcome]) -> None:
    """It passes unless more is said; the first failure stays."""
    assert heard(*events).tests == tests


@pytest.mark.parametrize(("event", "part", "value"), [
    (Broken("t.py", "why"), "files", {"t.py": Outcome("error", "why")}),
    (Unviable("m", "why"), "unviable", "m: why"),
    (Connects("a", "b:1"), "network", [("a", "b:1")]),
    (Connects(None, "b:1"), "network", [("", "b:1")]),
    (Executes("a", ["m.f"], True), "executes", {"a": (("m.f",), True)}),
    (Reached(True, {"m.f": [1]}, True), "reached", {"m.f": [1]}),
    (Reached(True, {"m.f": [1]}, True), "branches", True),
    (Reached(True, {}, True), "forks", True),
    (Reached(False, {}, True), "branches", False),
    (Reached(True, {}, False), "forks", False),
    (SharedBy(["m.f"], ["a", "b"]), "shared", ((["m.f"], ["a", "b"]),)),
    (PassedOver("t.py", "why"), "passed_over", {"t.py": "why"}),
    (Asserts(["a"]), "asserting", frozenset({"a"})),
    (Changed([["patch", "m.f"]]), "changed", [("patch", "m.f")]),
    (Took({"a": 0.5}), "took", {"a": 0.5}),
    (Loaded(["m"], {"m": "m.py"}), "loaded", ["m"]),
    (Loaded(["m"], {"m": "m.py"}), "files_loaded", {"m": "m.py"}),
])
def test_each_event_is_heard(event: Event, part: str, value: object) -> None:
    """It says one thing of the run, and blames no test for it."""
    run = heard(event)

    assert getattr(run, part) == value
    assert (run.tests, run.ended) == ({}, "done")


def test_the_first_module_that_fails_makes_a_variant_unviable() -> None:
    """The others may fail for want of it."""
    run = heard(Unviable("m", "first"), Unviable("n", "second"))

    assert run.unviable == "m: first"


FILE: Event = FileBegins("t.py")
HUNG = Outcome("hung", "why")


@pytest.mark.parametrize(("events", "tests", "files"), [
    ([], {}, {}),
    ([FILE], {}, {"t.py": HUNG}),
    ([FILE, Broken("t.py", "x")], {}, {"t.py": Outcome("error", "x")}),
    ([FILE, Started("a")], {"a": HUNG}, {}),
    ([FILE, Started("a"), Moment.TESTS_OVER], {"a": PASSED}, {}),
    ([Started("a"), Started("b")], {"a": PASSED, "b": HUNG}, {}),
    ([Started("a"), Finished("a", "failed", "1 != 2")], {"a": FAILED}, {}),
    ([FixtureBegins(["a", "b"])], {"a": HUNG, "b": HUNG}, {}),
], ids=["nothing", "a file", "a broken file", "a test", "all tests",
        "the second test",
        "between tests", "a fixture"])
def test_a_run_that_hangs_is_blamed_on_what_was_on(
        events: Sequence[Event], tests: dict[str, Outcome],
        files: dict[str, Outcome]) -> None:
    """On nothing, if that is over; and on nothing where it is done."""
    run = heard(*events, ended="hung", reason="why")

    assert (run.tests, run.files, run.ended, run.reason) == (
        tests, files, "hung", "why")
    assert HUNG.status in LOST
    assert HUNG not in heard(*events).tests.values()
    assert HUNG not in heard(*events).files.values()


@pytest.mark.parametrize(("events", "tests"), [
    ([Stopped("a", "exit")], {"a": Outcome("crashed", "exit")}),
    ([Started("a"), Stopped(None, "exit")],
     {"a": Outcome("crashed", "exit")}),
    ([Started("a"), Stopped("b", "exit")],
     {"a": PASSED, "b": Outcome("crashed", "exit")}),
    ([Stopped(None, "exit")], {}),
])
def test_a_run_that_is_stopped_has_crashed(
        events: Sequence[Event], tests: dict[str, Outcome]) -> None:
    """The test that was on did it, as far as that is known."""
    run = heard(*events)

    assert (run.tests, run.ended, run.reason) == (tests, "crashed", "exit")
    assert run.ended in LOST
    assert heard(Started("a"), ended="hung").tests == {"a": Outcome("hung")}
    assert heard(FILE, ended="hung").files == {"t.py": Outcome("hung")}


@pytest.mark.parametrize(("events", "where"), [
    ([Started("a"), Connects(None, "b:1")], "a"),
    ([FILE, Connects(None, "b:1")], "t.py"),
    ([FixtureBegins(["a", "b"]), Connects(None, "b:1")], "a"),
    ([Started("a"), Connects("c", "b:1")], "c"),
])
def test_the_network_is_blamed_on_what_was_on(
        events: Sequence[Event], where: str) -> None:
    """The test that is named, if one is; else the first that was meant."""
    assert heard(*events).network == [(where, "b:1")]


def on(*, ended: str = "done", unviable: str | None = None,
       files: dict[str, Outcome] | None = None, **tests: str) -> Seen:
    """Return a run in which the tests `t.NAME` ended like this."""
    return replace(heard(), ended=ended, unviable=unviable, files=files or {},
                   tests={f"t.{name}": Outcome(status)
                          for name, status in tests.items()})


@pytest.mark.parametrize(("run", "outcome", "how", "by", "failed"), [
    (on(a="passed", b="passed"), "missed", None, "", ""),
    (on(a="skipped", b="passed"), "missed", None, "", ""),
    (on(a="passed"), "missed", None, "", ""),
    (on(a="failed", b="passed"), "caught", "assertion", "a", "a"),
    (on(a="passed", b="error"), "caught", "error", "b", ""),
    (on(a="error", b="failed"), "caught", "assertion", "ab", "b"),
    (on(c="failed"), "missed", None, "", ""),
    (on(a="hung", ended="hung"), "hung", None, "", ""),
    (on(a="crashed", ended="crashed"), "crashed", None, "", ""),
    (on(a="failed", b="hung", ended="hung"), "caught", "assertion", "a", "a"),
    (on(a="failed", unviable="m: why"), "unviable", None, "", ""),
    (on(files={"t.py": Outcome("error")}), "caught", "error", "ab", ""),
    (on(files={"tests/t.py": Outcome("error")}), "caught", "error", "ab", ""),
    (on(files={"u.py": Outcome("error")}), "missed", None, "", ""),
    (on(files={"u.py": PASSED, "t.py": Outcome("error")}), "caught", "error",
     "ab", ""),
    (heard(FileBegins("conftest.py"), Refused("why")), "caught", "error",
     "ab", ""),
])
def test_a_fault_is_caught_where_a_valid_test_fails(
        run: Seen, outcome: str, how: str | None, by: str, failed: str
        ) -> None:
    """An assertion says more than an error; hung and crashed say nothing."""
    verdict = judge_fault(FAULT, 7, ("t.a", "t.b"), run)

    assert verdict == FaultVerdict(
        FAULT, 7, outcome, how, tuple(f"t.{name}" for name in by),
        failed_by=tuple(f"t.{name}" for name in failed))
    assert verdict.is_executed


@pytest.mark.parametrize(("first", "later", "ended"), [
    ("done", "done", ("done", "")), ("done", "hung", ("hung", "later")),
    ("crashed", "hung", ("crashed", "first")),
    ("hung", "done", ("hung", "first"))])
def test_two_runs_are_one_in_which_each_was_asked_of_its_own(
        first: str, later: str, ended: tuple[str, str]) -> None:
    """What a run says of a test that it was not asked of does not count."""
    one = heard(Started("a"), Started("b"), Started("d"),
                ended=first, reason="" if first == "done" else "first")
    other = heard(Finished("a", "failed", "1 != 2"),
                  Finished("b", "failed", "1 != 2"), Started("c"),
                  ended=later, reason="" if later == "done" else "later")

    both = together(one, other, iter(["b", "c", "d"]))

    # The test that was on when a run ended is said to have ended it.
    expected = {"a": "passed", "b": "failed", "c": "passed"}
    if later != "done":
        expected["c"] = later
    assert {test: outcome.status
            for test, outcome in both.tests.items()} == expected
    assert (both.ended, both.reason) == ended


@pytest.mark.parametrize(("valid", "on_fault", "also_known", "by"), [
    ("t.f[red]", {"t.f[blue]": "failed"}, {}, ["t.f[red]"]),
    ("t.f[red]", {"t.f[blue]": "passed"}, {}, []),
    ("t.f[red] t.f[green]", {"t.f[blue]": "failed", "t.f[green]": "passed"},
     {}, ["t.f[red]"]),
    ("t.f[red]", {"t.f[red]": "passed", "t.f[more]": "error"}, {},
     ["t.f[red]"]),
    ("t.C.f_0_red t.C.f_1_green", {"t.C.f_0_blue": "failed",
                                   "t.C.f_1_green": "passed"}, {},
     ["t.C.f_0_red"]),
    ("t.C_0.f t.C_1.f", {"t.C_0.f": "passed", "t.C_1.f": "passed",
                         "t.C_2.f": "failed"}, {}, ["t.C_0.f"]),
    # Of another function, or one that fails on the right modules, too.
    ("t.f[red]", {"t.f[red]": "passed", "t.g[blue]": "failed"}, {}, []),
    ("t.f[red]", {"t.f[<object at 0x2>]": "failed"},
     {"t.f[<object at 0x1>]": "failed"}, []),
])
def test_a_row_with_a_new_name_stands_for_one_that_is_gone(
        valid: str, on_fault: dict[str, str], also_known: dict[str, str],
        by: list[str]) -> None:
    """Its name is made of the module's own values, which a fault changes."""
    run = Seen({test: Outcome(status) for test, status in on_fault.items()},
               {}, "done", "", None, [], {}, None, False, [], {})
    known = {**dict.fromkeys(valid.split(), PASSED), **{
        test: Outcome(status) for test, status in also_known.items()}}

    assert list(judge_fault(FAULT, 1, valid.split(), run, known).caught_by
                ) == by


def test_a_file_below_is_known_by_its_whole_name() -> None:
    """Its tests may be named from the top, or from where they stand."""
    run = on(files={"tests/t.py": Outcome("error")})

    assert judge_fault(FAULT, 1, ("tests.t.a", "t.a", "tt.a", "tests.a"),
                       run).caught_by == ("tests.t.a", "t.a")


@pytest.mark.parametrize(("run", "broken"), [
    (on(a="passed", b="passed"), ()),
    (on(a="passed", b="skipped"), ()),
    (on(a="failed", b="passed"), ("t.a",)),
    (on(a="passed", b="hung"), ("t.b",)),
    (on(a="passed"), ()),
    (on(a="passed", ended="hung"), ("t.b",)),
    (on(files={"t.py": Outcome("error")}), ("t.a", "t.b")),
    (heard(Refused("why")), ("t.a", "t.b")),
])
def test_a_refactoring_breaks_what_does_not_pass_on_it(
        run: Seen, broken: tuple[str, ...]) -> None:
    """To be skipped is to be tolerant, and so is what has another name."""
    verdict = judge_refactoring(REFACTORING, ("t.a", "t.b"), run)

    assert (verdict.refactoring, verdict.broken) == (REFACTORING, broken)


def test_the_parts_of_a_report_follow_from_the_others() -> None:
    """Of the one that has every outcome."""
    outcomes = [each.outcome for each in REPORT.faults]
    ranks = [(bool(each.doubt), not each.is_executed,
              level(each.fault) != "core") for each in REPORT.missed]

    assert REPORT.valid == (GOOD, ROW)
    assert [REPORT.tests[test].status for test in REPORT.invalid] == [
        "failed", "hung", "crashed"]
    assert len(REPORT.missed) == len(outcomes) - outcomes.count("caught")
    assert ranks == sorted(ranks) and len({*ranks}) > 2
    assert REPORT.missed[:0] == ()
    assert [each.broken for each in REPORT.broken] == [(GOOD,)]
    assert [each.kind for each in REPORT.pressing] == ["network", "own-copy"]
    assert [each.kind for each in REPORT.idle] == [IDLE]
    assert [*map(REPORT.is_integrated, (GOOD, ROW, "unknown"))] == [
        False, True, False]
    assert REPORT.catches(GOOD) == (REPORT.faults[0].fault.name,)
    assert REPORT.catches(ROW) == tuple(
        each.fault.name for each in REPORT.faults[:2])
    assert REPORT.minimal_suite() == (ROW,)


def test_the_share_of_each_level_is_counted() -> None:
    """By the lowest level that can catch a fault, as its table has it."""
    levels = ("unit", "contract", "unit", "contract", "contract")
    faults = tuple(
        replace(each, fault=replace(each.fault, caught_at=level))
        for each, level in zip(REPORT.faults, levels))
    mutants = tuple(replace(each, fault=Mutant(
        name="m", module="m", old="", new="", breaks="b", start=0,
        function=None)) for each in faults)

    shares = replace(REPORT, faults=faults).by_level()

    assert [each.outcome for each in faults] == [
        "caught", "caught", "missed", "hung", "crashed"]
    assert shares == {"unit": (1, 2), "integration": (0, 0),
                      "contract": (1, 3), "end-to-end": (0, 0)}
    assert replace(REPORT, faults=mutants).by_level() == (
        dict.fromkeys(shares, (0, 0)))


def clean_report(**parts: Any) -> Report:
    """Return a report of which nothing is to be said, but for these parts."""
    return replace(REPORT, **{
        "tests": {GOOD: PASSED, "later": Outcome("skipped")},
        "faults": REPORT.faults[:2], "refactorings": REPORT.refactorings[:1],
        "problems": (), **parts})


@pytest.mark.parametrize("parts", [
    {"faults": REPORT.faults[:3]},
    {"tests": {GOOD: PASSED, ROW: FAILED}},
    {"tests": {GOOD: Outcome("skipped")}}, {"tests": {}},
    {"refactorings": REPORT.refactorings},
    {"problems": (Problem(IDLE, GOOD, "It catches none."),)},
], ids=["missed", "invalid", "all skipped", "no tests", "broken", "problem"])
def test_a_report_is_clean_unless_something_is_to_be_mended(
        parts: dict[str, Any]) -> None:
    """Each of these is enough; rules and coaching are not."""
    assert clean_report().is_clean
    assert not clean_report(**parts).is_clean


def test_a_report_is_as_it_was_judged() -> None:
    """Unless it says so, it is complete, and nothing stopped it."""
    report = Report(REPORT.subject, (), (), "unittest", {}, {}, (), ())

    assert report.is_complete and not report.is_stopped
    assert (report.seconds, report.coaching) == (0.0, {})
    for judged in (report, REPORT.faults[0], REPORT.refactorings[0], PASSED,
                   heard()):
        with pytest.raises(FrozenInstanceError):
            setattr(judged, "tests", {})
