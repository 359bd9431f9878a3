"""What a pool is asked to run."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from .stage import Job
from .swap import Body

Key = TypeVar("Key")


@dataclass(frozen=True)
class Change:
    """How a variant differs from right modules: by one function's body.

    Nothing executes the function or reads its source before the slot `since`
    (see `Trace`), if the tests `before` it have run in this order, or at all,
    where it is not reached. `aim` are the tests that can tell the
    difference, in their order, where it is enough that one of them fails;
    None where all tests count.
    """

    body: Body
    since: int
    before: tuple[str, ...]
    is_reached: bool
    aim: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Variant(Generic[Key]):
    """A job to run on modules, one of them edited; the folder is the pool's.

    `right` holds texts by path, `edited` the path and the text of the one
    that differs. `change` is given where the right ones may be loaded first,
    `order` names all the tests where one that fails is enough; where it
    `is_quick`, to run them all takes no longer than to find that one.
    """

    key: Key
    job: Job
    right: Mapping[str, str]
    edited: tuple[str, str] | None = None
    change: Change | None = None
    order: tuple[str, ...] = ()
    is_quick: bool = False

    @property
    def sources(self) -> Mapping[str, str]:
        """The text of every module, by path."""
        if self.edited is None:
            return self.right
        return {**self.right, self.edited[0]: self.edited[1]}
