"""A module of an exercise whose library is missing is left out, and told.

- it is in no list, with its faults, its refactorings and its boundaries
- the check says so, and judges by the others; `winnow start` leaves it out
- where all is installed, nothing is left out
- a table that names no module, or no file
"""
import json
import subprocess
from pathlib import Path

import pytest

from tests.support.checking import WINNOW, environment, write
from winnow.model.errors import BrokenExercise
from winnow.subjects.faults_toml import load
from winnow.subjects.requirements import why_missing

TABLE = """
title = "Two gauges"
modules = ["gauge", "remote"]
support = ["doubles"]
libraries = ["no_such_library", "json"]
boundaries = ["gauge.warm", "remote.warm"]
outside = ["remote.warm"]
optional = { remote = "pip install no-such-library" }
data = ["scale.txt"]
"""
ENTRY = """
[[fault]]
name = "{0}-is-always-warm"
module = "{0}"
level = "core"
caught_at = "unit"
old = "degrees > 20"
new = "True"
breaks = "Ice is warm."
hint = "How cold is it in your tests?"
witness = "{0}.warm(0)"

[[refactoring]]
name = "{0}-the-other-way-round"
module = "{0}"
old = "degrees > 20"
new = "20 < degrees"
keeps = "The same comparison."
"""
MODULE = '''"""Tells how warm it is."""
import {0}


def warm(degrees: int) -> bool:
    """Tell whether that is warm."""
    return degrees > 20
'''
TEST = '''import unittest

from gauge import warm


class TestWarm(unittest.TestCase):
    def test_ice_is_not_warm(self) -> None:
        self.assertFalse(warm(0))
'''
WHY = ("remote.py is left out with its faults. It needs what is not installed "
       "here (no_such_library): pip install no-such-library")


def winnow(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    return subprocess.run(
        [WINNOW, *arguments], text=True, capture_output=True,
        env=environment())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an exercise, one of whose two modules needs what is missing."""
    return write(tmp_path / "gauges", {
        "faults.toml": TABLE + ENTRY.format("gauge") + ENTRY.format("remote"),
        "gauge.py": MODULE.format("json"), "scale.txt": "celsius\n",
        "remote.py": MODULE.format("no_such_library"),
        "doubles.py": "def double():\n    import no_such_library\n",
        "test_gauge.py": TEST})


def test_what_cannot_be_imported_is_left_out(folder: Path) -> None:
    """As if it were in no table."""
    exercise = load(folder)

    assert exercise.modules == ("gauge",)
    assert [*exercise.sources] == ["gauge", "doubles"]
    assert why_missing(exercise) == ""
    assert (exercise.boundaries, exercise.outside) == (("gauge.warm",), ())
    assert [each.module for each in (
        *exercise.faults, *exercise.refactorings)] == ["gauge", "gauge"]
    assert exercise.left_out == {"remote": WHY}


def test_what_another_module_needs_as_well_is_asked_for(folder: Path) -> None:
    """To leave the one out helps nobody then."""
    (folder / "gauge.py").write_text(MODULE.format("no_such_library"))

    assert "no_such_library" in why_missing(load(folder))


def test_what_can_be_imported_is_there(folder: Path) -> None:
    """Optional is no reason to leave it out."""
    (folder / "remote.py").write_text(MODULE.format("json"))

    exercise = load(folder)

    assert exercise.modules == ("gauge", "remote")
    assert exercise.left_out == {}


def test_of_an_exercise_that_is_optional_as_a_whole_nothing_is_left_out(
        folder: Path) -> None:
    """It is refused, with all that it needs."""
    (folder / "faults.toml").write_text(
        TABLE.replace('"gauge", ', "").replace('"gauge.warm", ', "")
        + ENTRY.format("remote"))

    assert load(folder).modules == ("remote",)


def test_a_check_says_what_it_has_left_out(folder: Path) -> None:
    """And nobody is told to catch what cannot be run."""
    done = winnow("check", str(folder), "--exercise", str(folder),
                  "--format", "json")

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [each["name"] for each in report["faults"]] == [
        "gauge-is-always-warm"]
    assert WHY in report["notes"]


def test_a_folder_to_begin_in_has_the_files_that_modules_read(
        folder: Path, tmp_path: Path) -> None:
    """And no test of a module that cannot be imported."""
    done = winnow("start", "--exercise", str(folder), str(tmp_path / "new"))

    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert {"gauge.py", "test_gauge.py", "scale.txt"} < names
    assert not names & {"remote.py", "test_remote.py"}


@pytest.mark.parametrize(("old", "new", "words"), [
    ("{ remote", "{ remotes", "`optional` names `remotes`"),
    ('{ remote = "pip install no-such-library" }', '["remote"]',
     "its `optional` must be a table of texts"),
    ("scale.txt", "scales.txt", "scales.txt cannot be read"),
    ("scale.txt", "../scale.txt", "its `data` must be a list of different"),
])
def test_a_mistake_in_the_table_is_told(
        folder: Path, old: str, new: str, words: str) -> None:
    """With the file that it is in."""
    path = folder / "faults.toml"
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(BrokenExercise, match="faults.toml|scales.txt") as told:
        load(folder)

    assert words in str(told.value)
