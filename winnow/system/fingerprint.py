"""Whether files are as they were: by what they hold, or by their stamps.

A fingerprint says nothing of what is in it. What it is of, and what is done
where it differs, is up to who asks.
"""
from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

# Names of folders that change by themselves and say nothing: Python writes
# them whenever a module is imported.
_BY_ITSELF = frozenset({"__pycache__"})
_Entries = Iterator[tuple[str, "os.DirEntry[str]"]]


class TooManyFiles(Exception):
    """A folder has more files than are to be looked at."""


def of_values(*values: object) -> str:
    """Return the fingerprint of plain values, however they are nested.

    Sets and mappings have no order. Raises `TypeError` where a value is none
    that another process would have, too.
    """
    return sha256(_spelled(values).encode("utf-8", "surrogatepass")
                  ).hexdigest()


def of_content(folder: Path, is_left_out: Callable[[str], bool]) -> str:
    """Return the fingerprint of what a folder holds: paths, modes, content.

    What `is_left_out`, by its path in the folder, is as if it were not there.
    """
    found = sha256()
    for path, entry in _entries(str(folder), "", is_left_out):
        mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
        found.update(f"\0{path}\0{mode:o}\0".encode("utf-8",
                                                    "surrogateescape"))
        if entry.is_symlink():
            found.update(os.fsencode(os.readlink(entry.path)))
        elif entry.is_file():
            with open(entry.path, "rb") as file:
                content = sha256()
                while part := file.read(2 ** 20):
                    content.update(part)
            found.update(content.digest())
    return found.hexdigest()


def of_stamps(folder: Path, most: int,
              is_left_out: Callable[[str], bool] = lambda path: False) -> str:
    """Return the fingerprint of a folder's files by size, time and mode.

    No file is read. Raises `TooManyFiles` where there are more than `most`.
    """
    found = sha256()
    for number, (path, entry) in enumerate(
            _entries(str(folder), "", is_left_out, ())):
        if number >= most:
            raise TooManyFiles(folder)
        # A folder's time changes when Python compiles what is in it.
        stamp = ("" if entry.is_dir(follow_symlinks=False)
                 else _stamp(entry.path))
        found.update(f"\0{path}\0{stamp}".encode(
            "utf-8", "surrogateescape"))
    return found.hexdigest()


def of_file(path: Path) -> str:
    """Return the fingerprint of one file, or of a folder's names, by stamps.

    What is not there has one, too.
    """
    return of_values(_stamp(str(path)))


def _stamp(path: str) -> str:
    """Return what tells that a file was changed, without reading it."""
    try:
        found = os.stat(path)
    except OSError:  # It is gone, or a link leads nowhere.
        return "none"
    return f"{found.st_size} {found.st_mtime_ns} {found.st_mode:o}"


def _entries(folder: str, above: str, is_left_out: Callable[[str], bool],
             ways: tuple[str, ...] | None = None) -> _Entries:
    """Yield what is in a folder and below, by its path, in one order.

    Links to folders are followed where `ways` has those that led here; so
    none is followed in a circle.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:  # Who may not look into it reads nothing there.
        return
    for entry in entries:
        path = f"{above}{entry.name}"
        if entry.name in _BY_ITSELF or is_left_out(path):
            continue
        yield path, entry
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, f"{path}/", is_left_out, ways)
        elif ways is not None and entry.is_symlink() and entry.is_dir():
            real = os.path.realpath(entry.path)
            if not any(_is_around(real, each) for each in (folder, *ways)):
                yield from _entries(real, f"{path}/", is_left_out,
                                    (*ways, folder))


def _is_around(real: str, folder: str) -> bool:
    """Tell whether a real folder is above another one, or is it."""
    inside = os.path.realpath(folder)
    return inside == real or inside.startswith(os.path.join(real, ""))


def _spelled(value: object) -> str:
    """Return a text that only an equal value has."""
    if isinstance(value, Enum):
        return _spelled(value.value)
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return f"{type(value).__name__} {value!r}"
    if isinstance(value, os.PathLike):
        return f"path {os.fspath(value)!r}"
    if is_dataclass(value) and not isinstance(value, type):
        return _joined(type(value).__name__, (
            f"{each.name}={_spelled(getattr(value, each.name))}"
            for each in fields(value)))
    if isinstance(value, Mapping):
        return _joined("mapping", sorted(
            f"{_spelled(key)}: {_spelled(each)}"
            for key, each in value.items()))
    if isinstance(value, (set, frozenset)):
        return _joined("set", sorted(map(_spelled, value)))
    if isinstance(value, (list, tuple)):
        return _joined("list", map(_spelled, value))
    raise TypeError(f"{type(value).__name__} has no fingerprint")


def _joined(kind: str, parts: Iterable[str]) -> str:
    """Return the parts of one value."""
    return f"{kind}({', '.join(parts)})"
