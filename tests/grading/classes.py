"""A small exercise and made submissions, for the tests of the grader."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Optional

import pytest

from winnow.grading import judge
from winnow.grading.sandbox import bubblewrap, landlock

ROOT = Path(__file__).resolve().parents[2]
# Whom a test may become that is root's, and nobody else is.
PLAIN = 1_999_999_999
MODULE = '''#!/usr/bin/env python3
"""Scales of temperature."""


def to_kelvin(celsius: float) -> float:
    """Return the temperature in kelvin; below zero there is none."""
    if celsius < -273.15:
        raise ValueError("colder than can be")
    return celsius + 273.15
'''
TABLE = '''title = "Scales"
name = "scales"
modules = ["scales"]

[[fault]]
name = "takes-off"
module = "scales"
level = "core"
caught_at = "unit"
old = "return celsius + 273.15"
new = "return celsius - 273.15"
breaks = "What should be added is taken off."
hint = "What are 0 degrees in kelvin?"
witness = "scales.to_kelvin(0)"
lesson = "01"

[[fault]]
name = "lets-all-pass"
module = "scales"
level = "core"
caught_at = "unit"
old = "if celsius < -273.15:"
new = "if celsius < -999:"
breaks = "What is too cold is taken."
hint = "Which temperature is none?"
witness = "scales.to_kelvin(-300)"
lesson = "01"

[[refactoring]]
name = "names-the-offset"
module = "scales"
old = "return celsius + 273.15"
new = "return 273.15 + celsius"
keeps = "The sum is the same."
'''
HEAD = '''"""Tests of the scales."""
import unittest

import scales


class TestScales(unittest.TestCase):
    """What is told of kelvin."""

    def test_zero(self):
        """Water freezes."""
        self.assertAlmostEqual(scales.to_kelvin(0), 273.15)
'''
GOOD = HEAD + '''
    def test_too_cold(self):
        """There is a coldest."""
        with self.assertRaises(ValueError):
            scales.to_kelvin(-300)
'''
RED = HEAD.replace("273.15)", "-273.15)")


def in_a_test(body: str) -> str:
    """Return a suite with one more test, of this body."""
    lines = "".join(f"        {line}\n" if line else "\n"
                    for line in body.strip("\n").splitlines())
    return (HEAD + '\n    def test_trick(self):\n        """Tries it."""\n'
            + lines)


def exercise(folder: Path) -> Path:
    """Make the exercise in a folder, and return that."""
    folder.mkdir()
    (folder / "scales.py").write_text(MODULE)
    (folder / "faults.toml").write_text(TABLE)
    return folder


def handed_in(folder: Path, suites: Mapping[str, str]) -> Path:
    """Make a class: a folder for each learner, with one file of tests."""
    for name, suite in suites.items():
        (folder / name).mkdir(parents=True)
        if suite:
            (folder / name / "test_scales.py").write_text(suite)
    return folder


def made_class(folder: Path, suites: Mapping[str, str]) -> Path:
    """Make the exercise, and a class about it, in a folder; return that."""
    exercise(folder / "scales")
    handed_in(folder / "class", suites)
    return folder


@dataclass(frozen=True)
class Graded:
    """How `winnow grade` ended, what it printed, and what it wrote."""

    status: int
    out: str
    err: str
    folder: Path

    def verdicts(self) -> dict[str, Any]:
        """Return what is known of each learner, by identifier."""
        known = json.loads((self.folder / "class.json").read_text())
        return {each["id"]: each for each in known["learners"]}

    def reports(self) -> dict[str, Any]:
        """Return each learner's report, or None, from the kept verdicts."""
        kept = {}
        for path in (self.folder / ".winnow" / "verdicts").iterdir():
            known = json.loads(path.read_text())
            kept[known["key"]] = known["report"]
        return {name: kept.get(each["key"])
                for name, each in self.verdicts().items()}


def grade(*words: object, out: Path, user: Optional[int] = None,
          env: Optional[Mapping[str, str]] = None, seconds: float = 300
          ) -> Graded:
    """Grade a class by the command line, as another user if one is named."""
    as_user: dict[str, Any] = {}
    python = sys.executable
    if user is not None:
        python = python_of(user)
        as_user = {"user": user, "group": user, "extra_groups": [],
                   "cwd": out.parent}
        env = {**(env or {}), "HOME": str(out.parent),
               "PYTHONPATH": os.pathsep.join(_for_all())}
    done = subprocess.run(
        [python, "-m", "winnow", "grade", *map(str, words), "--out",
         str(out)], capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, **(env or {})}, timeout=seconds,
        **as_user)
    return Graded(done.returncode, done.stdout, done.stderr, out)


def _for_all() -> list[str]:
    """Return where another Python of this version finds what ours imports."""
    return [str(ROOT), *(path for path in sys.path
                         if path.endswith("-packages"))]


@cache
def python_of(user: int) -> str:
    """Return a Python of this version that another user can run, or nothing.

    Ours may be where root alone can read.
    """
    program = ("import sys; sys.path[:0] = {!r}; import pytest, winnow.cli; "
               "sys.exit(sys.version_info[:2] != {!r})").format(
        _for_all(), sys.version_info[:2])
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run([python, "-c", program], user=user, group=user,
                           extra_groups=[], cwd="/", check=True,
                           capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return ""


@contextmanager
def grading(*words: object, out: Path) -> Iterator["subprocess.Popen[str]"]:
    """Begin to grade a class; end it if it has not ended by itself."""
    with subprocess.Popen(
            [sys.executable, "-m", "winnow", "grade", *map(str, words),
             "--out", str(out)], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def content(out: Path) -> dict[str, bytes]:
    """Return all that a run wrote, by path, but for what it keeps."""
    return {path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*")) if path.is_file()
            and ".winnow" not in path.parts}


def verdict(report: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a report says of tests, faults and refactorings.

    Where one test that fails is enough, no more is said of a fault, nor that
    a test catches nothing.
    """
    return ([(each["id"], each["valid"], each["outcome"], each["coaching"])
             for each in report["tests"]],
            [(each["name"], each["outcome"], each["executed"])
             for each in report["faults"]], report["refactorings"],
            [each for each in report["problems"]
             if each["kind"] != "catches-nothing"], report["rules"])


def works(kind: str) -> bool:
    """Tell whether a kind of sandbox works on this machine."""
    if kind == "bubblewrap":
        return judge.chosen(())[0] == ("bubblewrap",)
    return kind == "limits" or landlock.version() > 0


needs_bubblewrap = pytest.mark.skipif(
    shutil.which(bubblewrap.PROGRAM) is None or not works("bubblewrap"),
    reason="bubblewrap is not installed, or refused here")
