"""Which tests really execute an assertion, whatever kind it is.

Listened to are the assert statements of the tests' files, the methods of
unittest's TestCase and of mock's doubles, and pytest's `raises` and `fail`.
"""
from __future__ import annotations

import ast
import builtins
import functools
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any
from unittest import TestCase, mock

from . import imports
from .stage import Stage

_PROBE = "__winnow_asserts__"
_OF_PYTEST = ("raises", "warns", "deprecated_call", "fail")


class Assertions:
    """Listens from its making on, in a process that is thrown away."""

    def __init__(self, stage: Stage) -> None:
        """Let each kind of assertion tell when it is executed."""
        self._stage = stage
        self._asserting: dict[str, None] = {}
        setattr(builtins, _PROBE, self._note)
        for owner, prefix in ((TestCase, "assert"), (TestCase, "fail"),
                              (mock.NonCallableMock, "assert_")):
            for name in [name for name in vars(owner)
                         if name.startswith(prefix)]:
                self._wrap(owner, name)
        if stage.job.runner == "pytest":
            import pytest
            for name in _OF_PYTEST:
                self._wrap(pytest, name)
        for file in stage.job.files:
            path = str(stage.job.folder / file)
            text = Path(path).read_bytes()
            try:
                imports.use_code(path, text, _with_probes(text, path))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass  # Said by the import that needs it.

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
        self._stage.emit(["asserts", list(self._asserting)])


def _with_probes(text: bytes, path: str) -> CodeType:
    """Return a file's code in which each assert statement tells of itself."""
    tree = ast.parse(text, path)
    for node in list(ast.walk(tree)):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                block[:] = [each for statement in block
                            for each in _told(statement)]
    return compile(tree, path, "exec", dont_inherit=True)


def _told(statement: ast.AST) -> list[ast.AST]:
    """Return a statement, behind a probe where it is an assertion."""
    if not isinstance(statement, ast.Assert):
        return [statement]
    probe = ast.parse(f"{_PROBE}()").body[0]
    for part in ast.walk(probe):
        ast.copy_location(part, statement)
    return [probe, statement]
