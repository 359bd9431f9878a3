"""Where a project begins, and where in it you are.

Nothing is executed, and nothing read but which files there are.
"""
from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .processes import uninterrupted

_INIT = "__init__.py"
_OF_PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg")


@dataclass(frozen=True)
class Layout:
    """A project's folder, and what lies where in it.

    `here` is the current folder of the runs, by its path in the folder.
    `package` are the packages that the folder is in, the outermost first and
    the folder itself last; none, where it is no package. `areas` are the
    folders in it that are copied: whole, or their own files alone where they
    are `shallow`.
    """

    folder: Path
    here: str = "."
    package: tuple[str, ...] = ()
    areas: tuple[str, ...] = (".",)
    shallow: tuple[str, ...] = ()

    def path_of(self, path: Path) -> str:
        """Return the path of something in the folder, with `/`."""
        found = _inside(path, self.folder)
        assert found is not None
        return found.as_posix()

    @property
    def is_partial(self) -> bool:
        """Whether the folder is too broad to be copied as a whole."""
        return self.areas != (".",)


def normal(path: Path) -> Path:
    """Return a path from the top, without `..`, as the system follows it.

    Links stay as they are, but for those that `..` leads back through.
    """
    found = Path(path.absolute().anchor)
    for part in path.absolute().parts[1:]:
        if part != os.pardir:
            found /= part
        elif found.is_symlink():
            found = Path(os.path.realpath(found)).parent
        else:
            found = found.parent
    return found


def layout(paths: Sequence[Path], here: Path, marks: Sequence[str]
           ) -> Layout | None:
    """Return where the project of some paths begins; None if nowhere.

    The paths are normal ones. It is the nearest folder around all of them
    that has one of the `marks`; where none has, it is the one that they have
    in common. A package is not left: the outermost one is taken whole.
    """
    common = _common(paths)
    real = [_real(path) for path in paths]
    real_common = _common(real)
    if real_common and (
            common is None or _real(common) in real_common.parents):
        # By a link, one folder has two names.
        here, common, paths = _real(here), real_common, real
    if common is None:
        return None
    folder = _begins(common, here, marks)
    package = packages_around(folder)
    while len(package) > 1:
        folder, package = folder.parent, package[:-1]
    place = _inside(here, folder)
    if place is None and package and here == folder.parent and not _has(
            folder, marks):
        place = Path(os.pardir)  # It is from there that a package is imported.
    areas, shallow = (_narrow(folder, paths, marks)
                      if is_vast(folder, marks) else ((".",), ()))
    return Layout(folder, place.as_posix() if place else ".", package, areas,
                  shallow)


def beginning(folder: Path, here: Path) -> Layout:
    """Return the layout of a project that begins in this folder."""
    place = _inside(here, folder)
    return Layout(folder, place.as_posix() if place else ".",
                  packages_around(folder)[-1:])


def packages_around(folder: Path) -> tuple[str, ...]:
    """Return the packages that a folder is in, and itself if it is one.

    As pytest has it, a folder whose name no import could spell is none.
    """
    names: list[str] = []
    while (folder / _INIT).is_file() and folder.name.isidentifier():
        names.insert(0, folder.name)
        folder = folder.parent
    return tuple(names)


def is_broad(folder: Path) -> bool:
    """Tell whether a folder is a home, or above one, or for what passes.

    Much lies there that has nothing to do with one project. A project that
    has a home in it, for its own tests say, is none.
    """
    home = Path(os.path.expanduser("~"))
    with uninterrupted():  # The first call tries the folder with a file.
        passing = {Path(tempfile.gettempdir()), Path("/tmp"),
                   Path("/var/tmp")}
    if folder in passing | {home, _real(home), Path(folder.anchor)} or (
            folder in map(_real, passing)
            or folder.parent in (Path("/home"), Path("/Users"))):
        return True
    return (folder in home.parents or folder in _real(home).parents) and not (
        any((folder / mark).exists() for mark in _OF_PROJECTS))


def is_vast(folder: Path, marks: Sequence[str]) -> bool:
    """Tell whether a folder is broad, and has no mark of a project either."""
    return is_broad(folder) and not _has(folder, marks)


def _common(paths: Iterable[Path]) -> Path | None:
    """Return the deepest folder that holds all paths, if there is one."""
    try:
        common = Path(os.path.commonpath([
            path if path.is_dir() else path.parent for path in paths]))
    except ValueError:  # On Windows, they lie on two drives.
        return None
    return None if common == Path(common.anchor) else common


def _begins(common: Path, here: Path, marks: Sequence[str]) -> Path:
    """Return the folder in which a project begins.

    Of a repository that holds several projects, the one of these paths is
    enough, unless the person is at the top of it. A broad folder is a
    project only if it has a mark of one, and the paths lie nowhere else.
    """
    marked = next((folder for folder in (common, *common.parents)
                   if _has(folder, marks)
                   and (folder == common or not is_broad(folder))), None)
    begins = marked or common
    is_at_top = (here in begins.parents and not is_broad(here)
                 and _has(here, marks))
    return here if is_at_top else begins


def _has(folder: Path, marks: Sequence[str]) -> bool:
    """Tell whether a folder has a mark of where a project begins.

    Of a broad folder, a repository says nothing: some keep settings so.
    """
    broad = is_broad(folder)
    return any((folder / mark).exists() for mark in marks
               if not (broad and mark == ".git"))


def _narrow(folder: Path, paths: Iterable[Path], marks: Sequence[str]
            ) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which folders in a broad one are of use, whole or shallow.

    They are those around each path, up to a mark or out of all packages.
    """
    areas: dict[str, None] = {}
    shallow: dict[str, None] = {}
    for path in paths:
        inside = path if path.is_dir() else path.parent
        above = [each for each in (inside, *inside.parents)
                 if each != folder and folder in each.parents]
        marked = [each for each in above if _has(each, marks)]
        outside = inside
        while (outside / _INIT).is_file() and outside in above:
            outside = outside.parent
        wanted = (marked[0] if marked else outside if outside != folder
                  else above[-1] if above else folder)
        name = wanted.relative_to(folder).as_posix()
        (shallow if is_broad(wanted) else areas)[name] = None
    return tuple(areas), tuple(shallow)


def _real(path: Path) -> Path:
    """Return a path without links."""
    return Path(os.path.realpath(path))


def _inside(path: Path, folder: Path) -> Path | None:
    """Return the path of something from a folder that it is in, if it is."""
    for inner, outer in ((path, folder), (_real(path), _real(folder))):
        if inner.is_relative_to(outer):
            return inner.relative_to(outer)
    return None
