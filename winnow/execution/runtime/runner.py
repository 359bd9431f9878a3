"""Runs one suite on one set of modules, in this very process.

What happens is told as it happens, event by event, so that nothing is lost
when a test hangs or takes the process with it. Of processes, faults and
verdicts this room knows nothing.
"""
from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable

from winnow.execution.runtime.recorder import Recorder, test_modules
from winnow.system.processes import without_git

from ..event import (
    Changed,
    Connects,
    Emit,
    Loaded,
    Moment,
    Reads,
    Stopped,
    Uses,
    Waits,
)
from ..job import Job, Pause, Schedule
from .assertion_trace import AssertionTrace
from .function_trace import FunctionTrace
from .hypothesis_constants import pass_over_our_modules
from .imports import let_go, loaded_from, loaded_since, prefer_folder
from .independence import Independence
from .leak_detection import Snapshot
from .network_guard import block_network, spare_others
from .outside_reads import listen_for_reads
from .postmortem import Postmortem
from .shared_resources import listen_for_sharing
from .shared_setup import watch_fixtures
from .waiting import Waiting


def _names(job: Job) -> list[str]:
    """Return all names under which the modules may have been loaded."""
    paths = {str(job.folder / path) for path in job.modules.values()}
    return [*dict.fromkeys([*job.modules, *loaded_from(paths)])]


def _loaded_for(stage: Recorder) -> Callable[[Recorder], None]:
    """Load what runs the suite, and return it.

    By its module's name: who loads all anew has forgotten that module.
    """
    if stage.job.runner != "pytest":
        from .unittest_runner import run_suite as run_unittest
        return run_unittest
    from .pytest_runner import run_suite as run_pytest
    if stage.job.trace:
        watch_fixtures(stage.setups, lambda: stage.test)
    return run_pytest


def run(job: Job, emit: Emit, pause: Pause = lambda slot: None,
        rounds: Callable[[Job], Iterable[Job]] = lambda job: (job,)) -> None:
    """Run a job's tests, and emit what `Recorder` records, `DONE` last.

    `pause` is called before the first test, with 0, and after the end of the
    nth, with n: between tests, in the very stack in which they run. Of several
    `rounds`, each imports the tests anew; their jobs differ in which tests
    run. This process is not the same afterwards: run it in one to throw away.
    """
    os.chdir(job.folder / job.here)
    for name in os.environ.keys() - without_git(os.environ).keys():
        del os.environ[name]
    os.environ.update(job.environment)
    if job.for_children:
        os.environ["PYTHONPATH"] = os.pathsep.join(
            os.path.normpath(job.folder / entry)
            for entry in job.for_children)
    before = set(sys.modules) if job.explain else set()
    worlds: list[Snapshot] = []
    waits: list[Waiting] = []

    def rest(slot: int) -> Schedule | None:
        """Take note of the world before the first test; pause."""
        if slot == 0 and job.explain:
            worlds.append(Snapshot(
                _names(job), list(test_modules(job).values()),
                job.libraries))
        if slot == 0 and job.trace:
            waits.append(Waiting())
        if slot == 0:
            pass_over_our_modules()
        return pause(slot)

    def over() -> None:
        """Tell how the world differs when all tests have ended."""
        for world in worlds:
            emit(Changed(list(world.changes())))
        for each in waits:
            emit(Waits(each.share()))

    stage = Recorder(job, emit, rest, over)
    block_network(lambda address: emit(Connects(stage.test, address)))
    spare_others()
    if job.compares and job.trace and job.runner == "unittest":
        stage.independence = Independence(f"{job.above.parent}{os.sep}")

    def is_written() -> None:
        """Note that there is a file that another test may read."""
        if stage.independence:
            stage.independence.spoil()

    def is_used(kind: str, name: str) -> None:
        """Tell of what is everybody's, and so is another test's, too."""
        emit(Uses(kind, name, stage.test or ""))
        if stage.independence:
            stage.independence.spoil(for_good=True)

    if job.explain or job.trace:
        listen_for_sharing(job.above.parent,
                           is_used, is_written)
    if job.trace:
        listen_for_reads(job.above.parent,
                         lambda name: emit(Reads(name)))
    prefer_folder(job.folder, job.roots, job.cold)
    before.intersection_update(sys.modules)
    trace = FunctionTrace(job, stage) if job.trace else None
    assertions = AssertionTrace(stage) if job.trace else None
    if job.trace:
        stage.shows = Postmortem(stage).tell
    for number, each in enumerate(rounds(job)):
        if number:
            stage = Recorder(each, emit, rest, over)
        try:
            run_suite = _loaded_for(stage)
            let_go(job.folder, job.roots)
            before.intersection_update(sys.modules)
            run_suite(stage)
        except BaseException as error:
            emit(Stopped(stage.test, stage.message(error)))
        if trace and assertions:
            trace.tell()
            assertions.tell()
        if job.explain:
            emit(Loaded(*loaded_since(before, job.folder)))
        emit(Moment.DONE)
