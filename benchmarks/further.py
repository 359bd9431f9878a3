"""Mutation testers that are newer than mutmut: what each does on a project.

Each is told to change the same modules and to run the same tests as the rest
of the league, two at a time, without what it may have kept from before.
"""
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mutants import Failed, Target, Tested, run

# fermut's first steps ask for the last two.
VERSIONS = ("irradiate==0.4.3", "pytestmut==0.1.0", "fermut==0.6.1",
            "pytest-cov==7.1.0", "ty")
LIMIT = 60.0


def _program(name: str) -> Path:
    """Return a program of the environment that this runs in."""
    return Path(sys.executable).with_name(name)


def _tested(killed: int, survived: int, seconds: float) -> Tested:
    """Return how many mutants were run; no tool names them alike."""
    return Tested(killed + survived, seconds, ("",) * survived)


def irradiate(folder: Path, tests: Sequence[str], target: Target) -> Tested:
    """Run irradiate on 100 mutants; its report is Stryker's, at its end."""
    report = folder / "irradiate.json"
    _, seconds = run(
        _program("irradiate"), "run", *target.modules, "--tests-dir",
        tests[0], "--workers", "2", "--no-cache", "--sample", "100",
        "--python", sys.executable, "--report", "json", "-o", report,
        cwd=folder, environment=target.environment, limit=target.limit)
    if not report.exists():
        raise Failed("no report", "it did not come to its end in time")
    often = Counter(
        mutant["status"] for file in json.loads(
            report.read_text("utf-8"))["files"].values()
        for mutant in file["mutants"])
    return _tested(often["Killed"] + often["Timeout"], often["Survived"],
                   seconds)


def pytestmut(folder: Path, tests: Sequence[str], target: Target) -> Tested:
    """Run pytestmut until the time that it is given is over."""
    limit = target.limit or LIMIT
    said, seconds = run(
        _program("pytestmut"), "run", *target.modules, "--workers", "2",
        "--no-cache", "--quiet", "--report", "text", "--time-limit",
        str(int(limit)), cwd=folder, environment=target.environment,
        fine=(0, 1), limit=3 * limit)
    found = {word: re.search(rf"^ *{word} +(\d+)", said, re.MULTILINE)
             for word in ("killed", "survived")}
    numbers = {word: int(match[1]) if match else 0
               for word, match in found.items()}
    return _tested(numbers["killed"], numbers["survived"], seconds)


def fermut(folder: Path, tests: Sequence[str], target: Target) -> Tested:
    """Run fermut as its first steps say: with coverage of each test."""
    limit = target.limit or LIMIT
    begun = time.perf_counter()
    run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
        f"--cov={target.sources[0]}", "--cov-context=test", "--cov-report=",
        *tests, cwd=folder, environment=target.environment, fine=(0, 1))
    report = folder / "fermut.json"
    run(_program("fermut"), "run", target.modules[0], "--tests", tests[0],
        "--jobs", "2", "--no-cache", "--no-history", "--quiet",
        "--python", sys.executable, "--no-fail", "--json", report,
        "--max-time", str(int(limit)), cwd=folder,
        environment=target.environment, limit=3 * limit)
    if not report.exists():
        raise Failed("no report", "it did not come to its end in time")
    said = json.loads(report.read_text("utf-8"))["summary"]
    return _tested(said["killed"] + said["timed_out"], said["survived"],
                   time.perf_counter() - begun)
