"""Reports for Stryker's viewer, and the table of several modules.

- what is written keeps the schema that Stryker publishes
- each fault is at its place, with what became of it, and why
- the table: worst module on top, and none where it would say nothing new
"""
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.support.made_reports import (
    GOOD,
    each_report,
    full_report,
    made_report,
    shown,
)
from winnow.model.exercise import Mutant, Subject
from winnow.model.outcome import Outcome, Status, Verdict
from winnow.model.report import FaultVerdict, Report
from winnow.model.stored_report import StoredModules
from winnow.reports import modules_table
from winnow.reports.terminal import Style

SCHEMA = Draft7Validator(json.loads((
    Path(__file__).parents[1] / "data" / "mutation-testing-report-schema.json"
    ).read_text("utf-8")))
SOURCE = "def f(x):\n    return '😀' < x < 'é'\n"


def stryker(report: Report) -> Any:
    """Return a report as a program reads it."""
    return json.loads(shown("stryker", report))


def mutants(report: Report) -> dict[str, Any]:
    """Return the faults of all files by their names."""
    return {each["id"]: each for file in stryker(report)["files"].values()
            for each in file["mutants"]}


def of_modules(*results: tuple[str, int, int]) -> Report:
    """Return a report on files: so many faults each, so many caught."""
    names = [name for name, _, _ in results]
    faults = [
        FaultVerdict(Mutant(
            name=f"{name}.f:boundary-{number}", module=name, old="<",
            new="<=", breaks="It is so.", start=SOURCE.index("< x"),
            function="f"), 2, *(
                (Verdict.CAUGHT, "assertion", ("test_a.t",))
                if number <= caught else (Verdict.MISSED, None, ())))
        for name, number_of, caught in results
        for number in range(1, number_of + 1)]
    subject: Subject = StoredModules(
        title="m", folder=Path("/"), modules=tuple(names), faults=(),
        sources=dict.fromkeys(names, SOURCE),
        paths={name: f"src/{name}.py" for name in names})
    return Report(
        subject, tuple(names), ("test_a.py",), "pytest",
        {"test_a.t": Outcome(Status.PASSED)},
        {"test_a.t": ((f"{names[0]}.f",), False)}, tuple(faults), ())


@each_report
def test_what_is_written_keeps_the_schema(made: Any) -> None:
    """Whatever stands in a test's name, or in a fault."""
    found = stryker(made())

    assert [error.message for error in SCHEMA.iter_errors(found)] == []
    assert found["files"]


def test_a_mutilated_report_does_not_keep_it() -> None:
    """So the schema is one that can refuse."""
    found = stryker(made_report())
    file, = found["files"].values()
    file["mutants"][0]["status"] = "Dead"

    assert not SCHEMA.is_valid(found)


def test_each_outcome_has_its_word() -> None:
    """Those of one's own modules and those of an exercise."""
    found = mutants(full_report())

    assert {each["status"] for each in found.values()} == {
        "Killed", "Survived", "Timeout", "RuntimeError", "CompileError",
        "NoCoverage", "Ignored"}
    assert found["accepted"]["statusReason"].startswith("We ")
    assert found["doubtful"]["statusReason"] == (
        "It may be equivalent: it is a size.")
    assert "statusReason" not in next(
        each for each in found.values() if each["status"] == "Killed")
    names = {test["id"]: test["name"] for file in stryker(
        full_report())["testFiles"].values() for test in file["tests"]}
    assert GOOD in {names[test] for each in found.values()
                    for test in each["killedBy"]}


def test_a_fault_is_where_the_viewer_looks_for_it() -> None:
    """Columns count as JavaScript counts: such a face has two."""
    each = mutants(of_modules(("m", 1, 1)))["m.f:boundary-1"]

    assert each["location"] == {"start": {"line": 2, "column": 17},
                                "end": {"line": 2, "column": 18}}
    assert (each["mutatorName"], each["replacement"]) == ("boundary", "<=")
    assert (each["killedBy"], each["coveredBy"]) == (["1"], ["1"])
    line = SOURCE.splitlines()[1].encode("utf-16-le")
    assert line[2 * 16:2 * 17].decode("utf-16-le") == "<"


def test_the_share_that_is_asked_for_is_a_threshold() -> None:
    """The viewer colours by it."""
    for asked, bounds in ((None, (80, 60)), (85.5, (86, 86)), (10, (80, 10))):
        found = stryker(replace(made_report(), fail_under=asked))
        assert found["thresholds"] == {"high": bounds[0], "low": bounds[1]}


def test_of_several_modules_the_worst_is_on_top() -> None:
    """Rounded down: what is not all is not 100 %."""
    report = of_modules(("good", 2, 2), ("poor", 300, 299), ("bad", 4, 1))

    text, page = shown("text", report), shown("html", report)

    assert "\n".join((
        "  module       faults  caught  missed   share",
        "  src/bad.py        4       1       3    25 %",
        "  src/poor.py     300     299       1    99 %",
        "  src/good.py       2       2       0   100 %")) in text
    assert "| src/poor.py | 300 | 299 | 1 | 99 % |" in shown(
        "markdown", report).replace("\\", "")
    assert "<td>src/bad.py</td><td>4</td><td>1</td>" in page
    assert json.loads(shown("json", report))["summary"]["by_module"] == [
        {"file": "src/good.py", "faults": 2, "caught": 2},
        {"file": "src/poor.py", "faults": 300, "caught": 299},
        {"file": "src/bad.py", "faults": 4, "caught": 1}]


def test_of_many_modules_the_first_are_shown() -> None:
    """The others are a number, unless all are asked for."""
    report = of_modules(*((f"m{number:02}", 1, 0) for number in range(22)))

    for form in ("text", "markdown"):
        text = shown(form, report).replace("\\", "")
        assert "src/m19.py" in text and "src/m20.py " not in text
        assert "2 more modules: --all shows them." in text
        assert "src/m21.py" in shown(form, report, True).replace("\\", "")


@pytest.mark.parametrize("report", [
    of_modules(("m", 2, 1)), of_modules(("m", 2, 1), ("n", 0, 0)),
    replace(of_modules(("m", 2, 1), ("n", 1, 1)), tests={}), full_report()],
    ids=["one", "one with faults", "no test", "an exercise"])
def test_a_table_that_says_nothing_new_is_not_shown(report: Report) -> None:
    """The report's first lines have it."""
    assert modules_table.worst_first(report) == []
    assert [*modules_table.as_text(report, Style())] == []
    assert "missed   share" not in shown("text", report)


def test_a_long_path_keeps_its_end() -> None:
    """No line is longer than a terminal's."""
    report = of_modules(("m" * 90, 1, 0), ("n", 1, 0))

    lines = [*modules_table.as_text(report, Style())]

    assert {len(line) for line in lines} == {80}
    assert lines[1].startswith("  …mmm") and "m.py " in lines[1]
