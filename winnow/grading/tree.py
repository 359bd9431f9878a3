"""The files of a folder or an archive, and where in them the tests are."""
from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from winnow.model.errors import CannotDo

from .archives import (
    OF_A_CLASS,
    OF_A_LEARNER,
    BadArchive,
    Room,
    Unpacked,
    is_archive,
    unpack,
)

# What marks a folder that grades were written to.
GRADES = os.path.join(".winnow", "verdicts")
# What tools leave behind, and no learner hands in on purpose.
_JUNK = {"__pycache__", "__MACOSX", ".git", ".hg", ".svn", ".idea", ".vscode",
         ".venv", "venv", "node_modules", ".pytest_cache", ".mypy_cache",
         ".DS_Store", "Thumbs.db", ".ipynb_checkpoints", ".gitkeep"}
_TESTS = re.compile(r"(test_.*|.*_test)\.py", re.IGNORECASE)


def is_junk(path: str) -> bool:
    """Tell whether a path is of what tools leave behind."""
    parts = path.split("/")
    return (not _JUNK.isdisjoint(parts) or parts[-1].endswith(".pyc")
            or parts[-1].startswith("._"))


def read_folder(folder: Path, room: Room = OF_A_CLASS) -> Unpacked:
    """Return the files below a folder; links are left out.

    Raises `CannotDo` where it cannot be read or holds too much.
    """
    found, size = Unpacked(), 0
    for path in _files_below(folder, found):
        name = os.path.relpath(path, folder).replace(os.sep, "/")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CannotDo(f"{path} cannot be read: {error.strerror}."
                           ) from error
        size += len(content)
        if size > room.most_bytes or len(found.files) >= room.most_files:
            raise CannotDo(
                f"{folder} holds more than {room.most_files} files or "
                f"{room.most_bytes // 2 ** 20} MB: name the folder with the "
                "submissions alone.")
        found.files[name] = content
    return found


def _files_below(folder: Path, found: Unpacked) -> Iterator[Path]:
    """Yield the plain files below a folder, but for junk."""
    for place, names, files in os.walk(folder, onerror=_cannot_list):
        # Grades may be written beside the submissions: see `class_folder.py`.
        names[:] = sorted(
            name for name in names if name not in _JUNK
            and not os.path.isdir(os.path.join(place, name, GRADES)))
        for name in [*names]:
            if os.path.islink(os.path.join(place, name)):
                names.remove(name)
                found.odd.append(f"the link {os.path.relpath(place, folder)}"
                                 f"/{name}".replace("/./", "/"))
        for name in sorted(files):
            path = Path(place, name)
            if is_junk(name):
                continue
            if path.is_symlink() or not path.is_file():
                found.odd.append(f"{os.path.relpath(path, folder)}, which is "
                                 "no plain file")
                continue
            yield path


def _cannot_list(error: OSError) -> None:
    """Say which folder cannot be listed."""
    raise CannotDo(f"{error.filename} cannot be read: {error.strerror}."
                   ) from error


def with_nested(files: Mapping[str, bytes]) -> tuple[Unpacked, str]:
    """Return a learner's files with archives among them unpacked, once.

    An archive's files are where it is. Also returns why one of them could
    not be unpacked, or nothing.
    """
    found = Unpacked()
    for name, content in files.items():
        if not is_archive(name):
            found.files[name] = content
            continue
        try:
            inner = unpack(PurePosixPath(name).name, content, OF_A_LEARNER)
        except BadArchive as error:
            return found, str(error)
        above = str(PurePosixPath(name).parent)
        for path, text in inner.files.items():
            whole = path if above == "." else f"{above}/{path}"
            if not is_junk(whole):
                found.files.setdefault(whole, text)
        found.odd += [f"{what} in {name}" for what in inner.odd]
    return found, ""


def tops(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Return the files by the first part of their paths, in order."""
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted(files):
        first, _, rest = path.partition("/")
        found.setdefault(first, {})[rest] = files[path]
    return found


def is_test_file(path: str) -> bool:
    """Tell whether a file's name says that it holds tests."""
    return bool(_TESTS.fullmatch(path.rpartition("/")[2]))


def rooted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of the folder with the tests, by paths from there.

    Of several folders with tests it is one that is least deep, and of those
    the one with most tests.
    """
    places = Counter(path.rpartition("/")[0] for path in files
                     if is_test_file(path))
    if not places:
        return dict(files)
    root = min(places, key=lambda place: (
        place.count("/") + bool(place), -places[place], place))
    start = f"{root}/" if root else ""
    return {path[len(start):]: content for path, content in files.items()
            if path.startswith(start)}


def why_ungradable(files: Mapping[str, bytes]) -> str:
    """Return why a submission cannot be graded, or nothing."""
    names = sorted(files)
    if not names or not any(files.values()):
        return "It is empty."
    if len(names) > OF_A_LEARNER.most_files:
        return f"It has {len(names)} files, and more than 2,000 is too many."
    size = sum(map(len, files.values()))
    if size > OF_A_LEARNER.most_bytes:
        return (f"It is too large: {size / 2 ** 20:.0f} MB, and "
                f"{OF_A_LEARNER.most_bytes // 2 ** 20} MB is the most.")
    if not any(name.lower().endswith(".py") for name in names):
        return f"It has no Python file: {_some(names)}."
    if not any(map(is_test_file, names)):
        return ("It has no file of tests, test_….py or …_test.py: "
                f"{_some(names)}.")
    return ""


def _some(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"
