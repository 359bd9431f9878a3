"""The course's rules on files, and the places where a file breaks them.

Nothing of a file is executed.
"""
from __future__ import annotations

import ast
import os
import re
import shlex
import stat
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Union

from winnow.model.findings import BrokenRule

from . import pycodestyle_rule

SHEBANG = "#!/usr/bin/env python3"
# Windows keeps no such bit.
HAS_MODES = os.name != "nt"
_BOM = b"\xef\xbb\xbf"
_ARTICLES = {"a", "an", "the"}

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
Definition = Union[ast.Module, ast.ClassDef, Function]


@dataclass(frozen=True)
class _CheckedFile:
    """A file and what it holds; its tree, if Python can read it."""

    path: Path
    name: str
    data: bytes
    mode: int
    tree: ast.Module | None


def broken_rules(paths: Sequence[Path], folder: Path) -> Iterator[BrokenRule]:
    """Yield the places that break a rule: by files, then by lines.

    A file is named as it is seen from the folder. One that cannot be read
    has no places; of one that is no Python, only what can be told is.
    """
    for path in paths:
        try:
            data, mode = path.read_bytes(), path.stat().st_mode
        except OSError:
            continue
        file = _CheckedFile(
            path, _name(path, folder), data, mode, _parsed(data))
        yield from sorted(
            (BrokenRule(file.name, line, rule, message)
             for rule, places in _RULES.items()
             for line, message in places(file)),
            key=lambda broken: broken.line)


def _name(path: Path, folder: Path) -> str:
    """Return a path as it is seen from a folder that may hold it."""
    inside = path.is_relative_to(folder)
    return (path.relative_to(folder) if inside else path).as_posix()


def _parsed(data: bytes) -> ast.Module | None:
    """Return the tree of a file's bytes; None where they are no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _shebang(file: _CheckedFile) -> Iterator[tuple[int, str]]:
    """Yield why the system would not start the file with Python 3."""
    first = file.data.partition(b"\n")[0]
    shebang = SHEBANG.encode()
    if first == shebang:
        return
    if first == _BOM + shebang:
        yield 1, (f"A byte order mark hides the `#!` of {file.name} from the "
                  "system: save the file as UTF-8 without BOM.")
    elif first == shebang + b"\r":
        yield 1, (f"The lines of {file.name} end as on Windows (CRLF), and "
                  "the system looks for a `python3` of another name: save "
                  "the file with the line ends of Unix (LF).")
    else:
        yield 1, (f"The first line of {file.name} must be `{SHEBANG}`, with "
                  "nothing before or after it.")


def _executable(file: _CheckedFile) -> Iterator[tuple[int, str]]:
    """Yield that the owner may not execute the file, where that is known."""
    if HAS_MODES and not file.mode & stat.S_IXUSR:
        yield 1, (f"{file.name} is not executable: "
                  f"run `chmod +x {shlex.quote(file.name)}`.")


def _newline(file: _CheckedFile) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the end of the file."""
    lines = file.data.splitlines()
    blank = 0
    while blank < len(lines) and not lines[-1 - blank].strip():
        blank += 1
    if blank == len(lines):
        yield 1, f"{file.name} is empty: write its docstring and its tests."
    elif blank:
        lines_are = "a blank line" if blank == 1 else f"{blank} blank lines"
        yield len(lines) - blank + 1, (
            f"{file.name} ends with {lines_are}: delete what comes after "
            "the last line with text.")
    elif not file.data.endswith((b"\n", b"\r")):
        yield len(lines), (f"The last line of {file.name} does not end with "
                           "a newline: press Enter at its end.")


def definitions(tree: ast.Module) -> Iterator[tuple[Definition, bool]]:
    """Yield the module, classes and functions; tell which are nested.

    Nested is what stands within a function, at whatever depth.
    """
    rest: list[tuple[ast.AST, bool]] = [(tree, False)]
    while rest:
        node, is_nested = rest.pop()
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef,
                             ast.AsyncFunctionDef)):
            yield node, is_nested
        within = is_nested or isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef))
        rest += [(child, within) for child in ast.iter_child_nodes(node)]


def _style(file: _CheckedFile) -> Iterator[tuple[int, str]]:
    """Yield what pycodestyle says of the file, if Python can read it."""
    if file.tree:
        yield from pycodestyle_rule.complaints(file.path)


def _docstring(file: _CheckedFile) -> Iterator[tuple[int, str]]:
    """Yield which definitions have no docstring that is a sentence."""
    for node, is_nested in definitions(file.tree) if file.tree else ():
        if isinstance(node, ast.Module):
            name, of = file.path.stem, f"the file {file.name}"
        else:
            name = node.name
            of = ("the class" if isinstance(node, ast.ClassDef)
                  else "the function") + f" `{name}`"
        complaint = complaint_about(ast.get_docstring(node), name)
        if complaint and not is_nested:
            yield getattr(node, "lineno", 1), (
                f"The docstring of {of} {complaint}")


def complaint_about(docstring: str | None, name: str) -> str | None:
    """Return why a docstring is no sentence of its own; None if it is.

    It is the end of a sentence about the docstring, and says what to do.
    """
    if not docstring or not docstring.strip():
        return "is missing: say in a sentence what it is for."
    sentence = re.split(r"\n\s*\n", docstring.strip())[0]
    words = re.findall(r"\w+", sentence.lower())
    if sentence[0].islower() or not re.match(r"[^\W_]|[`'\"]", sentence):
        return ("does not begin like a sentence: write a capital, a number "
                "or a name in quotes first.")
    if not sentence.endswith((".", "?", "!", ":")):
        return "does not end like a sentence: put a full stop there."
    if len(words) < 3:
        return "has fewer than three words: say in a sentence what it is for."
    if ([word for word in words if word not in _ARTICLES]
            == re.findall(r"[a-z]+|\d+", re.sub(
                r"(?<=[a-z])(?=[A-Z])", " ", name).lower())):
        return "is the name again: say what the name does not."
    return None


def _annotation(file: _CheckedFile) -> Iterator[tuple[int, str]]:
    """Yield which functions, nested ones too, are not annotated in full."""
    for node, _ in definitions(file.tree) if file.tree else ():
        if isinstance(node, (ast.ClassDef, ast.Module)):
            continue
        bare = [*unannotated(node)]
        names = [f"`{name}`" for name in bare if name != "return"]
        todo = []
        if names:
            *some, last = names
            listed = f"{', '.join(some)} and {last}" if some else last
            todo.append(f"annotate {listed} of `{node.name}`")
        if "return" in bare:
            it = "it" if names else f"`{node.name}`"
            todo.append(f"write what {it} returns, `-> None` if nothing")
        if todo:
            said = " and ".join(todo)
            yield node.lineno, f"{said[0].upper()}{said[1:]}."


def unannotated(function: Function) -> Iterator[str]:
    """Yield what of a function's signature is not annotated."""
    given = function.args
    for argument in (*given.posonlyargs, *given.args, given.vararg,
                     *given.kwonlyargs, given.kwarg):
        if (argument and not argument.annotation
                and argument.arg not in ("self", "cls")):
            yield argument.arg
    if not function.returns:
        yield "return"


_RULES: dict[str, Callable[[_CheckedFile], Iterator[tuple[int, str]]]] = {
    "shebang": _shebang,
    "executable": _executable,
    "newline": _newline,
    "docstring": _docstring,
    "annotation": _annotation,
    "pycodestyle": _style,
}
