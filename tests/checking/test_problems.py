"""Problems that are measured: found where they are, and only there.

Suites of `suites/problems` say in comments what there is to find in the line
that follows, `# KIND: words → words of the advice`; nothing else is.
"""
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import (
    SCALES,
    STATION,
    TEMPERATURES,
    WINNOW,
    Files,
    asked_for,
    caught_by,
    outcomes,
    report_on,
    run,
    write,
)
from tests.support.made_reports import GOOD, empty_report
from winnow.checking.outcomes import Seen
from winnow.checking.problems import Problems
from winnow.model.outcome import Outcome
from winnow.suites.analysis import SuiteAnalysis
from winnow.suites.discovery import read_tests

SUITES = Path(__file__).parents[1] / "handed_in" / "problems"
ROOT = Path(__file__).parents[2]
MARK = re.compile(r" *# ([a-z-]+): (.+) → (.+)")
NEEDED = {"right": "asserting", "right_pytest": "conftest"}
RUNS = [(name, runner) for name in ("order", "left", "idle", "right")
        for runner in ("unittest", "pytest")] + [("right_pytest", "pytest")]
KINDS = ("order", "leak", "no-assertion", "executes-nothing",
         "catches-nothing")
Report = dict[str, Any]
Found = tuple[str, int]


def files_of(name: str) -> Files:
    """Return a learner's files, as they are for a suite of the folder."""
    files = {"test_scales.py": text_of(name)}
    if name in NEEDED:
        files[f"{NEEDED[name]}.py"] = text_of(NEEDED[name])
    return files


def text_of(name: str) -> str:
    """Return the text of a file of the folder."""
    return (SUITES / f"{name}.py").read_text("utf-8")


def marked(text: str) -> dict[Found, tuple[str, str]]:
    """Return what a suite's comments announce: by kind and line, the words."""
    return {(match[1], number + 1): (match[2], match[3])
            for number, line in enumerate(text.splitlines(), 1)
            if (match := MARK.fullmatch(line))}


@pytest.fixture(scope="module")
def reports(request: pytest.FixtureRequest,
            tmp_path_factory: pytest.TempPathFactory
            ) -> Iterator[Mapping[tuple[str, str], Future[Report]]]:
    """Give the report on each suite and runner wanted, two at a time."""
    with ThreadPoolExecutor(2) as two:
        yield {each: two.submit(
            report_on, tmp_path_factory.mktemp("suite"), files_of(each[0]),
            "--runner", each[1]) for each in asked_for(request, "suite")}


each_suite = pytest.mark.parametrize(
    "suite", RUNS, ids=[" by ".join(each) for each in RUNS])


def measured(report: Report) -> list[dict[str, Any]]:
    """Return the problems that take a run to be seen."""
    return [each for each in report["problems"] if each["kind"] in KINDS]


@each_suite
def test_what_is_announced_is_found_and_nothing_else(
        suite: tuple[str, str],
        reports: Mapping[tuple[str, str], Future[Report]]) -> None:
    """The line, what is wrong, and what to do instead."""
    expected = marked(text_of(suite[0]))

    problems = measured(reports[suite].result())

    assert {(each["kind"], each["line"]) for each in problems} == (
        expected.keys()), problems
    assert len(problems) == len(expected)
    for each in problems:
        detail, advice = expected[each["kind"], each["line"]]
        assert each["file"] == "test_scales.py"
        assert detail in each["detail"] and advice in each["advice"], each


def test_the_suites_announce_what_they_are_for() -> None:
    """Each measured kind is tried, and the right suites announce nothing."""
    kinds = {name: {kind for kind, _ in marked(
        text_of(name))} for name, _ in RUNS}

    assert kinds == {
        "order": {"order"}, "left": {"leak"}, "right": set(),
        "idle": {"no-assertion", "executes-nothing", "catches-nothing"},
        "right_pytest": set()}


@pytest.mark.parametrize("suite", RUNS[:2], ids=["unittest", "pytest"])
def test_a_suite_that_needs_its_order_keeps_its_verdicts(
        suite: tuple[str, str],
        reports: Mapping[tuple[str, str], Future[Report]]) -> None:
    """Its tests are valid, and each of them catches what it asks about."""
    report = reports[suite].result()

    assert set(outcomes(report).values()) == {"passed"}
    assert len(caught_by(report)["mean-is-the-sum"]) == len(
        report["tests"]) == 6


def problems_in(place: Path, files: Files, *options: str) -> list[str]:
    """Return the kinds, and the lines, of the problems of a suite."""
    return [f"{each['kind']} {each['line']} {each['detail']}"
            for each in measured(report_on(place, files, *options))]


def test_at_a_level_a_test_may_catch_nothing(tmp_path: Path) -> None:
    """What it catches may be at the other one."""
    files = files_of("idle")

    found = problems_in(tmp_path, files, "--level", "core")

    assert {each.split()[0] for each in found} == {"no-assertion"}


def test_what_two_lines_may_have_done_is_said_of_neither(
        tmp_path: Path) -> None:
    """Both are named, and a reader finds out."""
    files = {"test_station.py": STATION + '''
    def test_sets_it_back(self) -> None:
        import station
        self.addCleanup(setattr, station, "mean", station.mean)
        station.mean = lambda readings: 20
        self.assertEqual(summary([1]), "68.0 F")

    def test_does_not(self) -> None:
        import station
        station.mean = lambda readings: 20
        self.assertEqual(summary([1]), "68.0 F")
'''}
    lines = STATION.count("\n")

    found = problems_in(tmp_path, files)

    assert (f"leak None When the tests are over, station.mean is still "
            f"replaced. See test_station.py, lines {lines + 5} and "
            f"{lines + 10}.") in found


@pytest.mark.parametrize("before", ["", "1"])
def test_a_flaky_test_is_not_valid(before: str, tmp_path: Path) -> None:
    """It fails each second time that it runs, the first time or not."""
    count = tmp_path / "count"
    count.write_text(before)
    files = {"test_scales.py": SCALES + f'''
    def test_each_second_time(self):
        with open({str(count)!r}, "a+") as file:
            file.write("1")
            self.assertTrue(file.tell() % 2)
'''}

    report = report_on(tmp_path, files, "--jobs", "1")

    flaky, = [test for test in report["tests"] if not test["valid"]]
    assert "flaky" in flaky["message"]
    assert "order" not in [each["kind"] for each in report["problems"]]


def test_a_library_that_wants_one_object_accuses_no_test(
        tmp_path: Path) -> None:
    """Hypothesis refuses a method on the second object of its class.

    A `TestCase` makes one for each run, so that is not the test's doing.
    """
    files = {"test_scales.py": SCALES + '''
    seen = []

    def test_as_given_by_hypothesis(self):
        self.seen.append(self)
        if self.seen[0] is not self:
            raise RuntimeError("The method was called from multiple "
                               "different executors. This may lead")
'''}

    report = report_on(tmp_path, files, "--jobs", "1")

    assert all(test["valid"] for test in report["tests"])
    assert "order" not in [each["kind"] for each in report["problems"]]


OWN_STATE = '''"""A module that keeps what it has made, and counts it."""
_made = None


class Thing:
    """A thing that is counted."""

    number = 0

    def __init__(self) -> None:
        """Count it."""
        Thing.number += 1


def thing() -> Thing:
    """Return the one thing there is."""
    global _made
    _made = _made or Thing()
    return _made
'''


def test_what_a_module_changes_itself_is_no_leak(tmp_path: Path) -> None:
    """Nor is what an import puts into its package."""
    write(tmp_path / "learner", {
        "shop/__init__.py": OWN_STATE, "shop/late.py": "",
        "test_shop.py": """
import shop


def test_thing():
    shop._made = None
    __import__("shop.late")
    assert shop.thing().number == 1
"""})

    ran = run([WINNOW, "check", "learner", "--module",
               "learner/shop/__init__.py"], tmp_path)

    assert "1 of 1 test passes" in ran.out, ran.said
    assert "Problems" not in ran.out


@pytest.mark.parametrize("runner", ["unittest", "pytest"])
@pytest.mark.by_turns
def test_nothing_is_said_of_the_exemplary_suites(
        runner: str, tmp_path: Path) -> None:
    """They are what learners copy."""
    files = {name: (ROOT / name).read_bytes()
             for name in ("test_utils.py", "test_client.py")}

    report = report_on(tmp_path, files, "--runner", runner, exercise=ROOT)

    assert report["problems"] == []


@pytest.mark.parametrize(("count", "words"), [
    (2, "one.py or two.py"), (4, "the modules to be tested")])
def test_whoever_calls_none_of_many_modules_hears_no_list(
        count: int, words: str, tmp_path: Path) -> None:
    """Two names help; ten are a wall."""
    names = ["one", "two", "three", "four"][:count]
    exercise = write(tmp_path / "exercise", {
        **{f"{name}.py": "def get():\n    return 1\n" for name in names},
        "faults.toml": f'title = "Many"\nmodules = {names}\n' + """
[[fault]]
name = "zero"
module = "one"
level = "core"
caught_at = "unit"
old = "return 1"
new = "return 0"
breaks = "It is less."
hint = "How much is it?"
witness = "one.get()"
"""})

    report = report_on(tmp_path, {"test_none.py": (
        f"import unittest\n\nimport {', '.join(names)}\n\n\n"
        "class TestNone(unittest.TestCase):\n"
        "    def test_none(self):\n        self.assertEqual(abs(-1), 1)\n")},
        exercise=exercise)

    said = [problem["detail"] for problem in report["problems"]
            if problem["kind"] == "executes-nothing"]
    assert said == [f"It calls no function of {words}, and catches none of "
                    "the faults."]


@pytest.mark.parametrize(("asserting", "kinds"), [
    (frozenset[str](), ["executes-nothing"]), (None, [])])
def test_where_the_traced_run_differed_nobody_knows_what_is_executed(
        asserting: frozenset[str] | None, kinds: list[str]) -> None:
    """So a test that seems to execute nothing is not accused of it."""
    report = replace(empty_report(), tests={GOOD: Outcome("passed")})
    seen = Seen(report.tests, {}, "done", "", None, (), {}, None, False, (),
                {}, asserting)
    file = read_tests(TEMPERATURES / "test_scales.py")
    reading = SuiteAnalysis({"test_scales.py": file}, TEMPERATURES,
                            report.subject.sources, rules=False)

    problems = Problems(report, seen, reading).all({}, is_whole=True)

    assert [each.kind for each in problems
            if each.kind == "executes-nothing"] == kinds
