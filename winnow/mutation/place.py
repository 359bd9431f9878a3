"""Where a change is: the nodes of the syntax tree around it."""
from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from winnow.model.syntax import FUNCTIONS, Function, walk

from .source_text import Change, SourceText

_Node = TypeVar("_Node", bound=ast.AST)


@dataclass(frozen=True)
class Place:
    """A change, and the nodes that hold it, the outermost first."""

    change: Change
    around: tuple[ast.AST, ...]
    module: ModuleTree

    @property
    def inner(self) -> ast.AST:
        """The innermost node that holds all of the change."""
        return self.around[-1]

    @property
    def outer(self) -> ast.AST:
        """The node around that one."""
        return self.around[-2] if len(self.around) > 1 else self.module.tree

    def nearest(self, kind: type[_Node]) -> _Node | None:
        """Return the innermost node of a kind around the change."""
        return next((node for node in reversed(self.around)
                     if isinstance(node, kind)), None)

    @property
    def function(self) -> Function | None:
        """The function in which the change is, if it is in one."""
        return next((node for node in reversed(self.around)
                     if isinstance(node, FUNCTIONS)), None)

    def text(self, node: ast.AST) -> str:
        """Return the text of a node."""
        return self.module.text.of(node)

    def after(self, statement: ast.stmt) -> ast.stmt | None:
        """Return the statement that comes after one in the same block."""
        for node in (self.module.tree, *self.around):
            for _, block in ast.iter_fields(node):
                if isinstance(block, list) and statement in block:
                    rest = block[block.index(statement) + 1:]
                    return rest[0] if rest else None
        return None


class ModuleTree:
    """A module's syntax tree, in which changes are found."""

    def __init__(self, text: SourceText) -> None:
        """Take the module's text and tree."""
        self.text = text
        self.tree = text.tree
        self._parts: dict[ast.AST, list[tuple[int, int, ast.AST]]] = {}

    def place(self, change: Change) -> Place:
        """Return where a change is."""
        around: list[ast.AST] = []
        node: ast.AST | None = self.tree
        while node is not None:
            node = next((part for start, end, part in self._inside(node)
                         if start <= change.start and change.end <= end), None)
            if node is not None:
                around.append(node)
        return Place(change, tuple(around) or (self.tree,), self)

    def _inside(self, node: ast.AST) -> list[tuple[int, int, ast.AST]]:
        """Return the parts of a node, each with where it begins and ends."""
        if node not in self._parts:
            self._parts[node] = [(*self.text.span(part), part)
                                 for part in _parts(node)]
        return self._parts[node]

    @cached_property
    def bound(self) -> frozenset[str]:
        """Every name to which the module itself gives a meaning."""
        return frozenset(filter(None, (
            getattr(node, name, None) for node in walk(self.tree)
            for kind, name in ((ast.arg, "arg"), (ast.FunctionDef, "name"),
                               (ast.ClassDef, "name"), (ast.alias, "name"),
                               (ast.alias, "asname"), (ast.Name, "id"))
            if isinstance(node, kind) and not isinstance(
                getattr(node, "ctx", None), ast.Load))))

    @cached_property
    def functions(self) -> dict[str, list[Function]]:
        """The functions and methods that the module defines, by name."""
        found: dict[str, list[Function]] = {}
        for node in walk(self.tree):
            if isinstance(node, FUNCTIONS):
                found.setdefault(node.name, []).append(node)
        return found


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nearest parts of a node that have a place of their own."""
    # Before Python 3.12, the places of what is in such a text are wrong.
    if isinstance(node, ast.JoinedStr) and sys.version_info < (3, 12):
        return
    for part in ast.iter_child_nodes(node):
        if hasattr(part, "end_lineno"):
            yield part
        else:
            yield from _parts(part)
