"""The ways to run variants: in clones, in started processes, in this one.

- each gives the same report, also on suites that leave much behind
- what hangs, or ends Python, is told and spoils nothing else
- a signal ends the check, whatever runs a test
- a way that there is not is refused
"""
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import (
    OF_TEMPERATURES,
    PATIENCE,
    SCALES,
    STATION,
    WINNOW,
    Files,
    Row,
    asked_for,
    run,
    run_row,
    write,
)
from winnow.execution.backend import WAYS

LEAVING = SCALES + '''
    def test_0_environment(self):
        import os
        self.assertNotIn("LEFT", os.environ)
        os.environ["LEFT"] = "1"
        self.assertEqual(mean([3]), 3)

    def test_0_folder(self):
        import os, tempfile
        self.assertTrue(os.path.exists("test_scales.py"))
        open("left.txt", "x").close()
        os.chdir(tempfile.mkdtemp())
        self.assertEqual(mean([4]), 4)

    def test_0_names(self):
        import json, scales, unittest.mock
        self.assertFalse(hasattr(json, "left"))
        json.left = json.dumps = scales.mean = None
        unittest.mock.patch("requests.get").start()
        self.assertEqual(mean([5]), 5)

    def test_0_containers(self):
        import logging, sys, warnings
        self.assertFalse(logging.getLogger("left").handlers)
        logging.getLogger("left").addHandler(logging.NullHandler())
        self.assertTrue(logging.getLogger("left").isEnabledFor(logging.ERROR))
        logging.disable()
        sys.path.append("left")
        sys.modules["left"] = sys
        warnings.filters.clear()
        self.assertEqual(mean([6]), 6)

    def test_0_signals(self):
        import signal, sys
        self.assertIs(signal.getsignal(signal.SIGTERM), signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        self.assertNotIn(signal.SIGUSR1, blocked)
        sys.settrace(None)
        sys.setrecursionlimit(5000)
        self.assertEqual(mean([7]), 7)

    def test_0_chance(self):
        import random
        random.seed(7)
        self.assertEqual(mean([8]), 8)
'''
BY_PYTEST = '''
import pytest
from scales import mean, to_fahrenheit


@pytest.fixture(scope="module")
def readings():
    yield [1, 3]


@pytest.mark.parametrize("celsius, fahrenheit", [(0, 32), (100, 212)])
def test_both(celsius, fahrenheit, monkeypatch, tmp_path):
    monkeypatch.setenv("LEFT", "1")
    assert to_fahrenheit(celsius) == fahrenheit


def test_mean(readings):
    assert mean(readings) == 2
    with pytest.raises(ValueError):
        mean([])
'''
ALARMED = SCALES + '''
    rung = []

    def test_0_alarm(self):
        import signal
        signal.signal(signal.SIGALRM, lambda *_: self.rung.append(1))
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        self.assertEqual(mean([3]), 3)

    def test_1_rings_on(self):
        import time
        before = len(self.rung)
        time.sleep(0.1)
        self.assertGreater(len(self.rung), before)
        self.assertEqual(mean([4]), 4)
'''
SUITES: dict[str, Files] = {
    "a plain one": {"test_scales.py": SCALES, "test_station.py": STATION},
    "one that leaves much": {"test_scales.py": LEAVING},
    "one whose alarm rings on": {"test_scales.py": ALARMED},
    "one in pytest's style": {"test_scales.py": BY_PYTEST},
    "a red one": {"test_scales.py": SCALES + '''
    def test_red(self):
        self.assertEqual(mean([1, 3]), 4)
'''},
}
# A process ignores Ctrl-C if the one that started it does.
HEEDING = ("import signal, sys; "
           "signal.signal(signal.SIGINT, signal.default_int_handler); "
           "from winnow.__main__ import main; sys.exit(main())")
Reports = Mapping[tuple[str, str], Future[Any]]


def report_by(way: str, files: Files, place: Path) -> Any:
    """Return the report that a way comes to, but for the time it took."""
    write(place / "learner", files)
    ran = subprocess.run(
        [WINNOW, "check", "learner", *OF_TEMPERATURES, "--format", "json"],
        cwd=place, env={**os.environ, "WINNOW_POOL": way},
        capture_output=True, timeout=PATIENCE)
    report = json.loads(ran.stdout)
    del report["seconds"]
    return report


@pytest.fixture(scope="module")
def reports(request: pytest.FixtureRequest,
            tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reports]:
    """Give the report by each way on each suite wanted, two at a time."""
    with ThreadPoolExecutor(2) as two:
        yield {(way, name): two.submit(
            report_by, way, SUITES[name], tmp_path_factory.mktemp("suite"))
            for name in asked_for(request, "name") for way in WAYS}


@pytest.mark.parametrize("name", SUITES)
@pytest.mark.by_turns("slow")
def test_each_way_comes_to_the_same_report(
        name: str, reports: Reports) -> None:
    """Tests, verdicts, problems and notes: all but the seconds."""
    by_fork = reports["fork", name].result()

    assert reports["spawn", name].result() == by_fork
    assert reports["inline", name].result() == by_fork
    assert by_fork["summary"]["caught"] > 0


HANGING = {"test_scales.py": SCALES + '''
    def test_hangs(self):
        while True:
            pass
'''}
ENDING = {"test_scales.py": SCALES + '''
    def test_ends(self):
        import os
        os._exit(3)
'''}
SIGNALLING = {"test_scales.py": SCALES + '''
    def test_signals(self):
        import os, signal
        os.kill(os.getpid(), signal.SIGTERM)
'''}
BREAKING = {"test_scales.py": SCALES + '''
    def test_breaks(self):
        import builtins
        builtins.isinstance = lambda *_: True
'''}


@pytest.mark.parametrize(("way", "files", "says"), [
    ("spawn", HANGING, "It did not end in time: a test has"),
    ("inline", HANGING, "It did not end in time: a test has"),
    ("spawn", ENDING, "the process was ended with exit status 3"),
    ("spawn", SIGNALLING, "the process was ended by SIGTERM"),
    ("spawn", BREAKING, "the process was ended with exit status 1"),
], ids=["spawn hangs", "inline hangs", "spawn ends", "spawn is ended",
        "spawn is broken"])
@pytest.mark.by_turns("slow")
def test_what_ends_a_run_is_left_out(
        way: str, files: Files, says: str, tmp_path: Path) -> None:
    """The others are judged all the same, and nothing is left running."""
    row = Row("row", files, 1, (
        says, "4 of 5 tests pass", "3 of 4 faults caught"), arguments=(
        "learner", *OF_TEMPERATURES, "--timeout", "1"),
        environment={"WINNOW_POOL": way})

    ran = run_row(row, tmp_path)

    ran.assert_as(row)
    ran.assert_tidy()


WRITING = SCALES + '''
    def test_writes(self):
        import os
        for number in range(3, 64):
            try:
                os.write(number, b".")
            except OSError:
                pass
'''
CLONING = SCALES + '''
    def test_0_clones(self):
        import os
        global mean
        if not os.fork():
            mean = None
'''


@pytest.mark.parametrize(("way", "text"), [
    ("spawn", WRITING), ("spawn", CLONING), ("inline", CLONING),
], ids=["spawn is written into", "spawn is cloned", "inline is cloned"])
def test_only_the_process_that_runs_the_tests_is_heard(
        way: str, text: str, tmp_path: Path) -> None:
    """Not what a test writes, nor its child that runs on as if it were it."""
    row = Row("row", {"test_scales.py": text}, 1, (
        "5 of 5 tests pass", "3 of 4 faults caught"),
        environment={"WINNOW_POOL": way})

    ran = run_row(row, tmp_path)

    ran.assert_as(row)
    ran.assert_tidy()


LASTING = {"test_scales.py": SCALES + '''
    def test_thread(self):
        import threading
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        self.assertEqual(mean([9]), 9)
'''}


@pytest.mark.parametrize(("way", "is_told"), [
    ("fork", False), ("spawn", False), ("inline", True)])
@pytest.mark.by_turns("slow")
def test_what_cannot_be_put_right_is_told(
        way: str, is_told: bool, tmp_path: Path) -> None:
    """Where processes can be replaced, there is nothing to tell."""
    notes = report_by(way, LASTING, tmp_path)["notes"]

    assert any("could not all be put right" in note
               for note in notes) is is_told


@pytest.mark.parametrize(("way", "number"), [
    (way, number) for way in ("spawn", "inline")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)])
@pytest.mark.by_turns("slow")
def test_a_signal_ends_the_check_and_leaves_nothing(
        way: str, number: signal.Signals, tmp_path: Path) -> None:
    """Also where it meets a test, which would let it end the process."""
    write(tmp_path / "learner", {"test_scales.py": SCALES + '''
    def test_sleeps(self):
        import time
        time.sleep(4)
        self.assertEqual(mean([9]), 9)
'''})

    ran = run([sys.executable, "-c", HEEDING, "check", "learner",
               *OF_TEMPERATURES], tmp_path, {"WINNOW_POOL": way},
              iter([(1.5, number)]))

    ran.assert_tidy()
    assert (ran.status, ran.err) == (
        130, "\nwinnow: stopped; nothing is left running.\n")


def test_a_way_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """In a sentence that names those there are."""
    row = Row("row", {"test_scales.py": SCALES}, 2, (
        "WINNOW_POOL is threads: it can be fork, spawn or inline.",),
        environment={"WINNOW_POOL": "threads"})

    run_row(row, tmp_path).assert_as(row)
