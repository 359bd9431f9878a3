"""`winnow check --watch`: real commands, real saves.

- each kind of save is followed by one more report, which is that of a check
- what cannot be read says so, and watching goes on
- a save ends the check that is on, with all that it has started
- with watchfiles the system says what is saved; else it is looked for
- Ctrl-C is the normal end
"""
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.checking import (
    MARK,
    OF_TEMPERATURES,
    PATIENCE,
    SCALES,
    TEMPERATURES,
    WINNOW,
    marked,
    write,
)

WATCHING = "Ctrl-C ends it."
BROKEN = "def test_scales(:\n"
FAILING = SCALES + "\n    def test_wrong(self):\n        self.fail('mine')\n"
SLOW = SCALES + ("\n    def test_slow(self):\n"
                 "        __import__('time').sleep(1)\n")
OF_A_MODULE = ("--module", "learner/scales.py")


class Watched:
    """A command that watches the folder `learner`, and what it has said."""

    def __init__(self, process: "subprocess.Popen[bytes]", out: int,
                 learner: Path, tmp: Path, others: int) -> None:
        """Take the process and the end of its output.

        So many `others` go on beside it.
        """
        self.process = process
        self._others = others
        self.learner = learner
        self.tmp = tmp
        self._out = out
        self._said = ""

    def until(self, words: str) -> str:
        """Return what is said from here on, up to some words."""
        end = time.monotonic() + PATIENCE
        while words not in self._said:
            left = max(0, end - time.monotonic())
            assert select.select([self._out], [], [], left)[0], self._said
            try:
                new = os.read(self._out, 65536)
            except OSError:  # EIO: so a terminal's other end says it.
                new = b""
            assert new, f"It ended, and had said: {self._said}"
            self._said += new.decode().replace("\r\n", "\n")
        said, _, self._said = self._said.partition(words)
        return said

    def report(self) -> str:
        """Return the next report, and what was said first before it."""
        return self.until(WATCHING)

    def is_idle(self) -> bool:
        """Tell whether nothing is left of the checks."""
        return (len([*marked(str(self.tmp))]) == 1 + self._others
                and os.listdir(self.tmp) == [])


@contextmanager
def watched(place: Path, *arguments: str, terminal: bool = False,
            lacking: str = "", **variables: str) -> Iterator[Watched]:
    """Watch the suites on temperatures; nothing is left at the end.

    Python finds no module that is `lacking`.
    """
    write(place / "site", {"sitecustomize.py": (
        f"import sys; sys.modules[{lacking!r}] = None" if lacking else "")})
    if not (place / "learner").exists():
        shutil.copytree(TEMPERATURES, place / "learner",
                        ignore=shutil.ignore_patterns("__pycache__"))
    out, theirs = pty.openpty() if terminal else os.pipe()
    with tempfile.TemporaryDirectory(dir=place) as tmp:
        process = subprocess.Popen(
            [WINNOW, "check", "learner", "--watch",
             *(arguments or OF_TEMPERATURES)],
            cwd=place, stdin=subprocess.DEVNULL, stdout=theirs,
            stderr=theirs,  # With a preexec_fn gRPC's threads wake there.
            env={**os.environ, "TMPDIR": tmp, MARK: tmp, "TERM": "xterm",
                 "PYTHONPATH": str(place / "site"), **variables})
        os.close(theirs)
        try:
            yield Watched(process, out, place / "learner", Path(tmp),
                          not lacking and not variables)
        finally:
            process.send_signal(signal.SIGINT)
            status = process.wait(PATIENCE)
            left = [*marked(tmp), *os.listdir(tmp)]
            os.close(out)
    assert (status, left) == (0, [])


def fresh(place: Path) -> str:
    """Return the report of a check of its own."""
    return subprocess.run(
        [WINNOW, "check", "learner", *OF_TEMPERATURES], cwd=place,
        capture_output=True, text=True).stdout


def change(name: str, text: str) -> Callable[[Path], None]:
    """Return what saves a file in a folder."""
    def save(folder: Path) -> None:
        """Write the file in its place, as most editors do."""
        (folder / name).write_text(text)
    return save


def replaced(folder: Path) -> None:
    """Put another file in a file's place, as careful editors do."""
    (folder / "beside").write_text(FAILING)
    (folder / "beside").replace(folder / "test_scales.py")


def deleted(folder: Path) -> None:
    """Delete one of two files of tests."""
    (folder / "test_station.py").unlink()


SAVES: dict[str, tuple[Callable[[Path], None], tuple[str, ...], str]] = {
    "a file of tests is saved": (
        change("test_scales.py", FAILING), (), "test_wrong"),
    "another takes its place": (replaced, (), "test_wrong"),
    "it does not parse for a moment": (
        change("test_scales.py", BROKEN), (), "line 1 is not Python"),
    "a new file of tests": (
        change("test_more.py", "import unittest\nimport scales\n\n\n"
               "class TestMore(unittest.TestCase):\n"
               "    def test_more(self):\n        self.fail('more')\n"),
        (), "test_more.TestMore.test_more"),
    "a file is deleted": (deleted, (), "There is no test_station.py"),
    "a helper beside the tests": (
        change("helper.py", ""), (), "test_scales.py, test_station.py"),
    "the module, of a person's own": (
        change("scales.py", "def to_fahrenheit(degrees):\n    return 1\n"),
        OF_A_MODULE, "cannot import name"),
    "a file of tests below, of a project": (
        change("below/test_more.py", "import unittest\n\n\n"
               "class TestMore(unittest.TestCase):\n"
               "    def test_more(self):\n        self.fail('more')\n"),
        OF_A_MODULE, "test_more"),
}


# Without it the files are looked at; with it, the system says what is saved.
EVENTS = "watchfiles"


@pytest.mark.parametrize(("name", "lacking"), [
    *((name, "" if number % 2 else EVENTS)
      for number, name in enumerate(SAVES)),
    *(pytest.param(name, EVENTS if number % 2 else "", marks=pytest.mark.soak)
      for number, name in enumerate(SAVES))])
@pytest.mark.by_turns("soak", "slow", "soak")
def test_a_save_is_followed_by_another_report(
        name: str, lacking: str, tmp_path: Path) -> None:
    """And what was undone by one more."""
    save, arguments, says = SAVES[name]
    with watched(tmp_path, *arguments, lacking=lacking) as watch:
        (watch.learner / "below").mkdir()
        first = watch.report()

        save(watch.learner)
        second = watch.report()
        shutil.copytree(TEMPERATURES, watch.learner, dirs_exist_ok=True)
        change("test_scales.py", SCALES)(watch.learner)
        third = watch.report()

    assert "tests pass on the" in first and "tests pass on the" in third
    assert (says in second) and (says not in first or "helper" in name)
    assert "\x1b" not in first + second + third


def test_a_report_is_that_of_a_check(tmp_path: Path) -> None:
    """Word for word, behind what is known first."""
    with watched(tmp_path) as watch:
        reports = [watch.report()]
        expected = [fresh(tmp_path)]
        change("test_scales.py", FAILING)(watch.learner)
        reports.append(watch.report())
        expected.append(fresh(tmp_path))

    for report, whole in zip(reports, expected):
        first, _, rest = report.partition("The faults are being tried.\n\n")
        assert rest == f"\n{whole}\nWatching learner. "[1:]
        assert first.strip().splitlines()[:3] == whole.splitlines()[:3]
    assert "mine" in reports[1].partition("The faults are being tried.")[0]


def test_where_no_file_can_be_read_it_says_so_and_goes_on(
        tmp_path: Path) -> None:
    """One sentence, no traceback, and a report once it can be."""
    write(tmp_path / "learner", {"test_scales.py": BROKEN})
    with watched(tmp_path) as watch:
        said = watch.report()
        change("test_scales.py", SCALES)(watch.learner)
        report = watch.report()

    assert said.startswith("winnow: test_scales.py: line 1 is not Python")
    assert "Traceback" not in said
    assert "4 of 4 tests pass" in report


@pytest.mark.parametrize("lacking", [
    "", pytest.param(EVENTS, marks=pytest.mark.soak)])
def test_a_save_ends_the_check_that_is_on(
        lacking: str, tmp_path: Path) -> None:
    """No word of its report, no process of it, no working copy."""
    write(tmp_path / "learner", {"test_scales.py": SLOW})
    with watched(tmp_path, lacking=lacking) as watch:
        watch.until("The faults are being tried.")
        assert not watch.is_idle()

        change("test_scales.py", FAILING)(watch.learner)
        said = watch.report()

        assert "faults caught" not in said.partition("test_wrong")[0]
        assert said.count("faults caught") == 1
        assert watch.is_idle()


@pytest.mark.soak
def test_it_goes_on_where_the_system_is_heard_no_more(tmp_path: Path) -> None:
    """The files are looked at from then on."""
    with watched(tmp_path) as watch:
        watch.report()
        [hearing] = {*marked(str(watch.tmp))} - {watch.process.pid}
        os.kill(hearing, signal.SIGKILL)

        change("test_scales.py", FAILING)(watch.learner)
        assert "test_wrong" in watch.report()


def test_ctrl_c_ends_the_check_that_is_on(tmp_path: Path) -> None:
    """With exit status 0, one line, and nothing left: `watched` sees to it."""
    write(tmp_path / "learner", {"test_scales.py": SLOW})
    with watched(tmp_path) as watch:
        watch.until("The faults are being tried.")
        watch.process.send_signal(signal.SIGINT)
        said = watch.until("nothing is left running.")

    assert said.strip() == "winnow: stopped;"


def test_the_screen_of_a_terminal_is_cleared(tmp_path: Path) -> None:
    """Before what is known first, and again before the report."""
    with watched(tmp_path, terminal=True) as watch:
        report = watch.report()

    _, first, whole = report.split("\x1b[2J\x1b[H")
    assert "are being tried" in first and "faults caught" not in first
    assert "are being tried" not in whole and "faults caught" in whole


@pytest.mark.parametrize("arguments", [
    ("--format", "json"), ("--output", "report.txt")])
def test_what_goes_not_with_it_is_refused(
        arguments: tuple[str, ...], tmp_path: Path) -> None:
    """In one sentence, and nothing is written."""
    done = subprocess.run(
        [WINNOW, "check", "--watch", *arguments], cwd=tmp_path,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=PATIENCE)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"--watch goes {'only' if 'json' in arguments else 'not'} with" in (
        done.stderr)
    assert os.listdir(tmp_path) == []


CHECKING = """
from winnow import reports
from winnow.checking import check, session
from winnow.cli import main, output
from winnow.execution.runtime import imports
from winnow.reports import terminal
imports.load_ahead(session.ALWAYS)
"""
WATCHING_TOO = """
from winnow.cli import main, watch, watched
watched.warm("checking.check")
import winnow.reports.text
"""


def test_a_watched_check_begins_with_no_more_than_one_of_its_own() -> None:
    """So no test finds a module that it did not import, and passes by it."""
    alone, watched = (
        {name for name in subprocess.run(
            [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
            check=True, capture_output=True, text=True).stdout.split()
         if not name.startswith("winnow.")}
        for code in (CHECKING, WATCHING_TOO))

    assert "unittest.mock" in watched
    assert watched - alone == set()
