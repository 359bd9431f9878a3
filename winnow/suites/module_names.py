"""Under which name the tests import a module, read off the imports.

A file may have several names: which one, its folders alone do not say where a
package has no `__init__.py`, or where a folder in it is on the path.
"""
from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from winnow.model.syntax import walk

# What a test may replace, or import: "acme.stock.levels".
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
# No path is longer.
_LONGEST = 4096
_IMPORTERS = ("import_module", "__import__", "importorskip", "run_module")


@dataclass(frozen=True)
class Name:
    """A name under which a file can be imported, and from which folder.

    The folder is a path in the project's own, or above it.
    """

    name: str
    root: str

    @property
    def top(self) -> str:
        """The package, or module, that is found in the folder."""
        return self.name.partition(".")[0]

    @property
    def hides_pythons(self) -> bool:
        """Whether a folder on the path would hide a module of Python's.

        At the project's own folder, nobody would wonder.
        """
        return self.root != "." and self.top in sys.stdlib_module_names


def names_of(file: str, package: Sequence[str] = ()) -> list[Name]:
    """Return every name that a file can have, the longest first.

    `file` is a path in the project, whose folder is `package`, if any is.
    """
    parts = list(PurePosixPath(file).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    found = [Name(".".join([*package, *parts]), above(package))
             ] if package else []
    for depth in range(len(parts)):
        found.append(Name(".".join(parts[depth:]),
                          "/".join(parts[:depth]) or "."))
    return found


def above(package: Sequence[str]) -> str:
    """Return the folder from which the packages around a project come."""
    return "/".join([".."] * len(package)) or "."


def in_packages(folder: Path, file: str, package: Sequence[str] = ()
                ) -> Name:
    """Return the name that begins with the outermost package around a file."""
    names = names_of(file, package) or [Name("__init__", ".")]
    inside = Path(file).parent.parts
    depth = len(inside)
    while depth and Path(folder, *inside[:depth], "__init__.py").is_file():
        depth -= 1
    if package:
        return names[depth + 1] if depth else names[0]
    return names[depth]


def chosen(candidates: Sequence[Name], usual: Name, imports: Imports
           ) -> Name:
    """Return the name that is imported, or that likely is.

    That is the longest that is imported in full, then the longest whose
    package is. What Python has itself is taken for Python's.
    """
    for each in candidates:
        if each.name in imports.whole and (
                "." in each.name or not each.hides_pythons):
            return each
    if usual.top not in imports.tops or usual.hides_pythons:
        for each in candidates:
            if "." in each.name and each.top in imports.tops and (
                    not each.hides_pythons):
                return each
    return Name(usual.name, ".") if usual.hides_pythons else usual


class Imports:
    """What some files import: by `whole` names, and the `tops` of those.

    Dotted `texts` may be names, too. One that `leaves_folder` imports the
    package that the project's folder is itself.
    """

    def __init__(self, files: Iterable[tuple[str, ast.AST]],
                 package: Sequence[str] = ()) -> None:
        """Read the trees of files, each by the name it is imported under."""
        self.whole: set[str] = set()
        self.tops: set[str] = set()
        self.texts: set[str] = set()
        self.leaves_folder = False
        for name, tree in files:
            around = name.split(".")[:-1]
            is_in = around[:len(package)] == list(package)
            for node in walk(tree):
                if isinstance(node, ast.Constant):
                    if isinstance(node.value, str) and _DOTTED.fullmatch(
                            node.value):
                        self.texts.update(_prefixes(node.value))
                    continue
                for imported in _imported(node, around):
                    self.whole.update(_prefixes(imported))
                    if not getattr(node, "level", 0):
                        self.tops.add(imported.partition(".")[0])
                if isinstance(node, ast.ImportFrom) and is_in and (
                        node.level > len(around) - len(package)):
                    self.leaves_folder = True
        if package and package[0] in self.tops | self.texts:
            self.leaves_folder = True
        self.whole |= {each for each in self.texts if "." in each}


def is_spoken_of(folder: Path, trees: Iterable[ast.AST]) -> bool:
    """Tell whether files in a folder name it as if from the one above.

    They import it, where nothing in it has that name, or name a file in it.
    """
    name, trees = folder.name, list(trees)
    if (folder / name).is_dir() or (folder / f"{name}.py").is_file():
        return False
    if name in Imports(("", tree) for tree in trees).tops:
        return name not in sys.stdlib_module_names
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str)
        and node.value.startswith(f"{name}/")
        and len(name) + 1 < len(node.value) < _LONGEST
        and os.path.exists(folder.parent / node.value)
        for tree in trees for node in walk(tree))


def _prefixes(name: str) -> Iterator[str]:
    """Yield a dotted name, and those of all packages in it."""
    parts = name.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _imported(node: ast.AST, around: Sequence[str]) -> Iterator[str]:
    """Yield the names that a node imports, or may: of modules and in them."""
    match node:
        case ast.Import():
            yield from (alias.name for alias in node.names)
        case ast.ImportFrom(level=level) if level <= len(around):
            start = list(around[:len(around) - level + 1]) if level else []
            start += [node.module] if node.module else []
            yield from (".".join([*start, alias.name])
                        for alias in node.names)
        case ast.Call(
            func=(ast.Name(id=called) | ast.Attribute(attr=called)),
            args=[ast.Constant(value=str(name)), *_],
        ) if called in _IMPORTERS:
            yield name
