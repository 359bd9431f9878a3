"""Projects: a person's own modules, and the tests that stand beside them."""
from __future__ import annotations

import ast
import os
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from .exercise import Exercise
from .mutate import MadeFault, NoFaults, made_faults
from .stage import module_name
from .suite import NothingToCheck, Suite, TestFile, imports_of, read_tests

# What stands where a project begins.
_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini",
          ".git")
_COMPILED = (".so", ".pyd", ".pyx", ".pxd", ".c", ".dll")
_SKIPPED = {"__pycache__", "node_modules", "site-packages", "build", "dist"}


@dataclass(frozen=True)
class Project(Exercise):
    """Modules to make faults for, each with the path of its file.

    `faults` are the made ones, in the order of the files; `roots` the folders
    from which the tests import; `without_faults` the functions that have
    none, by the name of their module.
    """

    paths: Mapping[str, str] = field(default_factory=dict)
    roots: tuple[str, ...] = (".",)
    without_faults: tuple[tuple[str, NoFaults], ...] = ()

    def file_of(self, module: str) -> str:
        """Return the path of a module in the folder."""
        return self.paths[module]

    @property
    def made(self) -> tuple[MadeFault, ...]:
        """The faults, which are all made."""
        return tuple(fault for fault in self.faults
                     if isinstance(fault, MadeFault))


def find(tests: Sequence[Path], modules: Sequence[Path], runner: str | None
         ) -> tuple[Project, Suite]:
    """Return the project of some modules, and the suite of its tests.

    Raises `NothingToCheck` where they cannot be checked, with the reason.
    """
    for path in modules:
        _check_module(path)
    for path in tests:
        if not path.exists():
            raise NothingToCheck(f"There is no file or folder {path}.")
    root = _root_of(tests[0].absolute(), [*tests, *modules])
    for path in (*tests, *modules):
        if not path.absolute().is_relative_to(root):
            raise NothingToCheck(
                f"{path} lies outside the project, which begins at {root}.")
    files = tuple(map(read_tests, _test_files(tests)))
    if not files:
        names = ", ".join(map(str, tests))
        raise NothingToCheck(f"{names}: no file of tests (test_*.py).")
    if all(file.error for file in files):
        raise NothingToCheck(" ".join(str(file.error) for file in files))
    suite = Suite(root, files, runner or _runner_of(root, files))
    return _project(root, suite, modules), suite


def made_in(path: Path) -> tuple[str, list[MadeFault]]:
    """Return a module's text, and the faults that are made for it.

    They bear the module's own name, without those of packages around it.
    """
    _check_module(path)
    source = _text_of(path)
    name = path.absolute().parent.name if path.stem == "__init__" else (
        path.stem)
    return source, _made(name, source, path)[0]


def _check_module(path: Path) -> None:
    """Refuse what is no module of Python's."""
    if path.is_dir():
        inside = sorted(path.glob("*.py"))
        raise NothingToCheck(
            f"{path} is a package: name its files, such as "
            f"--module {inside[0] if inside else path / 'name.py'}.")
    if not path.exists():
        package = path.with_suffix("") / "__init__.py"
        raise NothingToCheck(f"There is no module {path}" + (
            f": did you mean {package}?" if package.exists() else "."))
    if path.suffix in _COMPILED:
        raise NothingToCheck(
            f"{path} is compiled, or to be: faults are made for Python alone.")
    if path.suffix != ".py":
        raise NothingToCheck(f"{path} is no Python file.")


def _root_of(first: Path, paths: Iterable[Path]) -> Path:
    """Return the folder in which a project begins: the nearest with a mark."""
    for folder in (first, *first.parents):
        if folder.is_dir() and any(
                (folder / mark).exists() for mark in _MARKS):
            return folder
    common = Path(os.path.commonpath([
        path.absolute() if path.is_dir() else path.absolute().parent
        for path in paths]))
    if common == Path(common.anchor):
        raise NothingToCheck(
            "The tests and the modules have no folder in common. Where a "
            "project begins, a pyproject.toml would say so.")
    return common


def _test_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files of tests at or below some paths, each once."""
    seen: set[Path] = set()
    for path in paths:
        for file in [path] if path.is_file() else filter(_is_test,
                                                         below(path)):
            file = Path(os.path.normpath(file.absolute()))
            if file not in seen:
                seen.add(file)
                yield file


def below(folder: Path) -> Iterator[Path]:
    """Yield the Python files in a folder and in those below it."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders
            if not name.startswith(".") and name not in _SKIPPED
            and not os.path.exists(os.path.join(place, name, "pyvenv.cfg")))
        for name in sorted(names):
            if name.endswith(".py"):
                yield Path(place, name)


def _is_test(path: Path) -> bool:
    """Tell whether unittest or pytest would look for tests in a file."""
    return path.match("test*.py") or path.match("*_test.py")


def _runner_of(root: Path, files: Iterable[TestFile]) -> str:
    """Return what the tests are written for, or the project set up for."""
    files = list(files)
    folders = {root, *(file.path.parent for file in files)}
    if any(file.needs_pytest for file in files) or any(
            (folder / "conftest.py").exists() for folder in folders):
        return "pytest"
    return "unittest"


def _project(root: Path, suite: Suite, modules: Sequence[Path]) -> Project:
    """Return the project of modules that tests import."""
    imported = set().union(*(file.imports for file in suite.files))
    paths: dict[str, str] = {}
    sources: dict[str, str] = {}
    roots = [_import_root(root, _relative(root, file.path))
             for file in suite.files if suite.runner == "unittest"] + ["."]
    for path in modules:
        file = _relative(root, path)
        name, place = _name_of(root, file, imported)
        roots.append(place)
        paths[name] = file
        sources[name] = _text_of(path)
    faults: list[MadeFault] = []
    without: list[tuple[str, NoFaults]] = []
    for name, source in sources.items():
        made, none = _made(name, source, root / paths[name])
        faults += made
        without += [(name, each) for each in none]
    if not faults:
        raise NothingToCheck(
            f"{', '.join(paths.values())}: there is nothing in it to change.")
    return Project(
        "", ", ".join(paths.values()), root, tuple(paths), (), (),
        tuple(faults), (), sources, paths=paths,
        roots=tuple(dict.fromkeys(roots)), without_faults=tuple(without))


def _made(name: str, source: str, path: Path
          ) -> tuple[list[MadeFault], list[NoFaults]]:
    """Return the faults of a module, or say why it cannot be read."""
    try:
        return made_faults(name, source)
    except SyntaxError as error:
        raise NothingToCheck(
            f"{path.name}, line {error.lineno}: it is not Python "
            f"({error.msg}).")
    except (RecursionError, MemoryError):
        raise NothingToCheck(
            f"{path.name}: it is not Python (it is nested too deeply).")


def _relative(root: Path, path: Path) -> str:
    """Return the path of a file in a folder, with `/` on any system."""
    return Path(os.path.relpath(path.absolute(), root)).as_posix()


def _import_root(root: Path, file: str) -> str:
    """Return the folder, in a project, from which a file is imported."""
    depth = module_name(root, file).count(".")
    return Path(file).parents[depth].as_posix()


def _name_of(root: Path, file: str, imported: set[str]) -> tuple[str, str]:
    """Return a module's name, and the folder from which it is imported.

    Where no package says it, what the tests import does.
    """
    name = module_name(root, file)
    place = _import_root(root, file)
    if name.partition(".")[0] not in imported:
        parts = Path(place).parts
        for depth, part in enumerate(parts):
            if part in imported:  # A package without an __init__.py.
                return (".".join([*parts[depth:], name]),
                        Path(*parts[:depth]).as_posix())
    if name.endswith(".__init__"):
        name = name.removesuffix(".__init__")
    return name, place


def _text_of(path: Path) -> str:
    """Return a module's text; only UTF-8 can be written back as it was."""
    try:
        with open(path, "rb") as file:
            coding = _coding_of(file)
        if not coding.startswith("utf-8"):
            raise NothingToCheck(f"{path} is in {coding}: save it as UTF-8.")
        return path.read_text(encoding=coding)
    except OSError as error:
        raise NothingToCheck(f"{path} cannot be read: {error.strerror}.")
    except UnicodeDecodeError as error:
        line = error.object[:error.start].count(b"\n") + 1
        raise NothingToCheck(
            f"{path}: line {line} is not UTF-8. Save the file as UTF-8.")


def _coding_of(file: BinaryIO) -> str:
    """Return the coding that a file says it is in, UTF-8 if it says none."""
    try:
        return tokenize.detect_encoding(file.readline)[0]
    except SyntaxError:  # It says none, and is not UTF-8.
        return "utf-8"


def limited(project: Project, faults: Iterable[MadeFault]) -> Project:
    """Return the project with these of its faults alone."""
    return replace(project, faults=tuple(faults))


def imports_in(project: Project) -> set[str]:
    """Return the first parts of the names that the modules import."""
    return set().union(*(set(imports_of(ast.parse(source)))
                         for source in project.sources.values()))
