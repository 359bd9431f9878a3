"""What is put back in the tests' own modules between two variants."""
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType
from typing import Any

import pytest

from winnow.execution.runtime import own_state
from winnow.execution.runtime.own_state import Opaque, OwnState

TEXT = """
import json
from collections import OrderedDict
from functools import lru_cache
from unittest.mock import Mock

TURNS = OrderedDict(a=1, b=2)
ROWS = [{"a": [1]}]
SET = {1}
DOUBLE = Mock()


class Thing:
    kept = None

    def __init__(self):
        self.calls = []


class Slim:
    __slots__ = ("x",)


THING, SLIM = Thing(), Slim()


@lru_cache(maxsize=None)
def cached(key):
    return key


def collects(one, log=[]):
    log.append(one)
    return log


def counter():
    number = 0

    def count():
        nonlocal number
        number += 1
        return number
    return count


COUNT = counter()
"""
# What changes the state, and an expression that shows it.
CHANGES = [
    ("ROWS[0]['a'].append(2)", "ROWS"),
    ("ROWS.clear()", "ROWS"),
    ("SET.add(2)", "SET"),
    ("TURNS.move_to_end('a')", "[*TURNS.items()]"),
    ("TURNS.pop('a')", "[*TURNS.items(), *reversed(TURNS)]"),
    ("TURNS.update(c=3)", "[*TURNS.items(), len(TURNS)]"),
    ("Thing.kept = 1", "Thing.kept"),
    ("Thing.new = 1", "hasattr(Thing, 'new')"),
    ("THING.calls.append(1)", "THING.calls"),
    ("THING.more = 1", "vars(THING)"),
    ("SLIM.x = 1", "hasattr(SLIM, 'x')"),
    ("cached(1)", "cached.cache_info()"),
    ("collects(1)", "collects.__defaults__"),
    ("COUNT()", "COUNT.__closure__[0].cell_contents"),
    ("collects.seen = True", "vars(collects)"),
    ("global NEW; NEW = 1", "'NEW' in globals()"),
    ("global SET; SET = {3}", "SET"),
    ("DOUBLE()", "DOUBLE.call_count"),
    ("DOUBLE.child(1)", "DOUBLE.mock_calls, 'child' in dir(DOUBLE)"),
]
Load = Callable[[str], ModuleType]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Give a way to have a module of a text in a folder."""
    # Of pytest's own objects, none is looked at.
    monkeypatch.setattr(own_state.gc, "get_objects", lambda: [])

    def loaded(text: str) -> ModuleType:
        """Return a module as if loaded from there."""
        module = ModuleType("own_module")
        module.__file__ = str(tmp_path / "own_module.py")
        monkeypatch.setitem(sys.modules, "own_module", module)
        exec(text, vars(module))
        return module

    yield loaded


def test_each_change_is_put_back(tmp_path: Path, load: Load) -> None:
    """In the very object in which it was made."""
    module = load(TEXT)
    state = OwnState(str(tmp_path))
    for change, shown in CHANGES:
        held: Any = eval(shown, vars(module))
        before = repr(held)
        exec(change, vars(module))
        assert repr(eval(shown, vars(module))) != before, change
        assert state.differs(), change
        state.put_back()
        assert repr(eval(shown, vars(module))) == before, change
        assert not state.differs(), change
    assert state.is_alone_changed()


@pytest.mark.parametrize("text", [
    "NUMBERS = iter([1])", "import itertools; N = itertools.count()",
    "import threading; LOCKS = [threading.Lock()]",
    "from functools import lru_cache\nf = lru_cache(abs)\nf(1)",
    "class A:\n    x = (n for n in [1])", "import random; R = random.Random()"
], ids=["iterator", "count", "lock", "used cache", "generator", "chance"])
def test_what_nobody_can_look_into_is_refused(
        text: str, tmp_path: Path, load: Load) -> None:
    """Then each variant has a clone of its own."""
    load(text)
    with pytest.raises(Opaque):
        OwnState(str(tmp_path))


# What is changed where, as monkeypatch would, and whether that is a change.
ELSEWHERE = {
    "a name of a module that is imported": ("json", "dumps", str, True),
    "a name of another module of its package":
        ("json.decoder", "NaN", 1.0, True),
    "a method of a class there": ("json.JSONDecoder", "decode", str, True),
    "a new name of a class there": ("json.JSONDecoder", "seen", 1, True),
    "what a library keeps late": ("json", "_found", 1, False),
    "what a library has loaded late": ("json", "wave", wave, False),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_a_change_elsewhere_is_told(
        what: str, tmp_path: Path, load: Load,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a library of which the tests' own module names anything."""
    place, name, value, is_change = ELSEWHERE[what]
    load(TEXT)
    state = OwnState(str(tmp_path))
    assert state.is_alone_changed()

    with monkeypatch.context() as patch:
        patch.setattr(resolve_name(place), name, value, raising=False)
        state.put_back()
        assert state.is_alone_changed() is not is_change

    assert state.is_alone_changed()


def test_a_change_of_the_process_is_told(
        tmp_path: Path, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is none any more once it is taken back."""
    load(TEXT)
    state = OwnState(str(tmp_path))

    with monkeypatch.context() as patch:
        patch.setenv("SOMETHING", "new")
        assert not state.is_alone_changed()

    assert state.is_alone_changed()
