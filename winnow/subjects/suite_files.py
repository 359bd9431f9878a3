"""Which files of a project hold its tests, and by which settings."""
from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from winnow.execution.pytest_settings import Settings, located
from winnow.model.errors import NothingToCheck
from winnow.suites.discovery import TestFile
from winnow.system import folders
from winnow.system.folders import Layout

# What stands where a project begins.
MARKS = ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini",
         ".git", "pytest.toml", ".pytest.toml", ".pytest.ini", "manage.py")
_COMPILED = (".so", ".pyd", ".pyx", ".pxd", ".c", ".dll")
_SKIPPED = {"__pycache__", "node_modules", "site-packages", "build", "dist"}


def check_module(path: Path) -> None:
    """Refuse what is no module of Python's."""
    if not path.exists():
        near = next(filter(_is_module, _meant(path)), None)
        raise NothingToCheck(f"There is no module {path}" + (
            f": did you mean {near}?" if near else "."))
    if path.suffix in _COMPILED:
        raise NothingToCheck(
            f"{path} is compiled, or to be: faults are made for Python alone.")
    if path.suffix != ".py":
        raise NothingToCheck(f"{path} is no Python file.")


def settings_of(layout: Layout, tests: Sequence[Path]
                ) -> tuple[Layout, Settings]:
    """Return what pytest would read: around all tests, then around each.

    Where it is above the project, that begins there for pytest.
    """
    root = layout.folder
    places = [path if path.is_dir() else path.parent for path in tests]
    for place in (Path(os.path.commonpath(places)), *places):
        if place.is_relative_to(root):
            found = located(root, place)
            if found.file:
                return layout, found
    for outer in itertools.takewhile(
            lambda folder: not folders.is_broad(folder), root.parents):
        found = located(outer)
        if found.file:
            return folders.beginning(outer, Path.cwd()), found
    return layout, Settings(root)


def _is_module(path: Path) -> bool:
    """Tell whether a path may be a module's, or a package's."""
    return path.is_file() and path.suffix == ".py" or (
        path.is_dir() and any(path.glob("*.py")))


def _meant(path: Path) -> Iterator[Path]:
    """Yield the files that may be meant by a path where there is none.

    It may be a module's name, as an import has it.
    """
    inside = Path(*path.parent.parts, *path.name.split("."))
    for place in (path, path.with_suffix(""), inside, Path("src") / inside):
        yield place.parent / f"{place.name}.py"
        yield place / "__init__.py"
    for place in (path, inside, Path("src") / inside):
        if place.parent.is_dir():
            for name in get_close_matches(place.name,
                                          os.listdir(place.parent)):
                yield place.parent / name


def suite_files(paths: Sequence[Path], root: Path, settings: Settings
                ) -> Iterator[Path]:
    """Yield the files of tests at or below some paths, each once.

    Where the whole project is meant, pytest looks in its `testpaths`.
    """
    seen: set[Path] = set()
    is_test = (settings.has_tests if settings.words("python_files")
               else _is_test)
    for path in _test_paths(paths, root, settings) or paths:
        for file in [path] if path.is_file() else filter(is_test,
                                                         below(path)):
            file = folders.normal(file)
            if file not in seen:
                seen.add(file)
                yield file


def _test_paths(paths: Iterable[Path], root: Path, settings: Settings
                ) -> list[Path]:
    """Return the `testpaths` that there are, if they count.

    They do where nothing else than the project's own folder is named.
    """
    if any(Path(os.path.abspath(path)) != root for path in paths):
        return []
    return [place for pattern in settings.words("testpaths")
            for place in sorted(root.glob(pattern)) if place.exists()]


def why_no_file(paths: Sequence[Path], root: Path, settings: Settings
                ) -> str:
    """Return the sentence for paths at which there is no file of tests."""
    patterns = ", ".join(settings.words("python_files")) or "test_*.py"
    meant = _test_paths(paths, root, settings)
    if meant:
        names = ", ".join(Path(os.path.relpath(place, root)).as_posix()
                          for place in meant)
        return (f"{names}: no file of tests ({patterns}). That is where "
                f"testpaths in {settings.file} says that the tests are.")
    return f"{', '.join(map(str, paths))}: no file of tests ({patterns})."


def below(folder: Path) -> Iterator[Path]:
    """Yield the Python files in a folder and in those below it.

    Of a home or the like, it is only those in itself.
    """
    is_vast = folders.is_vast(folders.normal(folder), MARKS)
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(
            name for name in inner if not is_vast
            and not name.startswith(".") and name not in _SKIPPED
            and not os.path.exists(os.path.join(place, name, "pyvenv.cfg")))
        for name in sorted(names):
            if name.endswith(".py"):
                yield Path(place, name)


def _is_test(path: Path) -> bool:
    """Tell whether unittest or pytest would look for tests in a file."""
    return path.match("test*.py") or path.match("*_test.py")


def runner_of(root: Path, files: Sequence[TestFile], settings: Settings
              ) -> str:
    """Return what the tests are written for, or the project set up for.

    Settings for pytest, and a conftest.py, say that pytest is what is used
    there: it may find more tests, and run them otherwise.
    """
    folders = {root}.union(
        folder for file in files for folder in file.path.parents
        if folder.is_relative_to(root))
    if settings.file or any(file.needs_pytest for file in files) or any(
            (folder / "conftest.py").exists() for folder in folders):
        return "pytest"
    return "unittest"
