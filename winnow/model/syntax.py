"""What can be read off a function, a class or a loop as a whole."""
from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Union

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
# What is returned whole; of other answers a part is changed.
ANSWERS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await,
           ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp,
           ast.SetComp, ast.DictComp, ast.GeneratorExp)


_SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Lambda)


@lru_cache(64)
def parsed(text: str) -> ast.Module:
    """Return a text's tree, to be read alone: whoever asks gets the same.

    A check asks for the trees of an exercise's modules five times. Raises
    `SyntaxError`.
    """
    return ast.parse(text)


def walk(node: ast.AST) -> list[ast.AST]:
    """Return what `ast.walk` yields, in half of the time.

    Large suites are walked through so often that it shows.
    """
    found = [node]
    for each in found:  # It grows meanwhile.
        found += children(each)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """Return what `ast.iter_child_nodes` yields."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
    return found


def own_parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is in a function, and in no other function or class."""
    waiting = children(node)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, _SCOPES):
            waiting += children(part)


def only_answers(node: Function) -> bool:
    """Tell whether all that a function does is to return something."""
    last = node.body[-1]
    does = without_docstring(node.body)
    docs = node.body[:len(node.body) - len(does)]
    return isinstance(last, ast.Return) and isinstance(
        last.value, ANSWERS) and not any(
            isinstance(part, (ast.Expr, ast.AugAssign, ast.Delete, ast.With,
                              ast.AsyncWith, ast.Raise, ast.Yield))
            or isinstance(part, (ast.Attribute, ast.Subscript))
            and isinstance(part.ctx, ast.Store)
            for part in own_parts(node) if part not in docs)


def bound_by(node: ast.stmt) -> set[str]:
    """Return the names to which a statement may give a value."""
    if isinstance(node, (ast.Expr, ast.Return, ast.Raise, ast.Pass)):
        return set()
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return {node.name}
    return {part.id for part in own_parts(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def texts_in(node: ast.AST) -> Iterator[str]:
    """Yield the variables that begin as a text or as a list."""
    for part in own_parts(node):
        if isinstance(part, ast.Assign) and isinstance(
                part.targets[0], ast.Name):
            value = part.value
            if isinstance(value, (ast.List, ast.JoinedStr, ast.ListComp)) or (
                    isinstance(value, ast.Constant)
                    and isinstance(value.value, (str, bytes))):
                yield part.targets[0].id


def exchanges(node: ast.ClassDef) -> dict[str, str]:
    """Return for each attribute of `self` another that is like it."""
    alike: dict[str, dict[str, None]] = {}
    known = set()
    for method in node.body:
        if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        types = _kinds(method.args)
        for part in own_parts(method):
            if not isinstance(part, ast.Assign):
                continue
            target, value = part.targets[0], part.value
            if (isinstance(target, ast.Attribute)
                    and isinstance(target.value, ast.Name)
                    and target.value.id == "self"
                    and target.attr not in known):
                kind = ""
                if isinstance(value, ast.Name):
                    kind = types.get(value.id, "")
                elif isinstance(value, ast.Constant):
                    kind = type(value.value).__name__
                if kind not in ("", "NoneType"):
                    known.add(target.attr)
                    alike.setdefault(kind, {})[target.attr] = None
    return {name: names[(place + 1) % len(names)]
            for group in alike.values() if len(group) > 1
            for names in [list(group)] for place, name in enumerate(names)}


def has_setter(node: ast.ClassDef | None, name: str) -> bool:
    """Tell whether a property of a class is more than read."""
    return node is not None and any(
        isinstance(decorator, ast.Attribute)
        and isinstance(decorator.value, ast.Name)
        and decorator.value.id == name
        for method in node.body
        for decorator in getattr(method, "decorator_list", ()))


def _kinds(given: ast.arguments) -> dict[str, str]:
    """Return of what kind each parameter is, as far as a reader can tell."""
    kinds: dict[str, str] = {}
    plain = [*given.posonlyargs, *given.args]
    missing = [None] * (len(plain) - len(given.defaults))
    for each, default in [*zip(plain, [*missing, *given.defaults]),
                          *zip(given.kwonlyargs, given.kw_defaults)]:
        kinds[each.arg] = (
            ast.dump(each.annotation) if each.annotation else
            type(default.value).__name__ if isinstance(default, ast.Constant)
            else "any" if default is None else type(default).__name__)
    return kinds


def messages(function: Function) -> frozenset[str]:
    """Return the variables that only say why an exception is raised."""
    said: set[str] = set()
    times: Counter[str] = Counter()
    for part in own_parts(function):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            times[part.id] += 1
        elif isinstance(part, ast.Raise):
            said |= {each.id for each in walk(part)
                     if isinstance(each, ast.Name)}
            times.subtract(each.id for each in walk(part)
                           if isinstance(each, ast.Name))
    return frozenset(name for name in said if times[name] == 0)


def steps(loop: ast.While) -> frozenset[str]:
    """Return the words in what decides whether a loop goes on."""
    words = words_in(loop.test)
    for part in own_parts(loop):
        if isinstance(part, ast.If):
            words |= words_in(part.test)
    return frozenset(words)


def counts(loop: ast.While) -> bool:
    """Tell whether a loop counts, and so ends if asked a little less."""
    words = words_in(loop.test)
    return "len" in words or any(
        isinstance(part, ast.AugAssign)
        and isinstance(part.op, (ast.Add, ast.Sub))
        and last_name(part.target) in words
        for part in own_parts(loop))


def last_name(node: ast.AST) -> str:
    """Return the last word of a name, of what is called or subscribed."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def words_in(node: ast.AST) -> set[str]:
    """Return every name and attribute that code speaks of."""
    return {last_name(each) for each in walk(node)
            if isinstance(each, (ast.Name, ast.Attribute))}


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body that come after its docstring."""
    first = body[0] if body else None
    has = (isinstance(first, ast.Expr) and isinstance(
        first.value, ast.Constant) and isinstance(first.value.value, str))
    return body[1:] if has else body
