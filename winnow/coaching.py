"""What the author of a test that is not valid may believe, and do instead.

Two sources tell. A fault on which the test passes is what it asks for; and
`confusions.toml` knows the errors of the usual confusions by their signs.
"""
from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Union

from .exercise import Fault
from .findings import Problem
from .stage import FAILING
from .verdict import Outcome

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = Path(__file__).with_name("confusions.toml")
# Errors in a test's own words: that such a test passes anywhere is chance.
_OWN_SLIPS = re.compile(
    r"\b(NameError|UnboundLocalError|ImportError|ModuleNotFoundError|"
    r"SyntaxError|IndentationError): |does not have the attribute|fixture '")
# What parameterized and pytest put behind the names in a file.
_ROW = re.compile(r"(_\d+(_.*)?)?", re.DOTALL)
_PLACE = re.compile(r"(?:\w+: )?(.+?\.py), line (\d+): ")

_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_Outcomes = Mapping[str, Outcome]


@dataclass(frozen=True)
class Confusion:
    """A mistake that many make: how it shows, and what its author is told.

    `source` is where people met it, `lesson` the page of the course on it, if
    there is one. Each of `signs` is a set of regular
    expressions, of which all must be found: in the `message` of a test on the
    right modules, in the `line` that the message names, in the `test`, or in
    the whole `file`; the last three as `ast.unparse` writes them. What their
    named groups find stands for the {names} in `says`. Unless the signs are
    `certain`, a fault on which the test passes explains it better.
    """

    name: str
    title: str
    says: str
    source: str
    signs: tuple[Mapping[str, re.Pattern[str]], ...]
    certain: bool
    lesson: str | None = None

    def told(self, clues: Mapping[str, str]) -> str | None:
        """Return what to say to a test with these clues; None if no sign."""
        for sign in self.signs:
            names: dict[str, str] = {}
            for where, pattern in sign.items():
                match = pattern.search(clues[where])
                if not match:
                    break  # The short message is asked before the file.
                names.update(match.groupdict())
            else:
                return self.says.format_map(names)
        return None


@dataclass(frozen=True)
class OnFault:
    """How the tests ended on a fault, which stands at `place`."""

    fault: Fault
    place: str
    tests: _Outcomes

    @cached_property
    def passing(self) -> frozenset[str]:
        """The tests that pass on it."""
        return frozenset(test for test, outcome in self.tests.items()
                         if outcome.status == "passed")


@lru_cache(maxsize=None)
def confusions() -> tuple[Confusion, ...]:
    """Return the table of confusions, in the order in which they are tried."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return tuple(
        Confusion(
            row["name"], row["title"], row["says"], row["source"],
            tuple({where: re.compile(text, re.MULTILINE)
                   for where, text in sign.items()}
                  for sign in row["signs"]),
            row.get("certain", True), row.get("lesson"))
        for row in table["confusion"])


def coach(tests: _Outcomes, files: Mapping[str, Path],
          on_faults: Sequence[OnFault] = (),
          on_refactorings: Sequence[_Outcomes] = ()) -> dict[str, str]:
    """Return what to say of the tests that fail on the right modules.

    `tests` may hold files that cannot be imported, too; `files` are the test
    files, by the names that messages give them. The first that fits is said:
    a confusion whose signs are certain, a fault on which the test passes, a
    confusion that is likely. Of others nothing is said.
    """
    coaching = {}
    reader = _Reader(files)
    for test, outcome in tests.items():
        if outcome.status not in FAILING:
            continue
        clues = reader.clues(test, outcome)
        text = (_explained(clues, certain=True)
                or _asks_for(test, outcome, on_faults, on_refactorings)
                or _explained(clues, certain=False))
        if text:
            coaching[test] = text
    return coaching


def _explained(clues: Mapping[str, str], certain: bool) -> str | None:
    """Return what the first confusion with a sign among the clues says."""
    said = ((row.told(clues), row.lesson) for row in confusions()
            if row.certain == certain)
    return next((text + _read_on(lesson) for text, lesson in said if text),
                None)


def _read_on(lesson: str | None) -> str:
    """Return where the course says more, behind a text; nothing if nowhere."""
    return f" Lesson: {lesson}." if lesson else ""


def _asks_for(test: str, outcome: Outcome, on_faults: Sequence[OnFault],
              on_refactorings: Sequence[_Outcomes]) -> str | None:
    """Return which fault a test takes for right, if there is one.

    Of several it is the one on which most tests of the suite pass: what else
    its author believes agrees with it best. Then a fault of the tasks comes
    before others, and the table's order tells. A test that passes on correct
    code as well, a refactoring, passes by chance or by how code is written:
    no fault explains it, nor a test that fails by its own words.
    """
    if _OWN_SLIPS.search(outcome.message or "") or any(
            tests[test].status == "passed" for tests in on_refactorings
            if test in tests):
        return None
    found = [each for each in on_faults if test in each.passing]
    if not found:
        return None
    best = max(found, key=lambda each: (
        len(each.passing), each.fault.level == "core"))
    return ("This test passes on a module with a fault, so the fault is what "
            f"it asks for: “{best.fault.breaks}” The right code stands at "
            f"{best.place}: expect what it does."
            f"{_read_on(best.fault.lesson)}")


def advised(problems: Iterable[Problem], coaching: Mapping[str, str]
            ) -> tuple[Problem, ...]:
    """Return problems, those of imports with what coaching says of them."""
    return tuple(
        replace(each, advice=coaching.get(each.test, each.advice))
        if each.kind == "import" else each for each in problems)


class _Code:
    """The code of a test file, and what of it belongs to a test."""

    def __init__(self, path: Path | None) -> None:
        """Read a file; one that cannot be read has no code."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._tree = ast.parse(path.read_bytes() if path else "")
        except (OSError, SyntaxError, ValueError, RecursionError,
                MemoryError):
            self._tree = ast.Module([], [])
        self._functions = list(_functions(self._tree))
        self._statements = [node for node in ast.walk(self._tree)
                            if isinstance(node, ast.stmt)]

    @cached_property
    def text(self) -> str:
        """The whole code, as Python would write it."""
        return _text(self._tree)

    def statement(self, line: int) -> ast.stmt | None:
        """Return the innermost statement that a line belongs to."""
        found = (node for node in self._statements
                 if node.lineno <= line <= (node.end_lineno or 0))
        return max(found, key=lambda node: node.lineno, default=None)

    def test(self, name: str) -> _Function | None:
        """Return the function of a test, which a base class may hold."""
        *above, method = re.sub(r"\[.*", "", name, flags=re.DOTALL).split(".")
        found = [(owner, function) for owner, function in self._functions
                 if _is_row(method, function.name)]
        # The longest name first: test_get_1 is a row of test_get, or itself.
        return max(found, default=(None, None), key=lambda each: (
            any(_is_row(part, each[0]) for part in above),
            len(each[1].name)))[1]


class _Reader:
    """Finds in the test files what belongs to a test; reads each once."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        """Remember where the files are, by the names in messages."""
        self._files = files
        self._codes: dict[str, _Code] = {}

    def clues(self, test: str, outcome: Outcome) -> dict[str, str]:
        """Return the texts in which the signs of a confusion are sought."""
        message = outcome.message or outcome.status
        place = _PLACE.match(message)
        code = self._code(self._file_of(test))
        line = self._code(place[1]).statement(int(place[2])) if place else None
        return {"message": message, "line": _text(line),
                "test": _text(code.test(test) or line), "file": code.text}

    def _file_of(self, test: str) -> str:
        """Return the name of the file in which a test stands."""
        for name in self._files:
            whole = name.removesuffix(".py").replace("/", ".")
            if test == name or test.startswith(
                    (f"{whole}.", f"{whole.rpartition('.')[2]}.")):
                return name
        return ""

    def _code(self, name: str) -> _Code:
        """Return the code of a file, by the name in messages."""
        if name not in self._codes:
            self._codes[name] = _Code(self._files.get(name))
        return self._codes[name]


def _is_row(name: str, plain: str) -> bool:
    """Tell whether a name is a plain one, or that with the row behind it."""
    return name.startswith(plain) and bool(
        _ROW.fullmatch(name, len(plain)))


def _text(node: ast.AST | None) -> str:
    """Return a part of a file as Python would write it, without comments."""
    try:
        return ast.unparse(node) if node else ""
    except RecursionError:
        return ""


def _functions(node: ast.AST, owner: str = ""
               ) -> Iterator[tuple[str, _Function]]:
    """Yield the functions of a file and of its classes, with their class."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield owner, child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, child.name)
        elif isinstance(child, (ast.If, ast.Try)):
            yield from _functions(child, owner)
