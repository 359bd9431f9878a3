"""What is said of real projects' faults, held against fresh processes.

For each project of `projects.toml`, faults are drawn from those that are made
for its modules. `winnow check --module` judges them, and so does the project's
own runner, started anew for each fault in a copy of its own, which stops at
the first test that fails. What differs is printed, with exit status 1.

Where a fault lets a test hang, a run in order hangs if it comes to that test
before another one fails. The checker may ask the other one first: such pairs
are counted apart.
"""
import argparse
import json
import math
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from mutants import Target, run
from projects import Project, own_cache, projects, run_suite, target, unpack

from winnow.model.exercise import Mutant
from winnow.subjects.project import find

SAMPLE = 200
JOBS = 2
ASKED_BEFORE_IT_HANGS = ("caught", "hung")
# What the runs before have left in the folder.
LEFT_BY_RUNS = ("__pycache__", ".pytest_cache")


def told_by_winnow(folder: Path, tests: Sequence[str], told: Target,
                   sample: int) -> tuple[list[dict[str, Any]], float]:
    """Return what the checker says of the faults that it draws.

    And its seconds, from its start to its end.
    """
    modules = [word for name in told.modules for word in ("--module", name)]
    said, seconds = run(
        Path(sys.executable).with_name("winnow"), "check", *tests, *modules,
        "--runner", told.command[0], "--format", "json", "--no-cache",
        "--sample", str(sample), "--seed", "1", cwd=folder,
        environment=told.environment, fine=(0, 1))
    faults: list[dict[str, Any]] = json.loads(said)["faults"]
    return faults, seconds


def cold(folder: Path, path: str, tests: Sequence[str], told: Target,
         fault: Mutant) -> str:
    """Return what the project's own runner says of a fault."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary, folder.name)
        shutil.copytree(folder, copy,
                        ignore=shutil.ignore_patterns(*LEFT_BY_RUNS))
        source = (folder / path).read_text("utf-8")
        (copy / path).write_text(fault.applied_to(source), "utf-8")
        places = [str(copy / told.path), told.environment["PYTHONPATH"]]
        process = subprocess.Popen(
            [sys.executable, "-m", *told.command, *tests], cwd=copy,
            env={**os.environ, **told.environment,
                 "PYTHONPATH": os.pathsep.join(filter(None, places))},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            status = process.wait(told.patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return "hung"
    return "missed" if not status else "caught" if status > 0 else "crashed"


def ends_cold(folder: Path, tests: Sequence[str], told: Target,
              said: Mapping[str, str], limit: float = math.inf
              ) -> dict[str, str]:
    """Return how faults end in fresh processes, by their names.

    They are those of which something was said, as many as begin within so
    many seconds.
    """
    found, _ = find([folder / name for name in tests],
                    [folder / name for name in told.modules],
                    told.command[0])
    faults = [fault for fault in found.faults if fault.name in said]
    until = time.monotonic() + limit

    def end(fault: Mutant) -> str:
        """Return how one ends; nothing where it is too late."""
        return (cold(folder, found.paths[fault.module], tests, told, fault)
                if time.monotonic() < until else "")

    with ThreadPoolExecutor(JOBS) as some:
        ended = dict(zip((fault.name for fault in faults),
                         some.map(end, faults)))
    return {name: how for name, how in ended.items() if how}


def differing(said: Mapping[str, str], ended: Mapping[str, str]
              ) -> list[str]:
    """Return what was said of faults that end otherwise."""
    return [f"{name}: {said[name]}, cold {how}"
            for name, how in ended.items() if said[name] != how
            and (said[name], how) != ASKED_BEFORE_IT_HANGS]


def compared(project: Project, cache: Path, sample: int) -> list[str]:
    """Print what came of a project; return what differs."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = unpack(project, cache, Path(temporary) / project.pinned)
        suite = run_suite(project, cache, folder)
        told = target(project, cache, folder, 0, suite)
        tests = project.files(folder)
        faults, _ = told_by_winnow(folder, tests, told, sample)
        said = {fault["name"]: fault["outcome"] for fault in faults}
        ended = ends_cold(folder, tests, told, said)
    pairs = [(said[name], ended[name]) for name in ended]
    wrong = differing(said, ended)
    print(f"{project.pinned}: {len(pairs)} faults, "
          f"{sum(one == 'caught' for _, one in pairs)} caught cold, "
          f"{pairs.count(ASKED_BEFORE_IT_HANGS)} by a test that is asked "
          f"before another hangs, {len(wrong)} differ", flush=True)
    return [f"{project.name}, {each}" for each in wrong]


def main() -> int:
    """Compare the projects that are named, all without a name."""
    known = projects()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"of {', '.join(known)}")
    parser.add_argument("--sample", type=int, default=SAMPLE, metavar="N",
                        help="how many faults of each (%(default)s)")
    given = parser.parse_args()
    if unknown := set(given.names) - set(known):
        parser.error(f"no such project: {', '.join(sorted(unknown))}")
    cache = own_cache()
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    print(f"Python {platform.python_version()}")
    compare = partial(compared, cache=cache, sample=given.sample)
    wrong = [line for name in given.names or known
             for line in compare(known[name])]
    print(*wrong, sep="\n", end="\n" * bool(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
