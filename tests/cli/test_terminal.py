"""A report on a terminal: real processes, on pseudo-terminals of many kinds.

- its words are those of a pipe, whatever its width, its colours, its encoding
- sentences are as wide as it is, within reason; names are never broken
- colours say nothing that the words do not
- rich is imported for a terminal alone, and not before the check has ended
- a line says how far a check has come, from its start on
"""
import fcntl
import os
import pickle
import pty
import re
import struct
import subprocess
import sys
import termios
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.checking import (
    OF_TEMPERATURES,
    PATIENCE,
    SCALES,
    WINNOW,
    environment,
    write,
)
from tests.support.made_reports import RED, full_report
from winnow.model.outcome import Outcome, Status

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHECK = (WINNOW, "check", "learner", *OF_TEMPERATURES)
# Fifteen characters, each of two columns.
WIDE = "測試溫度換算是否在零度以下正確"
# Prints a report made by hand, so that no check has to run.
SHOW = (sys.executable, "-c", """
import pickle
from winnow.cli.output import standard
from winnow.reports import render
out = standard()
with open("report", "rb") as file:
    out.show(render(pickle.load(file), "text", out.style("✓→", rules=True)))
""")
# What a person may have set, and a test sets for itself.
OWN = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "COLORTERM", "TERM"}


def variables(changed: dict[str, str]) -> dict[str, str]:
    """Return an environment that is the same for everybody, but for these."""
    clean = {name: value for name, value in environment().items()
             if name not in OWN}
    return {**clean, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8",
            **changed}


def on_a_terminal(place: Path, command: tuple[str, ...] = SHOW,
                  columns: int = 80, both: bool = False, **changed: str
                  ) -> str:
    """Return what a command prints on a terminal of so many columns.

    That is its standard output, or where it is `both`, its errors, too.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        command, cwd=place, stdin=subprocess.DEVNULL, stdout=theirs,
        stderr=theirs if both else subprocess.DEVNULL, env=variables(changed))
    os.close(theirs)
    printed = b""
    try:
        while data := os.read(ours, 65536):
            printed += data
    except OSError:
        pass  # So Linux says that nobody has the terminal open any more.
    os.close(ours)
    process.wait(PATIENCE)
    return printed.decode().replace("\r\n", "\n")


def in_a_pipe(place: Path, command: tuple[str, ...] = SHOW, **changed: str
              ) -> str:
    """Return what a command prints into a pipe."""
    return subprocess.run(
        command, cwd=place, stdin=subprocess.DEVNULL, capture_output=True,
        encoding="utf-8", env=variables(changed)).stdout


def words(text: str) -> list[str]:
    """Return the words of a text, without colours."""
    return COLOUR.sub("", text).split()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a report: wide words, and one that fits no line."""
    report = full_report()
    report = replace(report, notes=(" ".join([WIDE] * 5),), tests={
        **report.tests, RED: Outcome(Status.FAILED, "x" * 120)})
    place = tmp_path_factory.mktemp("report")
    (place / "report").write_bytes(pickle.dumps(report))
    return place


@pytest.fixture(scope="module")
def piped(place: Path) -> str:
    """Give the report, as a pipe gets it."""
    return in_a_pipe(place)


@pytest.mark.parametrize(("columns", "fits"), [
    (40, 40), (80, 80), (200, 100)])
def test_a_report_is_as_wide_as_the_terminal_and_says_the_same(
        columns: int, fits: int, place: Path, piped: str) -> None:
    """Only what can be copied is longer: names, code, places."""
    shown = on_a_terminal(place, columns=columns)

    assert words(shown) == words(piped)
    lines = COLOUR.sub("", shown).splitlines()
    longer = [line for line in lines if cell_len(line) > fits]
    assert [line for line in longer if not re.search(
        r"^\W*\S+$|, line \d|test_|^ {7}[-+] |script|</pre>", line)] == []
    assert max(cell_len(line) for line in lines
               if line not in longer) > fits * 0.9


def test_wide_characters_take_two_columns(place: Path) -> None:
    """Of five words, each of thirty columns, two have room in a line."""
    lines = COLOUR.sub("", on_a_terminal(place)).splitlines()

    assert [line.count(WIDE) for line in lines if WIDE in line] == [2, 2, 1]


@pytest.mark.parametrize("columns", [0, 1])
@pytest.mark.by_turns
def test_a_terminal_without_a_width_loses_nothing(
        columns: int, place: Path, piped: str) -> None:
    """Zero is how some say that they do not know theirs."""
    assert words(on_a_terminal(place, columns=columns)) == words(piped)


@pytest.mark.parametrize(("changed", "has_colour"), [
    ({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False),
    ({"TERM": "dumb"}, False), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ({"COLORTERM": "truecolor"}, True), ({"TERM": ""}, True)],
    ids=repr)
@pytest.mark.by_turns
def test_a_terminal_has_colours_unless_it_is_asked_for_none(
        changed: dict[str, str], has_colour: bool, place: Path, piped: str
        ) -> None:
    """See https://no-color.org and https://force-color.org."""
    shown = on_a_terminal(place, **changed)

    assert bool(COLOUR.search(shown)) == has_colour
    assert ("\x1b" in shown) == has_colour
    assert words(shown) == words(piped)


@pytest.mark.parametrize(("changed", "has_colour"), [
    ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": ""}, False),
    ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)])
@pytest.mark.by_turns
def test_a_pipe_has_colours_where_they_are_forced(
        changed: dict[str, str], has_colour: bool, place: Path, piped: str
        ) -> None:
    """As a CI system does that shows them."""
    said = in_a_pipe(place, **changed)

    assert bool(COLOUR.search(said)) == has_colour
    assert words(said) == words(piped)


def test_a_terminal_without_ticks_gets_letters(place: Path) -> None:
    """What it does not have is written as Python writes it."""
    shown = on_a_terminal(place, PYTHONIOENCODING="ascii")

    assert shown.isascii() and COLOUR.search(shown)
    assert "\n  x 2 of 5 tests pass" in COLOUR.sub("", shown)
    assert ascii(WIDE)[1:-1] in shown


def test_control_characters_of_a_test_reach_no_terminal(
        place: Path) -> None:
    """The report has some of them, and half of a pair of characters."""
    shown = COLOUR.sub("", on_a_terminal(place))

    assert "??" in shown and "\\ud800" in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", shown)


def test_who_closes_a_pipe_with_colours_hears_no_complaint(
        place: Path) -> None:
    """And rich does not end the process."""
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        SHOW, cwd=place, stdout=theirs, stderr=subprocess.PIPE, text=True,
        env=variables({"FORCE_COLOR": "1"}))
    os.close(theirs)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", [("explain", "org-not-memoized"),
                                     ("lessons",)])
def test_other_commands_fit_the_terminal_too(
        command: tuple[str, ...], tmp_path: Path) -> None:
    """In the words that a pipe gets."""
    whole = (WINNOW, *command)

    shown = on_a_terminal(tmp_path, whole, columns=50)

    assert words(shown) == words(in_a_pipe(tmp_path, whole))
    assert COLOUR.search(shown)


LOADED = """
import sys
from winnow.cli import main
main.run(sys.argv[1:])
print(f"{'rich' in sys.modules=}")
"""
WITH_RICH = SCALES + '''
    def test_loaded(self):
        import sys
        self.assertNotIn("rich", sys.modules)
'''


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_pipe_does_not_pay_for_rich(form: str, tmp_path: Path) -> None:
    """Nor does a terminal pay for what a program is to read."""
    write(tmp_path / "learner", {"test_scales.py": SCALES})
    command = (sys.executable, "-c", LOADED, *CHECK[1:], "--format", form)
    show = in_a_pipe if form == "text" else on_a_terminal

    said = show(tmp_path, command)

    assert "'rich' in sys.modules=False" in said and "\x1b" not in said


def test_a_check_on_a_terminal_says_how_far_it_is(tmp_path: Path) -> None:
    """From the start on; the tests find nothing of rich in their process."""
    write(tmp_path / "learner", {"test_scales.py": WITH_RICH})

    shown = on_a_terminal(tmp_path, CHECK, both=True)

    line, _, report = shown.rpartition("\r")
    steps = [step.rstrip() for step in line.split("\r") if step.strip()]
    assert steps[:2] == ["Running your tests…", "Trying the variants…"]
    assert steps[2:] and all(re.fullmatch(
        r"\d+ of \d+ variants(, about \d+ s left)?", step)
        for step in steps[2:])
    assert line.rpartition("\r")[2].isspace()
    assert "5 of 5 tests pass" in COLOUR.sub("", report)


@pytest.mark.parametrize(("changed", "begins"), [
    ({"TERM": "dumb"}, "Temperatures"),
    ({"PYTHONIOENCODING": "ascii"}, "\rRunning your tests...\r")])
@pytest.mark.by_turns
def test_the_line_is_what_the_terminal_can_show(
        changed: dict[str, str], begins: str, tmp_path: Path) -> None:
    """A dumb one cannot go back to where a line begins."""
    write(tmp_path / "learner", {"test_scales.py": SCALES})

    shown = on_a_terminal(tmp_path, CHECK, both=True, **changed)

    assert shown.startswith(begins)


@pytest.mark.soak
def test_the_line_stays_in_one_line_of_a_narrow_terminal(
        tmp_path: Path) -> None:
    """It would wrap in the last column, and could not be wiped out."""
    write(tmp_path / "learner", {"test_scales.py": SCALES})

    shown = on_a_terminal(tmp_path, CHECK, columns=12, both=True)

    lines = shown.rpartition("\r")[0].split("\r")
    assert lines[1] == "Running you"
    assert max(map(len, lines)) == 11


@pytest.mark.soak
def test_a_terminal_that_is_gone_costs_no_verdict(tmp_path: Path) -> None:
    """The line cannot be written then, and nobody misses it."""
    write(tmp_path / "learner", {"test_scales.py": SCALES})
    ours, theirs = pty.openpty()
    os.close(ours)

    done = subprocess.run(CHECK, cwd=tmp_path, stdout=subprocess.PIPE,
                          stderr=theirs, text=True, env=variables({}))
    os.close(theirs)

    assert done.returncode == 1
    assert "4 of 4 tests pass" in done.stdout
