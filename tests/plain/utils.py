#!/usr/bin/env python3
"""The tools of the GitHub exercise, kept to its contract and no more."""
from functools import wraps
from typing import Any, Callable, Mapping, Sequence

import requests


def access_nested_map(nested_map: Mapping, path: Sequence) -> Any:
    """Return what the keys of a path lead to, one after another.

    The first key that leads nowhere is raised as a `KeyError`.
    """
    found: Any = nested_map
    for key in path:
        if not isinstance(found, Mapping):
            raise KeyError(key)
        if key not in found:
            raise KeyError(key)
        found = found[key]
    return found


def get_json(url: str) -> Any:
    """Return the decoded JSON that stands at a URL."""
    return requests.get(url).json()


def memoize(fn: Callable) -> property:
    """Make a method a property whose answer is kept in an attribute."""
    kept = "_kept_" + fn.__name__

    @wraps(fn)
    def answer(self: Any) -> Any:
        """Return the attribute, after setting it at the first access."""
        if not hasattr(self, kept):
            setattr(self, kept, fn(self))
        return getattr(self, kept)

    return property(answer)
