"""The tasks of an exercise: checked, helped with and shown one by one.

- a check of the whole says which tasks are done; one of a task judges it alone
- missed faults that the tests execute come first, the others are on one line
- each task's faults are of its exercise, and its solution is there
"""
import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.support.checking import Typed, write
from winnow import __version__
from winnow.course.tasks import tasks
from winnow.model.exercise import Exercise
from winnow.subjects.faults_toml import bundled, load

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = [load(folder) for folder in bundled().values()]
# Two tests of the first task and of one error of the second.
TWO = '''
import unittest

from utils import access_nested_map


class TestAccessNestedMap(unittest.TestCase):
    def test_follows_three_keys(self):
        self.assertEqual(
            access_nested_map({"a": {"b": {"c": 1}}}, ("a", "b", "c")), 1)

    def test_a_key_that_is_not_there(self):
        with self.assertRaises(KeyError):
            access_nested_map({}, ("a",))
'''


@pytest.fixture
def begun(typed: Typed) -> Typed:
    """Give something to type commands with, in a folder of the exercise."""
    assert typed("start", ".") == 0
    return typed


def test_a_whole_check_says_which_tasks_are_done(begun: Typed) -> None:
    """Once that one is new; and what is missed is in the order of use."""
    write(Path(), {"test_utils.py": TWO})
    os.remove("test_client.py")

    assert begun("check") == 1
    first = " ".join(begun.out.split())
    begun("check")

    assert "Task 1 done: The value at the end of a path." in first
    assert ("Tasks done: 1. Task 2 (The key that is not there): 2 of 6 faults "
            "caught. winnow check --task 2 checks this task alone.") in first
    assert "in code that no test of yours executes: --all shows them." in first
    assert ("There is no test_client.py: the faults of client.py are not "
            "counted.") in first
    assert "1. A path that is too long gives the last value" in first
    assert "Task 1 done" not in begun.out
    assert "Tasks done: 1. Task 2" in " ".join(begun.out.split())


@pytest.mark.slow
def test_an_exercise_ends_with_what_can_be_shown(begun: Typed) -> None:
    """How much is caught and tolerated, on which day, by which Winnow."""
    for name in ("test_utils.py", "test_client.py"):
        shutil.copy(ROOT / name, name)
    assert begun("check", "--format", "json") == 0
    report = json.loads(begun.out)
    faults, kept = len(report["faults"]), len(report["refactorings"])

    assert (
        f"All tasks are done. {faults} of {faults} faults caught, {kept} of "
        f"{kept} refactorings tolerated, on {date.today()} with Winnow "
        f"{__version__}.") in " ".join(report["notes"])


def test_a_task_is_judged_alone(begun: Typed) -> None:
    """Its faults, and nothing that is of another task."""
    assert begun("check", "--task", "2") == 1
    assert "Task 2: The key that is not there · test" in begun.out
    assert "✗ 0 of 6 faults caught" in begun.out
    assert "A hint: winnow hint --task 2" in begun.out
    assert begun("solution", "--task", "2") == 2
    assert "Task 2 is not done yet." in begun.err

    shutil.copy(ROOT / "test_utils.py", "test_utils.py")
    assert begun("check", "--task", "2") == 0
    assert "\nTask 2 done.\nNext: task 3, JSON without" in begun.out
    assert begun("solution", "--task", "2") == 0
    assert "class TestAccessNestedMap(TestCase):" in begun.out
    assert begun("check", "--task", "2", "--format", "json") == 0
    assert json.loads(begun.out)["goal"] == {
        "kind": "task", "number": 2, "title": "The key that is not there",
        "done": True}


def test_hints_are_to_the_first_task_that_is_not_done(begun: Typed) -> None:
    """From what may go wrong to the line; each task has its own."""
    said = []
    for _ in range(3):
        assert begun("hint") == 0
        said.append(begun.out)

    assert "Task 1: hint 1 of 3" in said[0]
    assert "Only the first key of a path is followed." in said[0]
    assert "How long is the longest path in your tests?" in said[1]
    assert "utils.py, line 22" in said[2] and "last one" in said[2]
    assert begun("hint", "--task", "3") == 0
    assert "Task 3: hint 1 of 3" in begun.out


def test_a_task_that_is_not_there_is_said_to_be_none(begun: Typed) -> None:
    """With those that there are; the status is 2."""
    for words in (("check", "--task", "99"), ("hint", "--task", "98")):
        assert begun(*words) == 2
    assert begun("solution", "--task", "99") == 2
    assert "There is no task 99: there are 1 to 11." in begun.err


def test_an_exercise_is_put_back_as_it_began(begun: Typed) -> None:
    """The modules too, where somebody has changed them."""
    before = Path("test_utils.py").read_bytes()
    write(Path(), {"test_utils.py": TWO, "utils.py": "# mine\n"})

    assert begun("reset") == 0
    assert Path("test_utils.py").read_bytes() == before
    assert Path("test_utils.py.old1").read_text() == TWO
    assert Path("utils.py.old1").read_text() == "# mine\n"
    assert Path("utils.py").read_bytes() == (ROOT / "utils.py").read_bytes()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_every_core_fault_is_of_one_task(exercise: Exercise) -> None:
    """So whoever has done them all has caught all of these."""
    named = [name for task in tasks(exercise) for name in task.faults]

    assert sorted(named) == sorted({*named})
    assert {fault.name for fault in exercise.faults
            if fault.level == "core"} <= {*named}
