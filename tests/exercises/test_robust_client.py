"""The third exercise: its table proves itself, its suites never flake.

- every fault is caught at its level, and a refactoring is minded by no test
- a suite of unit tests on mocks is green, and misses what takes a server
- the records that the tests serve pass GitHub's published schema
- the suites pass in any order, by unittest, and without the server's library
- ten thousand pages are read
- what the README and the tasks show is what happens
- two exercises have a module `api`: the names in it tell which one is meant
"""
import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.exercises.test_faults import ROBUST_CLIENT, ROOT
from tests.exercises.test_schema import (
    ERROR,
    ORGANISATION,
    REPOSITORY,
    complaints,
)
from tests.support.checking import environment
from winnow.checking.check import check, exercise_for
from winnow.checking.options import Options
from winnow.reports import render
from winnow.reports.terminal import Style
from winnow.subjects.witness import evaluate
from winnow.suites import discovery

FAULTS = {fault.name: fault for fault in ROBUST_CLIENT.faults}
FOLDER = ROBUST_CLIENT.folder
PATIENCE = 300
WITHOUT_SERVER = """
import sys
sys.modules["pytest_httpserver"] = None
import pytest
sys.exit(pytest.main(["-rs", "-p", "no:cacheprovider", "robust_client"]))
"""
# Before the README's code: a token, and a far end that limits the rate.
README_BEGINS = """
import transport
from far_end import TOKEN as token, Canned, answer
transport._Adapter = lambda *_: Canned(answer(
    {}, 429, X_RateLimit_Reset="1772366400"))
wait_until = print
"""
MANY_PAGES = """
from far_end import client_with, page
client, github = client_with(*(
    page(str(number), goes_on_at=f"?page={number}")
    for number in range(2, 10_001)), page("10001"))
names = client.public_repos()
assert names == [str(number) for number in range(2, 10_002)]
assert len(github.asked) == 10_000
"""


def run(*command: str, cwd: Path = ROOT, **environ: str
        ) -> subprocess.CompletedProcess[str]:
    """Run Python to its end."""
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, capture_output=True, text=True,
        encoding="utf-8", timeout=PATIENCE, env={**environment(), **environ})


def report_on(*options: str) -> dict[str, Any]:
    """Return the report on the exemplary suites, which has no findings."""
    done = run("-m", "winnow", "check", "robust_client", "--format", "json",
               *options)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def value_of(expression: str) -> Any:
    """Return the value of an expression on the exercise's modules."""
    kind, _, text = evaluate(expression, ROBUST_CLIENT.sources,
                             [*ROBUST_CLIENT.sources]).partition(" ")
    assert kind == "value", text
    return ast.literal_eval(text)


def test_the_table_is_of_the_promised_size() -> None:
    """Some twenty-five faults, a third of which take a server."""
    levels = [fault.caught_at for fault in FAULTS.values()]

    assert 25 <= len(levels) <= 35
    assert len(ROBUST_CLIENT.refactorings) == 6
    assert {*levels} == {"unit", "integration"}
    assert levels.count("integration") == 11
    assert f"Eleven of its {len(levels)} faults" in (
        ROOT / "docs" / "exercises.md").read_text("utf-8")


def test_the_tasks_name_every_fault_once() -> None:
    """So each is known to belong to a task."""
    tasks = (FOLDER / "TASKS.md").read_text("utf-8")

    assert {name: tasks.count(f"`{name}`") for name in FAULTS} == (
        dict.fromkeys(FAULTS, 1))


@pytest.mark.slow
def test_the_exemplary_suites_catch_all_and_mind_nothing_else() -> None:
    """And there is no problem, no rule is broken, nothing is skipped."""
    report = report_on()

    assert {test["outcome"] for test in report["tests"]} == {"passed"}
    assert {fault["name"]: bool(fault["caught_by"])
            for fault in report["faults"]} == dict.fromkeys(FAULTS, True)
    assert {each["name"]: each["broken"] for each in report["refactorings"]
            } == {each.name: [] for each in ROBUST_CLIENT.refactorings}
    assert report["problems"] == report["rules"] == []


@pytest.mark.soak
def test_every_fault_is_caught_at_its_level() -> None:
    """No suite of a lower level catches it."""
    lowest = {fault["name"]: "unit" if any(
        test.startswith("test_unit") for test in fault["caught_by"])
        else "integration" for fault in report_on("--matrix")["faults"]}

    assert lowest == {name: fault.caught_at for name, fault in FAULTS.items()}


@pytest.mark.slow
def test_unit_tests_on_mocks_are_green_and_miss_what_takes_a_server() -> None:
    """Retries and time-outs are in what the mocks replace."""
    report = check([ROOT / "examples" / "robust_client_first_try"], Options())
    said = json.loads(render(report, "json", Style()))
    shares = said["summary"]["by_level"]

    assert all(test["valid"] for test in said["tests"])
    assert all(each["tolerated"] for each in said["refactorings"])
    assert said["problems"] == []
    assert shares["unit"]["caught"] > 0
    assert shares["integration"] == {"faults": 11, "caught": 0}


@pytest.mark.parametrize(("record", "schema"), [
    ("far_end.ORGANISATION", ORGANISATION),
    ("far_end.repository('a')", REPOSITORY),
    ("far_end.repository('a', 'mit')", REPOSITORY),
    ("far_end.NOT_FOUND", ERROR), ("far_end.LIMITED", ERROR)])
def test_what_the_tests_serve_passes_githubs_schema(record: str, schema: str
                                                    ) -> None:
    """A double that GitHub would not recognise proves little."""
    assert complaints(value_of(record), schema) == []


def test_a_page_names_the_next_one_as_github_does() -> None:
    """By the header that the schema's own example has."""
    link = value_of("far_end.page(goes_on_at='https://a.test/?page=2').links")

    assert link == {"next": {"url": "https://a.test/?page=2", "rel": "next"}}


@pytest.mark.parametrize("order", [0, *(
    pytest.param(number, marks=pytest.mark.soak) for number in range(1, 20))])
def test_the_suites_pass_in_any_order(order: int) -> None:
    """Twenty runs, each in an order of its own; one is enough for a day."""
    done = run("-W", "error", "-m", "pytest", "-q", "-p",
               "tests.support.shuffled", "-p", "no:cacheprovider",
               "robust_client", SHUFFLED=str(order))

    assert done.returncode == 0, done.stdout[-5000:]
    assert "skipped" not in done.stdout


def test_without_the_library_of_the_server_the_reason_is_told() -> None:
    """And what to install; the unit tests run."""
    done = run("-c", WITHOUT_SERVER)

    assert done.returncode == 0, done.stdout
    assert "pip install 'winnow-tests[robust_client]'" in done.stdout
    assert ", 1 skipped in" in done.stdout


@pytest.mark.slow
def test_ten_thousand_pages_are_read() -> None:
    """That many are as many as the client reads."""
    done = run("-c", MANY_PAGES, cwd=FOLDER)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("line", "name"), [
    ("from api import GithubOrgClient", "robust_client"),
    ("import api\nprint(api.MOST_PAGES)", "robust_client"),
    ("from api import create_app", "registration"),
    ("import api\nprint(api.create_app)", "registration"),
    ("from api import BadLink\nimport service, store", "registration"),
])
def test_the_names_in_a_module_tell_which_exercise_is_meant(
        line: str, name: str, tmp_path: Path) -> None:
    """Where as many modules of the one are imported as of the other."""
    (tmp_path / "test_it.py").write_text(f"{line}\n\ndef test_it(): ...\n")

    assert exercise_for(discovery.find([tmp_path]), None).name == name


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of one language on a page of the exercise."""
    return re.findall(rf"```{language}\n(.*?)```",
                      (FOLDER / page).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize(("page", "begins", "says"), [
    ("README.md", README_BEGINS, "2026-03-01 12:00:00+00:00\n"),
    ("TASKS.md", "",
     "{'login': 'google'} https://api.github.com/orgs/google\n")])
def test_the_code_that_is_shown_runs(page: str, begins: str, says: str
                                     ) -> None:
    """On answers that are canned."""
    block, = blocks(page, "python")

    done = run("-c", begins + block, cwd=FOLDER)

    assert (done.stdout, done.stderr) == (says, "")


@pytest.mark.slow
def test_the_commands_of_the_tasks_run(tmp_path: Path) -> None:
    """In the folder that was begun, where nothing is caught yet."""
    run("-m", "winnow", "start", str(tmp_path / "new"), "--exercise",
        "robust_client")
    lines, = blocks("TASKS.md", "sh")

    statuses = [run("-m", *line.removeprefix("python -m ").split(),
                    cwd=tmp_path / "new").returncode
                for line in lines.splitlines()]

    assert statuses == [0, 1, 0]
