"""One failing test, as the functions that explain it see it."""
from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from winnow.model.identifier import TestId
from winnow.suites.smells.parsed_file import ParsedFile

from .known_modules import NOTHING, KnownModules
from .source import FUNCTIONS, Code, Function, text_of

# "setUp: test_a.py, line 3: KeyError: 'a'", of which not all must be there.
_MESSAGE = re.compile(
    r"(?:(?P<phase>(?:setUp|tearDown)\w*): )?"
    r"(?:(?P<file>.+?\.py), line (?P<line>\d+): )?"
    r"(?:(?P<error>[A-Za-z_][\w.]*)(?:: |$))?(?P<words>.*)", re.DOTALL)
# What of a traceback is no step: what only wraps a function, as memoize does.
_WRAPS = ("memoized", "wrapper", "wrapped", "inner")


@dataclass(frozen=True)
class Step:
    """One frame of an error: where it stands, and what it was given."""

    file: str
    line: int
    function: str
    given: Mapping[str, str]


@dataclass(frozen=True)
class Failure:
    """One test, or one file, that fails: its code, its message, its facts.

    `facts` are what the error showed in its own process (see `Postmortem`);
    empty where that is not known. `subject` are the modules under test;
    `executes` says which of their functions the test executes, if known.
    """

    test: str
    message: str
    status: str
    code: Code
    place: Code
    subject: KnownModules = NOTHING
    facts: Mapping[str, Any] = field(default_factory=dict)
    executes: Sequence[str] | None = None

    @cached_property
    def _parts(self) -> Mapping[str, str]:
        """The parts of the message."""
        match = _MESSAGE.fullmatch(self.message)
        assert match
        return {name: text or "" for name, text in match.groupdict().items()}

    @property
    def phase(self) -> str:
        """The fixture in which it failed, such as setUpClass; or nothing."""
        return self._parts["phase"]

    @property
    def line(self) -> int:
        """The line of the tests' own files where it failed, or 0."""
        return int(self._parts["line"] or 0)

    @property
    def error(self) -> str:
        """The name of the error, without its module."""
        return self._parts["error"].rpartition(".")[2]

    @property
    def words(self) -> str:
        """What the error says."""
        return self._parts["words"]

    @cached_property
    def statement(self) -> ast.stmt | None:
        """The statement where it failed."""
        return self.place.statement(self.line)

    @cached_property
    def parts(self) -> Sequence[ast.AST]:
        """The parts of that statement, without statements within it."""
        found: list[ast.AST] = []
        waiting: list[ast.AST] = [self.statement] if self.statement else []
        while waiting:
            node = waiting.pop(0)
            found.append(node)
            waiting += [child for child in ast.iter_child_nodes(node)
                        if not isinstance(child, ast.stmt)]
        return found

    @cached_property
    def _found(self) -> tuple[ast.ClassDef | None, Function | None]:
        """The class and the function of the test.

        Of a file that cannot be imported, those whose decorators fail.
        """
        found = self.code.test(self.test)
        if found[1] is None and isinstance(self.statement, FUNCTIONS):
            return next((each for each in self.code.functions
                         if each[1] is self.statement), found)
        return found

    @property
    def owner(self) -> ast.ClassDef | None:
        """The class in which the test is written."""
        return self._found[0]

    @property
    def function(self) -> Function | None:
        """The function of the test."""
        return self._found[1]

    @cached_property
    def around(self) -> Function | None:
        """The function in which it failed, which may be a fixture's."""
        return self.place.around(self.line) or self.function

    @property
    def page(self) -> ParsedFile:
        """The file of the test, with what its names mean."""
        return self.code.page

    @property
    def is_of_pytest(self) -> bool:
        """Whether the test is a plain function or class, without TestCase."""
        return self.page.kind_of(self.owner) == "plain"

    @cached_property
    def clues(self) -> Mapping[str, str]:
        """The texts in which the patterns of a confusion are sought."""
        return {"message": self.message, "line": text_of(self.statement),
                "test": text_of(self.function or self.statement),
                "file": self.code.text}

    @cached_property
    def steps(self) -> Sequence[Step]:
        """The frames of the error in the tests and the modules."""
        return [Step(each["file"], each["line"], each["function"],
                     each["given"]) for each in self.facts.get("steps", ())]

    @property
    def inside(self) -> Sequence[Step]:
        """The steps in the modules under test, the outermost first."""
        return [step for step in self.steps if self.subject.owns(step.file)
                and step.function not in _WRAPS]

    @property
    def ends_inside(self) -> Step | None:
        """The step in the modules where the error was raised, if it was.

        One raised by a library that they call, or by a mock, was not.
        """
        last = self.steps[-1] if self.steps else None
        if last is None or not self.subject.owns(last.file):
            return None
        module = self.subject.module_of(last.file)
        return last if self.facts["ends"][0] == module else None

    def ends_in(self, package: str) -> bool:
        """Tell whether the error was raised in a package, say `unittest`."""
        module = (self.facts.get("ends") or [""])[0]
        return bool(f"{module}.".startswith(f"{package}."))

    @property
    def own_line(self) -> int:
        """The last line of the tests that led to it."""
        own = [step.line for step in self.steps
               if not self.subject.owns(step.file)]
        return own[-1] if own else self.line

    @property
    def runs_code(self) -> bool | None:
        """Whether the test executes more of the modules than it makes of them.

        To make an object is not to test it. None where that is not known.
        """
        if self.executes is None:
            return None
        return any(not name.endswith(".__init__")
                   and not self.subject.is_class(name)
                   for name in self.executes)

    def fact(self, *names: str) -> Any:
        """Return a fact, if it is known: `fact("asked", "is", "kind")`."""
        found: Any = self.facts
        for name in names:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def equal(self, left: str, right: str) -> str:
        """Return the code that compares two values in this kind of test."""
        return (f"assert {left} == {right}" if self.is_of_pytest
                else f"self.assertEqual({left}, {right})")

    def raising(self, error: str) -> str:
        """Return how this kind of test awaits an error."""
        return (f"with pytest.raises({error}):" if self.is_of_pytest
                else f"with self.assertRaises({error}):")


class Reader:
    """Finds in the test files what belongs to a test; reads each once."""

    def __init__(self, files: Mapping[str, Path], subject: KnownModules,
                 shown: Mapping[str, Mapping[str, Any]],
                 executes: Mapping[str, Sequence[str]] | None) -> None:
        """Remember where the files are, by the names in messages."""
        self._files = files
        self._subject = subject
        self._shown = shown
        self._executes = executes
        self._codes: dict[str, Code] = {}

    def failure(self, test: str, status: str, message: str | None
                ) -> Failure:
        """Return what is known of one test that fails."""
        said = message or status
        match = _MESSAGE.fullmatch(said)
        place = match["file"] if match else None
        failure = Failure(
            test, said, status, self._code(self._file_of(test)),
            self._code(place or ""), self._subject, executes=(
                None if self._executes is None
                else self._executes.get(test, ())))
        key = f"{place}, line {failure.line}: {failure.error}"
        for facts in (self._shown.get(test), self._shown.get(key)):
            if facts and failure.error in facts.get("kinds", ())[:1]:
                return replace(failure, facts=facts)
        return failure

    def _file_of(self, test: str) -> str:
        """Return the name of the file in which a test stands."""
        for name in self._files:
            if test == name or TestId.of(test).in_file(name) is not None:
                return name
        return ""

    def _code(self, name: str) -> Code:
        """Return the code of a file, by the name in messages."""
        if name not in self._codes:
            self._codes[name] = Code(
                name, self._files.get(name), self._subject.public)
        return self._codes[name]
