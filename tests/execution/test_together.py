"""Faults that nothing has noticed run together, to be shown as missed at once.

- what is put into one text, and what is not
- a run that tells of each, and one that tells of none
- two that are noticed together alone
"""
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.checking import PATIENCE, write
from winnow.execution.changed_body import OriginalText
from winnow.execution.event import (
    Broken,
    Connects,
    Event,
    FileBegins,
    Finished,
    Moment,
    Refused,
    Started,
    Stopped,
    encoded,
)
from winnow.execution.fork.together import grouped, is_quiet, merged
from winnow.execution.job import Job
from winnow.execution.variant import BodyChange, Branching
from winnow.model.outcome import Status

LAMP = '''def first():
    return 1


def second(number=2):
    return number


def third():
    def inner():
        return 3
    return inner()


class Lamp:
    def is_on(self):
        return bool(first() + second())

    def turn(self):
        return third()
'''
OTHER = "def fourth():\r\n    return 4\r\n"
RIGHT = {"lamp.py": LAMP, "other.py": OTHER}
CHANGES = {
    "first": ("lamp.py", "return 1", "return 11"),
    "longer": ("lamp.py", "    return 1\n", "    one = 1\n    return one\n"),
    "second": ("lamp.py", "return number", "return -number"),
    "default": ("lamp.py", "number=2", "number=3"),
    "inner": ("lamp.py", "return 3", "return 33"),
    "around": ("lamp.py", "return inner()", "return 0"),
    "method": ("lamp.py", "return third()", "return -third()"),
    "elsewhere": ("other.py", "return 4", "return 44"),
    "import": ("lamp.py", "class Lamp:", "class Lamp(object):"),
}
Placed = tuple[int, Branching[str]]


def variants(*names: str) -> list[Placed]:
    """Return what is to be run for these changes."""
    found = list[Placed]()
    for place, name in enumerate(names):
        file, old, new = CHANGES[name]
        text = RIGHT[file].replace(old, new, 1)
        assert text != RIGHT[file]
        change = BodyChange(OriginalText(RIGHT[file]).changed_body(text), 0,
                            ())
        found.append((place, Branching(
            name, Job(Path(), (), {}, "unittest"), RIGHT, (file, text),
            change=change)))
    return found


def names_of(groups: Sequence[Sequence[Placed]]) -> list[list[str]]:
    """Return the keys of grouped variants."""
    return [[variant.key for _, variant in group] for group in groups]


@pytest.mark.parametrize(("names", "groups"), [
    (["first", "second", "method"], [["first", "second", "method"]]),
    (["first", "longer", "second", "inner"],
     [["first", "second", "inner"]]),
    (["first", "longer", "second", "elsewhere", "elsewhere"],
     [["first", "second", "elsewhere"], ["longer", "elsewhere"]]),
    (["inner", "around"], []), (["around", "inner"], []),
    (["first", "default"], []), (["first", "import"], []), (["first"], []),
    ([], [])])
def test_each_of_a_group_changes_another_function(
        names: list[str], groups: list[list[str]]) -> None:
    """A function inside another is a part of it; a default is no text."""
    assert names_of(grouped(variants(*names))) == groups


@pytest.mark.parametrize("names", [
    ["longer", "second", "inner", "method"],
    ["method", "inner", "second", "longer"], ["second", "elsewhere"]])
def test_texts_are_merged_by_their_lines(names: list[str]) -> None:
    """In whatever order; the ends of lines stay as they are."""
    expected = dict(RIGHT)
    for name in names:
        file, old, new = CHANGES[name]
        expected[file] = expected[file].replace(old, new, 1)

    texts = merged([variant for _, variant in variants(*names)])

    assert {**RIGHT, **texts} == expected


@pytest.mark.parametrize(("event", "quiet"), [
    (Finished("b", Status.SKIPPED, "later"), True),
    (FileBegins("test_a.py"), True), (Moment.TESTS_OVER, True),
    (Finished("b", Status.FAILED, "no"), False),
    (Finished("b", Status.ERROR, "no"), False),
    (Stopped(None, "exit"), False), (Refused("no"), False),
    (Broken("test_a.py", "no"), False),
    (Connects("b", "example.org"), False)])
def test_a_run_in_which_anything_was_noticed_tells_of_none(
        event: Event, quiet: bool) -> None:
    """What was tried of a network may have been by one of them alone."""
    assert is_quiet(map(encoded, [Started("a"), event])) is quiet


FAULT = '''
[[fault]]
name = "{name}"
module = "lamp"
level = "core"
caught_at = "unit"
old = {old!r}
new = {new!r}
breaks = "It is wrong."
hint = "What is right?"
witness = "1"
'''
TABLE = 'title = "A lamp"\nmodules = ["lamp"]\n' + "".join(
    FAULT.format(name=name, old=old, new=new)
    for name, (_, old, new) in CHANGES.items()
    if name in ("first", "second", "inner", "method"))
SUITE = '''import unittest

import lamp


class TestLamp(unittest.TestCase):
    def test_a_first(self):
        self.assertTrue(lamp.first())

    def test_b_both(self):
        self.assertNotEqual((lamp.first(), lamp.second()), {never})

    def test_c_third(self):
        self.assertTrue(lamp.Lamp().turn())
'''
# What two faults do together, and what none of all does.
TOGETHER, NEVER = (11, -2), (0, 0)


# A process of its own, since another one may hold what cannot be compared.
NOTING = '''import json, sys
from pathlib import Path
from winnow.checking.check import check
from winnow.checking.options import Options
from winnow.execution.fork import split_stream
from winnow.execution.fork.together import grouped

place = Path(sys.argv[1])


def noting(due):
    groups = grouped(due)
    with (place / "sizes.txt").open("a") as file:
        file.writelines(f"{len(group)}\\n" for group in groups)
    return groups


split_stream.grouped = noting
report = check([place / "own"], Options(
    exercise=str(place / "exercise"), quick=sys.argv[2] == "quick", jobs=1))
print(json.dumps([each.outcome for each in report.faults]))
'''


@pytest.mark.parametrize("how", ["quick", "whole"])
@pytest.mark.parametrize("never", [TOGETHER, NEVER],
                         ids=["two together", "none"])
def test_what_is_missed_is_missed_alone(
        never: tuple[int, int], how: str, tmp_path: Path) -> None:
    """Where a test fails on many at once, each has a process for itself."""
    write(tmp_path, {
        "exercise/faults.toml": TABLE, "exercise/lamp.py": LAMP,
        "own/test_lamp.py": SUITE.format(never=never)})

    said = subprocess.run(
        [sys.executable, "-c", NOTING, str(tmp_path), how], check=True,
        stdout=subprocess.PIPE, timeout=PATIENCE).stdout

    assert json.loads(said) == ["missed"] * 4
    assert (tmp_path / "sizes.txt").read_text() == "4\n"
