"""Exchanges the code of one function in a loaded module, or a default of it.

A fresh process that loads the changed module is in the same state, as long as
nothing has executed the function, nor read its code or its defaults, before
the change: this is all that differs. Which one it is,
`OriginalText.changed_body` tells.
"""
from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import (
    AsyncGeneratorType,
    CodeType,
    CoroutineType,
    FunctionType,
    GeneratorType,
)
from typing import Any, NamedTuple

from winnow.execution.changed_body import (
    WAITING,
    ChangedBody,
    ChangedDefault,
)

from ..runtime.imports import made_ahead

_CODES = {GeneratorType: "gi_code", CoroutineType: "cr_code",
          AsyncGeneratorType: "ag_code"}
_Place = tuple[str, int, tuple[str, ...]]


class Replacement(NamedTuple):
    """What a function is to have: its code, and the defaults."""

    function: FunctionType
    code: CodeType
    defaults: tuple[Any, ...] | None
    by_name: dict[str, Any] | None


class CannotSwap(Exception):
    """The change cannot be made in a module that is loaded already."""


class Functions:
    """The functions that stand in a loaded module's file, closures too."""

    def __init__(self, path: str) -> None:
        """Find every function whose code was compiled from this file."""
        self._path = path
        self._codes: dict[str, CodeType] = {}
        self._found = [each for each in gc.get_objects()
                       if type(each) is FunctionType
                       and each.__code__.co_filename == path]

    def heirs(self, body: ChangedBody) -> list[Replacement]:
        """Return each function with its code from the changed text.

        The code of most differs by its line numbers, if at all. Raises
        `CannotSwap` where the function that is named would not be changed.
        """
        if body.old not in self._codes:
            self._codes[body.old] = _compiled(body.old, self._path)
        pairs = list(_pairs(self._codes[body.old],
                            _compiled(body.new, self._path), ""))
        twice = Counter(_place(one) for one, _, _ in pairs)
        codes = {_place(one): (other, qualified)
                 for one, other, qualified in pairs
                 if twice[_place(one)] == 1}
        heirs: list[Replacement] = []
        changed = set()
        waiting = set()
        for function in self._found:
            place = _place(function.__code__)
            if place in codes:
                heir, qualified = codes[place]
                if heir.co_freevars != function.__code__.co_freevars:
                    raise CannotSwap(f"{qualified} closes over other names")
                heirs.append(_with_default(
                    _now(function)._replace(code=heir),
                    body.default if qualified == body.swapped else None))
                changed.add(qualified)
                if f"{qualified}.".startswith(f"{body.swapped}.") and (
                        heir.co_flags & WAITING):
                    waiting.add(function.__code__)
        # Where the function is not made yet, the one around it will make it.
        if not any(f"{body.swapped}.".startswith(f"{each}.")
                   for each in changed):
            raise CannotSwap(f"{body.swapped} is not there")
        if waiting and any(_code_of(each) in waiting
                           for each in gc.get_objects()):
            raise CannotSwap(f"{body.swapped} was called before")
        return heirs


def swap(heirs: Iterable[Replacement]) -> None:
    """Give each function its other code, and its other defaults."""
    for function, code, defaults, by_name in heirs:
        function.__code__ = code
        if function.__defaults__ is not defaults:
            function.__defaults__ = defaults
        if function.__kwdefaults__ is not by_name:
            setattr(function, "__kwdefaults__", by_name)


def as_they_are(heirs: Iterable[Replacement]) -> list[Replacement]:
    """Return what the same functions have now."""
    return [_now(function) for function, *_ in heirs]


def _now(function: FunctionType) -> Replacement:
    """Return what a function has now."""
    return Replacement(function, function.__code__, function.__defaults__,
                       function.__kwdefaults__)


def _with_default(heir: Replacement, default: ChangedDefault | None
                  ) -> Replacement:
    """Return the same with another default; raises `CannotSwap`."""
    if default is None:
        return heir
    parameter, old, new = default
    held: Any = ((heir.by_name or {}) if isinstance(parameter, str)
                 else dict(enumerate(heir.defaults or ())))
    if parameter not in held or repr(held[parameter]) != repr(old):
        raise CannotSwap(f"{heir.function.__qualname__} has other defaults")
    if isinstance(parameter, str):
        return heir._replace(by_name={**held, parameter: new})
    return heir._replace(defaults=tuple({**held, parameter: new}.values()))


def _code_of(thing: object) -> CodeType | None:
    """Return the code that a generator or a coroutine executes."""
    name = _CODES.get(type(thing))
    return getattr(thing, name) if name else None


@lru_cache(maxsize=8)  # In one text, several faults may be at once.
def _compiled(text: str, path: str) -> CodeType:
    """Return a module's code, without the __future__ of this one."""
    return made_ahead(text, path, lambda: compile(
        text, path, "exec", dont_inherit=True))


def _place(code: CodeType) -> _Place:
    """Return what tells one piece of a file's code from another."""
    return code.co_name, code.co_firstlineno, code.co_freevars


def _pairs(old: CodeType, new: CodeType, prefix: str
           ) -> Iterator[tuple[CodeType, CodeType, str]]:
    """Yield each piece of code, its heir and its name, if they correspond."""
    parts, heirs = ([const for const in code.co_consts
                     if isinstance(const, CodeType)] for code in (old, new))
    if [part.co_name for part in parts] == [
            heir.co_name for heir in heirs]:
        for part, heir in zip(parts, heirs):
            name = f"{prefix}{part.co_name}"
            yield part, heir, name
            yield from _pairs(part, heir, f"{name}.")
