"""A cluster of Dask, whose workers judge a class: `--dask`.

Workers keep nothing of ours: whoever ends, the next run goes on from what
this process has written. distributed's "Resilience" and "Why did my worker
die?" say what its scheduler does when workers end.
"""
from __future__ import annotations

import asyncio  # Up to Python 3.10, its TimeoutError is one of its own.
import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Executor
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any

from winnow.model.errors import CannotDo

from . import judge, task
from .class_folder import ClassFolder
from .judging import Hooks, Judging, Told
from .records import Record, Submission
from .sandbox.confinement import KINDS
from .versions import difference, versions

_TO_CONNECT = 20.0
_TO_CLOSE = 5.0
# The first worker may take so long to come, and a nanny to replace one.
_TO_COME = 60.0
_TICK = 5.0
_SCHEDULER = "the scheduler"
_GOES_ON = ("What was judged so far is kept, and the same command goes on "
            "from there.")


class NoCluster(CannotDo):
    """Why a cluster cannot be used, or any more, and what to do about it."""


class Cluster:
    """The workers of a scheduler, connected to for as long as it is open."""

    def __init__(self, address: str) -> None:
        """Take the address of the scheduler; nothing is asked yet."""
        self._address = address
        self._client: Any = None
        self._looked = self._seen = 0.0

    def __enter__(self) -> Cluster:
        """Connect; wait for a worker. Raises `NoCluster`."""
        try:
            from distributed import Client
            from distributed.comm.addressing import parse_address
            from distributed.comm.registry import get_backend
        except ImportError:
            raise NoCluster("--dask needs the package distributed: python -m "
                            "pip install 'winnow-tests[dask]'") from None
        # What it would say on losing its scheduler is said by us. Each of its
        # loggers has a level of its own.
        for name in [*logging.root.manager.loggerDict]:
            if name.partition(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        try:
            # A client of an address that it cannot read is never quite closed.
            get_backend(parse_address(self._address)[0])
            self._client = Client(self._address, timeout=_TO_CONNECT,
                                  set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoCluster(
                f"No scheduler of Dask answers at {self._address}: "
                f"{' '.join(str(error).split())}.") from error
        try:
            self._client.wait_for_workers(1, timeout=_TO_COME)
        except (OSError, asyncio.TimeoutError) as error:
            self._close()
            raise NoCluster(
                f"The scheduler at {self._address} has no worker: start one "
                "with dask worker.") from error
        self._seen = time.monotonic()
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        """Let the cluster go."""
        self._close()

    def _close(self) -> None:
        """Close the connection, if there is one."""
        if self._client is not None:
            with suppress(OSError, RuntimeError):
                self._client.close(timeout=_TO_CLOSE)

    def sandbox(self, wanted: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """Return the sandbox that all workers have, and why no better one.

        Raises `NoCluster` where other versions are installed than here.
        """
        found = self._asked(wanted)
        self._compare(found)
        del found[_SCHEDULER]
        if wanted:
            return tuple(wanted), ""
        kind = max((each["sandbox"] for each in found.values()),
                   key=KINDS.index)
        why = next(f"on {name}, {each['why']}" if each["why"] else ""
                   for name, each in found.items() if each["sandbox"] == kind)
        return (kind,), why

    def _asked(self, wanted: Sequence[str]) -> dict[str, Any]:
        """Return what the scheduler and each worker say of themselves."""
        try:
            return {
                _SCHEDULER: self._client.run_on_scheduler(facts, ["limits"]),
                **self._client.run(facts, [*wanted], on_error="return")}
        except Exception as error:  # Whatever it cannot load there.
            return {_SCHEDULER: error}

    def _compare(self, found: Mapping[str, Any]) -> None:
        """Refuse workers on which a verdict could be another."""
        wrong = []
        for name, each in found.items():
            if isinstance(each, Exception):
                said = " ".join(f"{type(each).__name__}: {each}".split())
                wrong.append(f"{name} cannot say what it has ({said[:200]})")
            elif differs := difference(each["versions"]):
                wrong.append(f"{name} has {differs}")
        if wrong:
            more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
            raise NoCluster(
                "A verdict rests on Winnow, Python and all packages, and they "
                f"are not everywhere the same: {'; '.join(wrong[:3])}{more}. "
                "Start the scheduler and the workers from the same "
                "environment as this command.")

    def __str__(self) -> str:
        """Return who judges, in words."""
        number = len(self._client.nthreads())
        return (f"{number} worker{'' if number == 1 else 's'} of the "
                f"scheduler at {self._address}")

    def executor(self) -> Executor:
        """Return what calls a function on the workers."""
        found: Executor = self._client.get_executor(pure=False, retries=2)
        return found

    def look(self) -> None:
        """Raise `NoCluster` where the scheduler, or each worker, is gone."""
        now = time.monotonic()
        if self._client.status == "running" and now - self._looked < _TICK:
            return
        self._looked = now
        try:
            if self._client.status != "running":
                raise OSError
            if self._client.nthreads():
                self._seen = time.monotonic()
        except (OSError, RuntimeError, asyncio.TimeoutError) as error:
            raise self._lost() from error
        if now - self._seen > _TO_COME:
            raise NoCluster(f"No worker is left at {self._address}. "
                            f"{_GOES_ON}")

    def failed(self, error: Exception) -> dict[str, Any]:
        """Return an answer for a task that failed, or raise `NoCluster`.

        A worker that ends takes its tasks with it, which others try again; it
        may not be the fault of any of them.
        """
        if isinstance(error, CancelledError):
            raise self._lost() from error
        from distributed import KilledWorker
        if isinstance(error, KilledWorker):
            return {"problem": "It could not be judged: "
                    f"{error.allowed_failures + 1} workers have ended that "
                    "were to judge it, among others perhaps."}
        return {"bug": " ".join(f"{type(error).__name__}: {error}".split())}

    def _lost(self) -> NoCluster:
        """Return that there is no connection to the scheduler any more."""
        return NoCluster(
            f"The scheduler at {self._address} is gone. {_GOES_ON}")


def judge_on(cluster: Cluster, submissions: Sequence[Submission],
             terms: judge.Terms, store: ClassFolder, keys: str, told: Told,
             is_afresh: bool = False) -> tuple[list[Record], int]:
    """Return the records of a class, judged by the workers of a cluster.

    Also tells how many submissions were judged; see `judging.judge_class`.
    """
    judging = Judging(
        store, keys, partial(task.judged, task.packed_terms(terms)),
        Hooks(told, cluster.look, cluster.failed), is_afresh)
    executor = cluster.executor()
    try:
        return judging.run(submissions, executor), judging.judged
    finally:
        with suppress(OSError, RuntimeError):
            executor.shutdown(wait=False)


def facts(wanted: Sequence[str]) -> dict[str, Any]:
    """Return what a worker has: its versions, and its best sandbox."""
    kind, why = judge.chosen(wanted)
    return {"versions": dict(versions()), "sandbox": kind[0], "why": why}
