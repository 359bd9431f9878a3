"""Which objects a mapping holds, and which classes Python itself has made."""
from __future__ import annotations

import sys
import types
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from operator import is_
from typing import Any

# Of a class that was made while Python ran; of those, what C alone makes
# (Py_TPFLAGS_HEAPTYPE; DISALLOW_INSTANTIATION and IMMUTABLETYPE).
_HEAP, _OF_C = 1 << 9, 1 << 7 | 1 << 8


class Names:
    """The items of a mapping at one time, held to be compared."""

    def __init__(self, names: Mapping[Any, Any]) -> None:
        """Take note of keys and values, in their order."""
        self._keys, self._values = [*_keys(names)], [*_values(names)]

    def are(self, names: Mapping[Any, Any]) -> bool:
        """Tell whether these are the very same objects."""
        return (len(names) == len(self._keys)
                and all(map(is_, _values(names), self._values))
                and all(map(is_, _keys(names), self._keys)))

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return each key with its value."""
        return zip(self._keys, self._values)


def _keys(names: Mapping[Any, Any]) -> Iterable[Any]:
    """Return the keys, whatever a class has made of `keys`."""
    return _base(names).keys(names) if isinstance(
        names, dict) else names.keys()


def _values(names: Mapping[Any, Any]) -> Iterable[Any]:
    """Return the values, whatever a class has made of `values`."""
    return _base(names).values(names) if isinstance(
        names, dict) else names.values()


def _base(names: dict[Any, Any]) -> type[dict[Any, Any]]:
    """Return the class that knows the order of a dictionary's items."""
    return OrderedDict if isinstance(names, OrderedDict) else dict


def is_pythons(kind: type) -> bool:
    """Tell whether a class was made by a statement, and not in C.

    One of C's may be made while Python runs, too (Py_TPFLAGS_HEAPTYPE); then
    it has a `__new__` of its own, as copyreg knows, or cannot be called.
    """
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return (bool(kind.__flags__ & _HEAP) and not kind.__flags__ & _OF_C
            and type(vars(kind).get("__new__")) is not
            types.BuiltinFunctionType and str(file).endswith(".py"))
