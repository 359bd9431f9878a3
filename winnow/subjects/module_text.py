"""What is read of a module: its text, its tree, the faults made for it."""
from __future__ import annotations

import ast
import tokenize
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TypeVar

from winnow.model.errors import NothingToCheck
from winnow.model.exercise import Mutant
from winnow.mutation.generator import NoFaults, made_faults
from winnow.subjects.packages import Modules

_Read = TypeVar("_Read")


def made_in(path: Path) -> tuple[str, list[Mutant]]:
    """Return a module's text, and the faults that are made for it.

    They bear the module's own name, without those of packages around it.
    """
    source = text_of(path)
    name = path.absolute().parent.name if path.stem == "__init__" else (
        path.stem)
    return source, made(name, source, path)[0]


def readable(meant: Modules) -> Modules:
    """Return modules without those of a package that are not Python.

    A package may hold templates, or what is for another version.
    """
    kept, notes = [], list(meant.notes)
    for path in meant.files:
        if path in meant.inside:
            try:
                _parsed(text_of(path), path)
            except NothingToCheck as error:
                notes.append(f"{error} It was left out.")
                continue
        kept.append(path)
    if not kept:
        raise NothingToCheck(" ".join(notes))
    return replace(meant, files=tuple(kept), notes=tuple(notes))


def made(name: str, source: str, path: Path
         ) -> tuple[list[Mutant], list[NoFaults]]:
    """Return the faults of a module, or say why it cannot be read."""
    return _read(lambda: made_faults(name, source), path)


def _parsed(source: str, path: Path) -> ast.Module:
    """Return the syntax tree of a module, or say why it cannot be read."""
    return _read(lambda: ast.parse(source), path)


def _read(how: Callable[[], _Read], path: Path) -> _Read:
    """Return what is made of a module, or say why it is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of an escape it may warn.
            return how()
    except ValueError as error:  # Null bytes, before Python 3.12.
        raise NothingToCheck(
            f"{path.name}: it is not Python ({error}).") from error
    except SyntaxError as error:
        raise NothingToCheck(
            f"{path.name}, line {error.lineno}: it is not Python "
            f"({error.msg}).") from error
    except (RecursionError, MemoryError) as error:
        raise NothingToCheck(
            f"{path.name}: it is not Python (it is nested too deeply)."
        ) from error


def text_of(path: Path) -> str:
    """Return a module's text; only UTF-8 can be written back as it was."""
    try:
        with open(path, "rb") as file:
            coding = _coding_of(file)
        if not coding.startswith("utf-8"):
            raise NothingToCheck(f"{path} is in {coding}: save it as UTF-8.")
        return path.read_text(encoding=coding)
    except OSError as error:
        raise NothingToCheck(
            f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object[:error.start].count(b"\n") + 1
        raise NothingToCheck(
            f"{path}: line {line} is not UTF-8. Save the file as UTF-8."
        ) from error


def _coding_of(file: BinaryIO) -> str:
    """Return the coding that a file says it is in, UTF-8 if it says none."""
    try:
        return tokenize.detect_encoding(file.readline)[0]
    except SyntaxError:  # It says none, and is not UTF-8.
        return "utf-8"
