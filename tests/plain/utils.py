#!/usr/bin/env python3
"""The tools of the GitHub exercise as the course has them, and no more."""
from functools import wraps
from typing import Any, Callable, Mapping, Sequence

import requests


def access_nested_map(nested_map: Mapping, path: Sequence) -> Any:
    """Return what the keys of a path lead to, one after another.

    What is absent is left to the mapping: a defaultdict fills itself.
    """
    found: Any = nested_map
    for key in path:
        if not isinstance(found, Mapping):
            raise KeyError(key)
        found = found[key]
    return found


def get_json(url: str) -> Any:
    """Return the decoded JSON at a URL."""
    return requests.get(url).json()


def memoize(fn: Callable) -> property:
    """Make a method a property whose answer is kept in an attribute."""
    kept = f"_{fn.__name__}"

    @wraps(fn)
    def answer(self: Any) -> Any:
        """Return the attribute, after setting it at the first access."""
        if not hasattr(self, kept):
            setattr(self, kept, fn(self))
        return getattr(self, kept)

    return property(answer)
