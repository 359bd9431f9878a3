"""Which settings pytest would read in a project, and what they say.

Read as pytest reads them (its `findpaths.py`, documented under
"Configuration"), so that Winnow looks for tests where pytest does, and knows
what a suite asks for before pytest is started.
"""
from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# In the order in which pytest looks; of each, the first heading that counts.
# Since pytest 9 there are files of TOML's own, and [tool.pytest].
NAMES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini",
         "pyproject.toml", "tox.ini", "setup.cfg")
_HEADINGS = {"setup.cfg": "tool:pytest"}
_KNOWS_TOML = 9
# Where a file cannot be read, pytest says why, if it would read that file.
_MEANT = re.compile(r"^\s*\[\s*(pytest|tool:pytest|tool\.pytest(\..*)?)\s*\]",
                    re.MULTILINE)
_TEST_FILES = ("test_*.py", "*_test.py")


@dataclass(frozen=True)
class Settings:
    """Where a project's settings for pytest are, and what they set.

    `file` is the path of the file in the project's `folder`, "" where there
    is none; `said` is what it says to pytest, as one text.
    """

    folder: Path = Path()
    file: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""

    def words(self, name: str) -> list[str]:
        """Return the words of a setting that is a list of words."""
        value = self.values.get(name)
        if isinstance(value, (list, tuple)):
            return [str(word) for word in value]
        return words_in(str(value or ""))

    @property
    def test_files(self) -> Sequence[str]:
        """The patterns of the files in which pytest looks for tests."""
        return self.words("python_files") or _TEST_FILES

    def has_tests(self, path: PurePath) -> bool:
        """Tell whether pytest would look for tests in a file it comes to."""
        return any(path.match(pattern) for pattern in self.test_files)


def words_in(text: str) -> list[str]:
    """Return the words of a text, as a shell would split them."""
    try:
        return shlex.split(text)
    except ValueError:  # A quotation mark is missing: pytest says so.
        return text.split()


def located(folder: Path, start: Path | None = None) -> Settings:
    """Return the settings for tests at a place in a project's folder.

    Pytest looks in the place itself, then in the folders above it. What lies
    above the project is not copied for the tests, and is not looked at.
    """
    start = start or folder
    for place in (start, *start.parents):
        for name in NAMES:
            path = place / name
            if path.is_file():
                found = _read(path)
                if found is not None:
                    return Settings(
                        folder, path.relative_to(folder).as_posix(), *found)
        if place == folder:
            break
    return Settings(folder)


def _read(path: Path) -> tuple[Mapping[str, Any], str] | None:
    """Return what a file sets and says, or None if it says nothing."""
    try:
        text = path.read_text("utf-8-sig", errors="replace")
    except OSError:
        return None
    try:
        values = (_of_toml(path.name, text) if path.suffix == ".toml"
                  else _of_ini(path.name, text))
    except ValueError:
        is_meant = path.stem in ("pytest", ".pytest") or _MEANT.search(text)
        return ({}, text) if is_meant else None
    if values is None:
        return None
    return values, "\n".join(f"{name} = {value}"
                             for name, value in values.items())


def _of_ini(name: str, text: str) -> Mapping[str, Any] | None:
    """Return what an INI file sets for pytest; raises `ValueError`."""
    import configparser  # Not everyone has such a file.
    parser = configparser.RawConfigParser(
        strict=False, allow_no_value=True, default_section="")
    setattr(parser, "optionxform", str)  # The names' case is kept.
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(*error.args) from error
    heading = _HEADINGS.get(name, "pytest")
    if parser.has_section(heading):
        return dict(parser[heading])
    return {} if name in ("pytest.ini", ".pytest.ini") else None


def _of_toml(name: str, text: str) -> Mapping[str, Any] | None:
    """Return what a TOML file sets for pytest; raises `ValueError`."""
    if name != "pyproject.toml":
        if not _knows_toml():
            return None
        return _table(tomllib.loads(text).get("pytest"))
    if "pytest" not in text:
        return None
    tool = _table(tomllib.loads(text).get("tool"))
    ours = dict(_table(tool.get("pytest")))
    options = ours.pop("ini_options", None)
    if ours and _knows_toml():
        return ours
    return None if options is None else _table(options)


def _table(value: object) -> Mapping[str, Any]:
    """Return a table of TOML's; what is none is an empty one."""
    return value if isinstance(value, dict) else {}


@lru_cache(1)
def _knows_toml() -> bool:
    """Tell whether the pytest that is installed has settings of its own."""
    from importlib import metadata  # It takes longer than all the rest.
    try:
        version = metadata.version("pytest")
    except metadata.PackageNotFoundError:
        return True
    return int(version.partition(".")[0]) >= _KNOWS_TOML
