"""What docs/grading.md shows is what happens: its commands, one by one.

- its sessions, in a folder with the bundled class
- its table of sandboxes is what the tests of escapes try
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grading import test_escapes
from tests.grading.classes import needs_bubblewrap

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "grading.md").read_text("utf-8")
# The row of the table in which each escape is.
ROWS = {"reads": "to read another", "writes": "to write outside",
        "disk": "to fill the disk", "secrets": "to read the environment",
        "network": "to connect", "forks": "to start processes",
        "memory": "to take memory in one", "daemon": "to leave a process",
        "calls": "to make namespaces", "forged": "to write a report",
        "ends": "to end other"}


@needs_bubblewrap
@pytest.mark.slow
def test_the_sessions_are_shown_as_they_run(tmp_path: Path) -> None:
    """From the first look to a learner who hands in again."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    ran = 0
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        printed = ""
        for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
            words = shlex.split(command)
            if words[0] == "winnow":
                words[:1] = [sys.executable, "-m", "winnow"]
            done = subprocess.run(
                words, cwd=tmp_path, capture_output=True, text=True,
                encoding="utf-8", env={**os.environ,
                                       "PYTHONPATH": str(ROOT)})
            assert done.stderr == ""
            printed += f"$ {command}\n{done.stdout}"
            ran += 1
        assert printed == block

    assert ran == 4


def cells(beginning: str) -> list[bool]:
    """Return which kinds hold what a row of the table is about."""
    [row] = [line for line in PAGE.splitlines()
             if line.startswith(f"| {beginning}")]
    return ["held" in cell for cell in row.split("|")[2:5]]


def test_the_table_says_what_is_tried() -> None:
    """Of each kind, no more is promised than an escape was tried for."""
    tried = {"bubblewrap": [*test_escapes.BODIES],
             "landlock": [*test_escapes.OF_LANDLOCK, "forks"],
             "limits": [*test_escapes.OF_LIMITS, "forks"]}
    for name, beginning in ROWS.items():
        promised = dict(zip(tried, cells(beginning)))
        for kind, names in tried.items():
            if name != "all":
                assert promised[kind] == (name in names), (name, kind)
