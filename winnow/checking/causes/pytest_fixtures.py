"""Fixtures of pytest that are not used as fixtures."""
from __future__ import annotations

import ast
import re

from .asked import Names
from .failure import Failure
from .patches import is_fixture
from .source import FUNCTIONS, Function, code_of


def not_requested(failure: Failure) -> Names | None:
    """A fixture that the test uses, and does not name as a parameter."""
    found = re.search(r'Fixture "(\w+)" called directly', failure.words)
    if not found and not re.search(r"'FixtureFunctionDefinition' object|"
                                   r"'function' object", failure.words):
        return None
    test = failure.function
    if test is None or failure.around is not test:
        return None
    taken = [each.arg for each in test.args.args]
    for name in ([found[1]] if found else _names(failure)):
        fixture = _fixture(failure, name)
        if fixture and name not in taken:
            return {"name": name, "line": str(fixture.lineno), "write":
                    f"def {test.name}({', '.join([*taken, name])}):"}
    return None


def gives_nothing(failure: Failure) -> Names | None:
    """A fixture of the test without return and yield: it gives None."""
    if failure.function is None or not re.search(
            r"'NoneType' object|\bassert None\b", failure.words):
        return None
    taken = [each.arg for each in failure.function.args.args]
    for name in _names(failure):
        fixture = _fixture(failure, name) if name in taken else None
        if fixture is None or any(
                isinstance(node, (ast.Yield, ast.YieldFrom))
                or isinstance(node, ast.Return) and node.value
                for node in ast.walk(fixture)):
            continue
        last = fixture.body[-1]
        value = ("…" if not isinstance(last, (ast.Assign, ast.Expr))
                 else code_of(last.value) if isinstance(last, ast.Expr)
                 else code_of(last.targets[0]))
        return {"name": name, "line": str(fixture.lineno),
                "write": f"return {value}"}
    return None


def _names(failure: Failure) -> list[str]:
    """Return the names in the statement that failed."""
    return [node.id for node in failure.parts if isinstance(node, ast.Name)]


def _fixture(failure: Failure, name: str) -> Function | None:
    """Return the fixture of a name in the test's own file."""
    return next((node for node in failure.page.tree.body
                 if isinstance(node, FUNCTIONS) and node.name == name
                 and is_fixture(node)), None)
