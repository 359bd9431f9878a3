"""The forms of a report for programs, and how any of them is asked for.

- JSON fulfils its schema, and a mutilated report does not
- JUnit XML has the shape that CI systems read, and its counts are right
- `--output` writes a file whole or not at all
- the workflow that the manual shows does what the manual says
"""
import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from tests.reports.test_reports import EVERYTHING, NOTHING
from tests.support.checking import (
    OF_TEMPERATURES,
    PATIENCE,
    SCALES,
    TEMPERATURES,
    Row,
    run_row,
)
from tests.support.made_reports import (
    TAME,
    each_report,
    empty_report,
    full_report,
    shown,
)
from winnow.model.report import Report
from winnow.reports import FORMATS
from winnow.reports.json_report import as_object, schema

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = Draft202012Validator(schema())


@pytest.mark.parametrize(("files", "arguments"), [
    (EVERYTHING, OF_TEMPERATURES), (NOTHING, OF_TEMPERATURES),
    ({"scales.py": (TEMPERATURES / "scales.py").read_text(),
      "test_scales.py": SCALES, "setup.cfg": ""},
     ("--module", "learner/scales.py")),
    ({"test_scales.py": SCALES + "    def test_network(self):\n"
      "        import socket\n"
      "        socket.create_connection(('192.0.2.1', 80))\n"},
     OF_TEMPERATURES),
], ids=["everything", "nothing", "a survey", "a problem"])
def test_what_is_printed_fulfils_the_schema(
        files: dict[str, str], arguments: tuple[str, ...], tmp_path: Path
        ) -> None:
    """Every kind of check, by the command itself."""
    ran = run_row(Row("json", files, 1, (), arguments=(
        "learner", *arguments, "--format", "json")), tmp_path)

    SCHEMA.validate(json.loads(ran.out))
    ran.assert_tidy()


@each_report
def test_every_report_fulfils_the_schema(made: Any) -> None:
    """Those too whose parts no suite of these tests brings about."""
    SCHEMA.validate(json.loads(json.dumps(as_object(made()))))


MUTILATIONS: dict[str, Any] = {
    "schema": "winnow/report/v2", "seconds": -1, "complete": 1,
    "tests.0.outcome": "fine", "tests.0.valid": False, "tests.0.id": "",
    "tests.0.kind": "both", "tests.2.catches": ["x"], "tests.0.new": 1,
    "tests.2.kind": "unit", "faults.0.outcome": "killed",
    "faults.0.how": None, "faults.2.how": "error", "faults.0.caught_by": [],
    "faults.2.caught_by": ["x"], "faults.0.line": 0, "faults.0.level": "easy",
    "refactorings.0.broken": "x", "problems.0.kind": "No Slug",
    "problems.1.line": 0, "rules.0.line": "1", "notes": [""],
    "minimal_suite": ["a", "a"], "summary.core": -1, "summary.more": 0,
    "more": 1}


@pytest.mark.parametrize("path", MUTILATIONS)
def test_a_mutilated_report_does_not(path: str) -> None:
    """The schema can say no, and of each part."""
    report = copy.deepcopy(as_object(full_report()))
    *way, last = path.split(".")
    part: Any = report
    for step in way:
        part = part[int(step) if step.isdigit() else step]

    part[last] = MUTILATIONS[path]

    assert not SCHEMA.is_valid(report)


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the parts of a schema that describe an object."""
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield part
        for each in part.values():
            yield from objects(each)


def without(part: Any) -> Iterator[Any]:
    """Yield copies of a value that lack one key of its first objects."""
    if isinstance(part, dict):
        for key in part:
            yield {name: value for name, value in part.items() if name != key}
            yield from ({**part, key: each} for each in without(part[key]))
    elif isinstance(part, list) and part:
        yield from ([each, *part[1:]] for each in without(part[0]))


def test_every_key_is_required_and_described() -> None:
    """No other key is allowed, and none can be left out but `kind`."""
    Draft202012Validator.check_schema(schema())
    for each in objects(schema()):
        assert each["additionalProperties"] is False
        for key, part in each["properties"].items():
            words = part.get("description") or schema()["$defs"][
                part["$ref"].rpartition("/")[2]]["description"]
            assert re.fullmatch(r"[A-Z].*\S \S.*\.", words), key
    report = as_object(full_report())
    copies = [*without(report)]
    assert len(copies) > 40
    assert [each["tests"][0] for each in copies if SCHEMA.is_valid(each)] == [
        {key: value for key, value in report["tests"][0].items()
         if key != "kind"}]


SHAPE = {  # By junit-10.xsd of Jenkins' xunit plugin: attributes, children.
    "testsuites": ({"name", "time", "tests", "failures", "errors"},
                   {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped"},
                  {"testcase", "system-out"}),
    "testcase": ({"name", "classname"}, {"failure", "error", "skipped"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
    "system-out": (set(), set())}


@each_report
def test_junit_has_the_shape_that_ci_systems_read(made: Any) -> None:
    """The counts are those of the cases, and all of them are there."""
    report = made()
    root = ElementTree.fromstring(shown("junit", report))

    for each in root.iter():
        attributes, children = SHAPE[each.tag]
        assert set(each.keys()) == attributes
        assert {child.tag for child in each} <= children
    for suite in (root, *root):
        for key, tag in (("tests", "testcase"), ("failures", "failure"),
                         ("errors", "error")):
            assert int(suite.attrib[key]) == len(list(suite.iter(tag)))
    for suite in root:
        assert int(suite.attrib["skipped"]) == len(list(suite.iter("skipped")))
    doubtful = len(report.doubtful)
    apart = [doubtful] if doubtful else []
    assert [len(suite.findall("testcase")) for suite in root] == [
        len(report.tests), len(report.faults) - doubtful, *apart,
        len(report.refactorings), len(report.problems)]


def ended(report: Report, suite: int) -> list[tuple[str, str, str]]:
    """Return the name of each case of a suite, how it ended, and its type."""
    root = ElementTree.fromstring(shown("junit", report))
    return [(case.attrib["name"], *(
        (case[0].tag, case[0].attrib["type"]) if len(case) else ("", "")))
        for case in root[suite]]


def test_junit_tells_how_each_test_and_fault_ended() -> None:
    """A failure is an assertion or a miss; an error what was not judged."""
    tests = ended(full_report(), 0)
    faults = ended(full_report(), 1)

    assert tests == [
        ("test_good", "", ""), ("test_row[1.5|<b>]", "", ""),
        ("test_red", "failure", "failed"),
        ("test_later", "skipped", "skipped"), ("test_slow", "error", "hung"),
        ("test_gone", "error", "crashed")]
    assert [each[1:] for each in faults] == [
        ("", ""), ("", ""), ("failure", "missed"), ("error", "hung"),
        ("error", "crashed"), ("error", "unviable"), ("failure", "missed"),
        ("failure", "missed")]
    assert {each[1] for each in ended(empty_report(), 1)} == {"skipped"}


def test_junit_carries_every_word_that_xml_can() -> None:
    """What helps stands in the body; a message is one line."""
    root = ElementTree.fromstring(shown("junit", full_report()))
    bodies = [each.text or "" for each in root.iter("failure")]

    assert any(TAME in body and "You may believe" in body for body in bodies)
    assert any("What is the mean of no readings?\nscales.py, line 1" in body
               for body in bodies)
    assert any("+    return celsius * 9 / 5" in body for body in bodies)
    assert any(f"{TAME}\nWrite {TAME}\ntest_scales.py, line 7" == body
               for body in bodies)
    assert all("\n" not in each.attrib["message"]
               for each in root.iter("failure"))
    besides = root[-1].findtext("system-out") or ""
    assert f"Know {TAME}" in besides and f"Mend {TAME}" in besides


@pytest.mark.parametrize("form", FORMATS)
def test_a_form_loads_its_own_room_alone(form: str, tmp_path: Path) -> None:
    """Who asks for one does not wait for the others."""
    code = ("import sys; from winnow.cli.main import run; "
            f"run(['check', {str(TEMPERATURES)!r}, '--exercise', "
            f"{str(TEMPERATURES)!r}, '--format', {form!r}, '-o', 'report']); "
            "print(*(name for name in sys.modules if "
            "name.startswith('winnow.reports.')))")

    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path,
                          text=True, capture_output=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})

    rooms = {name.rpartition(".")[2].removesuffix("_report")
             for name in done.stdout.split()}
    assert rooms & set(FORMATS) == {form}, done.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_takes_the_report_that_would_be_printed(
        form: str, tmp_path: Path) -> None:
    """Nothing else is written, and the exit status is the same."""
    def ran(*more: str) -> Any:
        """Return what the command does, with more arguments."""
        return run_row(Row("output", {"test_scales.py": SCALES}, 1, (),
                           arguments=("learner", *OF_TEMPERATURES, "--format",
                                      form, *more)), tmp_path)
    (tmp_path / "report").write_text("an older one, which was longer" * 9999)

    printed, written = ran(), ran("--output", "report")

    assert written.status == printed.status == 1
    assert (written.out, written.err) == ("", "")
    took = re.compile(r'("seconds": |time=")[\d.]+')
    assert took.sub("", (tmp_path / "report").read_text("utf-8")) == (
        took.sub("", printed.out))
    assert {path.name for path in tmp_path.iterdir()} == {"learner", "report"}


@pytest.mark.parametrize(("output", "files", "says"), [
    ("nowhere/report", {"test_scales.py": SCALES},
     "winnow: nowhere/report cannot be written: No such file or directory."),
    ("learner", {"test_scales.py": SCALES},
     "winnow: learner cannot be written: Is a directory."),
    ("report", {"test_scales.py": "def ("}, "winnow: test_scales.py: line 1"),
])
def test_what_cannot_be_written_changes_nothing(
        output: str, files: dict[str, str], says: str, tmp_path: Path
        ) -> None:
    """One line says why, and an older report stays as it is."""
    (tmp_path / "report").write_text("older")

    ran = run_row(Row("output", files, 2, (), arguments=(
        "learner", *OF_TEMPERATURES, "-o", output)), tmp_path)

    ran.assert_tidy()
    assert ran.status == 2 and ran.out == ""
    assert ran.err.startswith(says) and ran.err.count("\n") == 1
    assert (tmp_path / "report").read_text() == "older"
    assert {path.name for path in tmp_path.iterdir()} == {"learner", "report"}


def test_a_link_and_a_pipe_are_written_through(tmp_path: Path) -> None:
    """What they stand for gets the report, and they stay what they are."""
    (tmp_path / "link").symlink_to("report")
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=tmp_path, text=True,
                              stdout=subprocess.PIPE)
    try:
        for output in ("link", "pipe"):
            ran = run_row(Row(
                "output", {"test_scales.py": SCALES}, 1, (), arguments=(
                    "learner", *OF_TEMPERATURES, "-o", output)), tmp_path)
            assert (ran.status, ran.out, ran.err) == (1, "", "")
        piped, _ = reader.communicate(timeout=PATIENCE)
    finally:
        reader.kill()
        reader.communicate()

    assert (tmp_path / "link").is_symlink() and (tmp_path / "pipe").is_fifo()
    for text in ((tmp_path / "report").read_text("utf-8"), piped):
        assert "3 of 4 faults caught" in text


WORKFLOW, STEP = re.findall(
    r"```yaml\n(.*?)```", (ROOT / "docs" / "usage.md").read_text("utf-8"),
    re.DOTALL)


@pytest.mark.parametrize(("suite", "status"), [
    ("first_try", 1), ("overspecified", 1), (".", 0)])
@pytest.mark.slow
def test_the_workflow_in_the_manual_does_what_it_says(
        suite: str, status: int, tmp_path: Path) -> None:
    """Its line, run as GitHub's shell runs it, on suites of ours."""
    commands = re.findall(r"^ +- run: (.*)$", WORKFLOW, re.MULTILINE)
    summary = tmp_path / "summary"
    summary.write_text("from the step before\n")
    folder = tmp_path / "repository"
    folder.mkdir()
    for file in (ROOT / "examples" / suite if suite != "." else ROOT).glob(
            "test_*.py"):
        (folder / file.name).write_bytes(file.read_bytes())

    done = subprocess.run(
        ["bash", "-e", "-c", commands[-1]], cwd=folder, text=True,
        capture_output=True, env={
            **os.environ, "GITHUB_STEP_SUMMARY": str(summary), "PATH":
            f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"})

    assert [command.split()[0] for command in commands] == ["pip", "winnow"]
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")
    assert summary.read_text("utf-8").startswith(
        "from the step before\n## The GitHub organisation client\n")


def test_the_step_in_the_manual_gives_what_the_action_takes() -> None:
    """Each input that it names is one of `action.yml`."""
    action = (ROOT / "action.yml").read_text("utf-8")
    inputs = action.partition("inputs:\n")[2].partition("runs:\n")[0]
    given = re.findall(
        r"^ +(\w+):", STEP.partition("with:\n")[2], re.MULTILINE)

    assert given
    assert set(given) <= set(re.findall(r"^  (\w+):$", inputs, re.MULTILINE))


def test_the_workflow_in_the_manual_is_in_order() -> None:
    """It is indented by twos, and each step uses or runs something."""
    lines = WORKFLOW.splitlines()

    assert all(re.match(r"(?:  )*(?:- )?[\w-]+:(?: |$)", line)
               for line in lines)
    assert [line for line in lines if line.startswith("      - ")
            and not re.match(r"      - (uses: \S+@v\d+|run: \S)", line)] == []
