"""Where the parts of a module's syntax tree are in its text.

A tree counts lines and the bytes of UTF-8; an edit counts characters.
"""
from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from typing import NamedTuple

_COMMENT = re.compile(r"#[^\n\r]*")
_ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant,
          ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp,
          ast.DictComp, ast.GeneratorExp, ast.JoinedStr)


class Change(NamedTuple):
    """A text in place of what stands between two places, and what it does."""

    start: int
    end: int
    new: str
    kind: str
    breaks: str


class SourceText:
    """The text of a module and its syntax tree."""

    def __init__(self, source: str) -> None:
        """Parse the text; raises `SyntaxError`."""
        self.source = source
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.tree = ast.parse(source)
        except ValueError as error:  # Null bytes, before Python 3.12.
            raise SyntaxError(str(error)) from error
        ends = re.finditer(r"\r\n?|\n", source)
        self._lines = [0, *(end.end() for end in ends)]

    def at(self, line: int, column: int) -> int:
        """Return the place of a tree's line and column."""
        start = self._lines[line - 1]
        head = self.source[start:start + column]
        if head.isascii():
            return start + column
        return start + len(head.encode()[:column].decode())

    def line_of(self, place: int) -> int:
        """Return the number of the line, from 1, in which a place is."""
        return bisect_right(self._lines, place)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends, with its decorators."""
        line, column = getattr(node, "lineno"), getattr(node, "col_offset")
        start = self.at(line, column)
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        if decorators:
            first = self.at(decorators[0].lineno, decorators[0].col_offset)
            start = self.source.rindex("@", 0, first)
        return start, self.at(getattr(node, "end_lineno"),
                              getattr(node, "end_col_offset"))

    def of(self, node: ast.AST) -> str:
        """Return the text of a node, without parentheses around it."""
        start, end = self.span(node)
        return self.source[start:end]

    def inside(self, node: ast.expr) -> str:
        """Return the text of a node such as it can be part of any other."""
        text = self.of(node)
        if isinstance(node, _ATOMS) and "\n" not in text:
            return text
        return f"({text})"

    def operand(self, node: ast.expr) -> str:
        """Return the text of a node such as it can stand beside `and`."""
        simple = isinstance(node, (ast.Compare, ast.UnaryOp, ast.BinOp))
        text = self.of(node)
        return text if simple and "\n" not in text else self.inside(node)

    def find(self, pattern: str, left: ast.AST, right: ast.AST
             ) -> tuple[int, int] | None:
        """Return where a pattern stands between two nodes, if it does."""
        start, end = self.span(left)[1], self.span(right)[0]
        gap = _COMMENT.sub(lambda found: " " * len(found[0]),
                           self.source[start:end])
        found = re.search(pattern, gap)
        if found is None:
            return None
        return start + found.start(), start + found.end()

    def indent(self, node: ast.AST) -> str | None:
        """Return what stands before a statement, if it is but blanks."""
        start = self.span(node)[0]
        line = 1 + max(self.source.rfind("\n", 0, start),
                       self.source.rfind("\r", 0, start))
        head = self.source[line:start]
        return None if head.strip() else head

    def change(self, node: ast.AST, new: str, kind: str, breaks: str
               ) -> Change:
        """Return the change that puts another text in place of a node."""
        return self.between(self.span(node), new, kind, breaks)

    def between(self, span: tuple[int, int], new: str, kind: str, breaks: str
                ) -> Change:
        """Return a change whose new text runs into no word beside it."""
        start, end = span
        if _joins(self.source[start - 1:start], new[:1]):
            new = f" {new}"
        if _joins(new[-1:], self.source[end:end + 1]):
            new = f"{new} "
        return Change(start, end, new, kind, breaks)


def _joins(left: str, right: str) -> bool:
    """Tell whether two characters would become parts of one word."""
    return ((left.isalnum() or left == "_")
            and (right.isalnum() or right in ("_", '"', "'")))


def brief(text: str) -> str:
    """Return code as a sentence quotes it: on one line, and short."""
    if "\n" in text:
        text = re.sub(r"(?m)(?:^|\s)#\s.*$", "", text)
    line = " ".join(text.split())
    return f"`{line if len(line) <= 50 else line[:49] + '…'}`"
