"""The second exercise's table proves itself, by one check of its own suites.

- every fault is caught, and a refactoring is minded by no test
- a fault's level is the lowest whose suites catch it: those below miss it
- each level's share is told, in every form of a report
- two faults that the same tests catch are told apart by a witness
- a suite of unit tests on mocks is green, and misses what it cannot see
"""
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest

from tests.exercises.test_faults import REGISTRATION, ROOT, result_of
from tests.support.checking import environment
from winnow.model.exercise import CAUGHT_AT, Fault

FAULTS = {fault.name: fault for fault in REGISTRATION.faults}
# Long enough for a machine on which much else is going on.
PATIENCE = 900


# Prints a suite's report in every form; it is checked once.
IN_EVERY_FORM = """
import json, sys
from pathlib import Path
from winnow.checking.check import check
from winnow.checking.options import Options
from winnow.reports import FORMATS, render
from winnow.reports.terminal import Style
report = check([Path(sys.argv[1])], Options())
print(json.dumps({form: render(report, form, Style()) for form in FORMATS}))
"""


def run(*command: str) -> str:
    """Return what Python prints in the project's folder."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True,
        encoding="utf-8", timeout=PATIENCE, env=environment())
    assert not done.stderr, done.stderr
    return done.stdout


def report_on(*arguments: str) -> dict[str, Any]:
    """Return the report on a suite, as a check prints it."""
    report: dict[str, Any] = json.loads(run(
        "-m", "winnow", "check", *arguments, "--format", "json"))
    return report


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Give the report on the exemplary suites, as anybody gets it."""
    return report_on("registration")


@pytest.fixture(scope="module")
def matrix() -> dict[str, Any]:
    """Give the report of every test on every fault, which takes a minute."""
    return report_on("registration", "--matrix")


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, str]]:
    """Give the reports on two first tries, in every form."""
    return {suite: json.loads(run("-c", IN_EVERY_FORM, f"examples/{suite}"))
            for suite in ("first_try", "registration_first_try")}


def level_of(test: str) -> str:
    """Return the level of a test, which the name of its file tells."""
    level, = (each for each in CAUGHT_AT
              if test.startswith(f"test_{each.replace('-', '_')}"))
    return level


def lowest(tests: list[str]) -> str | None:
    """Return the lowest level among some tests; None where there is none."""
    return min(map(level_of, tests), key=CAUGHT_AT.index, default=None)


def test_the_table_is_of_the_promised_size() -> None:
    """Some forty faults, and some of each level."""
    levels = {fault.caught_at for fault in FAULTS.values()}

    assert len(FAULTS) >= 40
    assert len(REGISTRATION.refactorings) >= 8
    assert levels == set(CAUGHT_AT)


@pytest.mark.slow
def test_every_exemplary_test_is_valid(report: Mapping[str, Any]) -> None:
    """But for those that wait for a server."""
    ended = {test["id"]: (test["outcome"], test["message"])
             for test in report["tests"]
             if test["outcome"] not in ("passed", "skipped")}

    assert ended == {}


@pytest.mark.slow
def test_every_fault_is_caught(report: Mapping[str, Any]) -> None:
    """By the suites as they come."""
    caught = {fault["name"]: bool(fault["caught_by"])
              for fault in report["faults"]}

    assert caught == dict.fromkeys(FAULTS, True)


@pytest.mark.soak
def test_every_fault_is_caught_at_its_level(
        matrix: Mapping[str, Any]) -> None:
    """No suite of a lower level catches it."""
    found = {fault["name"]: lowest(fault["caught_by"])
             for fault in matrix["faults"]}

    wrong = {fault["name"]: fault["caught_by"] for fault in matrix["faults"]
             if found[fault["name"]] != FAULTS[fault["name"]].caught_at}
    assert wrong == {}
    assert found.keys() == FAULTS.keys()


@pytest.mark.slow
def test_every_refactoring_is_tolerated(report: Mapping[str, Any]) -> None:
    """Exemplary tests know what the code does, not how."""
    broken = {each["name"]: each["broken"]
              for each in report["refactorings"]}

    assert broken == {each.name: [] for each in REGISTRATION.refactorings}


@pytest.mark.slow
def test_each_levels_share_is_counted(report: Mapping[str, Any]) -> None:
    """All of them are caught."""
    shares = {level: sum(fault.caught_at == level
                         for fault in FAULTS.values())
              for level in CAUGHT_AT}

    assert report["summary"]["by_level"] == {
        level: {"faults": number, "caught": number}
        for level, number in shares.items()}


@pytest.mark.soak
def test_no_two_faults_are_the_same(matrix: Mapping[str, Any]) -> None:
    """Other tests catch them, or else a witness tells them apart."""
    rows: dict[tuple[str, ...], list[Fault]] = {}
    for fault in matrix["faults"]:
        rows.setdefault(tuple(sorted(fault["caught_by"])), []).append(
            FAULTS[fault["name"]])

    alike = [(one.name, other.name) for row in rows.values()
             for one, other in combinations(row, 2) if are_alike(one, other)]

    assert alike == []


def are_alike(*faults: Fault) -> bool:
    """Tell whether the witness of neither of two tells them apart."""
    return all(len({result_of(asked, REGISTRATION.sources_with(fault))
                    for fault in faults}) == 1 for asked in faults)


def test_the_tasks_name_every_fault_once() -> None:
    """So each is known to belong to a task."""
    tasks = (REGISTRATION.folder / "TASKS.md").read_text("utf-8")

    counts = {name: tasks.count(f"`{name}`") for name in FAULTS}

    assert counts == dict.fromkeys(FAULTS, 1)


def test_unit_tests_on_mocks_are_green_and_miss_what_they_cannot_see(
        told: Mapping[str, Mapping[str, str]]) -> None:
    """Of what takes a higher level they catch nothing, and say so."""
    report = json.loads(told["registration_first_try"]["json"])
    shares = report["summary"]["by_level"]

    assert all(test["valid"] for test in report["tests"])
    assert all(each["tolerated"] for each in report["refactorings"])
    assert report["problems"] == []
    assert shares["unit"]["caught"] > 0
    assert [shares[level]["caught"] for level in CAUGHT_AT[1:]] == [0, 0, 0]
    assert shares["integration"]["faults"] > 5


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_report_tells_each_levels_share(
        form: str, told: Mapping[str, Mapping[str, str]]) -> None:
    """Where more than unit and integration tests are asked for."""
    of_registration = told["registration_first_try"][form]
    shares = json.loads(told["registration_first_try"]["json"])[
        "summary"]["by_level"]

    assert "By level: " in of_registration
    assert shares["contract"]["faults"] > 0
    assert f"0 of {shares['contract']['faults']} contract" in " ".join(
        of_registration.split())
    assert "By level" not in told["first_try"][form]


@pytest.mark.soak
@pytest.mark.parametrize("order", range(20))
def test_the_suites_are_green_in_any_order_time_after_time(order: int
                                                           ) -> None:
    """Twenty runs in a row, each in an order of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.shuffled",
         "-p", "no:cacheprovider", "registration"], cwd=ROOT,
        env={**os.environ, "SHUFFLED": str(order)}, capture_output=True,
        text=True, encoding="utf-8", timeout=PATIENCE)

    assert ran.returncode == 0, ran.stdout[-5000:]
