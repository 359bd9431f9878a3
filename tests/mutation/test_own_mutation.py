"""What the checker says of the tests of the rooms that make faults.

- nine in ten of the faults that can be made in each of these rooms are caught
- what lives on is in `own_mutation.toml`, each with its reason
"""
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import WINNOW

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
_MADE = ("tests/mutation/test_mutate.py", "tests/mutation/test_mutation.py",
         "tests/mutation/test_made_faults.py", "tests/mutation/test_quiet.py")
# The tests that execute a room in their own process.
ROOMS = {
    "winnow/mutation/generator.py": _MADE,
    "winnow/mutation/source_text.py": _MADE[:2],
    "winnow/mutation/exclusions.py": _MADE[:2],
    "winnow/model/syntax.py": _MADE[:2],
    "winnow/mutation/calls.py": _MADE,
    "winnow/mutation/context.py": _MADE,
    "winnow/mutation/expressions.py": _MADE,
    "winnow/mutation/statements.py": _MADE,
    "winnow/mutation/visitor.py": _MADE,
    "winnow/execution/changed_body.py": ("tests/execution/test_swap.py",),
    "winnow/execution/fork/code_swap.py": ("tests/execution/test_swap.py",),
}
SURVIVORS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("own_mutation.toml").read_text("utf-8"))


def test_every_survivor_is_of_a_room_and_has_a_reason() -> None:
    """A reason is a sentence."""
    assert SURVIVORS.keys() <= ROOMS.keys()
    for reasons in SURVIVORS.values():
        for reason in reasons.values():
            assert reason[0].isupper() and reason.endswith(".")


@pytest.mark.soak
@pytest.mark.parametrize("room", ROOMS)
def test_the_faults_of_a_room_are_caught_by_its_tests(room: str) -> None:
    """All but those of which it is known why no test tells them."""
    # The modules of Python's own library take long, and catch no more.
    done = subprocess.run(
        [WINNOW, "check", *ROOMS[room], "--module", room, "--timeout", "5",
         "--no-confirm", "--format", "json"],
        cwd=ROOT, text=True, capture_output=True,
        env={**os.environ,
             "PYTEST_ADDOPTS": "-k 'not makes_a_module_of_its_own'"})
    report: dict[str, Any] = json.loads(done.stdout)
    lives = {each["name"] for each in report["faults"]
             if each["outcome"] != "caught"}
    known = SURVIVORS.get(room, {}).keys()

    assert lives - known == set()
    assert known <= {each["name"] for each in report["faults"]}
    assert report["summary"]["caught"] >= 0.9 * report["summary"]["faults"]
