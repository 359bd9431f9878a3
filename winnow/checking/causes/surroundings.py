"""Imports, files, programs and databases that are not where a test looks."""
from __future__ import annotations

import ast
import re
from difflib import get_close_matches

from .asked import Names
from .failure import Failure
from .patches import FIXTURES
from .source import FUNCTIONS, code_of, text_of
from .spelling import OF_MOCK

_IMPORTS = (ast.Import, ast.ImportFrom)
# Modules whose names are often misspelt in files of tests.
_MODULES = ("unittest", "unittest.mock", "parameterized", "requests", "pytest")
# What the libraries of tests offer, as far as tests are known to want it.
_OFFERED = {
    "unittest.mock": [name for name in OF_MOCK if name != "mock"],
    "unittest": ["mock", "TestCase", "main", "skip", "skipIf",
                 "IsolatedAsyncioTestCase"],
    "parameterized": ["parameterized", "parameterized_class", "param"]}
_LIBRARIES = ("unittest", "parameterized", "mock", "pytest")
_MEMORY = re.compile(r"""^['"](?:sqlite(?:\+\w+)?://(?:/:memory:|/)?|"""
                     r""":memory:|file::memory:.*)['"]$""")


def mock_of_unittest(failure: Failure) -> Names | None:
    """A name of unittest.mock that is imported from unittest."""
    node = _import(failure)
    wrong = re.search(r"cannot import name '(\w+)' from '(?:unittest|mock)'|"
                      r"No module named '(?:unittest\.)?(?:[Mm]ocks?)'|"
                      r"No module named 'unittest\.(\w+)'", failure.message)
    if not wrong or not isinstance(node, _IMPORTS):
        return None
    names = [each.name for each in node.names]
    own = [name for name in names if name in OF_MOCK and name != "mock"]
    if isinstance(node, ast.Import) or not own:
        own = [name for name in names if name in OF_MOCK] or [
            wrong[2] if wrong[2] in OF_MOCK else "patch"]
    rest = [name for name in names if name not in own]
    written = f"`from unittest.mock import {', '.join(own)}`"
    if rest and isinstance(node, ast.ImportFrom) and (
            node.module == "unittest"):
        written += f" and `from unittest import {', '.join(rest)}`"
    return {"name": wrong[1] or own[0], "write": written}


def relative_import(failure: Failure) -> Names | None:
    """An import that begins with a dot, in a folder that is no package."""
    node = _import(failure)
    if "relative import" not in failure.message or not isinstance(
            node, ast.ImportFrom):
        return None
    names = ", ".join(map(text_of, node.names))
    return {"write": f"from {node.module} import {names}" if node.module
            else f"import {names}"}


def module_elsewhere(failure: Failure) -> Names | None:
    """A module that is imported as part of a package that is none."""
    found = re.search(r"No module named '(?P<name>[^']+)'", failure.message)
    node = _import(failure)
    if not found or not isinstance(node, _IMPORTS):
        return None
    parts = found["name"].split(".")
    written = (node.module or "" if isinstance(node, ast.ImportFrom)
               else node.names[0].name)
    last = next((part for part in reversed(written.split("."))
                 if failure.subject.knows(part)), "")
    if isinstance(node, ast.ImportFrom) and not last and len(
            node.names) == 1 and failure.subject.knows(node.names[0].name):
        return {"name": found["name"], "write": f"import "
                f"{node.names[0].name}", "file": failure.subject.file_of(
                    node.names[0].name)}
    if not last or last == written and len(parts) == 1:
        return None
    names = ", ".join(map(text_of, node.names))
    return {"name": found["name"], "file": failure.subject.file_of(last),
            "write": f"from {last} import {names}" if isinstance(
                node, ast.ImportFrom) else f"import {last}"}


def module_misspelt(failure: Failure) -> Names | None:
    """A module whose name is nearly that of one that is there.

    A folder of that name, which Python takes for a package without files, is
    no module either.
    """
    found = (re.search(r"No module named '(?P<name>[\w.]+)'", failure.message)
             or re.search(r"cannot import name .* from '(?P<name>[\w.]+)' "
                          r"\(unknown location\)", failure.message))
    node = _import(failure)
    if not found or not isinstance(node, _IMPORTS):
        return None
    known = [*failure.subject.every_module(), *_MODULES]
    near = get_close_matches(found["name"], known, 1, 0.75)
    if not near:
        return None
    return {"name": found["name"], "write": text_of(node).replace(
        found["name"], near[0], 1)}


def name_of_a_module(failure: Failure) -> Names | None:
    """A name that a module of the exercise does not define."""
    found = re.search(r"cannot import name '(?P<name>\w+)' from "
                      r"'(?P<module>[\w.]+)'", failure.message)
    if not found or not failure.subject.knows(found["module"]):
        return None
    module, name = found["module"], found["name"]
    known = [each for each in failure.subject.offered(module)
             if not each.startswith("_")]
    near = get_close_matches(name, known, 1, 0.7)
    homes = [each.module for each in failure.subject.defining(name)]
    if homes:
        write = f"from {homes[0]} import {name}"
    elif near:
        write = f"from {module} import {near[0]}"
    else:
        write = f"from {module} import {known[0] if known else '…'}"
    return {"file": failure.subject.file_of(module), "name": name,
            "has": ", ".join(known[:8]) + (", …" if known[8:] else ""),
            "write": write}


def name_of_a_library(failure: Failure) -> Names | None:
    """A name that the libraries of tests have in another module, or near."""
    found = (re.search(r"cannot import name '(?P<name>\w+)' from "
                       r"'(?P<module>[\w.]+)'", failure.message)
             or re.search(r"module '(?P<module>[\w.]+)' has no attribute "
                          r"'(?P<name>\w+)'", failure.message))
    if not found or found["module"].split(".")[0] not in _LIBRARIES:
        return None
    known = {name: module for module, names in _OFFERED.items()
             for name in names}
    name = found["name"]
    near = [name] if name in known else get_close_matches(name, known, 1, 0.8)
    if not near or found["module"] == known[near[0]] and near[0] == name:
        return None
    return {"module": found["module"], "name": name,
            "write": f"from {known[near[0]]} import {near[0]}"}


def class_of_a_module(failure: Failure) -> Names | None:
    """A class whose base is a module."""
    node = failure.statement
    if "module() takes at most 2 arguments" not in failure.words or (
            not isinstance(node, ast.ClassDef) or not node.bases):
        return None
    base = text_of(node.bases[0])
    more = {"unittest": "TestCase"}.get(base)
    found = next((name for name, sort in failure.subject.sorts(base)
                  if sort == "class"), more) or "TheClass"
    return {"base": base, "write": f"class {node.name}({base}.{found}):"}


def module_called(failure: Failure) -> Names | None:
    """A module that is called, in place of what it holds."""
    if "'module' object is not callable" not in failure.words:
        return None
    for node in failure.parts:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            meant = failure.page.meant_by(node.func)
            held = next((name for name, sort in failure.subject.sorts(meant)
                         if sort == "class"), "")
            if meant in ("unittest.mock", "mock"):
                held = "patch" if node.args else "Mock"
            elif meant == "parameterized":
                return {"of": node.func.id, "write":
                        "from parameterized import parameterized"}
            if held:
                return {"of": node.func.id,
                        "write": f"{node.func.id}.{held}(…)"}
    return None


def class_without_names(failure: Failure) -> Names | None:
    """A @parameterized_class with rows, and no names for their values."""
    node = failure.statement
    if not isinstance(node, ast.ClassDef) or failure.error not in (
            "ValueError", "TypeError", "AttributeError"):
        return None
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and "parameterized_class" in text_of(
                mark.func) and len(mark.args) == 1 and mark.lineno <= (
                    failure.line) <= node.lineno:
            return {"class": node.name, "write": "@parameterized_class(("
                    f'"name", …), {code_of(mark.args[0])})'}
    return None


def line_at_import(failure: Failure) -> Names | None:
    """A line of the file itself that fails when the file is imported."""
    if not failure.test.endswith(".py") or not failure.line or (
            failure.place is not failure.code
            or failure.error == "SystemExit"
            or isinstance(failure.statement, (*_IMPORTS, *FUNCTIONS))
            or failure.place.around(failure.line)):
        return None
    return {"line": str(failure.line)}


def keyword_only(failure: Failure) -> Names | None:
    """A test under expand with a star among its parameters."""
    if "keyword only arguments" not in failure.message:
        return None
    found = re.search(r"<function (?:\w+\.)*(?P<name>\w+) at",
                      failure.message)
    for node in failure.page.nodes:
        if isinstance(node, FUNCTIONS) and found and (
                node.name == found["name"] and node.args.kwonlyargs):
            names = [*node.args.posonlyargs, *node.args.args,
                     *filter(None, [node.args.vararg]),
                     *node.args.kwonlyargs]
            given = ", ".join(each.arg for each in names)
            return {"test": node.name, "line": str(node.lineno),
                    "write": f"def {node.name}({given}):"}
    return None


def program(failure: Failure) -> Names | None:
    """A program that a test starts, and that the PATH does not hold."""
    missing = re.search(r"No such file or directory: '([^'/]+)'",
                        failure.words)
    if missing and failure.error in ("FileNotFoundError",) and (
            failure.ends_in("subprocess") or "subprocess" in
            failure.clues["line"] or "Popen" in failure.clues["line"]):
        return _started(failure, missing[1])
    if re.search(r"\b127\b|32512", failure.words):
        for node in ast.walk(failure.function or failure.page.tree):
            if isinstance(node, ast.Call) and re.search(
                    r"os\.(system|popen)|subprocess|\brun$|getoutput|"
                    r"getstatusoutput|check_call|check_output|\bcall$",
                    text_of(node.func)):
                for part in ast.walk(node):
                    if isinstance(part, ast.Constant) and isinstance(
                            part.value, str) and part.value.strip():
                        return _started(failure, part.value.split()[0])
    return None


def file_missing(failure: Failure) -> Names | None:
    """A file that is not in the folder in which the tests run."""
    found = re.search(r"No such file or directory: '([^']+)'", failure.words)
    if not found or failure.error != "FileNotFoundError" or (
            failure.ends_inside):
        return None
    name = found[1]
    return {"name": name, "write": f'Path(__file__).with_name("'
            f'{name.rpartition("/")[2]}")'}


def two_memories(failure: Failure) -> Names | None:
    """Two databases in memory, of which each is empty for itself."""
    if not ("no such table" in failure.message
            or "no such table" in (failure.fact("because") or "")
            or failure.error == "AssertionError"
            and re.search(r"\bNone\b|\[\]|\b0\b|unexpectedly None",
                          failure.words)):
        return None
    makers: list[ast.AST] = [node for node in (failure.function, *(
        failure.code.method(failure.owner, name) for name in FIXTURES))
        if node]
    made = [node for maker in makers for node in _memories(failure, maker)]
    if len(made) < 2:
        return None
    first = code_of(made[0])
    return {"first": first, "line": str(made[0].lineno),
            "second": str(made[1].lineno)}


def _memories(failure: Failure, maker: ast.AST, depth: int = 1
              ) -> list[ast.Call]:
    """Return the calls in a function that make a database in memory."""
    found: list[ast.Call] = []
    for node in ast.walk(maker):
        if not isinstance(node, ast.Call):
            continue
        if node.args and _MEMORY.match(text_of(node.args[0])):
            found.append(node)
        elif depth and isinstance(node.func, (ast.Name, ast.Attribute)):
            name = text_of(node.func).rpartition(".")[2]
            for each in failure.page.nodes:
                if isinstance(each, FUNCTIONS) and each.name == name and (
                        each is not maker):
                    inner = _memories(failure, each, depth - 1)
                    found += [ast.copy_location(ast.Call(
                        one.func, one.args, one.keywords), node)
                        for one in inner]
    return found


def _started(failure: Failure, name: str) -> Names:
    """Return how a tool of Python's is started."""
    return {"name": name, "write": f'[sys.executable, "-m", "{name}", …]'}


def _import(failure: Failure) -> ast.stmt | None:
    """Return the import that failed, where the message names none too."""
    if isinstance(failure.statement, _IMPORTS):
        return failure.statement
    return None
