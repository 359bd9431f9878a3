"""What a class costs, beside as many single checks: processor time, and time.

A class is made of a learner's suite of 17 tests, each submission with other
bytes: some have lost a test, some have a test that fails. Both are measured in
one run, the single checks on a part of the class, in turns. Nothing is passed
or failed here.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from winnow.grading.judge import Terms
from winnow.grading.judging import Judges
from winnow.grading.submissions import find_submissions
from winnow.subjects.faults_toml import named
from winnow.system.processes import processors

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "examples" / "first_try"
WINNOW = [sys.executable, "-m", "winnow"]
_TEST = re.compile(r"\n    (?:@.*\n(?: {5,}.*\n|    [\])].*\n)*    )*"
                   r"def test_\w+\(self.*(?:\n(?: {8}.*)?(?=\n))*")


class Cost(NamedTuple):
    """Seconds: of the processors, and on the wall."""

    busy: float
    wall: float


def make_class(folder: Path, number: int) -> None:
    """Make so many submissions; no two have the same bytes."""
    for each in range(number):
        one = folder / f"learner{each:04}"
        one.mkdir(parents=True)
        for path in SUITE.glob("test_*.py"):
            text = path.read_text()
            if each % 3 == 1:  # One has forgotten a test.
                tests = [*_TEST.finditer(text)]
                lost = tests[each % len(tests)]
                text = text[:lost.start()] + text[lost.end():]
            if each % 10 == 9:  # One is red.
                text = text.replace("'google'", "'googol'", 1)
            (one / path.name).write_text(f"{text}# {each}\n")


def check(folder: Path) -> Cost:
    """Return what a single check costs, with all that it starts."""
    before = os.times()
    done = subprocess.run([*WINNOW, "check", str(folder), "--format", "json"],
                          cwd=ROOT, stdout=subprocess.DEVNULL)
    after = os.times()
    if done.returncode not in (0, 1):
        sys.exit(f"winnow check {folder} ended with {done.returncode}.")
    return Cost(after.children_user - before.children_user
                + after.children_system - before.children_system,
                after.elapsed - before.elapsed)


def grade(folder: Path, sandbox: str) -> Cost:
    """Return what the whole class costs, as the judges themselves count it.

    bubblewrap does not wait for what it has started, so that the system does
    not count it as this process's.
    """
    exercise = named("github")
    terms = Terms(exercise, options={"quick": True}, sandbox=(sandbox,))
    submissions = find_submissions([folder]).submissions
    judges = Judges(terms, processors())
    begun = time.monotonic()
    with ThreadPoolExecutor(processors()) as executor:
        answers = [*executor.map(judges.ask, (
            each.files for each in submissions))]
    judges.close()
    wall = time.monotonic() - begun
    if any("report" not in each for each in answers):
        sys.exit(f"Some were not judged: {answers[-1]}")
    return Cost(sum(each["busy"] for each in answers), wall)


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=60)
    parser.add_argument("--single", type=int, default=12)
    parser.add_argument("--sandbox", default="bubblewrap")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "class"
        make_class(folder, options.number)
        subprocess.run([*WINNOW, "check", str(SUITE)], cwd=ROOT,
                       stdout=subprocess.DEVNULL)  # Byte code is there now.
        ones = sorted(folder.iterdir())[::max(
            1, options.number // options.single)]
        half = len(ones) // 2
        single = [check(one) for one in ones[:half]]
        whole = grade(folder, options.sandbox)
        single += [check(one) for one in ones[half:]]
    alone = sum(each.busy for each in single) / len(single)
    each = whole.busy / options.number
    print(f"{options.number} submissions in {options.sandbox}: "
          f"{whole.wall:.1f} s, {each:.2f} s of processor each")
    print(f"{len(single)} of them by winnow check: {alone:.2f} s of "
          f"processor each, {alone / each:.1f} times as much")
    print(f"A thousand would take {each * 1000 / 120:.1f} minutes on two "
          "processors.")


if __name__ == "__main__":
    main()
