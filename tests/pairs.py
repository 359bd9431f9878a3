"""Suites on variants of the modules, each pair in a fresh process.

What comes of it is put in the form of the checker's verdicts, to compare.
"""
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.checking import PATIENCE, WINNOW
from winnow.exercise import Edit, load

ROOT = Path(__file__).parent.parent
GITHUB = load(ROOT)
COLD = Path(__file__).with_name("cold.py")
REFERENCE = "the reference"

Outcomes = Mapping[str, str]
# Of each variant what is said of it: tests, and how it was caught.
Verdicts = dict[str, tuple[list[str], str | None]]


@dataclass(frozen=True)
class Suite:
    """A folder with tests, what runs them, and how many pairs are tried.

    One variant in `step` is tried, unless all are.
    """

    called: str
    folder: Path
    runner: str = "unittest"
    step: int = 1
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
        yield from concerned[::1 if every else self.step]


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
    (place / "tmp").mkdir()
    ran = subprocess.run(
        [sys.executable, str(COLD), suite.runner], cwd=folder, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE,
        env={**os.environ, "TMPDIR": str(place / "tmp"),
             "PYTHONDONTWRITEBYTECODE": "1",
             "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    outcomes: Outcomes = json.loads(ran.stdout)
    return outcomes


def outcome_of(test: str, outcomes: Outcomes) -> str:
    """Return how a test ended, be it by its own, its class or its file."""
    module = test.partition(".")[0]
    around = test.partition("[")[0].rpartition(".")[0]
    return (outcomes.get(test) or outcomes.get(f"{around}.")
            or outcomes.get(f"{module}.") or "not run")


def verdicts_of(ended: Mapping[str, Outcomes]) -> Verdicts:
    """Return what the cold runs say of the variants that were tried."""
    valid = sorted(test for test, outcome in ended[REFERENCE].items()
                   if outcome == "passed")
    verdicts: Verdicts = {REFERENCE: (valid, None)}
    for edit in GITHUB.faults:
        if edit.name in ended:
            hows = {test: outcome_of(test, ended[edit.name])
                    for test in valid}
            caught_by = [test for test, how in hows.items()
                         if how in ("failed", "error")]
            how = ("assertion" if "failed" in hows.values() else
                   "error" if caught_by else None)
            verdicts[edit.name] = (caught_by, how)
    for each in GITHUB.refactorings:
        if each.name in ended:
            verdicts[each.name] = ([
                test for test in valid
                if outcome_of(test, ended[each.name]) not in
                ("passed", "skipped")], None)
    return verdicts


def verdicts_told(suite: Suite, folder: Path, jobs: int) -> Verdicts:
    """Return what the checker says of all variants, run on a folder."""
    ran = subprocess.run(
        [WINNOW, "check", str(folder), "--exercise", str(ROOT),
         "--runner", suite.runner, "--format", "json", "--jobs", str(jobs)],
        stdout=subprocess.PIPE, timeout=PATIENCE)
    report = json.loads(ran.stdout)
    verdicts: Verdicts = {REFERENCE: (sorted(
        test["id"] for test in report["tests"] if test["valid"]), None)}
    for fault in report["faults"]:
        verdicts[fault["name"]] = (sorted(fault["caught_by"]), fault["how"])
    for refactoring in report["refactorings"]:
        verdicts[refactoring["name"]] = (sorted(refactoring["broken"]), None)
    return verdicts
