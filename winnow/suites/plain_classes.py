"""Classes of tests that pytest collects, and unittest does not.

Those are classes Test… that derive from no TestCase and have tests, which
may be inherited, from a module of the project too, or be in a class inside.
"""
from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

_PLAIN = {"object", "ABC", "abc.ABC", "Generic", "typing.Generic", "Protocol",
          "typing.Protocol"}
# How far above a file of tests a module is looked for that it imports.
_ABOVE = 4
_MOST_BASES = 20


class PlainClasses:
    """What is known of the classes of one file of tests, and their bases."""

    def __init__(self, tree: ast.Module, path: Path) -> None:
        """Take the file's tree, and the path from which it imports."""
        self._path = path
        self._trees: dict[Path, ast.Module | None] = {path: tree}
        self._asked = 0

    def has_tests(self) -> bool:
        """Tell whether there is such a class in the file itself."""
        tree = self._trees[self._path]
        return tree is not None and any(
            self._is_collected(node, self._path) for node in tree.body)

    def _is_collected(self, node: ast.AST, path: Path) -> bool:
        """Tell whether pytest alone finds a test in a class."""
        if not isinstance(node, ast.ClassDef) or (
                not node.name.startswith("Test")):
            return False
        tests = list(self._tests(node, path))
        return None not in tests and bool(tests)

    def _tests(self, node: ast.ClassDef, path: Path
               ) -> Iterator[str | None]:
        """Yield the tests of a class, and None if it is a TestCase.

        A base that is called so, or cannot be found, is taken for one.
        """
        for inner in node.body:
            if is_test_function(inner) or self._is_collected(inner, path):
                yield str(getattr(inner, "name"))
        for base in node.bases:
            if isinstance(base, ast.Subscript):
                base = base.value
            name = ast.unparse(base)
            self._asked += 1
            found = (None if name.endswith("TestCase")
                     or self._asked > _MOST_BASES
                     else self._class_of(name, path))
            if found:
                yield from self._tests(*found)
            elif name not in _PLAIN:
                yield None

    def _class_of(self, name: str, path: Path
                  ) -> tuple[ast.ClassDef, Path] | None:
        """Return the class that a name means in a file, and its own file."""
        tree = self._tree(path)
        first, _, rest = name.partition(".")
        for node in reversed(tree.body if tree else ()):
            match node:
                case ast.ClassDef(name=defined) if defined == name:
                    return node, path
                case ast.ImportFrom(module=module, level=level):
                    for alias in node.names:
                        if (alias.asname or alias.name) != first:
                            continue
                        if not rest:
                            return self._in_module(
                                module or "", level, alias.name, path)
                        inside = ".".join(filter(None, (module, alias.name)))
                        return self._in_module(inside, level, rest, path)
                case ast.Import():
                    for alias in node.names:
                        start = f"{alias.asname or alias.name}."
                        if name.startswith(start):
                            return self._in_module(
                                alias.name, 0, name[len(start):], path)
        return None

    def _in_module(self, module: str, level: int, name: str, path: Path
                   ) -> tuple[ast.ClassDef, Path] | None:
        """Return a class of a module that a file of the project imports."""
        parts = module.split(".") if module else []
        above = ([path.parents[level - 1]] if 0 < level <= len(path.parents)
                 else list(path.parents)[:_ABOVE])
        for folder in [*above, *(each / "src" for each in above)]:
            place = folder.joinpath(*parts)
            for file in (place.with_name(f"{place.name}.py"),
                         place / "__init__.py"):
                if self._tree(file):
                    return self._class_of(name, file)
        return None

    def _tree(self, path: Path) -> ast.Module | None:
        """Return the tree of a file; None where there is none."""
        if path not in self._trees:
            self._trees[path] = None
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self._trees[path] = ast.parse(path.read_bytes())
            except (OSError, SyntaxError, ValueError, RecursionError,
                    MemoryError):
                pass
        return self._trees[path]


def is_test_function(node: ast.AST) -> bool:
    """Tell whether a statement defines a function that pytest would run."""
    return (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and node.name.startswith("test"))
