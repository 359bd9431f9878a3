"""How to compare a caught exception so that the comparison can hold."""
from __future__ import annotations

import ast

from .ast_helpers import WHOLE, called, shown

_EQUAL = ("assertEqual", "assertEquals", "assertIs", "assertMultiLineEqual",
          "assertTupleEqual")
# Where Python 2 and people look for the words of an error.
_MESSAGE = ("message", "msg", "text")


class Correction(ast.NodeTransformer):
    """Mends an assertion about an exception that was never run before.

    Its author has not seen that the watcher is not the error, that an error
    equals nothing but itself, and that the text of a KeyError has quotes. It
    `is_in_doubt` whether a text is expected with these quotes.
    """

    def __init__(self, caught: str, error: str, kinds: set[str]) -> None:
        """Take the name of the watcher, and that of the error in it."""
        self._caught = caught
        self._error = error
        self._has_quotes = kinds <= {"KeyError"}
        self.is_in_doubt = False

    def of(self, assertion: ast.stmt) -> ast.stmt:
        """Return an assertion, mended; as it was where nothing is to mend."""
        if not self._caught:
            return assertion
        mended: ast.stmt = self.visit(
            ast.parse(ast.unparse(assertion)).body[0])
        return ast.fix_missing_locations(mended)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Let the watcher be the error in it."""
        return self._whole() if node.id == self._caught else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Let what is asked of the watcher, or of the error, be there."""
        text = shown(node, WHOLE)
        if text == f"{self._caught}.{self._error}":
            return node
        self.generic_visit(node)
        if node.attr in _MESSAGE and self._is_error(node.value):
            return self._carried()
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Mend a comparison by a method."""
        self.generic_visit(node)
        if called(node) in _EQUAL and len(node.args) > 1:
            node.args[:2] = self._sides(*node.args[:2])
        elif called(node) == "assertIn" and len(node.args) > 1 and (
                self._is_error(node.args[1])):
            node.args[1] = self._args()
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Mend a comparison by an operator."""
        self.generic_visit(node)
        operator, right = node.ops[0], node.comparators[0]
        if isinstance(operator, (ast.Eq, ast.Is)):
            node.left, node.comparators[0] = self._sides(node.left, right)
        elif isinstance(operator, ast.In) and self._is_error(right):
            node.comparators[0] = self._args()
        return node

    def _sides(self, left: ast.expr, right: ast.expr) -> list[ast.expr]:
        """Return the two sides of a comparison, mended."""
        if self._is_error(left) or self._is_text(left):
            return list(self._pair(left, right))
        if self._is_error(right) or self._is_text(right):
            return list(self._pair(right, left))[::-1]
        return [left, right]

    def _pair(self, asked: ast.expr, other: ast.expr
              ) -> tuple[ast.expr, ast.expr]:
        """Return what is asked of an error, and what it is compared with."""
        if self._is_text(asked):
            if not self._has_quotes or called(other) == "repr":
                return asked, other
            if not isinstance(other, ast.Constant):
                self.is_in_doubt = not _has_quotes(other)
                return asked, other
            return (asked if _has_quotes(other) else self._carried()), other
        if isinstance(other, ast.Call) and called(other).endswith(
                ("Error", "Exception")):
            return self._args(), ast.Tuple(other.args, ast.Load())
        if isinstance(other, ast.Name) and other.id.endswith(
                ("Error", "Exception")):
            return ast.Call(ast.Name("type", ast.Load()), [asked], []), other
        if isinstance(other, ast.Tuple):
            return self._args(), other
        return self._carried(), other

    def _is_error(self, node: ast.expr) -> bool:
        """Tell whether an expression is the error."""
        return shown(node, WHOLE) == f"{self._caught}.{self._error}"

    def _is_text(self, node: ast.expr) -> bool:
        """Tell whether an expression is the text of the error."""
        return (isinstance(node, ast.Call) and called(node) == "str"
                and bool(node.args) and self._is_error(node.args[0]))

    def _whole(self) -> ast.expr:
        """Return the error."""
        return ast.Attribute(ast.Name(self._caught, ast.Load()), self._error,
                             ast.Load())

    def _args(self) -> ast.expr:
        """Return all that the error carries."""
        return ast.Attribute(self._whole(), "args", ast.Load())

    def _carried(self) -> ast.expr:
        """Return the first of what the error carries."""
        return ast.Subscript(self._args(), ast.Constant(0), ast.Load())


def _has_quotes(node: ast.expr) -> bool:
    """Tell whether an expression is a string that begins with a quote."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0] if node.values else node
    return (isinstance(node, ast.Constant) and isinstance(node.value, str)
            and node.value.startswith(("'", '"')))
