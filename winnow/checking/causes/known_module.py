"""What the text of one module tells of its names."""
from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

FUNCTION_NODES = (ast.FunctionDef, ast.AsyncFunctionDef)
_CONTAINERS = (ast.If, ast.Try, ast.With)


@dataclass(frozen=True)
class Meaning:
    """What a dotted name stands for: a name of a module, or of its class.

    `sort` is one of function, class, module, value, alias, imported,
    method, static, property and instance.
    """

    module: str
    owner: str
    name: str
    sort: str

    @property
    def target(self) -> str:
        """The name by which `patch` replaces it."""
        return ".".join(filter(None, (self.module, self.owner, self.name)))


class KnownModule:
    """One module: its tree, and what its own names are."""

    def __init__(self, name: str, text: str, makers: Collection[str]) -> None:
        """Read it; `makers` are decorators known to make properties."""
        self.name = name
        self.tree = _parsed(text)
        self.names: dict[str, str] = {}
        self.origins: dict[str, str] = {}
        self.members: dict[str, dict[str, str]] = {}
        for node in _statements(self.tree.body):
            self._note(node, makers)

    def _note(self, node: ast.stmt, makers: Collection[str]) -> None:
        """Note what a statement of the module binds."""
        if isinstance(node, FUNCTION_NODES):
            self.names[node.name] = "function"
        elif isinstance(node, ast.ClassDef):
            self.names[node.name] = "class"
            self.members[node.name] = dict(_members(node, makers))
        elif isinstance(node, ast.Import):
            for each in node.names:
                bound = each.asname or each.name.split(".")[0]
                self.names[bound] = "module"
                self.origins[bound] = each.name if each.asname else bound
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                self.names[each.asname or each.name] = "imported"
                self.origins[each.asname or each.name] = (
                    f"{node.module or ''}.{each.name}")
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = (node.targets if isinstance(node, ast.Assign)
                       else [node.target])
            for target in targets:
                if isinstance(target, ast.Name):
                    # As in Record = Dict[str, Any], which is no data.
                    self.names[target.id] = ("alias" if isinstance(
                        node.value, ast.Subscript) else "value")

    @cached_property
    def calls(self) -> Sequence[ast.Call]:
        """All calls in the module."""
        return [node for node in ast.walk(self.tree)
                if isinstance(node, ast.Call)]


@lru_cache(maxsize=64)
def _parsed(text: str) -> ast.Module:
    """Return a module's tree; that of one that is not Python is empty."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a block, with those of an `if` or a `try`."""
    for node in body:
        yield node
        if isinstance(node, _CONTAINERS):
            for field in ("body", "orelse", "finalbody", "handlers"):
                for each in getattr(node, field, ()):
                    yield from _statements(
                        each.body if isinstance(each, ast.ExceptHandler)
                        else [each])


def definitions_in(tree: ast.Module) -> Iterator[tuple[
        str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the functions of a module, and those of its classes."""
    for node in tree.body:
        if isinstance(node, FUNCTION_NODES):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from ((node.name, each) for each in node.body
                        if isinstance(each, FUNCTION_NODES))


def makers_in(texts: Collection[str]) -> Iterator[str]:
    """Yield the functions of the modules that make a property of a method."""
    for text in texts:
        for node in _parsed(text).body:
            if isinstance(node, FUNCTION_NODES) and (
                    last_part(node.returns) in ("property", "cached_property")
                    or any(isinstance(part, ast.Return) and isinstance(
                        part.value, ast.Call) and last_part(part.value.func)
                        in ("property", "cached_property")
                        for part in ast.walk(node))):
                yield node.name


def last_part(node: ast.expr | None) -> str:
    """Return the last name of an expression, if it has one."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _members(node: ast.ClassDef, makers: Collection[str]
             ) -> Iterator[tuple[str, str]]:
    """Yield what a class has, and what its methods set on an instance."""
    for base in node.bases:
        if isinstance(base, ast.Name):
            yield "__base__", base.id
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(
                part.ctx, ast.Store) and isinstance(
                    part.value, ast.Name) and part.value.id == "self":
            yield part.attr, "instance"
    for each in _statements(node.body):
        if isinstance(each, FUNCTION_NODES):
            marks = [last_part(mark) for mark in each.decorator_list]
            yield each.name, (
                "property" if any("property" in mark or mark in makers
                                  for mark in marks)
                else "static" if "staticmethod" in marks else "method")
        elif isinstance(each, ast.AnnAssign) and isinstance(
                each.target, ast.Name):
            yield each.target.id, "value"
        elif isinstance(each, ast.Assign):
            for target in each.targets:
                if isinstance(target, ast.Name):
                    yield target.id, "value"
