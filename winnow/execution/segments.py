"""Segments: statements of a function that run one after the other.

A test that never comes to a segment behaves as it does, whatever is changed
there: it need not run on that change. Coverage tools that count blocks cut a
function in the same places (basic blocks: Aho, Sethi and Ullman, "Compilers",
1986), but calls end none here: what may raise counts as if it did not.
"""
from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_Scope = (*Function, ast.ClassDef, ast.Lambda)
# What lets go of the function for a while: another test may be on when it is
# taken up again.
_Waits = (ast.Yield, ast.YieldFrom, ast.Await)


def blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Return the lists of statements that a statement holds, each in order.

    Of what defines a function or a class there are none: those are others'.
    """
    if isinstance(statement, _Scope):
        return []
    holders = [statement, *getattr(statement, "handlers", []),
               *getattr(statement, "cases", [])]
    found = [getattr(holder, name, None) for holder in holders
             for name in ("body", "orelse", "finalbody")]
    return [block for block in found if block]


def cut(statements: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Yield the segments of a list of statements, each a list."""
    segment: list[ast.stmt] = []
    for statement in statements:
        segment.append(statement)
        if blocks(statement) or _may_wait(statement):
            yield segment
            segment = []
    if segment:
        yield segment


def name_of(segment: Sequence[ast.stmt]) -> int:
    """Return what a segment is called: the line on which it begins.

    Where two begin on one line, both have its name, and count as one.
    """
    return segment[0].lineno


def segment_at(function: ast.AST, first: int, last: int) -> int:
    """Return the name of the segment that holds these lines of a function.

    That is 0 for the first one, which runs whenever the function does, and
    where the lines are in several segments or in none: in the heading, in a
    function inside.
    """
    if first > last:  # Something is added, and nothing taken away.
        return 0
    body: list[ast.stmt] = getattr(function, "body")
    name = 0
    waiting = [body]
    while waiting:
        block = waiting.pop()
        # Of several statements on one line, the first is sure to be reached.
        segment, each = next((
            (segment, each) for segment in cut(block) for each in segment
            if each.lineno <= first and last <= (each.end_lineno or 0)),
            (None, None))
        if segment is None or each is None:
            continue
        name = (0 if segment[0] is body[0] or isinstance(each, _Scope)
                else name_of(segment))
        waiting = [] if _is_heading(each, first, last) else blocks(each)
    return name


def _is_heading(statement: ast.stmt, first: int, last: int) -> bool:
    """Tell whether lines hold what decides on the blocks of a statement."""
    return any(node.lineno <= last and first <= (node.end_lineno or 0)
               for node in _own(statement)
               if isinstance(node, (ast.expr, ast.pattern)))


def lambdas(statement: ast.stmt) -> list[ast.Lambda]:
    """Return what may be called long after its statement has run.

    Those in statements inside this one are theirs.
    """
    return [node for node in _own(statement) if isinstance(node, ast.Lambda)]


def _may_wait(statement: ast.stmt) -> bool:
    """Tell whether a statement lets go of its function for a while."""
    return any(isinstance(node, _Waits) for node in _own(statement))


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement that are in no other one."""
    if isinstance(statement, _Scope):
        return
    waiting = list(ast.iter_child_nodes(statement))
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.stmt):
            yield node
            if not isinstance(node, ast.Lambda):
                waiting += ast.iter_child_nodes(node)
