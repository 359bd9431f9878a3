"""How one object is compared with what it was, and how it is put back."""
from __future__ import annotations

import types
from collections import OrderedDict, deque
from collections.abc import Callable
from operator import is_
from typing import Any, NamedTuple

from .identity import Names

# What unittest notes in a class that is torn down, and copyreg in one of which
# an object is copied: no test sees either.
_NOTED = {"tearDown_exceptions", "__slotnames__"}
_OF_FUNCTIONS = ("__code__", "__defaults__", "__kwdefaults__", "__dict__")
_NOTHING = object()


class Remembered(NamedTuple):
    """Whether an object differs from what it was, and how to put it back."""

    differs: Callable[[], bool]
    restore: Callable[[], object]


def of_class(kind: type) -> Remembered:
    """Keep the attributes of a class."""
    before = dict(vars(kind))
    names = Names(before)

    def differs() -> bool:
        """Tell whether it has other attributes than it had."""
        now = vars(kind)
        return not names.are(now) and not names.are(
            {name: value for name, value in now.items()
             if name in before or name not in _NOTED})

    def restore() -> None:
        """Give the class the attributes that it had."""
        now = vars(kind)
        for name in now.keys() - before.keys():
            type.__delattr__(kind, name)
        for name, value in before.items():
            if now.get(name, _NOTHING) is not value:
                type.__setattr__(kind, name, value)

    return Remembered(differs, restore)


def of_function(function: types.FunctionType) -> Remembered:
    """Keep a function's code, its defaults and its attributes."""
    before = _parts(function)

    def restore() -> None:
        """Give the function what it had."""
        for name, now, value in zip(_OF_FUNCTIONS, _parts(function), before):
            if now is not value:
                setattr(function, name, value)

    return Remembered(
        lambda: not all(map(is_, _parts(function), before)), restore)


def _parts(function: types.FunctionType) -> tuple[object, ...]:
    """Return what a function consists of."""
    return (function.__code__, function.__defaults__, function.__kwdefaults__,
            function.__dict__)


def of_cell(cell: types.CellType) -> Remembered:
    """Keep what a cell holds; an empty one may be filled."""
    def content() -> object:
        """Return what is in it now."""
        try:
            return cell.cell_contents
        except ValueError:
            return _NOTHING

    before = content()

    def restore() -> None:
        """Fill or empty the cell again."""
        if before is _NOTHING:
            del cell.cell_contents
        else:
            cell.cell_contents = before

    return Remembered(lambda: content() is not before, restore)


def of_slot(thing: object, slot: Any) -> Remembered:
    """Keep one attribute that an object has no dictionary for."""
    def content() -> object:
        """Return its value now."""
        try:
            return slot.__get__(thing)
        except AttributeError:
            return _NOTHING

    before = content()

    def restore() -> None:
        """Give the attribute its value."""
        if before is _NOTHING:
            slot.__delete__(thing)
        else:
            slot.__set__(thing, before)

    return Remembered(lambda: content() is not before, restore)


def of_dictionary(content: dict[Any, Any]) -> Remembered:
    """Keep the items of a dictionary, in their order."""
    base: Any = OrderedDict if isinstance(content, OrderedDict) else dict
    before = Names(content)

    def restore() -> None:
        """Give it the items that it had."""
        base.clear(content)
        base.update(content, before.items())

    return Remembered(lambda: not before.are(content), restore)


def of_list(content: Any) -> Remembered:
    """Keep the items of a list, or of a deque."""
    base: Any = list if isinstance(content, list) else deque
    before = list(base.__iter__(content))

    def restore() -> None:
        """Give it the items that it had."""
        base.clear(content)
        base.extend(content, before)

    return Remembered(lambda: len(content) != len(before) or not all(
        map(is_, base.__iter__(content), before)), restore)


def of_set(content: set[Any]) -> Remembered:
    """Keep the items of a set."""
    before = set(set.__iter__(content))
    ids = {*map(id, before)}

    def restore() -> None:
        """Give it the items that it had."""
        set.clear(content)
        set.update(content, before)

    return Remembered(
        lambda: {*map(id, set.__iter__(content))} != ids, restore)
