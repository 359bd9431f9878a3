"""What a pool is asked to run."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from .stage import Job

Key = TypeVar("Key")


@dataclass(frozen=True)
class Change:
    """How a variant differs from right modules: one function's body.

    `name` is the function's, in `module`, whose text is `old` where it is
    right; nothing executes it or reads its source before the slot `since`
    (see `Trace`), if the tests `before` it have run in this order.
    """

    module: str
    name: str
    old: str
    since: int
    before: tuple[str, ...]


@dataclass(frozen=True)
class Variant(Generic[Key]):
    """A job to run on modules' sources, by name; the folder is the pool's.

    `change` is given where the right modules may be loaded first.
    """

    key: Key
    job: Job
    sources: Mapping[str, str]
    change: Change | None = None
