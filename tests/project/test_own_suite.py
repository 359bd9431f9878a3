"""What the checker says of its own tests.

- a module of a name that is loaded in its process already is the tests' own
- nine in ten of the faults that can be made in each of these rooms are caught
- what lives on is in `own_survivors.toml`, each with its reason
"""
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import WINNOW, run, write

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
# The tests that execute a room in their own process.
ROOMS = {
    "winnow/model/exercise.py": "tests/subjects/test_exercise.py",
    "winnow/subjects/faults_toml.py": "tests/subjects/test_exercise.py",
    "winnow/suites/discovery.py": "tests/suites/test_suite.py",
    "winnow/checking/outcomes.py": "tests/checking/test_verdict.py",
    "winnow/model/report.py": "tests/checking/test_verdict.py",
    "winnow/suites/file_rules.py": "tests/suites/test_file_rules.py",
    "winnow/suites/pycodestyle_rule.py": "tests/suites/test_style.py",
    "winnow/suites/definitions.py": "tests/suites/test_definitions.py",
    "winnow/model/set_cover.py": "tests/model/test_minimal.py",
    "winnow/reports/wording.py": "tests/reports/test_words.py",
    "winnow/checking/coaching.py": "tests/checking/test_coach.py",
    "winnow/checking/causes/failure.py": "tests/checking/test_coach.py",
}
SURVIVORS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("own_survivors.toml").read_text("utf-8"))


@pytest.mark.parametrize(("module", "package"), [
    ("winnow.depth", "winnow"), ("bisect", "")])
def test_a_module_may_have_a_name_that_is_taken(
        module: str, package: str, tmp_path: Path) -> None:
    """By the checker itself, or by what it has loaded."""
    file = f"{module.replace('.', '/')}.py"
    write(tmp_path / "learner", {
        "setup.cfg": "", file: "def depth():\n    return 3\n",
        "test_depth.py": f"import unittest\nfrom {module} import depth\n\n"
        "class TestDepth(unittest.TestCase):\n    def test_depth(self):\n"
        "        self.assertEqual(depth(), 3)\n",
        **({f"{package}/__init__.py": ""} if package else {})})

    ran = run([WINNOW, "check", "learner", "--module", f"learner/{file}"],
              tmp_path)

    assert "1 of 1 fault caught" in ran.said
    ran.assert_tidy()


def test_every_survivor_is_of_a_room_and_has_a_reason() -> None:
    """A reason is a sentence."""
    assert SURVIVORS.keys() <= ROOMS.keys()
    for reasons in SURVIVORS.values():
        for reason in reasons.values():
            assert reason[0].isupper() and reason.endswith(".")


@pytest.mark.soak
@pytest.mark.parametrize("room", ROOMS)
def test_the_faults_of_a_room_are_caught_by_its_tests(room: str) -> None:
    """All but those of which it is known why no test can tell them."""
    done = subprocess.run(
        [WINNOW, "check", ROOMS[room], "--module", room, "--format", "json"],
        cwd=ROOT, text=True, capture_output=True)
    report: dict[str, Any] = json.loads(done.stdout)
    lives = {each["name"] for each in report["faults"]
             if each["outcome"] != "caught"}

    assert [test["id"] for test in report["tests"] if not test["valid"]] == []
    assert lives - SURVIVORS.get(room, {}).keys() == set()
    assert SURVIVORS.get(room, {}).keys() <= {
        each["name"] for each in report["faults"]}
    assert report["summary"]["caught"] >= 0.9 * report["summary"]["faults"]
