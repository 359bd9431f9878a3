"""Which statements of a function run together, and which tests come there.

- where a function is cut, and which segment a changed line is in
- what the probes tell while the code runs
- what a change in a segment has to do with a test
"""
import ast
import builtins
from collections.abc import Iterator

import pytest

from winnow.execution.changed_body import OriginalText
from winnow.execution.reach import Reach
from winnow.execution.runtime.probes import FUNCTION, SEGMENT, with_probes
from winnow.execution.segments import segment_at

SHOP = '''"""A shop."""


def price(number, each):
    """Return a price."""
    cost = number * each
    if number > 10:
        cost -= 1
        rate = 2
    elif number:
        cost += 3
    else:
        return 0
    for step in range(2):
        cost += step
    while cost > 100:
        break
    else:
        cost += 0
    with open(__file__):
        pass
    try:
        cost = int(cost)
    except ValueError as error:
        raise TypeError from error
    finally:
        cost = cost + 0
    tell = lambda: cost + 7
    def inner():
        return cost
    return tell


def each(names):
    first = 1
    for name in names:
        yield name
        first = 2
    yield first
    first = 3


async def wait(other):
    one = 1
    two = await other
    return one + two


def short(a): return a


def crowded(a, b):
    b = 0
    if (a and
            b): return 5
    try: return 6
    except (KeyError,
            OSError): return 7
    c = yield; d = 8
    match a:
        case [1,
              2]: return 9
    return 10


class Till:
    """A till."""

    size = 1

    def sum(self):
        if self.size: return 1
        return 2
'''
LINES = SHOP.splitlines()


def line_of(text: str) -> int:
    """Return the number of the line that holds a text."""
    found = [number for number, line in enumerate(LINES, 1) if text in line]
    exact = [number for number in found if LINES[number - 1].strip() == text]
    number, = exact or found
    return number


def function_of(name: str) -> ast.AST:
    """Return the definition of a function of the shop."""
    return next(node for node in ast.walk(ast.parse(SHOP))
                if getattr(node, "name", "") == name)


@pytest.mark.parametrize(("function", "text", "begin"), [
    ("price", "cost = number", None), ("price", "number > 10", None),
    ("price", "cost -= 1", "cost -= 1"), ("price", "rate = 2", "cost -= 1"),
    ("price", "elif number", "elif number"),
    ("price", "cost += 3", "cost += 3"), ("price", "return 0", "return 0"),
    ("price", "for step", "for step"), ("price", "cost += step", "+= step"),
    ("price", "while cost", "while cost"), ("price", "break", "break"),
    ("price", "cost += 0", "cost += 0"), ("price", "with open", "with open"),
    ("price", "cost = int", "cost = int"),
    ("price", "except Value", "try:"), ("price", "raise TypeE", "raise TypeE"),
    ("price", "cost = cost + 0", "cost = cost + 0"),
    ("price", "tell = lambda", "tell = lambda"),
    ("price", "return tell", "tell = lambda"),
    ("price", "def inner", None), ("price", "return cost", None),
    ("each", "first = 1", None), ("each", "yield name", "yield name"),
    ("each", "first = 2", "first = 2"), ("each", "yield first", "yield first"),
    ("each", "first = 3", "first = 3"),
    ("wait", "two = await", None), ("wait", "return one + two", "return one"),
    ("short", "def short", None), ("sum", "if self.size", None),
    ("crowded", "if (a and", None), ("crowded", "return 5", None),
    ("crowded", "return 6", "return 6"), ("crowded", "KeyError", "return 6"),
    ("crowded", "return 7", "return 6"), ("crowded", "d = 8", "d = 8"),
    ("crowded", "return 9", "d = 8"), ("crowded", "return 10", "return 10"),
    ("sum", "return 2", "return 2"),
])
def test_a_line_is_in_one_segment(function: str, text: str,
                                  begin: str | None) -> None:
    """The first is the function's own; others begin on a line of theirs."""
    line = line_of(text)

    found = segment_at(function_of(function), line, line)

    assert found == (line_of(begin) if begin else 0)


@pytest.mark.parametrize(("first", "last"), [
    ("cost = number", "cost -= 1"), ("cost -= 1", "cost += 3"),
    ("for step", "while cost"),
])
def test_lines_of_several_segments_are_in_none(first: str, last: str) -> None:
    """Nor is something that is added and takes nothing away."""
    price = function_of("price")

    assert not segment_at(price, line_of(first), line_of(last))
    assert not segment_at(price, line_of(first), line_of(first) - 1)


@pytest.fixture
def told() -> Iterator[list[str]]:
    """Hear what the probes tell."""
    heard: list[str] = []
    for name in (FUNCTION, SEGMENT):
        setattr(builtins, name, heard.append)
    yield heard
    for name in (FUNCTION, SEGMENT):
        delattr(builtins, name)


def run_shop() -> dict[str, object]:
    """Return the names of the shop, with probes."""
    names: dict[str, object] = {"__file__": __file__}
    exec(with_probes(SHOP.encode(), "shop.py", "shop"), names)
    return names


def places(told: list[str]) -> list[str]:
    """Return the text of the lines on which the segments told of begin."""
    lines = [LINES[int(name.partition("#")[2]) - 1].strip()
             for name in told if "#" in name]
    told.clear()
    return lines


def test_each_segment_tells_of_itself_and_of_no_other(told: list[str]
                                                      ) -> None:
    """Only what is executed is told, and the values stay the same."""
    shop = run_shop()
    assert told == []

    tell = eval("price(11, 2)", shop)

    assert told[0] == "shop.price"
    assert places(told) == [
        "cost -= 1", "for step in range(2):", "cost += step", "cost += step",
        "while cost > 100:", "cost += 0", "with open(__file__):", "pass",
        "try:", "cost = int(cost)", "cost = cost + 0",
        "tell = lambda: cost + 7"]
    assert tell() == 29
    assert places(told) == ["tell = lambda: cost + 7"]
    assert eval("price(0, 2)", shop) == 0
    assert places(told) == ["elif number:", "return 0"]


def test_a_generator_tells_whenever_it_goes_on(told: list[str]) -> None:
    """Another test may be on by then."""
    names = eval("each(['nut'])", run_shop())
    assert told == []

    assert next(names) == "nut"
    assert (told[0], places(told)) == ("shop.each", ["yield name"])
    assert next(names) == 2
    assert places(told) == ["first = 2", "yield first"]
    assert next(names, None) is None
    assert places(told) == ["first = 3"]


REACHED = {
    "m.f": [0, 1, 2], "m.f#7": [1], "m.f#9": [-1, 2], "m.f.inner": [3],
    "m.made": [-1], "m.made.get": [2], "m.Till.sum": [4], "m.Till.sum#3": [4],
    "m.again": [-1, 5], "m.other": [0],
}


@pytest.mark.parametrize(("function", "segment", "slots"), [
    ("f", 7, [1, 3]), ("f", 8, [3]), ("f", 9, None), ("f", 0, None),
    ("f.inner", 0, [0, 1, 2, 3]), ("made", 0, None), ("made", 4, [2]),
    ("made.get", 0, [2]), ("Till.sum", 3, [4]), ("Till.sum", 5, []),
    ("gone", 0, []), ("other", 0, [0]), ("again", 4, []),
])
def test_a_change_matters_where_its_segment_runs(
        function: str, segment: int, slots: list[int] | None) -> None:
    """Or what is made there; at the import, it matters to all."""
    reach = Reach([f"t{number}" for number in range(6)], REACHED)

    assert reach.slots("m", function, segment) == slots


def test_what_is_set_up_once_matters_to_all_who_use_it() -> None:
    """Though the first of them alone executes it."""
    reach = Reach(["a", "b", "c", "d"], {"m.f": [0], "m.f#3": [0]},
                  [(["m.f", "m.f#3"], ["a", "c"]), (["m.g"], ["d", "gone"])])

    assert reach.slots("m", "f") == [0, 2]
    assert reach.slots("m", "f", 3) == [0, 2]
    assert reach.slots("m", "f", 5) == []
    assert reach.slots("m", "g") == [3]


def test_what_sets_up_for_several_is_known() -> None:
    """By any segment of it, and by a function inside it."""
    reach = Reach(["a", "b"], {"m.f": [0], "m.f#3": [0], "m.g": [0],
                               "m.g.h": [0], "m.k": [1]},
                  [(["m.f#3", "m.g.h"], ["a", "b"]), (["m.k"], [])])

    assert reach.sets_up("m", "f") and reach.sets_up("m", "g")
    assert not reach.sets_up("m", "k") and not reach.sets_up("m", "n")


def test_a_modules_source_that_is_read_matters() -> None:
    """Whoever reads it sees each change."""
    reach = Reach(["a", "b"], {"m": [1], "m.f": [0], "m.f#3": [0]})

    assert reach.slots("m", "f", 3) == [0, 1]
    assert reach.slots("m", "g") == [1]


def test_code_that_is_read_matters_with_all_its_segments() -> None:
    """Those of functions inside it, too, which are a part of it."""
    reach = Reach(["a", "b"], {"m.f": [0], "m.f#3": [0], "m.f#code": [1]})

    assert reach.slots("m", "f", 3) == [0, 1]
    assert reach.slots("m", "f", 5) == [1]
    assert reach.slots("m", "f.inner", 7) == [0, 1]
    assert reach.slots("m", "g") == []


@pytest.mark.parametrize(("old", "new", "begin"), [
    ("cost -= 1", "cost -= 2", "cost -= 1"),
    ("number > 10", "number >= 10", None),
    ("        rate = 2\n", "", "cost -= 1"),
    ("        cost -= 1\n", "", "cost -= 1"),
    ("        yield name\n        first = 2", "        pass", None),
    ("first = 2", "first = 0", "first = 2"),
])
def test_a_changed_body_names_its_segment(old: str, new: str,
                                          begin: str | None) -> None:
    """0 where it is the first, or more than one."""
    body = OriginalText(SHOP).changed_body(SHOP.replace(old, new, 1))

    assert body is not None
    assert body.segment == (line_of(begin) if begin else 0)
