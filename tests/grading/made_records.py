"""Records of a class for the tests: real reports, made once a session.

Three suites are checked by the command itself. A larger class is made of
their reports, with faults that are caught turned into missed ones at random,
by a fixed seed.
"""
import copy
import json
import random
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from winnow.grading.records import Record, Submission
from winnow.model.exercise import Exercise
from winnow.subjects.faults_toml import load

ROOT = Path(__file__).resolve().parent.parent.parent
RED = '''\
import unittest
from utils import access_nested_map


class TestNested(unittest.TestCase):
    def test_follows_a_path(self):
        self.assertEqual(access_nested_map({"a": {"b": 2}}, ("a", "b")), 2)

    def test_a_missing_key_is_none(self):
        self.assertIsNone(access_nested_map({}, ("a",)))
'''
HOSTILE = (
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "@SUM(A1)",
    "Doe, Alice \"Al\"", "two\nlines\r\nof\tname", "‮evil‬ שלום",
    "🧑‍🎓 Zoë", "x" * 3000, "+49 171", "-1", "\ud800 lone", "\x1b[31mred",
    "{{ 7 * 7 }}", "`code` ](javascript:alert(1))", "</title><b>")


@lru_cache(maxsize=None)
def exercise() -> Exercise:
    """Return the exercise that the suites are about."""
    return load(ROOT)


@lru_cache(maxsize=None)
def reports() -> Mapping[str, dict[str, Any]]:
    """Return what the command says of each suite, by a name for it."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "test_utils.py").write_text(RED, "utf-8")
        return {name: _checked(path) for name, path in (
            ("first_try", str(ROOT / "examples" / "first_try")),
            ("overspecified", str(ROOT / "examples" / "overspecified")),
            ("red", folder))}


def _checked(path: str) -> dict[str, Any]:
    """Return the report of a suite, as the command prints it."""
    done = subprocess.run(
        [sys.executable, "-m", "winnow", "check", path, "--format", "json"],
        capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def record(report: str = "first_try", identifier: str = "alice",
           name: str = "Alice Doe", **more: Any) -> Record:
    """Return a learner whose suite is one of those checked."""
    return Record(
        Submission(identifier, name, f"handed_in/{identifier}", **more),
        "sha256:" + identifier, reports()[report], sandbox="bubblewrap")


def ungradable(problem: str = "It has no file of tests.",
               identifier: str = "eve") -> Record:
    """Return a learner who has handed in nothing that can be judged."""
    return Record(Submission(identifier, identifier.title(), identifier,
                             problem=problem), problem=problem)


def unjudged(problem: str = "The sandbox could not be set up.",
             identifier: str = "mallory") -> Record:
    """Return a learner whose tests could not be run, for our reasons."""
    return Record(Submission(identifier, identifier.title(), identifier),
                  problem=problem)


def large_class(size: int, seed: int = 1) -> list[Record]:
    """Return so many learners, with reports that differ in what they miss."""
    chance = random.Random(seed)
    found = []
    for number in range(size):
        report = copy.deepcopy(reports()[chance.choice(
            ("first_try", "first_try", "overspecified", "red"))])
        for row in report["faults"]:
            if row["outcome"] == "caught" and chance.random() < 0.25:
                row.update(outcome="missed", how=None, caught_by=[])
        late = chance.choice((None, None, 0.0, 3.5, 30.0))
        found.append(Record(
            Submission(f"s{number:04}", f"Learner {number}", f"s{number:04}",
                       late=late), f"sha256:{number}", report,
            sandbox="bubblewrap",
            same_as="s0003" if number in (17, 29) else ""))
    return found
