"""A variant: sources, a job, and what it changes."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from winnow.execution.changed_body import ChangedBody

from .job import Job

Key = TypeVar("Key")


@dataclass(frozen=True)
class BodyChange:
    """How a variant differs from right modules: by one function's body.

    Without a body, it differs only by the tests of its job's schedule.
    Nothing executes the function or reads its source before the slot `since`
    (see `FunctionTrace`), if the tests `before` it have run in this order.
    """

    body: ChangedBody | None
    since: int
    before: tuple[str, ...]


@dataclass(frozen=True)
class Variant(Generic[Key]):
    """A job to run on modules, one of them edited; the folder is the pool's.

    `right` holds texts by path, `edited` the path and the text of the one
    that differs. `change` is given where the right ones may be loaded first.

    Where one test that fails is enough, `order` names all of them, and `aim`
    those that can tell the difference, if that is known; they run in another
    order if that may be quicker, unless they are to run `in_order`.
    """

    key: Key
    job: Job
    right: Mapping[str, str]
    edited: tuple[str, str] | None = None
    change: BodyChange | None = None
    order: tuple[str, ...] = ()
    aim: tuple[str, ...] | None = None
    in_order: bool = False

    def as_it_comes(self) -> Variant[Key]:
        """Return the same, run from the start and in the tests' own order."""
        return replace(self, job=replace(self.job, schedule=None), change=None,
                       aim=None, in_order=True)

    @property
    def sources(self) -> Mapping[str, str]:
        """The text of every module, by path."""
        if self.edited is None:
            return self.right
        return {**self.right, self.edited[0]: self.edited[1]}
