"""Under which name a module is imported, read off what imports it.

- every name that a path allows, and the folder from which it is found
- the one that is imported in full comes before what may be meant
- what Python itself has is not hidden by a file of its name
"""
import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.checking import write
from winnow.suites.module_names import (
    Imports,
    Name,
    above,
    chosen,
    in_packages,
    is_spoken_of,
    names_of,
)


def imports(code: str, name: str = "test_a",
            package: Iterable[str] = ()) -> Imports:
    """Return what a file imports, which has itself this name."""
    return Imports([(name, ast.parse(code))], tuple(package))


@pytest.mark.parametrize(("file", "package", "names"), [
    ("a.py", (), [("a", ".")]),
    ("src/p/a.py", (), [("src.p.a", "."), ("p.a", "src"), ("a", "src/p")]),
    ("p/__init__.py", (), [("p", ".")]),
    ("src/p/__init__.py", (), [("src.p", "."), ("p", "src")]),
    ("a.py", ("top",), [("top.a", ".."), ("a", ".")]),
    ("__init__.py", ("top",), [("top", "..")]),
    ("a.py", ("top", "sub"), [("top.sub.a", "../.."), ("a", ".")]),
    ("make-it.py", (), [("make-it", ".")]),
])
def test_a_path_has_a_name_from_each_folder(
        file: str, package: tuple[str, ...], names: list[tuple[str, str]]
        ) -> None:
    """The longest comes first."""
    assert names_of(file, package) == [Name(*each) for each in names]


def test_the_usual_name_begins_with_the_outermost_package(
        tmp_path: Path) -> None:
    """That may be the project's folder itself."""
    write(tmp_path, {"p/__init__.py": "", "p/q/__init__.py": "",
                     "n/q/__init__.py": "", "__init__.py": ""})

    for file, package, name in [
            ("p/q/a.py", (), Name("p.q.a", ".")),
            ("n/q/a.py", (), Name("q.a", "n")),
            ("n/q/__init__.py", (), Name("q", "n")),
            ("n/a.py", (), Name("a", "n")), ("a.py", (), Name("a", ".")),
            ("a.py", ("top",), Name("top.a", "..")),
            ("p/q/a.py", ("top",), Name("top.p.q.a", "..")),
            ("n/a.py", ("top",), Name("a", "n")),
            ("n/q/a.py", ("top",), Name("q.a", "n"))]:
        assert in_packages(tmp_path, file, package) == name
    assert above(()) == "." and above(("top", "sub")) == "../.."


NAMED = {
    "from acme.stock.levels import low": "acme.stock.levels",
    "from acme.stock import levels": "acme.stock.levels",
    "import acme.stock.levels as a": "acme.stock.levels",
    "import src.acme.stock.levels": "src.acme.stock.levels",
    "import levels": "levels", "from stock import levels": "stock.levels",
    "import acme": "acme.stock.levels",
    "from acme import api": "acme.stock.levels",
    "pytest.importorskip('acme.stock.levels')": "acme.stock.levels",
    "import_module('stock.levels')": "stock.levels",
    "patch('acme.stock.levels.low')": "acme.stock.levels",
    "patch('levels')": "levels", "import other": "levels",
    "levels = 'acme stock levels'": "levels",
}


@pytest.mark.parametrize("code", NAMED)
def test_the_name_is_the_one_that_is_imported(code: str) -> None:
    """By whatever way; without a word of it, it is the usual one."""
    name = chosen(names_of("src/acme/stock/levels.py"),
                  Name("levels", "src/acme/stock"), imports(code))

    assert name.name == NAMED[code]
    assert f"{name.root}/{name.name.replace('.', '/')}".removeprefix(
        "./") == "src/acme/stock/levels"


@pytest.mark.parametrize(("code", "name"), [
    ("import functools\nfrom acme.functools import f",
     Name("acme.functools", ".")),
    ("import functools\nimport acme", Name("acme.functools", ".")),
    ("import functools", Name("functools", ".")),
    ("import acme", Name("acme.functools", ".")),
    ("import os", Name("functools", ".")),
])
def test_what_python_has_is_not_hidden_without_a_reason(
        code: str, name: Name) -> None:
    """The folder of a module that nobody imports is not on the path."""
    assert chosen(names_of("acme/functools.py"), Name("functools", "acme"),
                  imports(code)) == name


@pytest.mark.parametrize(("code", "name", "leaves"), [
    ("from .a import b", "top.test_a", True),
    ("from . import a", "top.test_a", True),
    ("from ..a import b", "top.tests.test_a", True),
    ("from .a import b", "top.tests.test_a", False),
    ("from .a import b", "test_a", False),
    ("from .a import b", "tests.test_a", False),
    ("import top.a", "test_a", True), ("from top import a", "test_a", True),
    ("patch('top.a.b')", "test_a", True),
    ("from a import b", "top.test_a", False),
    ("from a.top import b", "top.test_a", False),
])
def test_who_imports_the_folder_itself_leaves_it(
        code: str, name: str, leaves: bool) -> None:
    """As a package, or from within one."""
    assert imports(code, name, ["top"]).leaves_folder == leaves


def test_relative_imports_are_those_of_the_package() -> None:
    """Beyond the outermost one there is nothing."""
    found = imports("from . import a\nfrom ..b import c\nfrom ...d import e",
                    "top.sub.test_a").whole

    assert {"top.sub.a", "top.b.c"} <= found
    assert not any(name.startswith("d") for name in found)


@pytest.mark.parametrize(("code", "is_so"), [
    ("import lesson.a", True), ("from lesson import a", True),
    ("open('lesson/data.csv')", True), ("open('lesson/none.csv')", False),
    ("open('data.csv')", False), ("import a", False),
    ("print('lesson')", False), ("'lesson/' * 3000", False),
    (f"'lesson/{'x' * 5000}'", False),
])
def test_a_folder_is_spoken_of_as_if_from_above(
        code: str, is_so: bool, tmp_path: Path) -> None:
    """Unless something in it has its name."""
    folder = write(tmp_path / "lesson", {"a.py": "", "data.csv": ""})

    assert is_spoken_of(folder, [ast.parse(code)]) == is_so
    (folder / "lesson.py").touch()
    assert not is_spoken_of(folder, [ast.parse(code)])
