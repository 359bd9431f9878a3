"""The interface of backends, and the choice of one."""
from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from winnow.model.errors import CannotDo
from winnow.system.processes import CAN_CLONE, HAS_PROCESSES

from .job import Job
from .result import Limits, Run
from .variant import Branching, Variant
from .working_copy import WorkingCopy

WAYS = ("fork", "spawn", "inline")


class Execution(Protocol):
    """What a process is at in a working copy: a job, or many variants."""

    def runs(self, grace: float) -> dict[int, Run]:
        """End it; return what was seen, by the place of each variant.

        What has not said that it is over has a grace, in seconds, to end.
        """

    def so_far(self) -> dict[int, Run]:
        """Return what was seen of the variants that are over, if known."""

    def told(self) -> int:
        """Return how many of several variants are over so far."""


class Backend(Protocol):
    """A way to run variants.

    Where it can `branch`, variants that differ by one function's body share
    the work up to where they differ; the modules that are laid then are the
    right ones. Where it can `reimport`, others share a process, as long as
    none leaves anything; those of the first are laid. `most` is how many can
    run at a time. Unless it `replaces` processes, what a run leaves behind is
    there for the next.
    """

    branch: Callable[[Sequence[Branching[Any]], WorkingCopy, Limits],
                     Execution] | None
    reimport: Callable[[Sequence[Variant[Any]], WorkingCopy, Limits],
                       Execution] | None
    replaces: bool
    most: int | None

    def warm(self, names: Sequence[str], folders: Sequence[str],
             texts: Mapping[str, bytes]) -> None:
        """Load and compile what every run would."""

    def begin(self, job: Job, copy: WorkingCopy, limits: Limits) -> Execution:
        """Begin to run a job on the modules that are laid."""

    def over(self, works: Iterable[Execution]) -> list[Execution]:
        """Wait a moment; return those that have ended or must end."""

    def pausing(self) -> Callable[[], None]:
        """Prepare to begin many; return what is to be called after."""

    def end(self, root: str) -> None:
        """Leave no process behind that worked below a folder."""


def chosen() -> Backend:
    """Return the best way there is here, or the one that WINNOW_POOL names."""
    name = os.environ.get("WINNOW_POOL") or (
        "inline" if not HAS_PROCESSES else "fork" if CAN_CLONE else "spawn")
    if name not in WAYS:
        raise CannotDo(f"WINNOW_POOL is {name}: it can be "
                       f"{', '.join(WAYS[:-1])} or {WAYS[-1]}.")
    way: Backend = import_module(f".{name}.backend", __package__).way()
    return way
