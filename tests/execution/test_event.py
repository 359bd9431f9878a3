"""What a process tells of its run, as lines that another one reads.

- each event is read as what it was, and no other is like it
- to write one calls nothing that a test may have patched
- events of a kind are counted without reading them
"""
import builtins
import dis
import json
from typing import get_args

import pytest

from winnow.execution.event import (
    Asserts,
    Branched,
    Broken,
    Changed,
    Connects,
    Event,
    Executes,
    FileBegins,
    Finished,
    FixtureBegins,
    Independent,
    Judgement,
    Left,
    Loaded,
    Moment,
    PassedOver,
    Reached,
    Reads,
    Refused,
    SharedBy,
    Shows,
    Started,
    Stopped,
    Took,
    Unviable,
    Uses,
    VariantBegins,
    VariantEnds,
    VariantRan,
    Waits,
    count,
    decoded,
    encoded,
)
from winnow.model.outcome import Ending, Status

EVENTS: list[Event] = [
    *Moment, FileBegins("t.py"), Broken("t.py", "why"), Unviable("m", "why"),
    PassedOver("t.py", "why"), Refused("why"), FixtureBegins(["a", "b"]),
    Started("a"), Finished("a", Status.NOT_RUN, None),
    Finished("a", Status.FAILED, "1 != \n\u20ac\udc80"), Stopped("a", "exit"),
    Stopped(None, "exit"), Connects(None, "b:1"), Uses("port", "80", ""),
    Reads("f"), Took({"a": 0.5}), Executes("a", ["m.f"], True),
    Reached(True, {"m.f": [-1, 2]}, False), SharedBy(["m.f"], ["a", "b"]),
    Asserts([]), Changed([["patch", "m.f"]]), Independent([["a", "b"]]),
    Waits(0.5),
    Shows("a", {"kinds": ["KeyError"]}), Loaded(["m"], {"m": "m.py"}),
    Branched(7), VariantRan(0, Ending.HUNG, "why"), VariantBegins(0),
    VariantEnds(Judgement.CAUGHT, "a"), VariantEnds(Judgement.UNSURE, None),
    Left(["a thread"])]


def test_each_event_is_read_as_what_it_was() -> None:
    """One line each, and the states in it are states again."""
    assert {type(event) for event in EVENTS} == {*get_args(Event)}
    for event in EVENTS:
        line = encoded(event)
        again = decoded(line)

        assert b"\n" not in line
        assert again == event
        assert type(again) is type(event)
        if isinstance(event, tuple):
            assert [*map(type, again)] == [*map(type, event)]
    assert len({*map(encoded, EVENTS)}) == len(EVENTS)


def test_to_write_an_event_looks_up_no_builtin() -> None:
    """A test may have patched one, and the event be of that test."""
    called = {each.argval for each in dis.get_instructions(encoded)
              if each.opname == "LOAD_GLOBAL"}

    assert called.isdisjoint(vars(builtins))
    assert "dumps" in called


@pytest.mark.parametrize(("name", "value"), [
    ("item_separator", ";"), ("iterencode", None), ("encode", str),
    ("default", None)])
def test_what_a_test_makes_of_json_changes_no_line(
        name: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its classes are everybody's, and each test may change them."""
    before = [*map(encoded, EVENTS)]

    monkeypatch.setattr(json.JSONEncoder, name, value)

    assert [*map(encoded, EVENTS)] == before


@pytest.mark.parametrize("kind", [VariantRan, Started, Branched])
def test_events_of_a_kind_are_counted(kind: type[Event]) -> None:
    """Whatever else there is, also as a part of another one's text."""
    lines = b"\n".join(map(encoded, [*EVENTS, Started('["run", 0]')]))

    assert count(kind, lines) == sum(
        isinstance(event, kind) for event in EVENTS) + (kind is Started)
