"""The code of a file of tests, and the text of its parts."""
from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Union

from winnow.suites.smells.parsed_file import ParsedFile

# What parameterized and pytest put behind the names in a file.
_ROW = re.compile(r"(_\d+(_.*)?)?", re.DOTALL)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Code:
    """A test file as a tree, and what of it belongs to a test."""

    def __init__(self, name: str, path: Path | None,
                 modules: Mapping[str, Any]) -> None:
        """Read a file; one that cannot be read has no code."""
        self.name = name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(path.read_bytes() if path else "")
        except (OSError, SyntaxError, ValueError, RecursionError,
                MemoryError):
            tree = ast.Module([], [])
        self.page = ParsedFile(name, tree, modules)
        self._functions = list(_functions(tree, None))
        self._statements = [node for node in self.page.nodes
                            if isinstance(node, ast.stmt)]

    @cached_property
    def text(self) -> str:
        """The whole code, as Python would write it."""
        return text_of(self.page.tree)

    @property
    def functions(self) -> Sequence[tuple[ast.ClassDef | None, Function]]:
        """The functions of the file and of its classes, with their class."""
        return self._functions

    def statement(self, line: int) -> ast.stmt | None:
        """Return the innermost statement that a line belongs to."""
        found = (node for node in self._statements
                 if beginning_of(node) <= line <= (node.end_lineno or 0))
        return max(found, default=None, key=lambda node: (
            beginning_of(node), node.col_offset))

    def around(self, line: int) -> Function | None:
        """Return the innermost function that a line belongs to."""
        found = (node for node in self._statements
                 if isinstance(node, FUNCTIONS)
                 and node.lineno <= line <= (node.end_lineno or 0))
        return max(found, key=lambda node: node.lineno, default=None)

    def test(self, name: str) -> tuple[ast.ClassDef | None, Function | None]:
        """Return the function of a test, and its class or the base's.

        Of several by one name the last one runs.
        """
        *above, method = re.sub(r"\[.*", "", name, flags=re.DOTALL).split(".")
        found = [(owner, function) for owner, function in self._functions
                 if is_row_of(method, function.name)]
        has_class = any(is_row_of(part, kind) for part in above
                        for kind in self.page.classes)
        # The longest name first: test_get_1 is a row of test_get, or itself.
        return max(reversed(found), default=(None, None), key=lambda each: (
            each[0] is not None and any(is_row_of(part, each[0].name)
                                        for part in above),
            (each[0] is not None) is has_class, len(each[1].name)))

    def method(self, owner: ast.ClassDef | None, name: str
               ) -> Function | None:
        """Return a method of a class, or of a base of it in this file."""
        kind = owner
        while kind is not None:
            for node in reversed(kind.body):
                if isinstance(node, FUNCTIONS) and node.name == name:
                    return node
            bases = [self.page.classes.get(base.id) for base in kind.bases
                     if isinstance(base, ast.Name)]
            kind = next((base for base in bases if base is not kind), None)
        return None


def requoted(text: str) -> str:
    """Return a sentence with the usual quotes in the code of its backticks."""
    return re.sub("`([^`]*)`", lambda found: f"`{quoted(found[1])}`", text)


def text_of(node: ast.AST | None) -> str:
    """Return a part of a file as Python would write it, without comments."""
    try:
        return ast.unparse(node) if node else ""
    except RecursionError:
        return ""


def code_of(node: ast.AST | None) -> str:
    """Return a part of a file in one line, with the usual quotes."""
    return quoted(" ".join(text_of(node).split()))


def quoted(code: str) -> str:
    """Return code with double quotes around its strings, where it can be."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return code
    for token in reversed(tokens):
        text = token.string
        if token.type == tokenize.STRING and text.startswith("'") and not (
                text.startswith("'''") or '"' in text or "\\" in text):
            begin, end = token.start[1], token.end[1]
            code = f'{code[:begin]}"{text[1:-1]}"{code[end:]}'
    return code


def _functions(node: ast.AST, owner: ast.ClassDef | None
               ) -> Iterator[tuple[ast.ClassDef | None, Function]]:
    """Yield the functions of a file and of its classes, with their class."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield owner, child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, child)
        elif isinstance(child, (ast.If, ast.Try)):
            yield from _functions(child, owner)


def beginning_of(node: ast.stmt) -> int:
    """Return the first line of a statement, its decorators among them."""
    marks = node.decorator_list if isinstance(
        node, (*FUNCTIONS, ast.ClassDef)) else []
    return min([node.lineno, *(mark.lineno for mark in marks)])


def is_row_of(name: str, plain: str) -> bool:
    """Tell whether a name is a plain one, or that with the row behind it."""
    return name.startswith(plain) and bool(
        _ROW.fullmatch(name, len(plain)))
