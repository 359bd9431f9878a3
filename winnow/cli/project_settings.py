"""What a project asks of a check: `[tool.winnow]` in its pyproject.toml.

Each setting is what an option of the command line is, which wins over it.
"""
from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from winnow.model.errors import CannotDo
from winnow.suites.discovery import RUNNERS

from . import argument_types as types

_FILE = "pyproject.toml"
_HEADING = re.compile(r"^\s*\[\s*tool\s*\.\s*[\"']?winnow[\"']?\s*(?:[.\]]|$)",
                      re.MULTILINE)
LIST, TEXT, WHOLE, NUMBER = ("a list of strings", "a string",
                             "a whole number", "a number")
_TYPES: dict[str, tuple[type, ...]] = {
    LIST: (list,), TEXT: (str,), WHOLE: (int,), NUMBER: (int, float)}


class WrongSetting(CannotDo):
    """Which setting is wrong, in which file and line, and why."""


@dataclass(frozen=True)
class Setting:
    """A key of `[tool.winnow]`: its option, and what its value is.

    `attribute` is where the parsed command line has it; `read` makes a value
    of a text, as for the option. An `example` is a value that is right.
    """

    key: str
    attribute: str
    option: str
    kind: str
    example: str
    read: Callable[[str], object] = str


SETTINGS = {each.key: each for each in (
    Setting("modules", "module", "--module", LIST, '["src/shop"]'),
    Setting("tests", "paths", "PATH", LIST, '["tests"]'),
    Setting("exclude", "exclude", "--exclude", LIST, '["src/shop/legacy.py"]'),
    Setting("operators", "operator", "--operator", LIST, '["!constant"]',
            types.operator),
    Setting("runner", "runner", "--runner", TEXT, '"pytest"'),
    Setting("timeout", "timeout", "--timeout", NUMBER, "10", types.seconds),
    Setting("timeout-factor", "timeout_factor", "--timeout-factor", NUMBER,
            "10", types.factor),
    Setting("memory", "memory", "--memory", NUMBER, "6", types.gigabytes),
    Setting("copy-limit", "copy_limit", "--copy-limit", WHOLE, "512",
            types.count),
    Setting("jobs", "jobs", "--jobs", WHOLE, "4", types.jobs),
    Setting("fail-under", "fail_under", "--fail-under", NUMBER, "85",
            types.percent),
)}
# What says nothing of an exercise.
OF_MODULES = ("exclude", "operator", "timeout_factor")


def take(options: argparse.Namespace) -> None:
    """Put what the project asks for where the command line says nothing.

    `options.root` becomes the project's folder where modules and tests are
    the settings' own: paths are as from there. Raises `WrongSetting`.
    """
    here = Path.cwd()
    file = _File.found(here)
    tests = getattr(options, "paths", None)
    if file is None or not all(file.is_around(each) for each in tests or ()):
        return
    is_plain = not (tests or options.module
                    or getattr(options, "exercise", None))
    values = file.values(file.path.parent if is_plain else here)
    if getattr(options, "exercise", None):
        values = _without(values, "module", "paths")
    if not (options.module or values.get("module")):
        values = _without(values, "paths", *OF_MODULES)
    elif is_plain:
        options.root = file.path.parent
    for attribute, value in values.items():
        if getattr(options, attribute, value) in (None, []):
            setattr(options, attribute, value)


def _without(values: Mapping[str, object], *names: str
             ) -> dict[str, object]:
    """Return the values but for those of some attributes."""
    return {name: value for name, value in values.items()
            if name not in names}


class _File:
    """A pyproject.toml that has settings for Winnow."""

    def __init__(self, path: Path, text: str, table: Mapping[str, object]
                 ) -> None:
        """Take the file, its text, and the table in it that is ours."""
        self.path = path
        self._text = text
        self._table = table

    def is_around(self, path: str) -> bool:
        """Tell whether the file's folder is above something, or is it."""
        folder = self.path.parent
        full = Path(os.path.abspath(path))
        return folder in (full, *full.parents)

    @staticmethod
    def found(here: Path) -> _File | None:
        """Return the nearest, from a folder up to the repository's top."""
        for folder in (here, *here.parents):
            file = _read(folder / _FILE)
            if file or (folder / ".git").exists():
                return file
        return None

    def values(self, base: Path) -> dict[str, object]:
        """Return the settings by the attributes of the command line.

        Paths are as from a base.
        """
        found = {}
        for key, value in self._table.items():
            setting = SETTINGS.get(key)
            if setting is None:
                raise self._wrong(key, f"There is no setting {key}: "
                                  f"{_nearest(key, SETTINGS)}")
            found[setting.attribute] = self._value(setting, value, base)
        return found

    def _value(self, setting: Setting, value: object, base: Path) -> object:
        """Return what a value is for the command line."""
        key = setting.key
        is_right = isinstance(value, _TYPES[setting.kind]) and not isinstance(
            value, bool)
        if isinstance(value, list):
            is_right = is_right and all(
                isinstance(each, str) and each for each in value)
        if not is_right:
            raise self._wrong(key, f"{key} has to be {setting.kind}, as in "
                              f"{key} = {setting.example}.")
        try:
            if not isinstance(value, list):
                return self._chosen(setting, str(value))
            return [os.path.relpath(self._path(setting, each), base)
                    if setting.attribute in ("module", "paths")
                    else setting.read(each) for each in value]
        except argparse.ArgumentTypeError as error:
            end = "" if str(error)[-1] in ".?!" else "."
            raise self._wrong(key, f"{key}: {error}{end}") from None

    def _chosen(self, setting: Setting, text: str) -> object:
        """Return a single value; the runner is one of those there are."""
        if setting.key == "runner" and text not in RUNNERS:
            raise self._wrong("runner", f"There is no runner {text}: "
                              f"{_nearest(text, RUNNERS)}")
        return setting.read(text)

    def _path(self, setting: Setting, text: str) -> Path:
        """Return what is meant, as from the file's folder; it is there."""
        from winnow.subjects.packages import located
        from winnow.subjects.suite_files import check_module
        folder = self.path.parent
        path = (located(text, folder) if setting.key == "modules"
                else folder / text)
        if not path.exists():
            try:
                check_module(Path(os.path.relpath(path)))
            except CannotDo as error:
                why = (str(error) if setting.key == "modules"
                       else f"There is no file or folder {text}.")
                raise self._wrong(setting.key, why) from None
        return path

    def _wrong(self, key: str, why: str) -> WrongSetting:
        """Return what is wrong with a setting, and where it is."""
        line = _line_of(key, self._text)
        where = f", line {line}" if line else ""
        return WrongSetting(f"{os.path.relpath(self.path)}{where}: {why}")


def _read(path: Path) -> _File | None:
    """Return a file that has settings for Winnow; None if it has none."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if b"winnow" not in data:
        return None
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        tool = tomllib.loads(text).get("tool")
    except tomllib.TOMLDecodeError as error:
        if not _HEADING.search(text):
            return None  # It is not read for Winnow's sake.
        raise WrongSetting(f"{os.path.relpath(path)} is not TOML: "
                           f"{error}.") from None
    table = tool.get("winnow") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise WrongSetting(f"{os.path.relpath(path)}: tool.winnow has to be "
                           "a table, [tool.winnow].")
    return _File(path, text, table)


def _line_of(key: str, text: str) -> int | None:
    """Return the number of the line in which a setting is, if it is found.

    Python's reader of TOML does not tell. It is looked for below our heading,
    then as a part of a dotted name.
    """
    heading = _HEADING.search(text)
    begin = heading.end() if heading else 0
    name = rf"[\"']?{re.escape(key)}[\"']?"
    for pattern in (rf"^[ \t]*{name}\s*=", rf"\b{name}\s*[=\].]"):
        found = re.compile(pattern, re.MULTILINE).search(text, begin)
        if found:
            return text.count("\n", 0, found.end()) + 1
    place = text.find(key)
    return None if place < 0 else text.count("\n", 0, place) + 1


def _nearest(name: str, names: Iterable[str]) -> str:
    """Return which name may be meant, or all that there are."""
    near = get_close_matches(name, list(names), n=1)
    return (f"did you mean {near[0]}?" if near
            else f"there are {', '.join(names)}.")
