"""Which files of a project the tests get a copy of.

What the tests and the modules need comes first; what is too much is left out,
and told.
"""
from __future__ import annotations

import os
import re
import shutil
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from winnow.system.folders import is_broad

from . import repository

# What a copy may hold where nobody says another number, in MB. A small file
# counts as much as one of 64 kB: each is looked at before each run. So no
# copy holds more than some 4,000.
MOST_MB = 256
_MB = 2 ** 20
_LEAST = 2 ** 16
# So many files are looked at where there is no room at all.
_ENOUGH = 100
# What links out of the folder lead to may be anything: so much of the room.
_FOR_LINKS = 4
# How soon a file is copied: it is wanted, it is code or settings, it lies
# near what is wanted, it lies elsewhere, it lies out of the folder.
_FIRST, _CODE, _NEAR, _FAR, _AWAY = range(5)
# So many of the files left out are named.
_MOST_NAMED = 3
# Of the room where copies are made, one may take so many parts of a hundred.
_SHARE = 12
_NOT_COPIED = frozenset({
    ".git", ".hg", ".svn", ".venv", ".tox", ".nox",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__",
    "node_modules", "site-packages",
})
_GIT = re.compile(r"\bgit\b", re.IGNORECASE)
# What marks the folder of an environment, of Python's own or of conda's.
_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")
# Settings that a test runner, or a module, may read, and code.
_EARLY = (".py", ".pyi", ".toml", ".ini", ".cfg", ".pth")


@dataclass(frozen=True)
class Wanted:
    """What of a folder is to be copied, by paths in it.

    The files that come `first` are copied however large they are. `without`
    names what is left out at the top. `areas` are the folders that count,
    those that are `shallow` by their own files alone; `package` are the
    packages that the folder is in, the last one itself.
    """

    folder: Path
    without: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()
    areas: tuple[str, ...] = (".",)
    shallow: tuple[str, ...] = ()
    package: tuple[str, ...] = ()
    most_mb: int = MOST_MB

    @property
    def place(self) -> Path:
        """The folder's place in a copy, below all packages it is in."""
        return Path(*(self.package or (self.folder.name or "suite",)))


class _QueuedFile(NamedTuple):
    """A file that may be copied: how soon, its size, and its path."""

    rank: int
    size: int
    path: str

    @property
    def cost(self) -> int:
        """What it takes of the room; nothing, if it is wanted."""
        return max(self.size, _LEAST) if self.rank else 0


@dataclass(frozen=True)
class Lacking:
    """What of a folder its copy lacks: the paths, and the repository.

    `repository` is the folder that has it, if there is one.
    """

    paths: Sequence[str] = ()
    repository: Path | None = None

    def said_of(self, message: str) -> str | None:
        """Return what a test's message has to do with it, if anything."""
        message = message.replace(os.sep, "/")
        for path in self.paths:
            name = (re.escape(path) if path.endswith("/")
                    else rf"{re.escape(Path(path).name)}(?![\w-])")
            if re.search(rf"(?<![\w.-]){name}", message):
                return (f"{path}, which the message names, was not copied for "
                        "the tests: see --copy-limit.")
        if self.repository and _GIT.search(message):
            return ("The tests run in a copy of the project's folder. Git "
                    f"finds no repository there: it is in {self.repository}, "
                    "and was not copied.")
        return None


def room_for(wanted: Wanted) -> int:
    """Return how many bytes must be free for nothing to be left out."""
    return wanted.most_mb * _MB * 100 // _SHARE


def copy(wanted: Wanted, target: Path, own: Path) -> Lacking:
    """Copy a folder into an empty one; return what the copy lacks.

    Where the checker's `own` folder lies in the first, it is passed over.
    """
    room = min(wanted.most_mb * _MB,
               shutil.disk_usage(target).free * _SHARE // 100)
    walk = _Walk(wanted, target, own, room)
    left_out: list[str] = []
    for_links = room // _FOR_LINKS
    for file in sorted(walk.files()):
        is_away = file.rank == _AWAY
        if file.cost > (min(room, for_links) if is_away else room):
            left_out.append(file.path)
            continue
        try:
            _copy_file(wanted.folder / file.path, target / file.path)
        except OSError:
            left_out.append(file.path)
        room -= file.cost
        for_links -= file.cost * is_away
    is_lent = "." in wanted.areas and repository.lend(
        wanted.folder, target, own / "objects")
    return Lacking([*walk.unseen, *reversed(left_out)],
                   None if is_lent else repository.around(wanted.folder))


def notes(wanted: Wanted, left_out: Sequence[str]) -> Iterator[str]:
    """Yield what a person should know of what the tests get, and change."""
    if wanted.areas != (".",):
        parts = [*wanted.areas, *(["the files in it"] if "." in wanted.shallow
                                  else wanted.shallow)]
        yield (f"Of {wanted.folder} only {' and '.join(parts)} were copied "
               "for the tests: much else is there. A pyproject.toml says "
               "where a project begins.")
    if left_out:
        named = ", ".join(left_out[:_MOST_NAMED])
        more = len(left_out) - _MOST_NAMED
        others = f" and {more} more" if more > 0 else ""
        yield (f"Not copied for the tests: {named}{others}. A copy holds at "
               f"most {wanted.most_mb} MB; --copy-limit sets another limit.")


def copy_above(wanted: Wanted, target: Path) -> None:
    """Copy the modules that stand in the packages around the folder."""
    folder = wanted.folder
    for depth in range(len(wanted.package) - 1, 0, -1):
        folder = folder.parent
        place = target.joinpath(*wanted.package[:depth])
        place.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.py"):
            _copy_file(file, place / file.name)


def _copy_file(source: Path, target: Path) -> None:
    """Copy a file, which a test may write, whoever may write the original."""
    shutil.copy2(source, target)
    os.chmod(target, stat.S_IMODE(os.stat(target).st_mode) | stat.S_IWUSR)


class _QueuedFolder(NamedTuple):
    """A folder to walk through: how soon, its path, and what is above it."""

    rank: int
    path: Path
    above: frozenset[str]


class _Walk:
    """The way through a folder, which makes the folders on its way.

    `unseen` is what could not be looked at, or for which there is no room:
    of each rank, twice as much is looked at as there is room for.
    """

    def __init__(self, wanted: Wanted, target: Path, own: Path, room: int
                 ) -> None:
        """Begin with the areas that are wanted."""
        self._wanted = wanted
        self._target = target
        self._top = os.path.realpath(wanted.folder)
        self._own = os.path.realpath(own)
        self._near = {parent for path in wanted.first
                      for parent in Path(path).parents}
        self._is_broad = is_broad(wanted.folder)
        self._seen: set[str] = set()
        self._rooms = {
            rank: 2 * part + _ENOUGH * _LEAST for rank, part in (
                (_NEAR, room), (_FAR, room), (_AWAY, room // _FOR_LINKS))}
        self.unseen: list[str] = []

    def files(self) -> Iterator[_QueuedFile]:
        """Yield the files; what comes first may lie where none is looked."""
        waiting: dict[int, deque[_QueuedFolder]] = {
            rank: deque() for rank in self._rooms}
        waiting[_NEAR].extend(
            _QueuedFolder(_NEAR, Path(area), frozenset())
            for area in (*self._wanted.areas, *self._wanted.shallow))
        while any(waiting.values()):
            folder = next(filter(None, waiting.values())).popleft()
            for found in self._in(folder):
                if self._rooms[folder.rank] < 0:
                    self.unseen.append(f"{folder.path.as_posix()}/")
                    break
                if isinstance(found, _QueuedFolder):
                    waiting[found.rank].append(found)
                else:
                    self._seen.add(found.path)
                    self._rooms[folder.rank] -= found.cost
                    yield found
        for path in self._wanted.first:
            if path not in self._seen:
                (self._target / path).parent.mkdir(parents=True, exist_ok=True)
                yield _QueuedFile(_FIRST, 0, path)

    def _in(self, folder: _QueuedFolder
            ) -> Iterator[_QueuedFile | _QueuedFolder]:
        """Yield what a folder holds that is to be copied, or walked through.

        Links are what they point to, but for one that leads back.
        """
        above = folder.above | {
            os.path.realpath(self._wanted.folder / folder.path)}
        for entry in self._entries(folder.path):
            path = folder.path / entry.name
            try:
                if entry.is_file():
                    yield self._file(folder, entry, path.as_posix())
                elif entry.is_dir() and self._enters(entry, folder, above):
                    yield _QueuedFolder(
                        self._rank(folder, entry, path), path, above)
            except OSError:
                self.unseen.append(path.as_posix())

    def _entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        """Yield what is in a folder; make one of the same name."""
        top = folder == Path()
        # What is hidden in a home is no project's.
        spared = "." if self._is_broad and top else "\0"
        try:
            (self._target / folder).mkdir(parents=True, exist_ok=True)
            entries = sorted(os.scandir(self._wanted.folder / folder),
                             key=lambda entry: (
                                 not entry.name.endswith(_EARLY), entry.name))
        except OSError:
            self.unseen.append(f"{folder.as_posix()}/")
            return
        yield from (entry for entry in entries
                    if entry.name not in _NOT_COPIED
                    and not entry.name.startswith(spared)
                    and not (top and entry.name in self._wanted.without))

    def _enters(self, entry: os.DirEntry[str], folder: _QueuedFolder,
                above: frozenset[str]) -> bool:
        """Tell whether what a folder holds is to be copied, too."""
        real = os.path.realpath(entry.path)
        return (folder.path.as_posix() not in self._wanted.shallow
                and real not in above and real != self._own
                and not any(os.path.exists(os.path.join(entry.path, mark))
                            for mark in _ENVIRONMENTS))

    def _rank(self, folder: _QueuedFolder, entry: os.DirEntry[str], path: Path
              ) -> int:
        """Return how soon a folder, or a file, is to be looked at.

        Near is what leads to a file that is wanted, or lies where one lies;
        at the top, all would.
        """
        if folder.rank == _AWAY or (
                entry.is_symlink() and not os.path.realpath(
                    entry.path).startswith(f"{self._top}{os.sep}")):
            return _AWAY
        is_near = any(each in self._near for each in (path, *path.parents)
                      if each != Path())
        return _NEAR if is_near else _FAR

    def _file(self, folder: _QueuedFolder, entry: os.DirEntry[str], path: str
              ) -> _QueuedFile:
        """Return a file, with how soon it is to be copied."""
        size = entry.stat().st_size
        rank = self._rank(folder, entry, Path(path))
        if path in self._wanted.first:
            rank = _FIRST
        elif rank != _AWAY and path.endswith(_EARLY) and size < _MB:
            rank = _CODE
        return _QueuedFile(rank, size, path)
