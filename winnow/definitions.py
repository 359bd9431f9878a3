"""Where in the files of tests something stands, read off syntax trees."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Union

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
# The fixtures of pytest that undo what was done with them.
_UNDOES = re.compile(r"(monkeypatch|mp|mocker|\w+_mocker)\.")
# What enters a context, and leaves it when a test, a class or a module ends.
_ENTERS = ("enter_context", "enterContext", "enterClassContext",
           "enterModuleContext", "enter_async_context", "enterAsyncContext")
_CHANGE = ("patch", "setattr", "delattr", "environ", "setenv")
# What `parameterized` puts behind a name, and `parameterized_class`.
_ROW = re.compile(r"_\d+(_.*)?")


class Definition(NamedTuple):
    """A test's function, and the file in which it stands."""

    file: str
    function: Function


class Definitions:
    """The functions of some files, to be found by the ids of tests."""

    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        """Take the trees by the names of their files."""
        self._trees = trees
        self._functions = {
            file: {name: function
                   for name, function in _functions(tree.body, "")}
            for file, tree in trees.items()}

    def of(self, test: str) -> Definition | None:
        """Return where a test stands; None if it is made or inherited."""
        name = test.partition("[")[0]
        for file, functions in self._functions.items():
            module = file.removesuffix(".py").replace("/", ".")
            for start in (f"{module}.", f"{module.rpartition('.')[2]}."):
                if name.startswith(start):
                    found = _nearest(name[len(start):], functions)
                    if found:
                        return Definition(file, found)
        return None

    def test_at(self, file: str, line: int) -> str | None:
        """Return the name, in its module, of the function around a line."""
        around = [(function.lineno, name) for name, function
                  in self._functions.get(file, {}).items()
                  if function.lineno <= line <= (function.end_lineno or 0)]
        return max(around)[1] if around else None

    def changing(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield the files and lines that may change an attribute or a key.

        They assign to it, or name it in a call of a patch or of `setattr`.
        """
        attribute = name.rpartition(".")[2]
        for file, node in self._lasting():
            if _changes(node, attribute):
                yield file, getattr(node, "lineno")

    def calling(self, ends: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        """Yield the files and lines of calls whose names end like this."""
        for file, node in self._lasting():
            if isinstance(node, ast.Call) and ast.unparse(
                    node.func).endswith(ends):
                yield file, node.lineno

    def _lasting(self) -> Iterator[tuple[str, ast.AST]]:
        """Yield the nodes of each file, but those that undo themselves."""
        for file, tree in self._trees.items():
            nodes = list(ast.walk(tree))
            undone = {inner for node in nodes for outer in _undoing(node)
                      for inner in ast.walk(outer)}
            yield from ((file, node) for node in nodes if node not in undone)


def _undoing(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node whose effects are undone without a word."""
    match node:
        case (ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef()):
            yield from node.decorator_list
        case ast.With() | ast.AsyncWith():
            yield from (item.context_expr for item in node.items)
        case ast.Call(func=function):
            called = ast.unparse(function)
            if _UNDOES.match(called) or called.endswith(_ENTERS):
                yield node


def _functions(body: list[ast.stmt], prefix: str
               ) -> Iterator[tuple[str, Function]]:
    """Yield functions by their names, methods behind their class's."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _nearest(name: str, functions: Mapping[str, Function]) -> Function | None:
    """Return a test's function, whose name a row may have made longer."""
    if name in functions:
        return functions[name]
    owner, _, method = name.rpartition(".")
    fitting = [
        known for known in functions
        if _is_row_of(method, known.rpartition(".")[2])
        and _is_row_of(owner, known.rpartition(".")[0])]
    return functions[max(fitting, key=len)] if fitting else None


def _is_row_of(name: str, known: str) -> bool:
    """Tell whether a name is a known one, or that of one of its rows."""
    return name == known or (
        name.startswith(known)
        and _ROW.fullmatch(name[len(known):]) is not None)


def _changes(node: ast.AST, attribute: str) -> bool:
    """Tell whether a statement or call may change an attribute or a key."""
    match node:
        case (ast.Assign(targets=[target, *_])
              | ast.AugAssign(target=target)
              | ast.AnnAssign(target=target)
              | ast.Delete(targets=[target, *_])):
            return ast.unparse(target).endswith((
                f".{attribute}", f"[{attribute!r}]"))
        case ast.Global(names=names):
            return attribute in names
        case ast.Call(func=function):
            called = ast.unparse(function)
            return (any(word in called for word in _CHANGE)
                    and any(each == attribute
                            or each.endswith(f".{attribute}")
                            for each in _named(node)))
    return False


def _named(call: ast.Call) -> Iterator[str]:
    """Yield the texts and the names of keywords in a call's arguments."""
    for argument in (*call.args, *call.keywords):
        for node in ast.walk(argument):
            if isinstance(node, ast.keyword) and node.arg:
                yield node.arg
            elif isinstance(node, ast.Constant) and isinstance(
                    node.value, str):
                yield node.value
