"""What the README and the pages of `docs/` show is what happens.

- the reports they print, word for word; the README's fits fifteen lines
- the figures of the table on unit and integration tests
- their commands are the Makefile's, their links lead somewhere
- the README is short
"""
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.exemplary import report_in
from winnow.suites import smells

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path: path.read_text(encoding="utf-8") for path in (
    ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
DOCS = "\n".join(PAGES.values())
# Each has tests of its own, in test_problems.py, test_bad_input.py and, the
# last two, test_learners.py.
MEASURED = ["import", "network", "order", "leak", "no-assertion",
            "executes-nothing", "catches-nothing", "over-mocked", "no-test"]
# Those of your own modules, and of a class, run in other folders: see
# test_own_modules.py and tests/grading/test_manual.py.
ELSEWHERE = ("own-modules.md", "grading.md")
SESSIONS = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", "\n".join(
    text for page, text in PAGES.items() if page.name not in ELSEWHERE))


def printed(command: str) -> str:
    """Return what a command of ours prints in the project's folder."""
    words = shlex.split(command)
    assert words[0] == "winnow"
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, text=True, encoding="utf-8",
        capture_output=True, check=False).stdout


@pytest.mark.parametrize("command, output", SESSIONS)
def test_a_session_is_shown_as_it_runs(command: str, output: str) -> None:
    """No word of a report is written by hand."""
    assert output == printed(command)


def test_there_is_a_session() -> None:
    """The rows above are not none, and the first fits into a glance."""
    assert len(SESSIONS) > 1
    command, output = SESSIONS[0]
    assert f"$ {command}" in README
    assert len(output.splitlines()) <= 15


def test_the_readme_is_read_in_two_minutes() -> None:
    """What else there is to say is in `docs/`."""
    assert len(README.split()) <= 600


def test_every_kind_of_problem_is_in_the_table() -> None:
    """Those that are read off the files, and those that take a run."""
    table = re.search(r"^\| kind \|.*?\n\n", DOCS, re.MULTILINE | re.DOTALL)
    assert table
    kinds = [kind for row in table[0].splitlines()[2:] if row
             for kind in re.findall(r"`([\w-]+)`", row.split("|")[1])]

    assert sorted(kinds) == sorted([*smells.KINDS, *MEASURED])


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report on the exemplary suites."""
    return report_in(tmp_path_factory.mktemp("suites"))


def row(beginning: str) -> list[str]:
    """Return the two cells of the table's row that begins so."""
    line, = re.findall(rf"^\| {beginning}.* \|$", DOCS, re.MULTILINE)
    return [str(cell).strip() for cell in line.split("|")[2:4]]


def test_the_example_tests_are_measured(report: dict[str, Any]) -> None:
    """Their kinds, and what they execute and catch, are the report's."""
    names = [re.sub(r"`(\w+)\.(\w+)`", r"test_client.\1(_0)?.\2", cell)
             for cell in row("for example")]
    tests = [next(test for test in report["tests"]
                  if re.fullmatch(name, test["id"])) for name in names]

    assert [test["kind"] for test in tests] == ["unit", "integration"]
    assert row("functions of the two") == [
        str(len(test["executes"])) for test in tests]
    assert row("faults that it catches") == [
        str(len(test["catches"])) for test in tests]
    assert [re.findall(r"\d+", cell) for cell in row("when it fails")] == [
        [str(len(test["executes"]))] for test in tests]


def test_what_one_kind_alone_catches_is_counted(
        report: dict[str, Any]) -> None:
    """The two counts, and that of all faults, are the report's."""
    kinds = {test["id"]: test["kind"] for test in report["tests"]}
    caught = [{kinds[test] for test in fault["caught_by"]}
              for fault in report["faults"]]

    shown = [re.findall(r"\d+", cell) for cell in row("only its kind")]

    assert shown == [[str(caught.count({kind})), str(len(caught))]
                     for kind in ("unit", "integration")]


def test_the_commands_are_the_makefiles() -> None:
    """Every target that is named is there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)\b(?= |`|$)",
                             DOCS + contributing, re.MULTILINE))

    assert targets >= {"demo", "test", "lint", "parity", "soak"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_commands_for_windows_are_those_for_unix() -> None:
    """Only the paths and the quotes are others."""
    for_unix, = re.findall(r"```sh\n(python3 -m venv (?:.*\n)*?)```", README)
    for_windows, = re.findall(r"```bat\n((?:.*\n)*?)```", README)

    assert for_windows.replace("py -m", "python3 -m").replace(
        "\\Scripts\\", "/bin/").replace("\\", "/").replace('"', "'") == (
        for_unix.replace(" && ", "\n"))


def test_the_links_lead_somewhere() -> None:
    """What a link names within the project is there."""
    others = [ROOT / name for name in (
        "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
    for page in (*PAGES, *others):
        links = re.findall(r"\]\(([^):#]+)\)", page.read_text("utf-8"))

        assert [link for link in links
                if not (page.parent / link).exists()] == [], page
