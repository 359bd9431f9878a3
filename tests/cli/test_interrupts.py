"""Ctrl-C, SIGTERM, SIGHUP at any moment: all is ended, in one line.

- moments by the clock, from the start of the command on
- moments by what the checker does: of each kind of thing the first, one in
  the middle and the last; a process being cloned is one of them
- Ctrl-C pressed again and again, as people do
"""
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.checking import OF_TEMPERATURES, WINNOW, Ran, run, write

INTERRUPT, TERMINATE = signal.SIGINT, signal.SIGTERM
Signals = tuple[tuple[float, signal.Signals], ...]

SUITE = {
    "test_scales.py": """
import time
import unittest

from scales import mean, to_fahrenheit


class TestScales(unittest.TestCase):
    def test_freezes(self):
        time.sleep({seconds})
        self.assertEqual(to_fahrenheit(0), 32)

    def test_mean(self):
        open("note.txt", "w").close()
        self.assertEqual(mean([1, 3]), 2)
""",
    # Something to copy and to clear away.
    **{f"data/{number}.txt": "1" for number in range(20)},
}
# From the moment on at which the command heeds them: earlier, a signal would
# end Python itself while it starts.
BY_THE_CLOCK: dict[str, Signals] = {
    f"{number.name} after {seconds} s": ((seconds, number),)
    for number in (INTERRUPT, TERMINATE)
    for seconds in (0, 0.1, 0.2, 0.4)
} | {
    f"SIGINT after {seconds} s, again and again":
        ((seconds, INTERRUPT), *[(0.01, INTERRUPT)] * 5)
    for seconds in (0, 0.4)
} | {
    # The window of the terminal is closed.
    "SIGHUP after 0.1 s": ((0.1, signal.SIGHUP),),
} | {
    f"SIGTERM and SIGINT after {seconds} s":
        ((seconds, TERMINATE), (0, INTERRUPT))
    for seconds in (0, 0.1, 0.2, 0.4)
}

# Runs the command; audit events (Python's library reference, "Audit events
# table") tell what it does. With no moment given it lists them, else it sends
# a signal to itself at that event.
AT_AN_EVENT = """
import os
import sys

wanted, number = int(sys.argv[1]), int(sys.argv[2])
sys.argv = sys.argv[3:]
checker = os.getpid()
told = []
NOISE = ("import", "compile", "exec", "marshal.", "object.", "sys.", "code.",
         "builtins.", "gc.", "cpython.", "ctypes.")

def hook(name, arguments):
    if os.getpid() == checker and told is not None:
        if not name.startswith(NOISE):
            told.append(name)
            if len(told) == wanted:
                os.kill(checker, number)

from winnow.__main__ import main
sys.addaudithook(hook)
status = main()
said, told = told, None
if not wanted:
    print(*said)
else:
    sys.exit(status if len(said) >= wanted else %d)
"""
# Two runs do not do quite as many things: this one came to an end before.
TOO_SHORT = 77


def moments(place: Path) -> Iterator[tuple[str, int]]:
    """Yield what the checker does, and as the how manyeth of its doings."""
    listed = subprocess.run(
        command(0, INTERRUPT) + arguments(place, 0), check=True, cwd=place,
        stdout=subprocess.PIPE, text=True)
    told = listed.stdout.splitlines()[-1].split()
    for name in sorted(set(told)):
        at = [number for number, each in enumerate(told, 1) if each == name]
        for each in sorted({at[0], at[len(at) // 2], at[-1]}):
            yield name, each


def command(moment: int, number: signal.Signals) -> list[str]:
    """Return the command that sends itself a signal at a moment."""
    return [sys.executable, "-c", AT_AN_EVENT % TOO_SHORT, str(moment),
            str(number.value), "winnow"]


def arguments(place: Path, seconds: float) -> list[str]:
    """Make a suite that takes some time; return the arguments to check it."""
    files = {name: text.replace("{seconds}", str(seconds))
             for name, text in SUITE.items()}
    write(place / "learner", files)
    return ["check", "learner", *OF_TEMPERATURES, "--jobs", "2"]


@pytest.fixture(scope="module")
def by_the_clock(tmp_path_factory: pytest.TempPathFactory
                 ) -> Iterator[dict[str, Future[Ran]]]:
    """Give what comes of signals at certain times, two at a time."""
    with ThreadPoolExecutor(2) as two:
        futures = {}
        for name, signals in BY_THE_CLOCK.items():
            place = tmp_path_factory.mktemp("clock")
            futures[name] = two.submit(
                run, [WINNOW, *arguments(place, 0.3)], place,
                signals=iter(signals))
        yield futures


@pytest.mark.parametrize("name", BY_THE_CLOCK)
def test_a_signal_ends_it_all(
        name: str, by_the_clock: dict[str, Future[Ran]]) -> None:
    """Exit status 130, one line, no process and no working copy left."""
    ran = by_the_clock[name].result()

    ran.assert_tidy()
    # While Python itself ends, the signal does what it always does.
    (_, first), *_ = BY_THE_CLOCK[name]
    assert (ran.status, ran.err) in [
        (130, "\nwinnow: stopped; nothing is left running.\n"),
        (-INTERRUPT, "\nwinnow: stopped; nothing is left running.\n"),
        (-first, "")]


@pytest.mark.parametrize("number", [INTERRUPT, TERMINATE])
def test_a_signal_is_heard_where_python_drops_what_it_raises(
        number: signal.Signals) -> None:
    """As in a finalizer, twice in a row, and in nothing that is printed."""
    done = subprocess.run([sys.executable, "-c", f"""
import signal, time
from winnow.system.interrupts import stop_at_signals

class Dropped:
    def __del__(self):
        signal.raise_signal({int(number)})
        if again:
            time.sleep(again.pop())

again = [0.1]
stop_at_signals()
try:
    Dropped()
    print("runs on")
    time.sleep(60)
except KeyboardInterrupt:
    print("stopped")
"""], cwd=Path(__file__).parents[2], text=True, capture_output=True,
        timeout=50)

    assert (done.stdout, done.stderr) == ("runs on\nstopped\n", "")


@pytest.mark.slow
def test_a_signal_ends_it_whatever_it_does(
        tmp_path_factory: pytest.TempPathFactory) -> None:
    """The moment of the cloning is the hardest: a process, not yet known."""
    place = tmp_path_factory.mktemp("events")
    cases = [(name, moment) for name, moment in moments(place)]

    def interrupted(case: tuple[str, int]) -> Ran:
        """Run the checker and interrupt it at one moment."""
        here = tmp_path_factory.mktemp("event")
        return run(command(case[1], INTERRUPT) + arguments(here, 0.01), here)

    with ThreadPoolExecutor(2) as two:
        endings = list(two.map(interrupted, cases))

    in_time = [(case, ran) for case, ran in zip(cases, endings)
               if ran.status != TOO_SHORT]
    untidy = [
        (case, ran.status, ran.left, ran.running, ran.touched, ran.err)
        for case, ran in in_time
        if (ran.left or ran.running or ran.touched or ran.status != 130
            or ran.err.count("\n") != 2)]
    assert "os.fork" in dict(case for case, _ in in_time)
    assert len(in_time) > len(cases) / 2
    assert untidy == []


def test_a_stop_that_became_another_error_is_a_stop(tmp_path: Path) -> None:
    """Code in C may answer KeyboardInterrupt with an error of its own.

    It was seen in an import: enum, as `ssl` has it, said "expected a message
    argument".
    """
    done = subprocess.run([sys.executable, "-c", """
import signal
import sys
from winnow import __main__
from winnow.cli import main


def lose(options):
    try:
        signal.raise_signal(signal.SIGTERM)
    except KeyboardInterrupt:
        raise TypeError("expected a message argument") from None


main._COMMANDS["explain"] = lose
sys.argv = ["winnow", "explain"]
sys.exit(__main__.main())
"""], cwd=tmp_path, text=True, capture_output=True)

    assert (done.returncode, done.stderr) == (
        130, "\nwinnow: stopped; nothing is left running.\n")
