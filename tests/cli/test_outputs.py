"""What becomes of a command whose output cannot be written.

- however it writes: every form of report, `-o`, explain, start, watch, help
- whatever is the matter: the disk is full, nobody reads, it is closed
- one sentence and exit status 2; where nobody reads, not a word
"""
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.checking import (
    OF_TEMPERATURES,
    PATIENCE,
    SCALES,
    WINNOW,
    environment,
    run,
    write,
)
from winnow.reports import FORMATS

CHECK = (WINNOW, "check", "learner", *OF_TEMPERATURES)
FULL = "No space left on device."
SAID = {"full": f"winnow: Standard output cannot be written: {FULL}\n",
        "unread": "",
        "closed": "winnow: Standard output cannot be written: it is closed.\n"}
# What writes, and its exit status where somebody reads.
WRITERS = {
    **{f"a report as {form}": ((*CHECK, "--format", form), 1)
       for form in FORMATS},
    "python -m": ((sys.executable, "-m", "winnow", *CHECK[1:]), 1),
    "a list of faults": ((WINNOW, "explain"), 0),
    "one fault": ((WINNOW, "explain", "org-not-memoized"), 0),
    "a folder to begin in": ((WINNOW, "start", "folder"), 0),
    "watching": ((*CHECK, "--watch"), 0),
    "help": ((WINNOW, "--help"), 0),
    "the version": ((WINNOW, "--version"), 0),
}
# Where standard output is closed argparse writes to standard error.
CASES = [(name, kind) for name in WRITERS for kind in SAID
         if name not in ("help", "the version") or kind != "closed"]


@contextmanager
def output(kind: str) -> Iterator[int]:
    """Give an output that cannot be written."""
    if kind == "unread":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open("/dev/full", os.O_WRONLY)
    yield writer
    os.close(writer)


def written(place: Path, command: tuple[str, ...], kind: str,
            **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command whose standard output cannot be written."""
    write(place / "learner", {"test_scales.py": SCALES})
    if kind == "closed":
        command = ("sh", "-c", 'exec "$@" >&-', "sh", *command)
    with output(kind) as out:
        return subprocess.run(
            command, cwd=place, stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False,
            env={**environment(), **more})


@pytest.mark.parametrize(("name", "kind"), CASES)
@pytest.mark.by_turns("slow")
def test_it_says_so_in_one_sentence(
        name: str, kind: str, tmp_path: Path) -> None:
    """Python itself has nothing to add, and the exit status is the right."""
    command, status = WRITERS[name]

    done = written(tmp_path, command, kind)

    said = SAID[kind]
    if (name, kind) == ("a folder to begin in", "full"):
        said = said[:-1] + " The folder was made anyway.\n"
    assert (done.stderr, done.returncode) == (said, 2 if said else status)
    assert (tmp_path / "folder").exists() == (
        "start" in command and kind != "closed")


@pytest.mark.parametrize("kind", SAID)
def test_it_does_so_where_nothing_is_buffered(
        kind: str, tmp_path: Path) -> None:
    """There it is the writing that fails, and not the flush behind it."""
    done = written(tmp_path, (WINNOW, "explain"), kind, PYTHONUNBUFFERED="1")

    assert (done.stderr, done.returncode) == (
        SAID[kind], 2 if SAID[kind] else 0)


@pytest.mark.parametrize(("path", "kind", "said"), [
    ("/dev/full", "unread", f"winnow: /dev/full cannot be written: {FULL}\n"),
    ("/dev/stdout", "full",
     f"winnow: /dev/stdout cannot be written: {FULL}\n"),
    ("/dev/stdout", "unread", ""),
])
def test_a_file_is_named_as_it_was_given(
        path: str, kind: str, said: str, tmp_path: Path) -> None:
    """It may be one that is never replaced, such as a device."""
    done = written(tmp_path, (*CHECK, "-o", path), kind)

    assert (done.stderr, done.returncode) == (said, 2 if said else 1)


@pytest.mark.parametrize("redirected", ["2>/dev/full", "2>&-"])
@pytest.mark.parametrize("arguments", [
    ("check", "nowhere"), ("check", "--nowhere")], ids=" ".join)
def test_the_exit_status_is_right_where_nothing_can_be_said(
        arguments: tuple[str, ...], redirected: str, tmp_path: Path) -> None:
    """Standard error may be full or closed, too; nothing goes elsewhere."""
    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirected}', "sh", WINNOW, *arguments],
        cwd=tmp_path, text=True, capture_output=True, check=False,
        env=environment())

    assert (done.returncode, done.stderr) == (2, "")
    if arguments[1] == "nowhere":  # argparse prints its usage all the same.
        assert done.stdout == ""


@pytest.mark.parametrize("redirected", ["<&-", "2>&-", "| head -n 1"])
def test_other_ends_may_be_closed(redirected: str, tmp_path: Path) -> None:
    """The tests are not blamed for it, and the report is the usual one."""
    write(tmp_path / "learner", {"test_scales.py": SCALES})

    ran = run(["sh", "-c", f'"$@" --all {redirected}', "sh", *CHECK],
              tmp_path)

    ran.assert_tidy()
    assert ran.status == ("|" not in redirected)
    assert ran.out.startswith("Temperatures")
    assert ran.err == ""
    assert "|" in redirected or "4 of 4 tests pass" in ran.out
