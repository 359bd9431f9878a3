"""`winnow check --sandbox`: the same report, from a process that is confined.

- text, JSON and the exit status are those of the check without it
- a test reaches no file of the host
- a sandbox that cannot be had is a sentence
"""
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.grading.classes import (
    GOOD,
    HEAD,
    exercise,
    handed_in,
    in_a_test,
    needs_bubblewrap,
    works,
)
from winnow.cli.sandboxed import without

KINDS = [pytest.param("bubblewrap", marks=needs_bubblewrap), pytest.param(
    "landlock", marks=pytest.mark.skipif(
        not works("landlock"), reason="the kernel has no Landlock")),
    "limits"]


def check(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Check a suite of the exercise beside it."""
    return subprocess.run(
        [sys.executable, "-m", "winnow", "check", "--exercise",
         str(folder.parent.parent / "scales"), *words, str(folder)],
        capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with four suites."""
    folder = tmp_path_factory.mktemp("check")
    folder.chmod(0o755)
    exercise(folder / "scales")
    (folder / "mine").write_text("x")
    return handed_in(folder / "suites", {
        "good": GOOD, "weak": HEAD, "ends": f"{GOOD}{ENDS}",
        "writes": in_a_test(
            f"open({str(folder / 'mine')!r}, 'w').write('theirs')")})


# It ends its own process, of whatever number that is in a sandbox.
ENDS = """

class TestEnds(unittest.TestCase):
    def test_ends(self):
        import os, signal
        os.killpg(0, signal.SIGKILL)
"""


def without_time(text: str) -> Any:
    """Return a JSON report without how long it took."""
    return {**json.loads(text), "seconds": 0}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suite, status", [
    ("good", 0), ("ends", 1), pytest.param("weak", 1, marks=pytest.mark.slow)])
def test_a_report_is_the_same(suites: Path, kind: str, suite: str,
                              status: int) -> None:
    """Whatever contains the tests."""
    plain = check(suites / suite, "--format", "json")
    done = check(suites / suite, "--format", "json", "--sandbox", kind)

    assert (plain.returncode, done.returncode) == (status, status)
    assert without_time(done.stdout) == without_time(plain.stdout)
    assert done.stderr == "" or "(not held: " in done.stderr


@pytest.mark.parametrize("kind", KINDS[:2])
def test_a_test_writes_nothing_of_yours(suites: Path, kind: str) -> None:
    """It fails instead."""
    done = check(suites / "writes", "--sandbox", kind)

    assert "1 of 2 tests pass" in done.stdout
    assert (suites.parent / "mine").read_text() == "x"


@needs_bubblewrap
def test_the_report_goes_where_it_always_goes(suites: Path, tmp_path: Path
                                              ) -> None:
    """The sandbox writes nothing itself."""
    done = check(suites / "good", "--sandbox=best", "-o",
                 str(tmp_path / "report.txt"))

    assert (done.stdout, done.returncode) == ("", 0)
    assert "2 of 2 faults caught" in (tmp_path / "report.txt").read_text(
        "utf-8")


@pytest.mark.parametrize("words, says", [
    (["--sandbox", "jail"], "jail is no kind of sandbox"),
    (["--sandbox", "best", "--watch"], "--watch goes not with --sandbox"),
])
def test_what_cannot_be_had_is_a_sentence(suites: Path, words: list[str],
                                          says: str) -> None:
    """Nothing of the suite runs."""
    done = check(suites / "good", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_options_are_taken_out_with_their_values() -> None:
    """However they are written."""
    words = ["check", "a", "--sandbox", "best", "-o", "x", "--sandbox=x",
             "-ox", "--output=y", "--all", "-o"]

    assert without(words, "--sandbox", "-o", "--output") == [
        "check", "a", "--all"]
