"""Two hundred submissions, graded as a class and checked one by one.

They are what this project has of odd suites, about two exercises: tests that
hang, crash, write and reach out; learners' confusions; red, green and empty
ones, and what is not Python. The class says of each what `winnow check` says.

- of all two hundred, and of a few of them: both by `--soak`
- on Dask with workers killed, with the same files
"""
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.execution.test_bad_tests import ROWS
from tests.grading.classes import Graded, content, grade, grading, verdict
from tests.grading.test_dask import running
from winnow.grading.grades import grade_class
from winnow.grading.policy_file import read_policy
from winnow.grading.records import Record, Submission
from winnow.subjects.faults_toml import load
from winnow.system.processes import processors

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = {"temperatures": ROOT / "tests" / "temperatures", "github": ROOT}
FOLDERS = ("tests/handed_in", "tests/handed_in/confusions",
           "tests/cases/learners", "examples/class", "examples")
OTHERS: Mapping[str, Mapping[str, bytes]] = {
    "nothing": {}, "empty file": {"test_utils.py": b""},
    "essay": {"essay.md": b"I ran out of time.\n"},
    "picture": {"test_utils.py": b"\x89PNG\r\n\x1a\n\x00"},
    "latin": {"test_utils.py": "import utils\n# caf\xe9\n".encode("latin-1")},
    "other names": {"utils_checks.py": b"import utils\n"}}
# A busy machine may take seconds to start a single check.
SECONDS, HOUR = 15, 3600
FEW = 4


def about_temperatures() -> dict[str, dict[str, bytes]]:
    """Return the suites that do what no test should, by names."""
    return {row.name: {name: text.encode() for name, text in row.files.items()}
            for row in ROWS}


def about_github() -> dict[str, dict[str, bytes]]:
    """Return suites of learners, and those that lack a test, by names."""
    found = {}
    for above in FOLDERS:
        for folder in sorted((ROOT / above).iterdir()):
            files = {path.name: path.read_bytes()
                     for path in sorted(folder.glob("*.py"))}
            if any(b"import utils" in text or b"from utils" in text
                   or b"client import" in text for text in files.values()):
                found[f"{above}/{folder.name}"] = files
    suite = ROOT / "examples" / "first_try" / "test_client.py"
    lines = suite.read_text("utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.lstrip().startswith("def test_"):  # Who has one test fewer.
            text = "".join((*lines[:number], line.replace("test_", "no_"),
                            *lines[number + 1:]))
            found[f"without line {number}"] = {"test_client.py": text.encode()}
    return {**found, **OTHERS}


def made(folder: Path, suites: Mapping[str, Mapping[str, bytes]]) -> list[str]:
    """Hand suites in, each by a learner with a number."""
    for number, files in enumerate(suites.values()):
        (folder / f"{number:03}").mkdir(parents=True)
        for name, text in files.items():
            path = folder / f"{number:03}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
    return [*suites]


def checked(folder: Path, own: Path) -> Optional[Mapping[str, Any]]:
    """Return the report of a single check; None if there is none."""
    done = subprocess.run(
        [sys.executable, "-m", "winnow", "check", str(folder), "--exercise",
         str(own), "--format", "json", "--jobs", "1", "--timeout",
         str(SECONDS)], capture_output=True, text=True, timeout=HOUR,
        encoding="utf-8")
    assert done.returncode in (0, 1, 2), done.stderr
    report: Optional[Mapping[str, Any]] = (
        json.loads(done.stdout) if done.returncode < 2 else None)
    return report


def differences(place: Path, names: list[str], own: Path, graded: Graded
                ) -> Iterator[str]:
    """Yield in what a class and its single checks differ."""
    with ThreadPoolExecutor(processors()) as some:
        alone = [*some.map(lambda folder: checked(folder, own),
                           sorted(place.iterdir()))]
    policy, exercise = read_policy(None), load(own)
    found, reports = graded.verdicts(), graded.reports()
    for number, (name, report) in enumerate(zip(names, alone)):
        learner = f"{number:03}"
        submission = Submission(learner, learner, "", problem=(
            "" if report else "There is no report."))
        [expected] = grade_class([Record(submission, report=report)], policy,
                                 exercise)
        points = expected.points and float(expected.points)
        if found[learner]["points"] != points:
            yield f"{name}: {found[learner]['points']} points, not {points}"
        theirs = reports[learner]
        if (theirs and verdict(theirs)) != (report and verdict(report)):
            yield f"{name}: {_first(theirs, report)}"


def _first(theirs: Optional[Mapping[str, Any]],
           report: Optional[Mapping[str, Any]]) -> str:
    """Return where two verdicts begin to differ."""
    if not (theirs and report):
        return "one of them has no report"
    for one, other in zip(verdict(theirs), verdict(report)):
        rows = [*zip(one, other)]
        for ours, single in rows:
            if ours != single:
                return f"{ours} is not {single}"
        if len(one) != len(other):
            return f"{one[len(rows):]} is not {other[len(rows):]}"
    return "nothing"


@pytest.mark.parametrize("kind, share", [
    *(pytest.param(kind, 1, marks=pytest.mark.soak) for kind in EXERCISES),
    pytest.param("temperatures", FEW, marks=pytest.mark.soak)])
def test_a_class_is_judged_as_one_by_one(
        tmp_path: Path, kind: str, share: int) -> None:
    """Tests, faults, refactorings, problems, rules and points."""
    suites = {"temperatures": about_temperatures,
              "github": about_github}[kind]()
    if share > 1:
        suites = {name: suites[name]
                  for name in [*suites][::len(suites) // share][:share]}
    names = made(tmp_path / "class", suites)

    done = grade(tmp_path / "class", "--exercise", EXERCISES[kind],
                 "--timeout", SECONDS, out=tmp_path / "grades", seconds=HOUR)

    assert done.status in (0, 1), done.err
    assert [*differences(tmp_path / "class", names, EXERCISES[kind], done)
            ] == []


def test_there_are_two_hundred() -> None:
    """Of both kinds together."""
    assert len(about_temperatures()) + len(about_github()) >= 200


@pytest.mark.soak
@pytest.mark.parametrize("kind", EXERCISES)
def test_workers_that_are_killed_change_no_grade(tmp_path: Path, kind: str
                                                 ) -> None:
    """Five times, at random, while the class is judged on Dask."""
    suites = {"temperatures": about_temperatures,
              "github": about_github}[kind]()
    made(tmp_path / "class", suites)
    words = [tmp_path / "class", "--exercise", EXERCISES[kind], "--timeout",
             SECONDS]
    chance = random.Random(5)

    alone = grade(*words, out=tmp_path / "grades", seconds=HOUR)
    with running(2) as cluster, grading(
            *words, "--dask", cluster.address, out=tmp_path / "far"
            ) as process:
        for _ in range(5):
            time.sleep(chance.uniform(5, 20))
            if process.poll() is None:
                os.kill(chance.choice(cluster.workers()), signal.SIGKILL)
        assert process.wait(HOUR) == alone.status == 1

    far = content(tmp_path / "far")
    assert far["grades.csv"].decode().splitlines() == content(
        alone.folder)["grades.csv"].decode().splitlines()
    assert far == content(alone.folder)
