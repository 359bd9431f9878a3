"""Reads an exercise from its folder: `faults.toml` and the modules."""
from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from winnow import ABOVE, PACKAGE
from winnow.model.errors import BrokenExercise

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib
from winnow.model.exercise import (
    CAUGHT_AT,
    LEVELS,
    Edit,
    Exercise,
    Fault,
    Refactoring,
)
from winnow.model.syntax import parsed

from .requirements import with_libraries

TABLE = "faults.toml"
_Entry = TypeVar("_Entry", bound=Edit)
_TEXT = "a text that is not empty"
_ANY_TEXT = "a text"
_MODULES = "a list of different module names, without .py"
_FUNCTIONS = 'a list of functions, as "module.function"'
_TABLES = "written as [[{key}]]"
_FLAG = "true or false"
_VARIABLES = 'a table of texts, as {{ NAME = "value" }}'
_FILES = "a list of different files' names"
_TOP = {
    "title": _TEXT, "name": _TEXT,
    "modules": _MODULES, "support": _MODULES, "boundaries": _FUNCTIONS,
    "outside": _FUNCTIONS, "libraries": _MODULES, "install": _TEXT,
    "environment": _VARIABLES, "aimed": _FLAG, "sparse": _FLAG,
    "optional": _VARIABLES, "data": _FILES,
    "fault": _TABLES, "refactoring": _TABLES,
}
_CHOICES = {"level": LEVELS, "caught_at": CAUGHT_AT}


def load(folder: Path) -> Exercise:
    """Return the exercise in a folder; raise `BrokenExercise` if it is none.

    Whether each variant compiles and does what its entry says is not asked
    here: it takes running them, and an exercise's own tests do that.
    """
    path = folder / TABLE
    table = _parsed(path)
    _check_keys(str(path), table, _TOP, ("title", "modules"))
    if "fault" not in table:
        raise BrokenExercise(f"{path}: it has no [[fault]]")
    name = table.get("name", folder.resolve().name)
    modules = tuple(table["modules"])
    if not modules:
        raise BrokenExercise(f"{path}: its `modules` names no module")
    support = tuple(table.get("support", ()))
    for twice in set(modules) & set(support):
        raise BrokenExercise(
            f"{path}: `{twice}` is in `modules` and in `support`")
    sources = {module: _text(folder / f"{module}.py")
               for module in modules + support}
    boundaries = tuple(table.get("boundaries", ()))
    outside = tuple(table.get("outside", ()))
    _check_boundaries(path, "boundary", boundaries, modules, sources)
    _check_boundaries(path, "outside", outside, modules, sources)
    taken: set[str] = set()
    edits = {module: sources[module] for module in modules}
    optional = table.get("optional", {})
    for module in optional.keys() - set(modules):
        raise BrokenExercise(
            f"{path}: `optional` names `{module}`, which is not in `modules`"
            f"{_nearest(module, modules)}")
    for file in table.get("data", ()):
        _text(folder / file)
    return with_libraries(Exercise(
        name=name, title=table["title"], folder=folder, modules=modules,
        support=support, sources=sources, boundaries=boundaries,
        outside=outside,
        faults=tuple(_entries(path, Fault, table["fault"], edits, taken)),
        refactorings=tuple(_entries(
            path, Refactoring, table.get("refactoring", ()), edits, taken)),
        libraries=tuple(table.get("libraries", ())),
        install=table.get("install", ""),
        environment=table.get("environment", {}),
        aimed=table.get("aimed", False), sparse=table.get("sparse", False),
        data=tuple(table.get("data", ()))), optional)


def named(wanted: str) -> Exercise:
    """Return the exercise of a name, or in a folder; or `BrokenExercise`."""
    known = bundled()
    folder = known.get(wanted, Path(wanted))
    if not (folder / TABLE).is_file():
        raise BrokenExercise(
            f"{wanted} is neither a folder with a {TABLE} nor one of the "
            f"exercises that come along ({', '.join(known)}).")
    return load(folder)


def bundled() -> dict[str, Path]:
    """Return the folders of the exercises that come along, by their names.

    In a checkout they stand beside the package; a wheel carries them in it.
    """
    checkout = Path(ABOVE)
    if (checkout / TABLE).is_file():
        tables = [checkout / TABLE, *sorted(checkout.glob(f"*/{TABLE}"))]
    else:
        tables = sorted(
            (checkout / PACKAGE).glob(f"bundled/*/{TABLE}"))
    return {_name_in(path): path.parent for path in tables}


def modules_of(folder: Path) -> list[str] | None:
    """Return the modules of an exercise; its faults take longer to read.

    None where the table does not say it rightly: why, `load` tells.
    """
    modules = _head(folder / TABLE).get("modules")
    return modules if _is(_MODULES, modules) else None


def _name_in(path: Path) -> str:
    """Return an exercise's name from what stands above its first entry."""
    return str(_head(path).get("name", path.parent.name))


def _head(path: Path) -> dict[str, Any]:
    """Return what stands above a table's first entry.

    Nothing, where it cannot be read: what is wrong, `load` will say.
    """
    head = re.split(r"(?m)^\[", _text(path), maxsplit=1)[0]
    try:
        return tomllib.loads(head)
    except tomllib.TOMLDecodeError:
        return {}


def _text(path: Path) -> str:
    """Return what a file of an exercise says."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenExercise(
            f"{path} is not UTF-8: see byte {error.start}") from error
    except OSError as error:
        raise BrokenExercise(
            f"{path} cannot be read: {error.strerror}") from error


def _parsed(path: Path) -> dict[str, Any]:
    """Return what a table says, unchecked."""
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BrokenExercise(f"{path} is not TOML: {error}") from error


def _check_keys(where: str, table: Mapping[str, Any],
                kinds: Mapping[str, str], required: Iterable[str]) -> None:
    """Refuse keys that are unknown, missing or of the wrong kind."""
    for key in table:
        if key not in kinds:
            near = _nearest(key, kinds)
            raise BrokenExercise(f"{where}: the key `{key}` is unknown{near}")
    for key in required:
        if key not in table:
            raise BrokenExercise(f"{where}: the key `{key}` is missing")
    for key, value in table.items():
        if not _is(kinds[key], value):
            kind = kinds[key].format(key=key)
            raise BrokenExercise(f"{where}: its `{key}` must be {kind}")


def _is(kind: str, value: object) -> bool:
    """Tell whether a value is of a kind that a table knows."""
    if kind == _TABLES:
        return (isinstance(value, list) and value != []
                and all(isinstance(entry, dict) for entry in value))
    if kind == _ANY_TEXT:
        return isinstance(value, str)
    if kind == _TEXT:
        return isinstance(value, str) and value.strip() != ""
    if kind == _FLAG:
        return isinstance(value, bool)
    if kind == _VARIABLES:
        return isinstance(value, dict) and all(
            re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
            and isinstance(text, str) and "\0" not in text
            for name, text in value.items())
    if not isinstance(value, list):
        return False
    if kind == _FILES:  # Of the folder itself: none leads out of it.
        return (all(isinstance(name, str) and re.fullmatch(r"\w[\w.-]*", name)
                    for name in value) and len(set(value)) == len(value))
    if kind == _FUNCTIONS:
        return all(isinstance(name, str) and "." in name for name in value)
    # An identifier, so that no name leads out of the folder.
    return (all(isinstance(name, str) and name.isidentifier()
                for name in value)
            and len(set(value)) == len(value))


def _nearest(word: str, known: Iterable[str]) -> str:
    """Return the question whether a known word was meant, if one is near."""
    import difflib  # Only a broken table pays for it.
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _check_boundaries(path: Path, kind: str, boundaries: Iterable[str],
                      modules: Iterable[str],
                      sources: Mapping[str, str]) -> None:
    """Refuse a boundary that is no function of one of the modules."""
    for boundary in boundaries:
        module, _, function = boundary.partition(".")
        if module not in modules:
            raise BrokenExercise(
                f"{path}: the {kind} `{boundary}` is in no module of "
                f"`modules`{_nearest(module, modules)}")
        try:
            names = list(_functions(parsed(sources[module]).body))
        except SyntaxError as error:
            raise BrokenExercise(
                f"{path.parent / module}.py, line {error.lineno}: it is not "
                f"Python: {error.msg}") from error
        if function not in names:
            raise BrokenExercise(
                f"{path}: the {kind} `{boundary}` is no function of "
                f"{module}.py{_nearest(function, names)}")


def _functions(body: Iterable[ast.stmt], prefix: str = "") -> Iterator[str]:
    """Yield the names of functions, and of methods behind their class's."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _entries(path: Path, kind: type[_Entry], tables: Iterable[dict[str, Any]],
             sources: Mapping[str, str], taken: set[str]) -> Iterator[_Entry]:
    """Yield the entries of one kind; note their names among those taken."""
    kinds = {each.name: _TEXT for each in fields(kind)} | {"new": _ANY_TEXT}
    required = [each.name for each in fields(kind)
                if each.default is MISSING]
    for number, table in enumerate(tables, 1):
        name = table.get("name")
        label = f'"{name}"' if _is(_TEXT, name) else f"number {number}"
        where = f"{path}, {kind.__name__.lower()} {label}"
        _check_keys(where, table, kinds, required)
        entry = kind(**table)
        _check_entry(where, entry, sources, taken)
        taken.add(entry.name)
        yield entry


def _check_entry(where: str, entry: Edit, sources: Mapping[str, str],
                 taken: Iterable[str]) -> None:
    """Refuse an entry whose values do not fit together, or the modules."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name):
        raise BrokenExercise(
            f"{where}: its `name` must be words-like-these, in lower case")
    if entry.name in taken:
        raise BrokenExercise(f"{where}: an entry above has the same `name`")
    for key, choices in _CHOICES.items():
        value = getattr(entry, key, choices[0])
        if value not in choices:
            raise BrokenExercise(
                f'{where}: its `{key}` is "{value}"; it must be one of '
                f"{', '.join(choices)}{_nearest(value, choices)}")
    if entry.module not in sources:
        raise BrokenExercise(
            f'{where}: its `module` is "{entry.module}", which is not in '
            f"`modules`{_nearest(entry.module, sources)}")
    times = sources[entry.module].count(entry.old)
    if times != 1:
        raise BrokenExercise(
            f"{where}: its `old` occurs {times} times in {entry.module}.py; "
            "it must occur exactly once")
    if entry.old == entry.new:
        raise BrokenExercise(f"{where}: its `new` is the same as its `old`")
