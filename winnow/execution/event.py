"""What a process tells of its run: an event for each thing that happens.

Here they are put into a line of JSON, and read from it. Where a test may be
on, they are told apart by `match`, which calls no function that it can patch.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

# By a name of its own: a test may have patched it in its module.
from json import JSONEncoder, loads
from typing import Any, NamedTuple, Union

from winnow.model.outcome import Ending, Status

# Not the class itself: a test may give that another method or separator.
_Encoder: Any = type("_Encoder", (), {
    name: value for name, value in vars(JSONEncoder).items()
    if name not in ("__dict__", "__weakref__")})
dumps: Callable[[object], str] = _Encoder().encode

# A named tuple is made, and its class too, in a third of the time that a
# frozen dataclass takes: a long suite tells thousands, and each check loads
# all of these.


class Moment(Enum):
    """What happens without more to say of it."""

    LOADS = "loads"  # Plugins of pytest's are imported, or rows collected.
    TESTS_OVER = "tests_over"
    DONE = "done"  # The end of the run.
    # Of a process that runs many variants:
    WAITING = "waiting"  # For one that it has cloned.
    UNHEARD = "unheard"  # A test that only proves another.
    OVER = "over"  # The run that `VariantRan` began.
    SPOILT = "spoilt"  # All that it has said of them is doubted.
    PICKED = "picked"  # Only the tests that come to the change have run.


class FileBegins(NamedTuple):
    """The import of a test file begins."""

    file: str


class Broken(NamedTuple):
    """The import of a test file failed."""

    file: str
    message: str


class Unviable(NamedTuple):
    """It failed since a module of those tested cannot be imported."""

    module: str
    message: str


class PassedOver(NamedTuple):
    """A test file asks to be skipped as a whole."""

    file: str
    message: str


class Refused(NamedTuple):
    """Pytest ended by itself before all tests had run."""

    message: str


class FixtureBegins(NamedTuple):
    """What is set up for several tests begins."""

    tests: Sequence[str]


class Started(NamedTuple):
    """A test begins; it passes unless `Finished` says otherwise."""

    test: str


class Finished(NamedTuple):
    """A test, or what belongs to it, did not pass."""

    test: str
    status: Status
    message: str | None


class Stopped(NamedTuple):
    """The run was ended from within a test, or between two of them."""

    test: str | None
    message: str


class Connects(NamedTuple):
    """Another machine was tried."""

    test: str | None
    address: str


class Uses(NamedTuple):
    """A port, or a file outside, that others may use too; who did first."""

    thing: str
    name: str
    test: str


class Reads(NamedTuple):
    """A file outside, that is no library's, was read."""

    name: str


class Took(NamedTuple):
    """How many seconds each test took."""

    seconds: Mapping[str, float]


class Executes(NamedTuple):
    """The functions that a test executed; whether it is integrated."""

    test: str
    names: Sequence[str]
    is_integrated: bool


class Reached(NamedTuple):
    """When each function was executed (see `FunctionTrace`)."""

    branches: bool
    slots: Mapping[str, list[int]]
    forks: bool


class SharedBy(NamedTuple):
    """What was executed for several tests at once."""

    names: Sequence[str]
    tests: Sequence[str]


class Asserts(NamedTuple):
    """Which tests executed an assertion."""

    tests: Sequence[str]


class Changed(NamedTuple):
    """What the run left changed, by kind and name (see `Snapshot`)."""

    changes: Sequence[Sequence[str]]


class Independent(NamedTuple):
    """No test finds what another has left; those that belong together."""

    together: Sequence[Sequence[str]]


class Waits(NamedTuple):
    """How much of their time the tests waited, from 0 to 1."""

    share: float


class Shows(NamedTuple):
    """What an error shows (see `Postmortem`)."""

    test: str | None
    facts: Mapping[str, Any]


class Loaded(NamedTuple):
    """The modules that the run imported; the files of those of the folder."""

    names: Sequence[str]
    files: Mapping[str, str]


class Judgement(str, Enum):
    """What a process that tries many variants says of one."""

    CAUGHT = "caught"
    MISSED = "missed"
    UNNOTICED = "unnoticed"  # By the tests that come to it.
    UNSURE = "unsure"
    UNTRIED = "untried"  # The function's code cannot be exchanged here.


class Branched(NamedTuple):
    """A process that runs many variants was cloned for one."""

    pid: int


class VariantRan(NamedTuple):
    """How a variant's run ended; what it told follows, up to `Moment.OVER`."""

    place: int
    ended: Ending
    reason: str


class VariantBegins(NamedTuple):
    """The next of many variants is tried."""

    place: int


class VariantEnds(NamedTuple):
    """What is said of the variant that was tried; the test that failed."""

    answer: Judgement
    killer: str | None


class Left(NamedTuple):
    """A process that is used again names what could not be put right."""

    what: list[str]


Event = Union[
    Moment, FileBegins, Broken, Unviable, PassedOver, Refused, FixtureBegins,
    Started, Finished, Stopped, Connects, Uses, Reads, Took, Executes, Reached,
    SharedBy, Asserts, Changed, Independent, Waits, Shows, Loaded, Branched,
    VariantRan, VariantBegins, VariantEnds, Left]
Emit = Callable[[Event], None]

_KINDS: Mapping[type[Event], str] = {
    FileBegins: "file",
    Broken: "broken",
    Unviable: "unviable",
    PassedOver: "passed_over",
    Refused: "refused",
    FixtureBegins: "fixture",
    Started: "start",
    Finished: "end",
    Stopped: "stopped",
    Connects: "network",
    Uses: "uses",
    Reads: "reads",
    Took: "took",
    Executes: "executes",
    Reached: "reached",
    SharedBy: "shared",
    Asserts: "asserts",
    Changed: "changed",
    Independent: "independent",
    Waits: "waits",
    Shows: "shows",
    Loaded: "loaded",
    Branched: "branch",
    VariantRan: "run",
    VariantBegins: "begins",
    VariantEnds: "ends",
    Left: "left"}
# Which value of a line is the name of a state, and which states there are.
_STATES: Mapping[str, tuple[int, Callable[[str], object]]] = {
    "end": (1, Status), "run": (1, Ending), "ends": (0, Judgement)}
_TYPES: Mapping[str, Callable[..., Event]] = {
    kind: each for each, kind in _KINDS.items()}
# How the line of each kind begins.
_START: Mapping[type[Event], bytes] = {
    each: dumps([kind]).encode()[:-1] for each, kind in _KINDS.items()}
_SIGNS = {sign.value: sign for sign in Moment}


def encoded(event: Event) -> bytes:
    """Return an event as a line."""
    match event:
        case Moment():
            return dumps([event.value]).encode()
        case _:
            return dumps([_KINDS[event.__class__], *event]).encode()


def decoded(line: bytes) -> Event:
    """Return the event that a line is."""
    kind, *values = loads(line)
    if kind in _SIGNS:
        return _SIGNS[kind]
    if kind in _STATES:
        place, state = _STATES[kind]
        values[place] = state(values[place])
    return _TYPES[kind](*values)


def encodes(line: bytes, *kinds: type[Event]) -> bool:
    """Tell whether a line is an event of one of these kinds; it is not read.
    """
    return line.startswith(tuple(_START[kind] for kind in kinds))


def count(kind: type[Event], lines: bytes) -> int:
    """Return how many events of a kind there are in lines, none of them read.
    """
    return lines.count(_START[kind])
