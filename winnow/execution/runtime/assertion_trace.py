"""Notes which tests execute an assertion, of whatever kind.

Listened to are the assert statements of the tests' files and of those beside
them, their functions that may raise, the methods of unittest's TestCase and
of mock's doubles, and pytest's `raises` and `fail`.
"""
from __future__ import annotations

import ast
import builtins
import functools
import os
import re
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any
from unittest import TestCase, mock

from winnow.execution.event import Asserts
from winnow.execution.runtime.recorder import Recorder

from . import imports

_PROBE = "__winnow_asserts__"
# The folders of tests have such files in them.
_OF_TESTS = re.compile(r"(test_.*|.*_test|conftest)\.py")
OF_PYTEST = ("raises", "warns", "deprecated_call", "fail")
OF_UNITTEST = frozenset(name for name in vars(TestCase)
                        if name.startswith(("assert", "fail")))
_DOUBLES = (mock.NonCallableMock, mock.AsyncMockMixin)
OF_MOCK = frozenset(name for kind in _DOUBLES for name in vars(kind)
                    if name.startswith("assert_"))
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class AssertionTrace:
    """Listens from its making on, in a process that is thrown away."""

    def __init__(self, stage: Recorder) -> None:
        """Let each kind of assertion tell when it is executed."""
        self._stage = stage
        self._asserting: dict[str, None] = {}
        self._folder = str(stage.job.folder)
        self._modules = {str(stage.job.folder / path)
                         for path in stage.job.modules.values()}
        setattr(builtins, _PROBE, self._note)
        # What a cold process has forgotten is another one now.
        from unittest import TestCase
        from unittest.mock import AsyncMockMixin, NonCallableMock
        for owner, names in ((TestCase, OF_UNITTEST),
                             (NonCallableMock, OF_MOCK),
                             (AsyncMockMixin, OF_MOCK)):
            for name in names & vars(owner).keys():
                self._wrap(owner, name)
        # A unittest suite may use them too.
        if stage.job.runner == "pytest" or "pytest" in sys.modules:
            import pytest
            for name in OF_PYTEST:
                self._wrap(pytest, name)
        imports.use_compiler(self._probed)

    def _probed(self, path: str, text: bytes) -> CodeType | None:
        """Return the code of a file of tests, or beside them, with probes."""
        if path in self._modules or not self._is_among_tests(path):
            return None
        try:
            return _with_probes(text, path)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None  # Said by the import that needs it.

    def _is_among_tests(self, path: str) -> bool:
        """Tell whether a file lies in a folder of tests, or below one.

        The project's own folder counts for what lies directly in it alone.
        """
        folder = os.path.dirname(path)
        while True:
            if any(map(_OF_TESTS.fullmatch, os.listdir(folder))):
                return True
            folder = os.path.dirname(folder)
            if len(folder) <= len(self._folder):
                return False

    def _wrap(self, owner: object, name: str) -> None:
        """Let a function note that it is called."""
        asked: Callable[..., Any] = getattr(owner, name)
        if not callable(asked) or isinstance(asked, type):
            return

        @functools.wraps(asked)
        def noted(*args: Any, **kwargs: Any) -> Any:
            """Note the call, and pass it on."""
            self._note()
            return asked(*args, **kwargs)

        setattr(owner, name, noted)

    def _note(self) -> None:
        """Note that the test that is on asserts something."""
        if self._stage.test is not None:
            self._asserting[self._stage.test] = None

    def tell(self) -> None:
        """Tell which tests asserted anything."""
        self._stage.emit(Asserts(list(self._asserting)))


def _with_probes(text: bytes, path: str) -> CodeType:
    """Return a file's code in which what may fail a test tells of itself.

    That is each assert statement, and each function that raises.
    """
    tree = ast.parse(text, path)
    for node in list(ast.walk(tree)):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                block[:] = [each for statement in block
                            for each in _told(statement)]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
                map(_raises, node.body)):
            # Behind the docstring, or it would be none.
            node.body.insert(int(ast.get_docstring(node) is not None),
                             _probe(node.body[0]))
    return compile(tree, path, "exec", dont_inherit=True)


def _raises(node: ast.AST) -> bool:
    """Tell whether something raises, what it defines aside."""
    return isinstance(node, ast.Raise) or (
        not isinstance(node, _Definition)
        and any(map(_raises, ast.iter_child_nodes(node))))


def _told(statement: ast.AST) -> list[ast.AST]:
    """Return a statement, behind a probe where it is an assertion."""
    if not isinstance(statement, ast.Assert):
        return [statement]
    return [_probe(statement), statement]


def _probe(statement: ast.AST) -> ast.stmt:
    """Return the statement that tells, to stand where another one does."""
    probe = ast.parse(f"{_PROBE}()").body[0]
    for part in ast.walk(probe):
        ast.copy_location(part, statement)
    return probe
