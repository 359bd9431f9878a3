"""Tests that never run, or run something else than the modules."""
from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from winnow.model.syntax import Function

from .ast_helpers import FUNCTIONS, WHOLE, is_assertion, is_test, shown
from .parsed_file import ParsedFile, Smell, TestFunction

_RUNS_ASYNC = ("anyio", "trio", "pytest_asyncio", "pytest_trio", "aiohttp",
               "tornado", "twisted", "asynctest", "asyncio_mode")
_PREFIX = "test_"
_CASES = ("unittest.TestCase", "unittest.IsolatedAsyncioTestCase")
# What others call: runners, or a subclass in another file.
_CALLED = re.compile(r"_|assert|set_?up|tear_?down|async|run|test|debug|id$|"
                     r"shortDescription$|doCleanups$", re.IGNORECASE)
_BY_NAME = ("getattr", "vars", "dir", "eval", "exec")
_ROWS = "parameterized_class"
# One letter from the prefix, and words all the same.
_WORDS = {"rest_", "best_", "text_", "nest_", "west_", "pest_", "jest_",
          "vest_", "zest_", "tent_", "est_", "fest_", "gest_", "tess_",
          "tesa_", "tes_", "tesl_"}


def async_never_runs(place: TestFunction) -> Iterator[Smell]:
    """Find `async def` tests that nobody awaits."""
    node, page = place.node, place.page
    if not isinstance(node, ast.AsyncFunctionDef) or not place.test:
        return
    kind = page.kind_of(place.owner)
    if kind == "unittest" and place.owner and page.is_plain(
            [*node.decorator_list, *place.owner.decorator_list]):
        yield Smell(
            node, f"`async def {node.name}` never runs: a TestCase does not "
            "await it.",
            f"Write `class {place.owner.name}("
            "unittest.IsolatedAsyncioTestCase):`.")
    elif kind == "plain" and _runs_in_pytest(place) and not _is_marked(place):
        yield Smell(
            node, f"`async def {node.name}` never runs: without a plugin, "
            "pytest does not await it.",
            f"Write `def {node.name}(…):`, and in it `asyncio.run(…)` around "
            "what is to be awaited.")


def _runs_in_pytest(place: TestFunction) -> bool:
    """Tell whether a function, or the class that it is in, is a test's."""
    owner = place.owner
    return owner is None or owner.name.startswith("Test") and not any(
        isinstance(base, ast.Name) and base.id == owner.name
        for other in place.page.classes.values() for base in other.bases)


def _is_marked(place: TestFunction) -> bool:
    """Tell whether something here may run a coroutine."""
    page, owner = place.page, place.owner
    decorators = [*place.node.decorator_list,
                  *(owner.decorator_list if owner else ())]
    marks = [shown(each, WHOLE) for each in decorators
             if not page.is_plain([each])
             and "parametrize" not in shown(each, WHOLE)]
    blocks = [page.tree.body, owner.body if owner else []]
    return bool(marks) or any(
        name.startswith(_RUNS_ASYNC) for name in page.imported.values()
    ) or any(isinstance(node, ast.Name) and node.id == "pytestmark"
             for block in blocks for part in block for node in ast.walk(part)
             if isinstance(part, (ast.Assign, ast.AnnAssign)))


def same_names(page: ParsedFile) -> Iterator[Smell]:
    """Find tests, and classes of tests, that a later one replaces."""
    yield from _replaced(page, page.tree.body, "")
    for node in page.nodes:
        if isinstance(node, ast.ClassDef):
            yield from _replaced(page, node.body, f"{node.name}.")


def _replaced(page: ParsedFile, block: list[ast.stmt], above: str
              ) -> Iterator[Smell]:
    """Find the tests of a block whose name is given again, and unused."""
    last: dict[str, tuple[int, Function | ast.ClassDef]] = {}
    for number, node in enumerate(block):
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        if node.name in last:
            start, old = last[node.name]
            if type(old) is type(node) and _replaces(node, old) and not any(
                    isinstance(part, ast.Name) and part.id == node.name
                    for each in block[start + 1:number + 1]
                    for part in _at_once(each)):
                yield Smell(
                    old, f"This `{node.name}` never runs: line "
                    f"{node.lineno} gives its name to another.",
                    f"Rename one of the two after what it checks, such as "
                    f"`{_kind_of(old)} {node.name}_…`.",
                    f"{page.module}.{above}{node.name}")
        if _holds_tests(page, node) and page.is_plain(
                node.decorator_list, "mark", _ROWS):
            last[node.name] = number, node
        else:
            last.pop(node.name, None)


def _replaces(new: Function | ast.ClassDef, old: Function | ast.ClassDef
              ) -> bool:
    """Tell whether nothing of an old definition is left beside a new one.

    @parameterized_class makes a class of each row, by a name of its own: so
    the old ones are replaced by the same rows alone.
    """
    rows = [[ast.dump(mark.args[-1]) for mark in node.decorator_list
             if isinstance(mark, ast.Call) and mark.args
             and shown(mark.func, WHOLE).endswith(_ROWS)]
            for node in (old, new)]
    return not rows[0] or rows[0] == rows[1]


def _kind_of(node: ast.AST) -> str:
    """Return the word with which a definition begins."""
    return "class" if isinstance(node, ast.ClassDef) else "def"


def _at_once(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield what is executed when a definition is, without its body."""
    if isinstance(node, FUNCTIONS):
        roots: list[ast.AST] = [*node.decorator_list, node.args]
    elif isinstance(node, ast.ClassDef):
        roots = [*node.decorator_list, *node.bases]
    else:
        roots = [node]
    for root in roots:
        yield from ast.walk(root)


def _holds_tests(page: ParsedFile, node: Function | ast.ClassDef) -> bool:
    """Tell whether a definition is a test, or a class that has some."""
    if isinstance(node, ast.ClassDef):
        return any(map(is_test, node.body)) and (
            node.name.startswith("Test") or page.kind_of(node) != "plain")
    return is_test(node)


def own_copies(page: ParsedFile) -> Iterator[Smell]:
    """Find functions and classes of the modules that the suite has again.

    What only stands in for one, as a fake does, is not called by the tests.
    """
    for node in page.tree.body:
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)) or (
                node.name in page.imported):
            continue
        for module, names in page.modules.items():
            if node.name in names and not _is_imported(
                    page, module, node.name) and _is_tested(page, node.name):
                yield Smell(
                    node, f"`{node.name}` is defined here: the tests try this "
                    f"copy, not that of {module}.py.",
                    f"Take it away and write `from {module} import "
                    f"{node.name}`.")


def _is_imported(page: ParsedFile, module: str, name: str) -> bool:
    """Tell whether something takes a name from its module."""
    wanted = {f"{module}.{name}", f"{module}.*"}
    return bool(wanted.intersection(page.imported.values())) or any(
        isinstance(node, ast.Attribute) and page.meant_by(node) in wanted
        for node in page.nodes)


def _is_tested(page: ParsedFile, name: str) -> bool:
    """Tell whether a test calls or decorates with a name."""
    return any(
        isinstance(node, ast.Name) and node.id == name
        for place in page.places if place.test
        for part in ast.walk(place.node)
        for node in ([part.func] if isinstance(part, ast.Call)
                     else getattr(part, "decorator_list", ())))


def never_collected(page: ParsedFile) -> Iterator[Smell]:
    """Find tests under a name without prefix, and tests inside of tests."""
    read = {part.attr if isinstance(part, ast.Attribute) else
            part.id if isinstance(part, ast.Name) else part.value
            for part in page.nodes
            if isinstance(part, (ast.Attribute, ast.Name, ast.Constant))}
    yield from _nested_classes(page, page.tree, None, read)
    for place in page.places:
        node = place.node
        if place.test:
            yield from _nested(place)
        elif _mended(node.name) not in (node.name, *page.defined) and (
                node.name not in read
                and page.kind_of(place.owner) != "unknown"
                and _asserts(node) and _needs_nothing(place)
                and page.is_plain(node.decorator_list, "mark")):
            yield Smell(
                node, f"`{node.name}` is not run: the name of a test begins "
                "with `test_`.",
                f"Write `def {_mended(node.name)}(…):`.".replace(
                    "(…)", "(self)" if place.owner else "()"))
        elif node.name not in read and _looks_like_a_test(place):
            yield Smell(
                node, f"`{node.name}` is not run: no test calls it, and its "
                "name does not begin with `test`.",
                f"If it is a test, write `def {_PREFIX}{node.name}(self):`; "
                "if not, call it in one.")


def _looks_like_a_test(place: TestFunction) -> bool:
    """Tell whether a method asserts like the tests beside it.

    What a base class calls is left alone, and what only some file of others
    may call: private methods, assertions, and classes without tests.
    """
    page, node, owner = place.page, place.node, place.owner
    return owner is not None and not owner.decorator_list and bool(
        owner.bases) and all(
            page.meant_by(base) in _CASES for base in owner.bases) and any(
                map(is_test, owner.body)) and (
        not node.decorator_list and not _CALLED.match(node.name)
        and "load_tests" not in page.defined
        and not _reads_by_name(page) and _asserts(node)
        and _needs_nothing(place))


def _reads_by_name(page: ParsedFile) -> bool:
    """Tell whether a file may call what it does not name."""
    return any(isinstance(node, ast.Name) and node.id in _BY_NAME
               for node in page.nodes)


def _nested(place: TestFunction) -> Iterator[Smell]:
    """Find tests that are defined in a test and not called there."""
    for part in place.parts:
        if isinstance(part, FUNCTIONS) and part.name.startswith("test") and (
                _asserts(part) and place.page.is_plain(
                    part.decorator_list, "mark", "expand")) and not any(
                        isinstance(node, ast.Name) and node.id == part.name
                        for node in ast.walk(place.node)):
            marks = ", with its decorators," if part.decorator_list else ""
            yield Smell(
                part, f"`{part.name}` never runs: it is inside "
                f"`{place.node.name}`, and nothing calls it.",
                f"Indent `def {part.name}`{marks} as `def "
                f"{place.node.name}` is.")


def _nested_classes(page: ParsedFile, block: ast.AST, owner: str | None,
                    read: Collection[object]) -> Iterator[Smell]:
    """Find classes of tests within a class or a function.

    What is a TestCase is found at the top of a file alone.
    """
    for node in ast.iter_child_nodes(block):
        inner = owner
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            inner = node.name
        if isinstance(node, ast.ClassDef) and owner is not None and (
                page.kind_of(node) == "unittest"
                and any(map(is_test, node.body)) and node.name not in read
                and not node.decorator_list):
            yield Smell(
                node, f"`{node.name}` never runs: it is inside `{owner}`, "
                "where nobody looks for tests.",
                f"Indent `class {node.name}` to the left, out of `{owner}`.")
        else:
            yield from _nested_classes(page, node, inner, read)


def _asserts(node: ast.AST) -> bool:
    """Tell whether there is an assertion in a function."""
    return any(map(is_assertion, ast.walk(node)))


def _needs_nothing(place: TestFunction) -> bool:
    """Tell whether a function could be a test by its parameters."""
    given = place.node.args
    taken = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    return taken <= (place.owner is not None) or bool(
        place.node.decorator_list)


def _mended(name: str) -> str:
    """Return a name with the prefix of tests for one mistyped by a letter."""
    for length in (4, 5, 6):
        head = name[:length]
        if (head.endswith("_") and head not in _WORDS
                and not name.startswith("test") and _is_one_edit(head)):
            return _PREFIX + name[length:]
    return name


def _is_one_edit(head: str) -> bool:
    """Tell whether a text is the prefix but for one slip of a finger."""
    if len(head) == len(_PREFIX):
        off = [at for at in range(len(head)) if head[at] != _PREFIX[at]]
        return len(off) == 1 or len(off) == 2 and (
            head[off[0]] + head[off[1]] == _PREFIX[off[1]] + _PREFIX[off[0]])
    short, long = sorted((head, _PREFIX), key=len)
    return short in (long[:at] + long[at + 1:] for at in range(len(long)))
