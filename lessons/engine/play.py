"""Executes pages as a reader would: `python -m lessons.engine.play PAGE ...`.

`--shown` leaves out the exercises of the pages after it, `--exercises` tries
them alone.

Each page has a process and a folder of its own, and so have its exercises.
What came of a page, and what of its exercises, is printed as a line of JSON
each.
"""
from __future__ import annotations

import gc
import itertools
import json
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings

from lessons.engine import apart
from lessons.engine.pages import ROOT, read
from lessons.engine.player import Played, Player
from lessons.engine.proofs import proofs_of
from winnow.execution.runtime.hypothesis_constants import (
    pass_over_our_modules,
)
from winnow.subjects.faults_toml import bundled, load
from winnow.system.processes import processors

Task = tuple[Callable[[str], Played], str]
# Loaded once, before the first page: most blocks import some of these.
WARM = ("unittest.mock", "unittest.main", "parameterized", "requests",
        "sqlalchemy.orm", "sqlalchemy.dialects.sqlite", "kombu.simple",
        "fastapi.testclient", "uvicorn.protocols.http.h11_impl", "smtplib",
        "email.policy", "zxcvbn", "argon2", "email_validator", "itsdangerous",
        "hypothesis.strategies", "pytest",
        "winnow.cli.main", "winnow.checking.check",
        "winnow.execution.runtime.unittest_runner",
        "winnow.execution.runtime.pytest_runner", "winnow.reports.text")


def play(path: str) -> Played:
    """Play the page in a file, in a new folder."""
    page = read(Path(path))
    loaded = frozenset(sys.modules)
    with tempfile.TemporaryDirectory(prefix="lesson-") as place:
        folder = Path(place).resolve()
        # Where two exercises have modules of one name, pages mean the first's.
        for exercise in reversed([*map(load, bundled().values())]):
            for name, text in exercise.sources.items():
                (folder / f"{name}.py").write_text(text, "utf-8")
        sys.path[0] = str(folder)
        os.chdir(folder)
        played = Player(folder, loaded).play(page.name, page.blocks)
        os.chdir(ROOT)
    return played


def prove(path: str) -> Played:
    """Prove the exercises of the page in a file."""
    page = read(Path(path))
    played = Played(page.name)
    for proof in proofs_of(page):
        with tempfile.TemporaryDirectory(prefix="lesson-") as place:
            played.findings.extend(proof.failures(Path(place).resolve()))
        played.proved += 1
    return played


_WHAT: dict[str, tuple[Callable[[str], Played], ...]] = {
    "--shown": (play,), "--exercises": (prove,)}


def _do(task: Task) -> Played:
    """Play or prove a page, which must come to an end."""
    if apart.CAN_FORK:
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(2 * apart.PATIENCE)
    do, path = task
    try:
        return do(path)
    except Exception:  # The other pages are tried all the same.
        return Played(Path(path).name, findings=[
            (0, f"it cannot be tried:\n{traceback.format_exc()}")])


def _done(tasks: list[Task]) -> Iterator[Played]:
    """Yield what came of each task, several at a time.

    No thread may be about while a process is cloned: what it held would be
    held for ever in the clone. multiprocessing's own Pool has three.
    """
    way = multiprocessing.get_context("fork" if apart.CAN_FORK else "spawn")
    waiting = iter(tasks)
    at_work: dict[Any, Any] = {}
    while True:
        for task in itertools.islice(waiting, processors() - len(at_work)):
            ours, theirs = way.Pipe(duplex=False)
            process = way.Process(target=_send, args=(theirs, task))
            process.start()
            theirs.close()
            at_work[ours] = process
        if not at_work:
            return
        for ours in multiprocessing.connection.wait([*at_work]):
            process = at_work.pop(ours)
            try:
                played = ours.recv()
            except EOFError:
                raise RuntimeError("a page has ended its process") from None
            finally:
                process.join()
            yield played


def _send(theirs: Any, task: Task) -> None:
    """Do a task, and hand over what came of it."""
    theirs.send(_do(task))


def _too_long(*_: object) -> None:
    """End a page that would not end."""
    raise TimeoutError(f"the page takes more than {2 * apart.PATIENCE} s")


def main() -> None:
    """Play and prove the pages that are named, several at a time."""
    for name in WARM:
        __import__(name)
    pass_over_our_modules()  # Or each block with Hypothesis reads them all.
    # A machine that is busy must not make an input look slow.
    settings.register_profile("pages", deadline=None, derandomize=True,
                              suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("pages")
    gc.freeze()  # What is never looked at stays shared with the clones.
    # A process each: what a page imports must not be there for a proof.
    what: tuple[Callable[[str], Played], ...] = play, prove
    tasks = []
    for word in sys.argv[1:]:
        if word in _WHAT:
            what = _WHAT[word]
        else:
            tasks += [(do, word) for do in what]
    for played in _done(tasks):
        print(json.dumps(asdict(played)), flush=True)


if __name__ == "__main__":
    main()
