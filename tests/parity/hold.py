"""Holds what each way to run variants says against cold runs.

`make parity` tries every suite of `parity_suites` on all its variants: each
pair once in a fresh process that knows nothing of the checker, in this very
run, and then by `winnow check` with WINNOW_POOL=fork, spawn and inline. The
exit status is 1 where a verdict differs, and each that does is printed.
"""
import argparse
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.parity.pairs import (
    REFERENCE,
    Outcomes,
    Verdicts,
    end_session,
    run_cold,
    verdicts_in,
    verdicts_of,
)
from tests.parity.suites import SUBJECTS, Subject
from tests.support.checking import MARK, WINNOW, end_marked, environment, write
from winnow.execution.backend import WAYS
from winnow.model.exercise import Edit

HEADING = """# Parity

What each way to run variants says, held against fresh processes: the figures
of one run of `make parity WRITE=benchmarks/parity.md`, which writes this file.
No run reads it. How it is done stands in `tests/parity/hold.py`, and of which
suites in `tests/parity/suites.py`.
"""
# The marks of what is at work, to be ended where all is to end.
AT_WORK: set[str] = set()
IS_STOPPED = threading.Event()
# What one process may take, cold, and one check of all variants, in seconds.
COLD, CHECK = 15, 300


@dataclass(frozen=True)
class Held:
    """What came of one suite: its pairs, and by the way what differs.

    A variant is `noticed` if a valid test fails on it in a fresh process. An
    exception of the table that nothing differs in is `idle`.
    """

    subject: Subject
    pairs: int
    noticed: int
    differences: dict[str, list[str]]
    idle: list[str]


def laid(subject: Subject, edit: Edit | None, place: Path) -> Path:
    """Write a suite, with the modules it is about as a variant has them."""
    texts = {**subject.texts}
    if edit:
        texts[edit.module] = edit.applied_to(texts[edit.module])
    return write(place / "learner", {**subject.files, **{
        f"{name}.py": text for name, text in texts.items()}})


def cold(subject: Subject, edits: Iterable[Edit], place: Path) -> Verdicts:
    """Return the verdicts of fresh processes, one for each variant.

    A test that ends the process on the right modules is left out of all.
    """
    left_out: list[str] = []
    mark = {MARK: str(place.parent)}

    def run(edit: Edit | None) -> tuple[Outcomes, bool]:
        """Run what is not left out in a folder of its own."""
        if IS_STOPPED.is_set():
            raise CancelledError
        with tempfile.TemporaryDirectory(
                dir=place, ignore_cleanup_errors=True) as folder:
            return run_cold(laid(subject, edit, Path(folder)), subject.runner,
                            Path(folder), left_out, COLD, mark)

    while True:
        outcomes, is_whole = run(None)
        if is_whole:
            break
        if not outcomes:
            return {REFERENCE: (["the process ended before any test"], None)}
        left_out.append([*outcomes][-1])
    ended = {REFERENCE: outcomes}
    ended |= {edit.name: run(edit)[0] for edit in edits}
    return verdicts_of(ended, subject.edits)


def told(subject: Subject, way: str, place: Path) -> Verdicts:
    """Return what the checker says of all variants, run in one way."""
    if IS_STOPPED.is_set():
        raise CancelledError
    folder = place / "learner"
    if subject.exercise:
        write(folder, subject.files)
        about = ["--exercise", str(subject.exercise.folder)]
    else:
        laid(subject, None, place)
        about = ["--matrix", *(word for module in subject.texts
                 if f"test_{module}.py" in subject.files
                 for word in ("--module", str(folder / f"{module}.py")))]
    (place / "tmp").mkdir()
    report, said = place / "report.json", place / "said"
    # No pipe: what a test has left running would hold it open.
    with said.open("wb") as errors:
        process = subprocess.Popen(
            [WINNOW, "check", str(folder), *about, "--runner", subject.runner,
             "--timeout", "2", "--format", "json", "-o", str(report)],
            cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=errors, start_new_session=True,
            env={**environment(), "WINNOW_POOL": way, MARK: str(place.parent),
                 "TMPDIR": str(place / "tmp")})
    try:
        process.wait(CHECK)
    except subprocess.TimeoutExpired:
        pass
    finally:
        end_session(process)
    try:
        return verdicts_in(json.loads(report.read_bytes()))
    except (OSError, ValueError) as error:
        why = said.read_text(errors="replace").strip().splitlines()[-1:]
        return {REFERENCE: ([f"no report, exit status {process.returncode}",
                             str(error), *why], None)}


def hold(subject: Subject, edits: Sequence[Edit],
         ways: Sequence[str] = WAYS) -> Held:
    """Compare what each way says of a suite with what cold runs say."""
    with tempfile.TemporaryDirectory(
            prefix="parity-", ignore_cleanup_errors=True) as folder:
        place = Path(folder).resolve()
        AT_WORK.add(str(place))
        try:
            (place / "cold").mkdir()
            expected = cold(subject, edits, place / "cold")
            end_marked(str(place))
            if not expected[REFERENCE][0]:  # Nobody is there to notice.
                expected = {REFERENCE: expected[REFERENCE]}
            differences = {}
            for way in ways:
                (place / way).mkdir()
                verdicts = told(subject, way, place / way)
                end_marked(str(place))
                differences[way] = [
                    f"{variant}: {verdicts.get(variant)} and cold {said}"
                    for variant, said in expected.items()
                    if verdicts.get(variant) != said]
        finally:
            end_marked(str(place))
            AT_WORK.remove(str(place))
    idle = [way for way in subject.excepted
            if way in ways and not differences[way]]
    noticed = sum(bool(tests) for variant, (tests, _) in expected.items()
                  if variant != REFERENCE)
    return Held(subject, len(expected) - 1, noticed, differences, idle)


def hold_all(subjects: Sequence[Subject], ways: Sequence[str]
             ) -> Iterator[Held]:
    """Yield what came of each suite, on all its variants, as it is known.

    Two are held at a time, in an order by chance: what is broken off has
    tried some of each kind, and leaves no process behind.
    """
    with ThreadPoolExecutor(2) as two:
        waiting = [two.submit(hold, subject, subject.edits, ways)
                   for subject in random.sample(subjects, len(subjects))]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:
            IS_STOPPED.set()
            two.shutdown(wait=False, cancel_futures=True)
            for mark in [*AT_WORK]:
                end_marked(mark)


def complaints(held: Held) -> list[str]:
    """Return a line for each difference that is not excepted."""
    return [f"{held.subject.name!r} in {way}: {line}"
            for way, lines in held.differences.items()
            if way not in held.subject.excepted for line in lines] + [
        f"{held.subject.name!r} in {way}: nothing differs, take it from the "
        "exceptions" for way in held.idle]


def summary(held: Sequence[Held], ways: Sequence[str], seconds: float) -> str:
    """Return the figures as Markdown."""
    kinds = Counter[str]()
    for each in held:
        kinds[each.subject.kind] += each.pairs
    lines = [
        f"{len(held)} suites, {sum(kinds.values())} pairs of a suite and a "
        "variant (" + ", ".join(f"{number} {kind}" for kind, number in
                                kinds.items()) + "), "
        f"a test notices {sum(each.noticed for each in held)} of them; "
        f"{seconds:.0f} s on {os.cpu_count()} processors, "
        f"Python {platform.python_version()}", "",
        "| way | pairs compared | differences | pairs excepted |",
        "|---|---|---|---|"]
    reasons = Counter[tuple[str, str]]()
    for way in ways:
        compared = differing = excepted = 0
        for each in held:
            reason = each.subject.excepted.get(way)
            if reason:
                excepted += each.pairs
                reasons[way, reason] += each.pairs
            else:
                compared += each.pairs
                differing += len(each.differences[way])
        lines.append(f"| {way} | {compared} | {differing} | {excepted} |")
    if reasons:
        lines += ["", "| way | pairs | why they are excepted |",
                  "|---|---|---|"]
        lines += [f"| {way} | {number} | {reason} |"
                  for (way, reason), number in reasons.items()]
    return "\n".join(lines)


def main() -> int:
    """Compare, and print what came of it; return 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE",
                        help="write the figures into this file, too")
    parser.add_argument("--only", metavar="WORDS", default="",
                        help="only the suites with these words in their name")
    parser.add_argument("--way", choices=WAYS, action="append",
                        help="only this way")
    asked = parser.parse_args()
    ways = asked.way or WAYS
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    subjects = [each for each in SUBJECTS if asked.only in each.name]
    begun, held = time.monotonic(), list[Held]()
    stopped = ""
    try:
        for each in hold_all(subjects, ways):
            held.append(each)
            print(f"{len(held)} of {len(subjects)}: {each.subject.name!r}",
                  *complaints(each), sep="\n  ", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        stopped = f"Stopped after {len(held)} of {len(subjects)} suites."
    wrong = [line for each in held for line in complaints(each)]
    text = "\n".join([summary(held, ways, time.monotonic() - begun),
                      *wrong, stopped]).rstrip() + "\n"
    print(text, end="")
    if asked.write and not stopped:
        asked.write.write_text(f"{HEADING}\n{text}", "utf-8")
    return 130 if stopped else 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
