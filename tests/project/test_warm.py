"""A command that is a clone does what one does that was started.

The tests of the checker use such clones for their speed (`warm.py`).
"""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import warm
from tests.support.checking import (
    NO_PLUGINS,
    OF_TEMPERATURES,
    SCALES,
    STATION,
    WINNOW,
    Files,
    run,
    write,
)

ROOT = Path(__file__).parents[2]
WRONG = """
import unittest
from unittest.mock import patch
import scales


class TestWrong(unittest.TestCase):
    def test_wrong(self):
        self.assertEqual(scales.to_fahrenheit(100), 100)
"""
pytestmark = pytest.mark.skipif(
    not warm.IS_POSSIBLE, reason="only Linux gives orphans to who asks")


@pytest.mark.parametrize(("files", "words"), [
    ({"test_scales.py": SCALES, "test_station.py": STATION},
     ["check", "learner", *OF_TEMPERATURES, "--all"]),
    ({"test_scales.py": WRONG},
     ["check", "learner", *OF_TEMPERATURES, "--runner", "pytest"]),
    ({"test_scales.py": "import no_such_module\n"},
     ["check", "learner", *OF_TEMPERATURES]),
    ({"test_scales.py": SCALES}, ["check", "learner", "--jobs", "x"]),
    ({}, ["explain", "zero-is-zero"]), ({}, []), ({}, ["--version"]),
], ids=str)
def test_a_clone_says_what_a_command_says(
        files: Files, words: list[str], tmp_path: Path) -> None:
    """The same status, and the same words, to the same stream."""
    write(tmp_path / "learner", files)

    started = run([WINNOW, *words], tmp_path)
    cloned = run([WINNOW, *words], tmp_path, fresh=False)

    assert started == cloned
    assert started.out or started.err


def test_what_python_reads_as_it_starts_makes_no_clone() -> None:
    """Such an environment would come too late for a clone."""
    server = warm.Server({"PYTHONHASHSEED": "1", NO_PLUGINS: "1"})

    assert server.serves({"PYTHONHASHSEED": "1", "HOME": "/"})
    assert not server.serves({"PYTHONHASHSEED": "2"})


def test_what_a_command_leaves_running_is_told_and_ended() -> None:
    """Also what has left its session, and what lost its parent."""
    done = subprocess.run(
        [sys.executable, "-c", """
import os
import subprocess
from tests.support.warm import adopt_orphans, ended_children
adopt_orphans()
left = subprocess.run(["sh", "-c", "setsid sleep 9 >/dev/null 2>&1 & echo $!"],
                      capture_output=True, text=True).stdout
print(int(left), *ended_children())
os.kill(int(left), 0)
"""], cwd=ROOT, text=True, capture_output=True)

    left, told = done.stdout.split()
    assert left == told
    assert "ProcessLookupError" in done.stderr
