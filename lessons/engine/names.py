"""Holds what stands in backticks against what is really there.

A name is known if it is a fault's, a file's, Python's or a library's, or if
it stands in a block on the page or in a file of ours that the page names.
"""
from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import inspect
import io
import keyword
import re
import sys
import unittest
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import requests

from lessons.engine.pages import FOLDER, ROOT, Finding, Page, table
from winnow.checking.coaching import confusions
from winnow.cli.arguments import parsed
from winnow.subjects.faults_toml import bundled, load
from winnow.suites import smells

ALLOWED = FOLDER / "allowed.toml"
# What the pages speak of besides Python's own library.
LIBRARIES = ("hypothesis", "parameterized", "pytest", "requests", "winnow")
_ENDINGS = (".cfg", ".json", ".md", ".py", ".sql", ".toml", ".txt", ".xml",
            ".yaml", ".yml")
_MEASURED = ("import", "network", "order", "leak", "no-assertion",
             "executes-nothing", "catches-nothing")
# What a runner prints for each test, as it ends.
_LETTERS = (".", "E", "F", "s", "u", "x")
_OWN_OPTIONS = re.compile(r"--[a-z][\w-]*")
_LABEL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_PROGRAMS = ("python", "winnow", "pytest", "make", "pip", "git")


def unknown_names(page: Page) -> Iterator[Finding]:
    """Yield the names in backticks that stand for nothing."""
    here = _Known(page)
    allowed = exceptions(page.name)
    for line, name in page.names:
        if name not in allowed:
            said = here.unknown_in(name)
            if said:
                yield page.finding(line, f"`{name}`: {said}")


def exceptions(page: str, allowed: Path = ALLOWED) -> dict[str, str]:
    """Return the names that stand for nothing on a page, with the reasons."""
    rows = table(allowed.read_text("utf-8")).get("allowed", [])
    return {row["name"]: row["reason"] for row in rows
            if row.get("page", page) == page}


class _Known:
    """What a name on a page may stand for."""

    def __init__(self, page: Page) -> None:
        """Collect what the page shows, and the files that it names."""
        own = {name for name in (block.file for block in page.blocks) if name}
        named = {path for _, name in (*page.names, *page.links)
                 for path in _files(page, name)}
        self._files = own
        self._text = "\n".join([
            *(block.code for block in page.blocks),
            *(path.read_text("utf-8") for path in sorted(named))])
        self._words = frozenset(re.findall(r"\w+", self._text)) | _everywhere()

    def unknown_in(self, name: str) -> str | None:
        """Return what in a name stands for nothing, in words."""
        if name in _labels() or name in self._files or re.search(
                rf"(?<!\w){re.escape(name)}(?!\w)", self._text):
            return None
        if _looks_like_a_file(name):
            return None if _there(name) else "there is no such file"
        first, *rest = name.split()
        if first in _PROGRAMS:
            return _command(first, rest)
        if _OWN_OPTIONS.fullmatch(name):
            return "no block here shows such an option"
        if _LABEL.fullmatch(name):
            return "it is no fault, and nothing else that is known here"
        return self._code(name.replace("…", "..."))

    def _code(self, name: str) -> str | None:
        """Return which part of a piece of code stands for nothing."""
        try:
            tree = ast.parse(re.sub(r"^@", "", name))
        except SyntaxError:
            return "it is no Python, and stands in no block on this page"
        unknown = [part for part in _parts(tree) if not self._is_known(part)]
        return (f"{', '.join(unknown)} is not known here"
                if unknown else None)

    def _is_known(self, dotted: str) -> bool:
        """Tell whether a name, dotted or not, stands for something."""
        head, *rest = dotted.split(".")
        if _is_module(head):
            return not rest or _resolves(dotted)
        return all(part in self._words for part in (head, *rest))


def _parts(tree: ast.AST) -> Iterator[str]:
    """Yield the names in a piece of code, dotted ones as a whole."""
    if isinstance(tree, (ast.Attribute, ast.Name)):
        whole = ast.unparse(tree)
        if re.fullmatch(r"[\w.]+", whole):
            yield whole
            return
        if isinstance(tree, ast.Attribute):
            yield tree.attr
    elif isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        head = tree.value.partition(".")[0]
        if re.fullmatch(r"\w+(\.\w+)+", tree.value) and _is_module(head):
            yield tree.value
    elif isinstance(tree, (ast.FunctionDef, ast.ClassDef)):
        yield tree.name
    elif isinstance(tree, (ast.arg, ast.keyword)) and tree.arg:
        yield tree.arg
    elif isinstance(tree, ast.alias):
        yield tree.name
    for child in ast.iter_child_nodes(tree):
        yield from _parts(child)


@lru_cache(maxsize=None)
def _labels() -> frozenset[str]:
    """Return what stands for itself: faults, kinds of problems, letters."""
    exercises = [load(folder) for folder in bundled().values()]
    return frozenset([
        *(edit.name for each in exercises
          for edit in (*each.faults, *each.refactorings)),
        *(each.name for each in exercises),
        *(row.name for row in confusions()), *smells.KINDS, *_MEASURED,
        *_LETTERS, *keyword.kwlist])


@lru_cache(maxsize=None)
def _everywhere() -> frozenset[str]:
    """Return the names that need no import, and what the libraries offer."""
    places: list[Any] = [builtins, unittest, mock, pytest, requests]
    words = {*keyword.kwlist, "self", "cls"}
    for place in places:
        for name, value in inspect.getmembers(place):
            if not name.startswith("_"):
                words.add(name)
                if inspect.isclass(value):
                    words.update(dir(value))
    return frozenset({*words, *dir(mock.Mock()), *dir(mock.call)})


@lru_cache(maxsize=None)
def _modules() -> frozenset[str]:
    """Return the modules of the exercises."""
    return frozenset(name for folder in bundled().values()
                     for name in load(folder).sources)


def _is_module(name: str) -> bool:
    """Tell whether a name is that of a module that pages may speak of."""
    return name in _modules() or name in LIBRARIES or (
        name in sys.stdlib_module_names)


@lru_cache(maxsize=None)
def _resolves(dotted: str) -> bool:
    """Tell whether a module really has what a dotted name says."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        try:
            found: Any = importlib.import_module(name)
        except ImportError:
            continue
        for part in parts[length:]:
            try:
                found = getattr(found, part)
            except AttributeError:
                return False
        return True
    return False


def _looks_like_a_file(name: str) -> bool:
    """Tell whether a name is that of a file or a folder."""
    return bool(re.fullmatch(r"[\w./-]+", name)) and (
        name.endswith(_ENDINGS) or "/" in name)


def _there(name: str) -> bool:
    """Tell whether a file or folder is in the project."""
    return any((folder / name).exists() for folder in
               (ROOT, FOLDER, *bundled().values()))


def _files(page: Page, name: str) -> Iterator[Path]:
    """Yield the Python files and tables of ours that a name or link means."""
    for folder in (ROOT, page.path.parent, *bundled().values()):
        path = folder / name.partition("#")[0]
        if path.suffix in (".py", ".toml", ".cfg") and path.is_file():
            yield path.resolve()


def _command(program: str, rest: list[str]) -> str | None:
    """Return what a command names that is not there."""
    if program == "winnow" and rest:
        known = _options_of(rest[0])
        if not known:
            return f"winnow has no command {rest[0]}"
        unknown = [word for word in rest[1:]
                   if word.startswith("-") and word not in known]
        return f"no option {unknown[0]}" if unknown else None
    if program == "python" and rest[:1] == ["-m"] and rest[1:]:
        return None if find_spec(rest[1]) else f"no module {rest[1]}"
    if program == "make" and rest:
        text = (ROOT / "Makefile").read_text("utf-8")
        return (None if re.search(rf"^{rest[0]}:", text, re.MULTILINE)
                else f"the Makefile has no {rest[0]}")
    return None


@lru_cache(maxsize=None)
def _options_of(command: str) -> frozenset[str]:
    """Return the options of one of our commands; none if there is none."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            parsed([command, "--help"])
        except SystemExit as ended:
            if ended.code:
                return frozenset()
    return frozenset(re.findall(r"(?<!\w)--?[a-z][\w-]*", said.getvalue()))
