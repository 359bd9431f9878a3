"""One working copy of a folder, put right after each run."""
from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

# What of os.stat tells that a file was touched; the change time last, since
# no program can set it back.
_Stamp = tuple[int, int, int, int, int]
# Where pytest keeps the folders of tests that have one each, by new names.
_PYTESTS = "pytest"
# A copy with more changes than this is sooner made anew.
_MOST_CHANGES = 500
# What the import of the tests may have added, in bytes.
_MOST_ADDED = 2 ** 23


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
        self._added: dict[str, bytes] = {}

    def lay(self, sources: Mapping[str, str], is_running: bool = False
            ) -> None:
        """Make the folder as if new, with these files in it, by path.

        While a run `is_running` that goes on with other sources, pytest's own
        temporary folders stay, since pytest knows them.
        """
        anew = not self._put_right(is_running)
        if anew:
            self._make_anew()
        self.exchange(sources)
        if anew:
            self._stamps = self._found()

    def exchange(self, sources: Mapping[str, str]) -> None:
        """Write these files, by path, where the rest is as it was laid.

        To look at all others takes long in a large folder.
        """
        for file, source in sources.items():
            if self._laid.get(file) != source:
                path = str(self.folder / file)
                _write(path, source.encode())
                self._stamps[path] = _stamp(os.stat(path))
                self._laid[file] = source

    def is_as_laid(self) -> bool:
        """Tell whether nothing has touched the folder since."""
        return bool(self._stamps) and self._stamps == self._found()

    def adopt(self) -> bool:
        """Let what was added since, before any test, be part of the copy.

        So the tests of a module find what its import has made. False where
        that is too much, or something else than files was added.
        """
        now = self._found()
        if now == self._stamps:
            return True
        new = [path for path, stamp in now.items() if stat.S_ISREG(stamp[1])
               and stamp != self._stamps.get(path)]
        if self._stamps.keys() - now.keys() or sum(
                now[path][2] for path in new) > _MOST_ADDED or any(
                    not stat.S_ISDIR(stamp[1]) and not stat.S_ISREG(stamp[1])
                    for path, stamp in now.items()
                    if path not in self._stamps):
            return False
        self._added.update((path, Path(path).read_bytes()) for path in new)
        self._stamps = now
        return True

    def _make_anew(self) -> None:
        """Replace the folder, whatever has become of it, by a fresh copy."""
        delete(self._base)
        shutil.copytree(self._pattern, self._base / "copy")
        self.tmp.mkdir()
        self._laid = {}
        for path, text in self._added.items():
            os.makedirs(os.path.dirname(path), exist_ok=True)
            _write(path, text)

    def _put_right(self, is_running: bool) -> bool:
        """Undo what a run has changed; tell if that was all it took.

        As a rule that is a file or two, and to copy a project of thousands
        takes longer than its tests.
        """
        if not self._stamps:
            return False
        before, now = self._stamps, self._found()
        if is_running:
            before, now = self._without_pytests(before), self._without_pytests(
                now)
        added = [path for path in now if path not in before]
        changed = [path for path, stamp in before.items()
                   if now.get(path) != stamp]
        if not added and not changed:
            return True
        if len(added) + len(changed) > _MOST_CHANGES:
            return False
        touched = {*changed, *map(os.path.dirname, (*added, *changed))
                   } & before.keys()
        try:
            # A folder's path comes before those of what is in it.
            for path in sorted(added, reverse=True):
                _remove(path)
            for path in sorted(changed):
                self._restore(path, now)
            for path in touched:
                self._restore_times(path)
        except OSError:
            return False
        after = self._found()
        if is_running:
            after = self._without_pytests(after)
        # What pytest keeps is no part of the copy: the next run is without.
        self._stamps = {path: stamp for path, stamp in self._stamps.items()
                        if path not in before} | after
        return after.keys() == before.keys() and all(
            after[path] == stamp or path in touched
            for path, stamp in before.items())

    def _without_pytests(self, stamps: Mapping[str, _Stamp]
                         ) -> dict[str, _Stamp]:
        """Return the stamps without those of pytest's temporary folders."""
        tmp = str(self.tmp)
        kept = os.path.join(tmp, _PYTESTS)
        return {path: stamp for path, stamp in stamps.items()
                if path != tmp and not path.startswith(kept)}

    def _restore(self, path: str, now: Mapping[str, _Stamp]) -> None:
        """Put a file or a folder back that was changed, or is gone."""
        is_folder = stat.S_ISDIR(self._stamps[path][1])
        if is_folder and stat.S_ISDIR(now.get(path, (0, 0, 0, 0, 0))[1]):
            return
        if path in now:
            _remove(path)
        if is_folder:
            os.mkdir(path)
            return
        laid = self._laid.get(os.path.relpath(path, self.folder).replace(
            os.sep, "/"))
        if laid is None and path not in self._added:
            shutil.copy2(self._original(path), path)
            return
        _write(path, self._added[path] if laid is None else laid.encode())
        os.chmod(path, stat.S_IMODE(self._stamps[path][1]))

    def _restore_times(self, path: str) -> None:
        """Give a folder its permissions and its times back."""
        if stat.S_ISDIR(self._stamps[path][1]):
            inode, mode, size, changed, _ = self._stamps[path]
            os.chmod(path, stat.S_IMODE(mode))
            os.utime(path, ns=(changed, changed))

    def _original(self, path: str) -> Path:
        """Return what a file is a copy of."""
        return self._pattern / os.path.relpath(path, self._base / "copy")

    def _found(self) -> dict[str, _Stamp]:
        """Return the path of all that is there now, and its stamp."""
        return dict(_stamps(self._base))


def _remove(path: str) -> None:
    """Delete a file, a link, or a folder with all that is left in it."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


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


def delete(folder: Path) -> None:
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
