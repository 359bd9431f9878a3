"""Working copies: folders for the tests to run in, never your own."""
from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from winnow.system.processes import uninterrupted

from . import copying
from .copying import Lacking, Wanted

# What of os.stat tells that a file was touched; the change time last, since
# no program can set it back.
_Stamp = tuple[int, int, int, int, int]


class Workspace:
    """A temporary folder with the copies of one person's folder.

    The first copy is kept as the pattern for the others: what the person
    saves while a check runs changes nothing in it, nor in what they are
    `lacking`.
    """

    def __init__(self, wanted: Wanted) -> None:
        """Say what to copy."""
        self.root = Path()
        self.lacking = Lacking()
        self._wanted = wanted

    def __enter__(self) -> Workspace:
        """Copy the folder."""
        try:
            with uninterrupted():
                self.root = Path(tempfile.mkdtemp(prefix="winnow-")).resolve()
            self._above = self.root / "pattern"
            self._pattern = self._above / self._wanted.place
            self._pattern.mkdir(parents=True)
            self.lacking = copying.copy(
                self._wanted, self._pattern, self.root)
            copying.copy_above(self._wanted, self._above)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Delete every copy, also what a test made unwritable."""
        if self.root != Path():
            with uninterrupted():
                _delete(self.root)

    def has(self, path: str) -> bool:
        """Tell whether a file of the folder was copied, by its path in it."""
        return (self._pattern / path).is_file()

    def read(self, path: str) -> bytes:
        """Return what a file of the folder held when it was copied."""
        return (self._pattern / path).read_bytes()

    def copy(self, number: int) -> WorkingCopy:
        """Return a working copy of its own for one process at a time."""
        return WorkingCopy(self._above, self.root / str(number),
                           self._wanted.place)


class WorkingCopy:
    """One folder in which the tests of one variant run at a time."""

    def __init__(self, pattern: Path, base: Path, place: Path) -> None:
        """Prepare a copy of the pattern, and a temporary folder beside it.

        The tests' own folder has its place in the pattern.
        """
        self._pattern = pattern
        self._base = base
        self.root = base.parent
        self.folder = base / "copy" / place
        self.tmp = base / "tmp"
        self._laid: dict[str, str] = {}
        self._stamps: dict[str, _Stamp] = {}

    def lay(self, sources: Mapping[str, str]) -> None:
        """Make the folder as if new, with these files in it, by path."""
        anew = not self.is_as_laid()
        if anew:
            self._make_anew()
        for file, source in sources.items():
            if self._laid.get(file) != source:
                path = str(self.folder / file)
                _write(path, source.encode())
                self._stamps[path] = _stamp(os.stat(path))
                self._laid[file] = source
        if anew:
            self._stamps = self._found()

    def is_as_laid(self) -> bool:
        """Tell whether nothing has touched the folder since."""
        return bool(self._stamps) and self._stamps == self._found()

    def _make_anew(self) -> None:
        """Replace the folder, whatever has become of it, by a fresh copy."""
        _delete(self._base)
        shutil.copytree(self._pattern, self._base / "copy")
        self.tmp.mkdir()
        self._laid = {}

    def _found(self) -> dict[str, _Stamp]:
        """Return the path of all that is there now, and its stamp."""
        return dict(_stamps(self._base))


def _write(path: str, text: bytes) -> None:
    """Write a file in its place; emptied first, ext4 would flush it.

    Windows would make of each line's end two bytes, unless it is binary.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT
                   | getattr(os, "O_BINARY", 0), 0o755)
    os.write(file, text)
    os.ftruncate(file, len(text))
    os.close(file)


def _stamps(folder: Path) -> Iterator[tuple[str, _Stamp]]:
    """Yield the path of everything below a folder, and its stamp."""
    waiting = [os.fspath(folder)]
    while waiting:
        path = waiting.pop()
        try:
            yield path, _stamp(os.stat(path))
            entries = list(os.scandir(path))
        except OSError:
            yield path, (0, 0, 0, 0, 0)
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                # On Windows, the entry itself knows less of the file.
                yield entry.path, _stamp(os.lstat(entry.path))


def _stamp(status: os.stat_result) -> _Stamp:
    """Return what of a file's status changes when the file does."""
    return (status.st_ino, status.st_mode, status.st_size,
            status.st_mtime_ns, status.st_ctime_ns)


def _delete(folder: Path) -> None:
    """Delete a folder with all in it; give way to what cannot be deleted."""
    for _ in range(2):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        for path, names, files in os.walk(folder):
            os.chmod(path, stat.S_IRWXU)
            # On Windows, a file itself may refuse to be deleted.
            for name in names + (files if os.name == "nt" else []):
                below = os.path.join(path, name)
                if not os.path.islink(below):
                    os.chmod(below, stat.S_IRWXU)
