"""The patches around a test: what each replaces, and for how long."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from winnow.suites.smells.parsed_file import ParsedFile

from .failure import Failure
from .source import FUNCTIONS, Function, code_of, text_of

_WITHS = (ast.With, ast.AsyncWith)
# What unittest and pytest call around the tests, the outermost first.
FIXTURES = ("setUpModule", "setup_module", "setUpClass", "setup_class",
            "asyncSetUp", "setUp", "setup_method")
OF_CLASS = ("setUpModule", "setup_module", "setUpClass", "setup_class")
_ENTERS = re.compile(r"enter_?(class|module|async)?_?context$", re.IGNORECASE)
# Kinds of mocks that answer a call, and not the reading of a property.
PLAIN = ("Mock", "MagicMock", "AsyncMock", "NonCallableMock",
         "NonCallableMagicMock", "")


@dataclass(frozen=True)
class Patch:
    """One patch: the call that makes it, its target, and how it is used.

    `target` is the dotted name that it replaces, empty where it is not known;
    `instance` is the object, as it is written, where no class or module is
    patched. `how` is decorator, class, with, start, made or set; a patcher
    that is only made, replaces nothing. `where` is the function around it.
    `bound` is the code by which the test calls the mock, if there is one.
    """

    call: ast.Call
    target: str
    how: str
    where: Function | None
    bound: str = ""
    instance: str = ""
    end: int = 0

    @property
    def line(self) -> int:
        """The line in which it stands."""
        return self.call.lineno

    @property
    def name(self) -> str:
        """The last name of its target."""
        return self.target.rpartition(".")[2]

    @property
    def is_object(self) -> bool:
        """Whether it is patch.object, or a kind of setattr."""
        last = text_of(self.call.func).rpartition(".")[2]
        return last == "object" or last == "setattr"

    def given(self, *names: str) -> ast.expr | None:
        """Return what it is given by one of some keywords."""
        return next((each.value for each in self.call.keywords
                     if each.arg in names), None)

    @property
    def new(self) -> ast.expr | None:
        """What it puts there, if it is told."""
        number = 1
        if self.is_object and not (len(self.call.args) == 2 and isinstance(
                self.call.args[0], ast.Constant)):
            number = 2
        given = self.call.args[number:number + 1]
        return given[0] if given else self.given("new", "value")

    @property
    def kind(self) -> str:
        """The last name of the kind of mock that it makes; empty if usual."""
        made = self.given("new_callable")
        if made is None and isinstance(self.new, ast.Call):
            made = self.new.func
        return text_of(made).rpartition(".")[2] if made is not None else ""

    @property
    def gives_mock(self) -> bool:
        """Whether it makes the mock, and so hands it to a decorated test."""
        return self.new is None

    def written(self, *more: str) -> str:
        """Return it as it should be written, with other keywords."""
        if self.is_object and self.call.args:
            start = f"patch.object({code_of(self.call.args[0])}, " + (
                f"{code_of(self.call.args[1])}" if len(self.call.args) > 1
                else f'"{self.name}"')
        else:
            start = f'patch("{self.target}"'
        return ", ".join([start, *more]) + ")"


def of_function(page: ParsedFile, function: Function) -> list[Patch]:
    """Return the patches that stand above a function and in it."""
    found: list[Patch] = []
    for mark in function.decorator_list:
        found += _made(page, mark, "decorator", function, "")
    found = [*_bound(found, function)]
    starts = _started(next((kind for kind in page.classes.values()
                            if function in kind.body), page.tree))
    done = {id(patch.call) for patch in found}
    for node in ast.walk(function):
        if isinstance(node, _WITHS):
            for item in node.items:
                name = (text_of(item.optional_vars)
                        if item.optional_vars else "")
                for patch in _made(page, item.context_expr, "with", function,
                                   name, node.end_lineno or 0):
                    done.add(id(patch.call))
                    found.append(patch)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            name = text_of(node.targets[0])
            found += _assigned(page, node.value, function, name, starts, done)
        elif isinstance(node, ast.Expr):
            found += _assigned(page, node.value, function, "", starts, done)
    return found


def around(failure: Failure) -> list[Patch]:
    """Return all patches that may hold while a test runs, the test's first.

    They are those of the test, of its class, and of what sets both up.
    """
    found: list[Patch] = []
    if failure.function:
        found += of_function(failure.page, failure.function)
    return found + outside(failure)


def outside(failure: Failure) -> list[Patch]:
    """Return the patches of a test's class, and of its fixtures."""
    found: list[Patch] = []
    for kind in _kinds(failure):
        for mark in kind.decorator_list:
            found += _made(failure.page, mark, "class", None, "")
    for function in fixtures(failure):
        found += of_function(failure.page, function)
    return found


def fixtures(failure: Failure) -> Iterator[Function]:
    """Yield the functions that set up what a test needs."""
    named = ({each.arg for each in failure.function.args.args}
             if failure.function else set())
    for node in failure.page.tree.body:
        if isinstance(node, FUNCTIONS) and (
                node.name in FIXTURES or is_fixture(node)
                and (node.name in named or "autouse" in "".join(
                    map(text_of, node.decorator_list)))):
            yield node
    for kind in _kinds(failure):
        for node in kind.body:
            if isinstance(node, FUNCTIONS) and (
                    node.name in FIXTURES or is_fixture(node)):
                yield node


def is_fixture(node: Function) -> bool:
    """Tell whether a function is a fixture of pytest's."""
    return any("fixture" in text_of(mark) for mark in node.decorator_list)


def _kinds(failure: Failure) -> Iterator[ast.ClassDef]:
    """Yield the class of a test, and its bases in the same file."""
    waiting = [failure.owner] if failure.owner else []
    seen: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind.name in seen:
            continue
        seen.add(kind.name)
        yield kind
        waiting += [failure.page.classes[base.id] for base in kind.bases
                    if isinstance(base, ast.Name)
                    and base.id in failure.page.classes]


def _assigned(page: ParsedFile, value: ast.expr, function: Function, name: str,
              starts: set[str], done: set[int]) -> Iterator[Patch]:
    """Yield the patch that a statement makes, starts or forgets."""
    if isinstance(value, ast.Call) and isinstance(
            value.func, ast.Attribute) and value.func.attr == "start":
        for patch in _made(page, value.func.value, "start", function, name):
            if id(patch.call) not in done:
                yield patch
        return
    if isinstance(value, ast.Call) and _ENTERS.search(text_of(value.func)):
        for each in value.args:  # As in enterContext(patch(…)).
            if isinstance(each, ast.Call):
                for patch in _made(page, each, "start", function, name):
                    if id(patch.call) not in done:
                        yield patch
        return
    for patch in _made(page, value, "made", function, name):
        if id(patch.call) in done:
            continue
        last = name.rpartition(".")[2]
        how = patch.how
        if how == "made" and last and last in starts:
            how = "start"
        yield Patch(patch.call, patch.target, how, function, starts_as(
            page, name) if how == "start" else name, patch.instance)


def starts_as(page: ParsedFile, patcher: str) -> str:
    """Return the name that the mock gets when a patcher is started."""
    last = patcher.rpartition(".")[2]
    for node in ast.walk(page.tree):
        if isinstance(node, ast.Assign) and isinstance(
                node.value, ast.Call) and text_of(node.value.func).endswith(
                    f"{last}.start"):
            return text_of(node.targets[0])
    return ""


@lru_cache(maxsize=64)
def _started(tree: ast.AST) -> set[str]:
    """Return the last names of what is started or entered in a file."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in (
                "start", "__enter__"):
            found.add(text_of(node.value).rpartition(".")[2])
        elif isinstance(node, _WITHS):
            found.update(text_of(item.context_expr).rpartition(".")[2]
                         for item in node.items)
        elif isinstance(node, ast.Call) and _ENTERS.search(
                text_of(node.func)):
            found.update(text_of(each).rpartition(".")[2]
                         for each in node.args)
    return found


def _made(page: ParsedFile, node: ast.expr, how: str, where: Function | None,
          bound: str, end: int = 0) -> Iterator[Patch]:
    """Yield the patch that an expression makes, if it makes one."""
    if not isinstance(node, ast.Call):
        return
    called = text_of(node.func)
    meant = page.meant_by(node.func)
    parts = meant.split(".")
    if "dict" in parts[-1:] or "multiple" in parts[-1:]:
        return
    is_mocks = "patch" in parts[-2:] and (
        page.is_of_mock(node.func, "patch") or parts[-1] == "object"
        or called.startswith(("patch", "mock.patch", "mocker.patch")))
    if not is_mocks and parts[-1] == "object" and "patch" in called:
        is_mocks = True
    if called.endswith("monkeypatch.setattr") or called == "mp.setattr":
        how = "set"
    elif called.startswith("mocker."):
        how = "start" if is_mocks else how
    if not is_mocks and how != "set" or not node.args:
        return
    target, instance = _target(page, node, where)
    yield Patch(node, target, how, where, bound, instance, end)


def _target(page: ParsedFile, call: ast.Call, where: Function | None
            ) -> tuple[str, str]:
    """Return the dotted name that a patch replaces, and its object if any."""
    first = call.args[0]
    words = _word(page, first)
    if words is not None:
        return words, ""
    if len(call.args) < 2:
        return "", ""
    name = _word(page, call.args[1])
    if name is None:
        return "", ""
    owner = page.meant_by(first)
    if _is_known(page, owner, first):
        return f"{owner}.{name}", ""
    made_by = _class_of(page, first, where)
    return (f"{made_by}.{name}" if made_by else f".{name}"), text_of(first)


def _is_known(page: ParsedFile, owner: str, node: ast.expr) -> bool:
    """Tell whether an object is a module, or a name that was imported."""
    first = node
    while isinstance(first, ast.Attribute):
        first = first.value
    return bool(owner) and isinstance(first, ast.Name) and (
        first.id in page.imported or first.id in page.classes)


def _word(page: ParsedFile, node: ast.expr) -> str | None:
    """Return the string that an expression is, or that a name holds."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        for each in page.tree.body:
            if isinstance(each, ast.Assign) and text_of(
                    each.targets[0]) == node.id and isinstance(
                        each.value, ast.Constant) and isinstance(
                            each.value.value, str):
                return each.value.value
    return None


def _class_of(page: ParsedFile, node: ast.expr, where: Function | None) -> str:
    """Return the full name of the class of which an object was made."""
    value: ast.expr | None = node
    name = text_of(node)
    if not isinstance(node, ast.Call):
        value = None
        for each in ast.walk(where or page.tree):
            if isinstance(each, ast.Assign) and text_of(
                    each.targets[0]).replace("cls.", "self.") == name:
                value = each.value
    if isinstance(value, ast.Call) and isinstance(
            value.func, (ast.Name, ast.Attribute)):
        meant = page.meant_by(value.func)
        return meant if meant.rpartition(".")[2][:1].isupper() else ""
    return ""


def _bound(patches: Iterable[Patch], function: Function) -> Iterator[Patch]:
    """Yield decorators' patches with the parameters that get their mocks.

    The lowest comes first; below rows of parameterized the mocks come last.
    """
    found = list(patches)
    names = [each.arg for each in function.args.args]
    giving = [patch for patch in reversed(found) if patch.gives_mock]
    has_rows = any("expand" in text_of(mark) or "parametrize" in text_of(mark)
                   for mark in function.decorator_list)
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    names = (names[len(names) - len(giving):] if has_rows
             else names[:len(giving)])
    by_patch = dict(zip(map(id, giving), names))
    for patch in found:
        yield Patch(patch.call, patch.target, patch.how, patch.where,
                    by_patch.get(id(patch), ""), patch.instance)
