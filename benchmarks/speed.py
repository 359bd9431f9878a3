"""How long a check takes, side by side with what a user would pick instead.

Everything is timed in one run and in turns, on the exemplary suites; the
figures are medians of wall time. Nothing is passed or failed here.
"""
import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

from mutants import SUITES, Tester, cosmic_ray, lay, mutmut, run

ROUNDS = 5
# The mutation testers take so long that they run in every other round alone.
SELDOM = 2


class Timing(NamedTuple):
    """The seconds of one run, and on how many variants it ran the tests."""

    seconds: float
    variants: int


Case = Callable[[Path], Timing]


def suites_alone(runner: str, folder: Path) -> Timing:
    """Time the suites on the right modules, without a checker."""
    _, seconds = run(sys.executable, "-m", runner, *SUITES, cwd=folder)
    return Timing(seconds, 0)


def check(runner: str, folder: Path, way: str = "") -> Timing:
    """Time a whole check: every fault and every refactoring.

    A `way` to run them is forced; else it is the best that there is here.
    """
    printed, seconds = run(
        Path(sys.executable).with_name("winnow"), "check", folder,
        "--runner", runner, "--format", "json", cwd=folder, fine=(0, 1),
        environment={"WINNOW_POOL": way})
    summary = json.loads(printed)["summary"]
    variants = summary["faults"] + summary["refactorings"]
    if summary["caught"] + summary["tolerated"] != variants:
        sys.exit(f"The exemplary suites should hold, or this is no check of "
                 f"the same work: {summary}")
    return Timing(seconds, variants)


def survey(folder: Path) -> Timing:
    """Time a check on faults that are made for the two modules."""
    printed, seconds = run(
        Path(sys.executable).with_name("winnow"), "check", folder,
        "--module", folder / "utils.py", "--module", folder / "client.py",
        "--format", "json", cwd=folder, fine=(0, 1))
    return Timing(seconds, json.loads(printed)["summary"]["faults"])


def watch(words: str, folder: Path) -> Timing:
    """Time from a save of a watched file to certain words of the report."""
    process = subprocess.Popen(
        [Path(sys.executable).with_name("winnow"), "check", folder, "--watch"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True)
    assert process.stdout
    try:
        _read_until(WATCHING, process.stdout)
        begun = time.monotonic()
        (folder / SUITES[0]).touch()
        _read_until(words, process.stdout)
        return Timing(time.monotonic() - begun, 0)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def _read_until(words: str, lines: Iterable[str]) -> None:
    """Read lines up to one with certain words."""
    if not any(words in line for line in lines):
        sys.exit(f"The watch ended without a word of: {words}")


def mutation_test(tester: Tester, folder: Path) -> Timing:
    """Time a mutation tester on the same modules and the same suites."""
    tested = tester(folder, SUITES)
    return Timing(tested.seconds, tested.mutants)


WATCHING, TRIED = "Ctrl-C ends it.", "The faults are being tried."
MADE = "winnow check --module"
# The ways to run variants, and the most that each may take of the first.
WAYS = {"fork": 1, "spawn": 3, "inline": 2}
OFTEN: dict[str, Case] = {
    "python -m unittest": partial(suites_alone, "unittest"),
    "winnow check": partial(check, "unittest"),
    "watch: a save, first words": partial(watch, TRIED),
    "watch: a save, all": partial(watch, WATCHING),
    MADE: survey,
    "python -m pytest": partial(suites_alone, "pytest"),
    "winnow check --runner pytest": partial(check, "pytest"),
    **{f"WINNOW_POOL={way}": partial(check, "unittest", way=way)
       for way in WAYS},
}
TESTERS = {"mutmut": mutmut, "cosmic-ray": cosmic_ray}


def measure(cases: dict[str, Case], folder: Path) -> dict[str, list[Timing]]:
    """Run all cases in turns; the first turn warms the caches up."""
    for name in cases:
        lay(folder / name)
    timings: dict[str, list[Timing]] = {name: [] for name in cases}
    for number in range(ROUNDS + 1):
        for name, case in cases.items():
            if name in OFTEN or number % SELDOM == 1:
                timing = case(folder / name)
                if number:
                    timings[name].append(timing)
        print(f"round {number} of {ROUNDS}", file=sys.stderr)
    return timings


def table(timings: dict[str, list[Timing]]) -> str:
    """Return the medians as lines, with what they are times the first two."""
    seconds = {name: median(timing.seconds for timing in several)
               for name, several in timings.items()}
    variants = {name: several[0].variants
                for name, several in timings.items()}
    suites, first = seconds["python -m unittest"], seconds["winnow check"]
    fault = seconds[MADE] / variants[MADE]
    lines = [f"{'':29}{'rounds':>6}{'wall':>9}{'x unittest':>11}"
             f"{'variants':>9}{'each':>9}{'x made':>9}"]
    for name, wall in seconds.items():
        line = (f"{name:29}{len(timings[name]):6}{wall:7.2f} s"
                f"{wall / suites:11.1f}")
        if variants[name]:
            each = wall / variants[name]
            line += (f"{variants[name]:9}{each * 1000:6.1f} ms"
                     f"{each / fault:9.1f}")
        if name.startswith("watch"):
            line += f"{wall / first:11.2f} x winnow check"
        lines.append(line)
    return "\n".join(lines)


def ratios(timings: dict[str, list[Timing]]) -> str:
    """Return how long each way takes, as times the first, and its bound."""
    first, *others = (f"WINNOW_POOL={way}" for way in WAYS)
    base = median(timing.seconds for timing in timings[first])
    return "\n".join(
        f"{name} takes "
        f"{median(timing.seconds for timing in timings[name]) / base:.2f} x "
        f"{first}; at most {WAYS[name.partition('=')[2]]} is meant"
        for name in others)


def main() -> None:
    """Measure and print; `--quick` leaves the mutation testers out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true",
                        help="leave the mutation testers out")
    cases = dict(OFTEN)
    if not parser.parse_args().quick:
        for name, tester in TESTERS.items():
            cases[f"{name} {version(name)}"] = partial(mutation_test, tester)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        timings = measure(cases, Path(folder))
    print(f"Medians on Python {platform.python_version()}, "
          f"{os.cpu_count()} processors, a load of {load:.1f} before\n")
    print(table(timings))
    print(f"\n{ratios(timings)}")


if __name__ == "__main__":
    main()
