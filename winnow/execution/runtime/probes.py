"""Puts calls into a module's code that say which of its parts execute."""
from __future__ import annotations

import ast
from types import CodeType

from ..reach import OF
from ..segments import Function, blocks, cut, lambdas, name_of

# The built-in names under which the calls find who listens.
FUNCTION, SEGMENT = "__winnow_executes__", "__winnow_reaches__"


def with_probes(text: bytes, path: str, module: str) -> CodeType:
    """Return a module's code in which each function first says its name.

    So does each further segment of it, and each lambda says that of the
    segment in which it stands.
    """
    tree = ast.parse(text, path)
    waiting: list[tuple[ast.AST, str]] = [(tree, module)]
    functions: list[tuple[ast.AST, str]] = []
    while waiting:
        node, name = waiting.pop()
        if isinstance(node, Function):
            functions.append((node, name))
        for child in ast.iter_child_nodes(node):
            is_named = isinstance(child, (*Function, ast.ClassDef))
            waiting.append((child, f"{name}.{getattr(child, 'name')}"
                            if is_named else name))
    for function, name in functions:
        body: list[ast.stmt] = getattr(function, "body")
        # Behind the docstring, or it would be none.
        first = int(ast.get_docstring(
            function, clean=False) is not None)  # type: ignore[arg-type]
        start = _probe(FUNCTION, name, body[0])
        _cut_up(body, name)
        body.insert(first, start)
    return compile(tree, path, "exec", dont_inherit=True)


def _cut_up(body: list[ast.stmt], name: str) -> None:
    """Let each segment but the first of a function say its own name."""
    waiting = [body]
    while waiting:
        block = waiting.pop()
        marked: list[ast.stmt] = []
        for segment in cut(block):
            own = f"{name}{OF}{name_of(segment)}"
            if block is not body or marked:
                marked.append(_probe(SEGMENT, own, segment[0]))
            for statement in segment:
                waiting += blocks(statement)
                for each in lambdas(statement):
                    each.body = _after(own, each.body)
            marked += segment
        block[:] = marked


def _after(name: str, value: ast.expr) -> ast.expr:
    """Return an expression that first says a name: `(probe, value)[-1]`."""
    call = ast.parse(f"({SEGMENT}({name!r}), 0)[-1]", mode="eval").body
    assert isinstance(call, ast.Subscript) and isinstance(
        call.value, ast.Tuple)
    _place(call, value)
    call.value.elts[1] = value
    return call


def _probe(function: str, name: str, at: ast.stmt) -> ast.stmt:
    """Return a statement that calls a probe, on the line of another one."""
    probe = ast.parse(f"{function}({name!r})").body[0]
    _place(probe, at)
    return probe


def _place(node: ast.AST, at: ast.AST) -> None:
    """Give a node and all in it the place of another one."""
    for part in ast.walk(node):
        ast.copy_location(part, at)
