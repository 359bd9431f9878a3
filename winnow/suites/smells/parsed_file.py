"""A test file: its functions, and what its names mean."""
from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from winnow.model.syntax import Function, own_parts, walk

from .ast_helpers import FUNCTIONS, in_order, is_test

MOCKING = ("unittest.mock", "mock")
# Decorators under which a function stays the test that it was.
_PLAIN = {"patch", "skip", "skipIf", "skipUnless", "expectedFailure", "given",
          "settings", "staticmethod", "classmethod", "override"}


@dataclass(frozen=True)
class Smell:
    """One smell: the node that has it, what is seen there, what to write.

    `test` is the test's id where the node alone does not tell it.
    """

    node: ast.AST
    detail: str
    advice: str
    test: str = ""


@dataclass(frozen=True)
class TestFunction:
    """A function of the file that is a test, or helps one: where it stands.

    `name` has its classes before it; `owner` is the class that it is in.
    """

    page: ParsedFile
    name: str
    node: Function
    owner: ast.ClassDef | None

    @property
    def test(self) -> str:
        """The test's id as unittest has it; empty for what is no test."""
        return f"{self.page.module}.{self.name}" if is_test(self.node) else ""

    @cached_property
    def parts(self) -> tuple[ast.AST, ...]:
        """What is in the function and in no other, as it is read."""
        return in_order(own_parts(self.node))

    def blocks(self) -> Iterator[list[ast.stmt]]:
        """Yield each run of statements, the innermost too."""
        yield self.node.body
        for part in own_parts(self.node):
            if not isinstance(part, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
                for field in ("body", "orelse", "finalbody"):
                    block = getattr(part, field, None)
                    if isinstance(block, list) and block:
                        yield block


class ParsedFile:
    """A file of tests: its name, its tree, and the names that it knows.

    `modules` are the public names of each module that the tests are about.
    """

    def __init__(self, file: str, tree: ast.Module,
                 modules: Mapping[str, Collection[str]]) -> None:
        """Read what is imported and defined; look at no test yet."""
        self.file = file
        self.tree = tree
        self.modules = modules
        self.module = PurePath(file).stem
        self.nodes = tuple(walk(tree))
        self.imported = dict(_imports(self.nodes))
        self.classes = {node.name: node for node in self.nodes
                        if isinstance(node, ast.ClassDef)}
        self._kinds: dict[ast.ClassDef, str] = {}
        self.defined = set(_defined(self.nodes))
        self.places = tuple(self._places(tree.body, "", None))

    def _places(self, block: Iterable[ast.stmt], above: str,
                owner: ast.ClassDef | None) -> Iterator[TestFunction]:
        """Yield the functions of a block, with those of its classes."""
        for node in block:
            if isinstance(node, FUNCTIONS):
                yield TestFunction(self, above + node.name, node, owner)
            elif isinstance(node, ast.ClassDef):
                yield from self._places(
                    node.body, f"{above}{node.name}.", node)
            elif isinstance(node, (ast.If, ast.Try)):
                parts = [*node.body, *node.orelse]
                yield from self._places(parts, above, owner)

    @cached_property
    def uses_mocks(self) -> bool:
        """Tell whether there are mocks here at all."""
        return any(name.startswith(MOCKING)
                   for name in self.imported.values()) or any(
                       isinstance(node, ast.arg) and node.arg == "mocker"
                       or isinstance(node, ast.Attribute)
                       and self.meant_by(node).startswith("unittest.mock.")
                       for node in self.nodes)

    @cached_property
    def may_replace(self) -> bool:
        """Tell whether a word here is one that patches and mocks have."""
        words = {*self.imported.values(), *(
            getattr(node, "id", getattr(node, "attr", ""))
            for node in self.nodes
            if isinstance(node, (ast.Name, ast.Attribute)))}
        return any(part in word for word in words
                   for part in ("patch", "setattr", "Mock"))

    def meant_by(self, node: ast.AST) -> str:
        """Return the full name of what an expression names, or nothing.

        `mock.patch` is `unittest.mock.patch`, however it was imported.
        """
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        first = self.imported.get(node.id, node.id)
        return ".".join([first, *reversed(parts)])

    def is_of_mock(self, node: ast.AST, *names: str) -> bool:
        """Tell whether an expression is one of these names of mock."""
        module, _, name = self.meant_by(node).rpartition(".")
        return name in names and module in MOCKING

    def kind_of(self, node: ast.ClassDef | None) -> str:
        """Return what a class is by its bases, as far as the file tells.

        One of unittest, async, plain and unknown.
        """
        if node is None:
            return "plain"
        if node not in self._kinds:
            self._kinds[node] = "unknown"  # For a base that leads back here.
            kinds = {"plain", *map(self._kind_of_base, node.bases)}
            if node.keywords:
                kinds.add("unknown")
            self._kinds[node] = next(
                kind for kind in ("async", "unknown", "unittest", "plain")
                if kind in kinds)
        return self._kinds[node]

    def _kind_of_base(self, base: ast.expr) -> str:
        """Return what a class is made by one base."""
        name = self.meant_by(base)
        if name in ("unittest.TestCase", "unittest.case.TestCase"):
            return "unittest"
        if name.startswith("unittest.") and "Async" in name:
            return "async"
        if name == "object":
            return "plain"
        node = self.classes.get(name)
        return self.kind_of(node) if node else "unknown"

    def is_plain(self, decorators: Iterable[ast.expr], *more: str) -> bool:
        """Tell whether decorators surely leave a test what it was."""
        return all(
            _PLAIN.union(more).intersection(self.meant_by(
                each.func if isinstance(each, ast.Call) else each).split("."))
            for each in decorators)


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield each name that is imported, and what it stands for."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for name in node.names:
                first = name.name.split(".")[0]
                yield (name.asname, name.name) if name.asname else (
                    first, first)
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield (name.asname or name.name,
                       f"{node.module or ''}.{name.name}")


def _defined(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names of functions, and of attributes that are given."""
    for node in nodes:
        if isinstance(node, FUNCTIONS):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(
                node.ctx, ast.Store) and isinstance(node.value, ast.Name) and (
                    node.value.id in ("self", "cls")):
            yield node.attr
        elif isinstance(node, ast.ClassDef):
            yield from (target.id for part in node.body
                        for target in _targets(part)
                        if isinstance(target, ast.Name))


def _targets(node: ast.stmt) -> list[ast.expr]:
    """Return what a statement assigns to."""
    if isinstance(node, ast.AnnAssign):
        return [node.target]
    return node.targets if isinstance(node, ast.Assign) else []
