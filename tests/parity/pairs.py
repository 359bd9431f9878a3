"""Suites on variants of the modules, each pair in a fresh process.

What comes of it is put in the form of the checker's verdicts, to compare.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.checking import PATIENCE, WINNOW, environment
from winnow.model.exercise import Edit, Refactoring
from winnow.subjects.faults_toml import load

ROOT = Path(__file__).parents[2]
GITHUB = load(ROOT)
COLD = Path(__file__).with_name("cold.py")
REFERENCE = "the reference"

Outcomes = Mapping[str, str]
# Of each variant what is said of it: tests, and how it was caught.
Verdicts = dict[str, tuple[list[str], str | None]]


@dataclass(frozen=True)
class Suite:
    """A folder with tests, what runs them, and how many pairs are tried.

    One variant in `step` is tried, from `first` on, unless all are.
    """

    called: str
    folder: Path
    runner: str = "unittest"
    step: int = 1
    first: int = 0
    soak: bool = False

    @property
    def name(self) -> str:
        """The name under which the suite is shown."""
        return f"{self.called} by {self.runner}"

    @property
    def files(self) -> list[str]:
        """The names of the files of tests."""
        return sorted(path.name for path in self.folder.glob("test_*.py"))

    def variants(self, every: bool) -> Iterator[Edit]:
        """Yield the changes of the modules that the suite is about."""
        concerned = [edit for edit in GITHUB.faults + GITHUB.refactorings
                     if f"test_{edit.module}.py" in self.files]
        yield from (concerned if every
                    else concerned[self.first::self.step])


def lay(suite: Suite, place: Path) -> Path:
    """Copy the files of a suite, and none beside them, into a folder."""
    folder = place / suite.folder.name
    folder.mkdir(parents=True)
    for name in [*suite.files, "conftest.py"]:
        if (suite.folder / name).exists():
            shutil.copy(suite.folder / name, folder)
    return folder


def cold(suite: Suite, edit: Edit | None, place: Path) -> Outcomes:
    """Return how each test ends in a fresh process on one variant."""
    folder = lay(suite, place)
    sources = GITHUB.sources_with(edit) if edit else GITHUB.sources
    for module, source in sources.items():
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
    outcomes, is_whole = run_cold(folder, suite.runner, place)
    assert is_whole, f"{suite.name}, {edit and edit.name}: it ended early"
    return outcomes


def run_cold(folder: Path, runner: str, place: Path,
             left_out: Iterable[str] = (), patience: float = PATIENCE,
             more: Mapping[str, str] = {}) -> tuple[Outcomes, bool]:
    """Run the tests of a folder in a fresh process, in a session of its own.

    Returned are the outcomes, of which the last is of the test that was on if
    the process ended, or was ended, before it had told all: then the second
    value is False. No such process reaches another machine by a request.
    """
    (place / "tmp").mkdir(exist_ok=True)
    answer = place / "answer.jsonl"
    answer.touch()
    nowhere = dict.fromkeys(("http_proxy", "https_proxy"),
                            "http://127.0.0.1:1")
    process = subprocess.Popen(
        [sys.executable, str(COLD), runner, str(answer), *left_out],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
        env={**environment(), **nowhere, "TMPDIR": str(place / "tmp"),
             "PYTHONDONTWRITEBYTECODE": "1", **more})
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        pass
    finally:
        end_session(process)
    told = [json.loads(line) for line in answer.read_text().splitlines()]
    outcomes: dict[str, str] = {}
    for test, outcome in filter(None, told):
        outcomes.pop(test, None)
        outcomes[test] = outcome
    return outcomes, told[-1:] == [None]


def end_session(process: "subprocess.Popen[bytes]") -> None:
    """End a process that began a session, and all that is left of that."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def outcome_of(test: str, outcomes: Outcomes) -> str:
    """Return how a test ended, be it by its own, its class or its file."""
    module = test.partition(".")[0]
    around = test.partition("[")[0].rpartition(".")[0]
    return (outcomes.get(test) or outcomes.get(f"{around}.")
            or outcomes.get(f"{module}.") or "not run")


def verdicts_of(ended: Mapping[str, Outcomes], edits: Iterable[Edit] = (
        *GITHUB.faults, *GITHUB.refactorings)) -> Verdicts:
    """Return what the cold runs say of the variants that were tried."""
    valid = sorted(test for test, outcome in ended[REFERENCE].items()
                   if outcome == "passed")
    verdicts: Verdicts = {REFERENCE: (valid, None)}
    for edit in edits:
        if edit.name not in ended:
            continue
        hows = {test: outcome_of(test, ended[edit.name]) for test in valid}
        if not isinstance(edit, Refactoring):
            hows |= renamed_rows(ended[REFERENCE], ended[edit.name])
            caught_by = [test for test, how in hows.items()
                         if how in ("failed", "error")]
            how = ("assertion" if "failed" in hows.values() else
                   "error" if caught_by else None)
            verdicts[edit.name] = (caught_by, how)
        else:
            verdicts[edit.name] = ([
                test for test, how in hows.items()
                if how not in ("passed", "skipped")], None)
    return verdicts


def renamed_rows(before: Outcomes, after: Outcomes) -> dict[str, str]:
    """Return how the rows failed that a fault has given another name.

    Each stands for a row of the same function that has gone, or for the
    first. Nothing is said where a row of it failed before, too.
    """
    found: dict[str, str] = {}
    for test, how in after.items():
        rows = [row for row in before if plain(row) == plain(test)]
        if (test in before or how not in ("failed", "error") or not rows
                or {before[row] for row in rows} - {"passed", "skipped"}):
            continue
        valid = sorted(row for row in rows if before[row] == "passed")
        if not valid:
            continue
        gone = [row for row in valid if row not in after and row not in found]
        found[(gone or valid)[0]] = how
    return found


def plain(test: str) -> str:
    """Return a test's id without its row, as both runners write it."""
    return re.sub(r"_\d+(_[^.]*)?(?=\.|$)", "", test.partition("[")[0])


def verdicts_told(suite: Suite, folder: Path, jobs: int,
                  exercise: Path = ROOT) -> Verdicts:
    """Return what the checker says of all variants, run on a folder."""
    ran = subprocess.run(
        [WINNOW, "check", str(folder), "--exercise", str(exercise),
         "--runner", suite.runner, "--format", "json", "--jobs", str(jobs)],
        stdout=subprocess.PIPE, timeout=PATIENCE, env=environment())
    return verdicts_in(json.loads(ran.stdout))


def verdicts_in(report: Mapping[str, Any]) -> Verdicts:
    """Return what a report says of all variants."""
    verdicts: Verdicts = {REFERENCE: (sorted(
        test["id"] for test in report["tests"] if test["valid"]), None)}
    for fault in report["faults"]:
        verdicts[fault["name"]] = (sorted(fault["caught_by"]), fault["how"])
    for refactoring in report["refactorings"]:
        verdicts[refactoring["name"]] = (sorted(refactoring["broken"]), None)
    return verdicts
