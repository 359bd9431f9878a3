"""Variants: sources, a job, and how much of it has to run.

Which kind one is, whoever makes it says once, and it stays as it was made.
"""
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

    @property
    def name(self) -> str:
        """The name of the function, or nothing."""
        return self.body.name if self.body else ""


@dataclass(frozen=True)
class Variant(Generic[Key]):
    """A job to run as it is, on modules of which one may be edited.

    `right` holds texts by path, `edited` the path and the text of the one
    that differs. The job's folder is the pool's.
    """

    key: Key
    job: Job
    right: Mapping[str, str]
    edited: tuple[str, str] | None = None

    def as_it_comes(self) -> Variant[Key]:
        """Return the same, run from the start and in the tests' own order."""
        return Variant(self.key, replace(self.job, schedule=None), self.right,
                       self.edited)

    @property
    def sources(self) -> Mapping[str, str]:
        """The text of every module, by path."""
        if self.edited is None:
            return self.right
        return {**self.right, self.edited[0]: self.edited[1]}


@dataclass(frozen=True)
class Unreached(Variant[Key]):
    """A variant that no test comes to: none has to run, and each passes."""


@dataclass(frozen=True, kw_only=True)
class UntilOneFails(Variant[Key]):
    """A variant of which it is enough to know one test that fails.

    `order` names all tests, and `aim` those that can tell the difference, if
    that is known. These run alone, in another order if that may be quicker,
    unless all are to run `in_order`.
    """

    order: tuple[str, ...]
    aim: tuple[str, ...] | None
    in_order: bool = False


@dataclass(frozen=True)
class Picked:
    """The tests that come to a change, in their order among `all` of them.

    They stand in the parts that a suite has without the others, with `ANEW`
    between two. Of these, the `valid` pass on the right modules. Where all of
    those pass, too, that is to be `doubted`.
    """

    tests: tuple[str, ...]
    valid: frozenset[str]
    doubted: bool


@dataclass(frozen=True, kw_only=True)
class Branching(Variant[Key]):
    """A variant that can branch off a run of the right modules.

    So it is cheaper, where a process can be cloned; the same comes of it. If
    tests are `picked`, these may run on many variants, one after the other in
    one process, as long as no test finds what another one has left.
    """

    change: BodyChange
    picked: Picked | None = None

    def unbranched(self) -> Variant[Key]:
        """Return what to run from the start instead."""
        return Variant(self.key, self.job, self.right, self.edited)


@dataclass(frozen=True, kw_only=True)
class BranchingUntilOneFails(Branching[Key]):
    """One that can branch off, and of which one failure is enough.

    One that `shares` may run after others in one process, if all that these
    have left can be put back; all tests run, unless one fails. One that
    `sets_up` changes what is executed to set up something for several tests.
    """

    order: tuple[str, ...]
    aim: tuple[str, ...]
    in_order: bool = False
    shares: bool = False
    sets_up: bool = False

    def unbranched(self) -> UntilOneFails[Key]:
        """Return what to run from the start instead."""
        return UntilOneFails(
            self.key, self.job, self.right, self.edited, order=self.order,
            aim=self.aim, in_order=self.in_order)
