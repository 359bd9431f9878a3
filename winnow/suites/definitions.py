"""Finds the function of a test, and other places, in syntax trees."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Union

from winnow.model.identifier import TestId
from winnow.model.syntax import walk

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
# The fixtures of pytest that undo what was done with them.
_UNDOES = re.compile(r"(monkeypatch|mp|mocker|\w+_mocker)\.")
# What enters a context, and leaves it when a test, a class or a module ends.
_ENTERS = ("enter_context", "enterContext", "enterClassContext",
           "enterModuleContext", "enter_async_context", "enterAsyncContext")
_OWN = re.compile(r"(self|cls)\.\w+")
_CHANGE = ("patch", "setattr", "delattr", "environ", "setenv")
# What `parameterized` puts behind a name, and `parameterized_class`.
_ROW = re.compile(r"_\d+(_.*)?")


class ChangeSite(NamedTuple):
    """A place in a file that changes something: its line, and its node.

    `bound` is the code to which the value of a call is assigned.
    """

    file: str
    line: int
    node: ast.AST
    bound: str = ""


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
        for file, functions in self._functions.items():
            name = TestId.of(test).in_file(file)
            if name and (found := _nearest(name, functions)):
                return Definition(file, found)
        return None

    def test_at(self, file: str, line: int) -> str | None:
        """Return the name, in its module, of the function around a line."""
        around = [(function.lineno, name) for name, function
                  in self._functions.get(file, {}).items()
                  if function.lineno <= line <= (function.end_lineno or 0)]
        return max(around)[1] if around else None

    def around(self, file: str, line: int) -> Function | None:
        """Return the function around a line."""
        found = [function for function
                 in self._functions.get(file, {}).values()
                 if function.lineno <= line <= (function.end_lineno or 0)]
        return max(found, key=lambda each: each.lineno, default=None)

    def is_plain(self, file: str, test: str | None) -> bool:
        """Tell whether a function is pytest's: in no class, or in a plain one.
        """
        if test is None:
            return False
        owner = test.partition(".")[0] if "." in test else ""
        return not any(isinstance(node, ast.ClassDef) and node.name == owner
                       and node.bases for node in self._trees[file].body)

    def changing(self, name: str) -> Iterator[ChangeSite]:
        """Yield the places that may change an attribute or a key.

        They assign to it, or name it in a call of a patch or of `setattr`. A
        patcher that is stopped somewhere changes nothing for good; it counts
        where there is no other place.
        """
        attribute = name.rpartition(".")[2]
        found = [ChangeSite(file, getattr(node, "lineno"), node)
                 for file, node in self._lasting()
                 if _changes(node, attribute)]
        lasting = [each for each in found
                   if not self._is_stopped(each)]
        yield from (self._started(each) for each in lasting or found)

    def _is_stopped(self, place: ChangeSite) -> bool:
        """Tell whether a patch is one that its file stops again."""
        patcher = self._patcher(place)
        return any(
            isinstance(node, ast.Attribute) and (
                node.attr == "stopall" or node.attr == "stop"
                and patcher is not None
                and ast.unparse(node.value).rpartition(".")[2] == patcher)
            for node in walk(self._trees[place.file])
        ) and isinstance(self._call(place), ast.Call)

    def _call(self, place: ChangeSite) -> ast.AST:
        """Return the call that is assigned at a place, or what is there."""
        return (place.node.value if isinstance(place.node, ast.Assign)
                else place.node)

    def _patcher(self, place: ChangeSite) -> str | None:
        """Return the last name of the patcher that is made at a place."""
        for node in walk(self._trees[place.file]):
            if isinstance(node, ast.Assign) and (
                    node.value is place.node or node is place.node):
                return ast.unparse(node.targets[0]).rpartition(".")[2]
        return None

    def _started(self, place: ChangeSite) -> ChangeSite:
        """Return where a patcher that is made at a place is started."""
        patcher = self._patcher(place)
        for node in walk(self._trees[place.file]):
            if isinstance(node, ast.Call) and isinstance(
                    node.func, ast.Attribute) and node.func.attr == "start":
                if node.func.value is place.node or patcher and ast.unparse(
                        node.func.value).rpartition(".")[2] == patcher:
                    return place._replace(
                        node=node, bound=self._bound(place.file, node))
        return place

    def _bound(self, file: str, call: ast.Call) -> str:
        """Return the code to which the value of a call is assigned."""
        return next((ast.unparse(node.targets[0])
                     for node in walk(self._trees[file])
                     if isinstance(node, ast.Assign)
                     and node.value is call), "")

    def calling(self, ends: tuple[str, ...]) -> Iterator[ChangeSite]:
        """Yield the places of calls whose names end like this."""
        for file, node in self._lasting():
            if isinstance(node, ast.Call) and ast.unparse(
                    node.func).endswith(ends):
                yield ChangeSite(file, node.lineno, node)

    def _lasting(self) -> Iterator[tuple[str, ast.AST]]:
        """Yield the nodes of each file, but those that undo themselves."""
        for file, tree in self._trees.items():
            nodes = list(walk(tree))
            undone = {inner for node in nodes for outer in _undoing(node)
                      for inner in walk(outer)}
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
            # What a test keeps on itself is not what it tests.
            return not _OWN.fullmatch(text := ast.unparse(target)) and (
                text.endswith((f".{attribute}", f"[{attribute!r}]")))
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
        for node in walk(argument):
            if isinstance(node, ast.keyword) and node.arg:
                yield node.arg
            elif isinstance(node, ast.Constant) and isinstance(
                    node.value, str):
                yield node.value
