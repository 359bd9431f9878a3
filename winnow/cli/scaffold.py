"""What the folder for an exercise holds: modules, tasks, first tests."""
from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import fill, indent
from typing import Union

from winnow.model.exercise import Exercise

TASKS = "TASKS.md"
_LONGEST = 79
_Defined = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef]

_TEST_FILE = '''\
#!/usr/bin/env python3
"""Tests of `{module}`: a class for each thing that it promises."""
import unittest

{imports}


class Test{subject}(unittest.TestCase):
    """What `{name}` does, seen from outside."""

    def {test}(self) -> None:
        """{says}"""
{body}
'''
_TASKS_FILE = """\
# {title}

Write tests of these modules, so that no mistake in them goes unnoticed.
`python -m unittest` runs your tests, and `winnow check` says what they would
miss.

{modules}
"""


@dataclass(frozen=True)
class _Test:
    """The first test of a file: its name, what it says, and its lines."""

    name: str
    says: str
    body: str


def files(exercise: Exercise) -> dict[str, bytes]:
    """Return the files of a folder to begin in, by their names.

    These are the exercise's modules and those beside them, the tasks, and a
    file of tests for each module, with one test that passes.
    """
    found = {f"{module}.py": (exercise.folder / f"{module}.py").read_bytes()
             for module in (*exercise.modules, *exercise.support)}
    found.update({name: (exercise.folder / name).read_bytes()
                  for name in exercise.data})
    tasks = exercise.folder / TASKS
    found[TASKS] = (tasks.read_bytes() if tasks.is_file()
                    else tasks_of(exercise).encode())
    for module in exercise.modules:
        text = first_tests(module, exercise.sources[module])
        found[f"test_{module}.py"] = text.encode()
    return found


def first_tests(module: str, source: str) -> str:
    """Return a file of tests to begin in, with one test that passes.

    It is the first example in the module's docstrings, or else one that
    looks where the first name comes from.
    """
    nodes = list(_public(ast.parse(source).body))
    names = [node.name for node in nodes]
    for node in nodes:
        for example in _examples(node):
            body = _as_assertion(example, names)
            if body:
                return _test_file(module, names, node.name, _Test(
                    "test_the_example_in_its_docstring_holds",
                    "What its docstring shows is what happens.", body))
    plain = [node.name for node in nodes if not node.decorator_list]
    if plain:
        return _test_file(module, names, plain[0], _Test(
            "test_it_is_the_one_of_the_module",
            "A test to be replaced: it says nothing yet of what is done.",
            f"        self.assertEqual({plain[0]}.__module__, "
            f'"{module}")'))
    return _test_file(module, [], module, _Test(
        "test_it_can_be_imported",
        "A test to be replaced: it says nothing yet of what is done.",
        f'        self.assertEqual({module}.__name__, "{module}")'))


def _test_file(module: str, names: list[str], name: str, test: _Test) -> str:
    """Return the text of a file of tests with one class and one test."""
    imports = f"from {module} import {', '.join(names)}"
    if not names:
        imports = f"import {module}"
    elif len(imports) > _LONGEST:
        listed = indent(fill(", ".join(names), _LONGEST - 5), "    ")
        imports = f"from {module} import (\n{listed})"
    subject = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    return _TEST_FILE.format(
        module=module, imports=imports, subject=subject, name=name,
        test=test.name, says=test.says, body=test.body)


def _public(body: list[ast.stmt]) -> Iterator[_Defined]:
    """Yield the functions and classes that are meant for others."""
    for node in body:
        if (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef,
                              ast.ClassDef))
                and not node.name.startswith("_")):
            yield node


def _examples(node: _Defined) -> Iterator[doctest.Example]:
    """Yield the examples in the docstrings of a definition, as doctest has it.

    Those of a class's methods come after its own.
    """
    try:
        yield from doctest.DocTestParser().get_examples(
            ast.get_docstring(node) or "")
    except ValueError:
        pass  # What looks like an example, and is none.
    if isinstance(node, ast.ClassDef):
        for method in _public(node.body):
            yield from _examples(method)


def _as_assertion(example: doctest.Example, names: list[str]) -> str | None:
    """Return an example as an assertion; None where it takes more than that.

    It must be an expression that needs only the module's own names, and give
    a value that can be written down.
    """
    try:
        expression = ast.parse(example.source.strip(), mode="eval")
        value = ast.literal_eval(example.want.strip())
    except (SyntaxError, ValueError):
        return None
    used = {node.id for node in ast.walk(expression)
            if isinstance(node, ast.Name)}
    lines = ["        self.assertEqual(",
             f"            {example.source.strip()},",
             f"            {value!r})"]
    if not used <= set(names) or max(map(len, lines)) > _LONGEST or (
            "\n" in example.source.strip()):
        return None
    return "\n".join(lines)


def tasks_of(exercise: Exercise) -> str:
    """Return the tasks of an exercise that says none: what is promised."""
    parts = []
    for module in exercise.modules:
        tree = ast.parse(exercise.sources[module])
        lines = [*_promises(list(_public(tree.body)), "")]
        parts.append("\n\n".join(part for part in (
            f"## {module}.py", _first_sentence(tree), "\n".join(lines),
            f"Your tests of it go into `test_{module}.py`.") if part))
    return _TASKS_FILE.format(title=exercise.title,
                              modules="\n\n".join(parts))


def _promises(nodes: list[_Defined], before: str) -> Iterator[str]:
    """Yield a line for each definition, a class's methods below it."""
    for node in nodes:
        sentence = _first_sentence(node)
        yield (f"{before}- `{node.name}`"
               f"{': ' + sentence if sentence else ''}")
        if isinstance(node, ast.ClassDef):
            yield from _promises(list(_public(node.body)), before + "  ")


def _first_sentence(node: _Defined | ast.Module) -> str:
    """Return the first paragraph of a docstring, in one line."""
    return " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
