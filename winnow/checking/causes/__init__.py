"""Why a test fails on the right modules, as its code and its error show it.

Each cause is a function of a `Failure`, which returns the names that stand in
the words of a confusion (see `confusions.toml`), or None where it is not so.
It goes by the tree of the test, the type of the error and the values at hand,
and is silent where these do not make it certain.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from .failure import Failure

Cause = Callable[["Failure"], Optional[Mapping[str, str]]]


def cause(name: str) -> Cause:
    """Return a cause by its name, such as `answers.one_answer_for_all`."""
    room, _, function = name.partition(".")
    found: Cause = getattr(import_module(f".{room}", __name__), function)
    return found
