"""Projects: your own modules, and the tests beside them."""
from __future__ import annotations

import ast
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from winnow.execution.pytest_settings import Settings
from winnow.model.errors import NothingToCheck
from winnow.model.exercise import Mutant, Subject
from winnow.mutation.generator import NoFaults, made_faults
from winnow.subjects.suite_files import (
    MARKS,
    check_module,
    runner_of,
    settings_of,
    suite_files,
    why_no_file,
)
from winnow.suites.discovery import Suite, imports_of, read_tests
from winnow.suites.module_names import (
    Imports,
    Name,
    above,
    chosen,
    in_packages,
    is_spoken_of,
    names_of,
)
from winnow.system import folders
from winnow.system.folders import Layout


@dataclass(frozen=True, kw_only=True)
class Project(Subject):
    """Modules to make faults for, each with the path of its file.

    `faults` are the made ones, in the order of the files; `roots` the folders
    from which the tests import; `without_faults` the functions that have
    none, by the name of their module. `layout` says where all of it lies,
    `given` are the paths of the tests that were named, `names` those of the
    modules, each with the folder it is found in, and `package` is what the
    folder is to the tests, if they import it, or from it, as a package;
    `settings` is what the project asks of pytest.
    """

    faults: tuple[Mutant, ...]
    paths: Mapping[str, str]
    roots: tuple[str, ...]
    without_faults: tuple[tuple[str, NoFaults], ...]
    layout: Layout
    given: tuple[str, ...]
    names: tuple[Name, ...]
    package: tuple[str, ...]
    settings: Settings

    def file_of(self, module: str) -> str:
        """Return the path of a module in the folder."""
        return self.paths[module]


def find(tests: Sequence[Path], modules: Sequence[Path], runner: str | None
         ) -> tuple[Project, Suite]:
    """Return the project of some modules, and the suite of its tests.

    Raises `NothingToCheck` where they cannot be checked, with the reason.
    """
    for path in modules:
        check_module(path)
    for path in tests:
        if not path.exists():
            raise NothingToCheck(f"There is no file or folder {path}.")
    modules = [*{folders.normal(path): path for path in modules}.values()]
    layout = folders.layout([*map(folders.normal, (*tests, *modules))],
                            Path.cwd(), MARKS)
    if layout is None:
        raise NothingToCheck(
            "The tests and the modules have no folder in common. Where a "
            "project begins, a pyproject.toml would say so.")
    settings = Settings(layout.folder)
    if runner != "unittest":
        layout, settings = settings_of(layout, [*map(folders.normal, tests)])
    root = layout.folder
    files = tuple(map(read_tests, suite_files(tests, root, settings)))
    if not files:
        raise NothingToCheck(why_no_file(tests, root, settings))
    if all(file.error for file in files):
        raise NothingToCheck("\n".join(str(file.error) for file in files))
    suite = Suite(root, files, runner or runner_of(root, files, settings))
    return _project(layout, suite, settings, tests, modules), suite


def made_in(path: Path) -> tuple[str, list[Mutant]]:
    """Return a module's text, and the faults that are made for it.

    They bear the module's own name, without those of packages around it.
    """
    check_module(path)
    source = _text_of(path)
    name = path.absolute().parent.name if path.stem == "__init__" else (
        path.stem)
    return source, _made(name, source, path)[0]


def _project(layout: Layout, suite: Suite, settings: Settings,
             tests: Sequence[Path], modules: Sequence[Path]) -> Project:
    """Return the project of modules that tests import."""
    layout, names, package = _names(layout, suite, modules)
    paths = {name.name: layout.path_of(folders.normal(path))
             for name, path in zip(names, modules)}
    sources = {name.name: _text_of(path)
               for name, path in zip(names, modules)}
    faults: list[Mutant] = []
    without: list[tuple[str, NoFaults]] = []
    for name, source in sources.items():
        made, none = _made(name, source, layout.folder / paths[name])
        faults += made
        without += [(name, each) for each in none]
    if not faults:
        raise NothingToCheck(
            f"{', '.join(paths.values())}: there is nothing in it to change.")
    return Project(
        title=", ".join(paths.values()), folder=layout.folder,
        modules=tuple(paths), sources=sources, faults=tuple(faults),
        paths=paths, roots=_roots(layout, suite, names, package),
        without_faults=tuple(without), layout=layout, names=tuple(names),
        package=package, settings=settings,
        given=tuple(layout.path_of(folders.normal(path)) for path in tests))


def _names(layout: Layout, suite: Suite, modules: Sequence[Path]
           ) -> tuple[Layout, list[Name], tuple[str, ...]]:
    """Return the modules' names, and the package that the folder is to them.

    Where the files name the folder as if from above, the layout says so.
    """
    folder, package = layout.folder, layout.package
    trees = {layout.path_of(file.path): file.tree for file in suite.files}
    for path in (*_conftests(folder, trees), *map(folders.normal, modules)):
        trees[layout.path_of(path)] = read_tests(path).tree
    imports = Imports([(in_packages(folder, file, package).name, tree)
                       for file, tree in trees.items()], package)
    if is_spoken_of(folder, trees.values()):
        package = package or (folder.name,)
        if Path.cwd() == folder.parent:
            layout = replace(layout, here="..")
    # As a package, pytest imports it in any case.
    elif suite.runner != "pytest" and not imports.leaves_folder:
        package = ()
    names: dict[str, Name] = {}
    for path in modules:
        file = layout.path_of(folders.normal(path))
        name = chosen(names_of(file, package), in_packages(
            folder, file, package if layout.package else ()), imports)
        if name.name in names:  # Two files have it: only one can be imported.
            name = names_of(file)[0]
        names[name.name] = name
    return layout, [*names.values()], package


def _conftests(folder: Path, files: Iterable[str]) -> Iterator[Path]:
    """Yield the conftest.py of each folder around some files."""
    places = {place for file in files for place in Path(file).parents}
    for place in sorted(places):
        path = folder / place / "conftest.py"
        if path.is_file():
            yield path


def _roots(layout: Layout, suite: Suite, names: Iterable[Name],
           package: Sequence[str]) -> tuple[str, ...]:
    """Return the folders from which the tests import, the nearest first.

    That is the current one, as with `python -m`; where unittest finds its
    tests; where the modules are; and where the project begins.
    """
    found = [layout.here]
    if suite.runner == "unittest":
        found += [in_packages(layout.folder, layout.path_of(file.path)).root
                  for file in suite.files]
    found += [name.root for name in names]
    return tuple(dict.fromkeys([*found, ".", above(package)]))


def _made(name: str, source: str, path: Path
          ) -> tuple[list[Mutant], list[NoFaults]]:
    """Return the faults of a module, or say why it cannot be read."""
    try:
        return made_faults(name, source)
    except SyntaxError as error:
        raise NothingToCheck(
            f"{path.name}, line {error.lineno}: it is not Python "
            f"({error.msg}).") from error
    except (RecursionError, MemoryError) as error:
        raise NothingToCheck(
            f"{path.name}: it is not Python (it is nested too deeply)."
        ) from error


def _text_of(path: Path) -> str:
    """Return a module's text; only UTF-8 can be written back as it was."""
    try:
        with open(path, "rb") as file:
            coding = _coding_of(file)
        if not coding.startswith("utf-8"):
            raise NothingToCheck(f"{path} is in {coding}: save it as UTF-8.")
        return path.read_text(encoding=coding)
    except OSError as error:
        raise NothingToCheck(
            f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object[:error.start].count(b"\n") + 1
        raise NothingToCheck(
            f"{path}: line {line} is not UTF-8. Save the file as UTF-8."
        ) from error


def _coding_of(file: BinaryIO) -> str:
    """Return the coding that a file says it is in, UTF-8 if it says none."""
    try:
        return tokenize.detect_encoding(file.readline)[0]
    except SyntaxError:  # It says none, and is not UTF-8.
        return "utf-8"


def without(project: Project, modules: Collection[str]) -> Project:
    """Return the project without some of its modules."""
    paths = {name: path for name, path in project.paths.items()
             if name not in modules}
    return replace(
        project, title=", ".join(paths.values()), modules=tuple(paths),
        faults=tuple(fault for fault in project.faults
                     if fault.module in paths),
        sources={name: project.sources[name] for name in paths}, paths=paths,
        names=tuple(name for name in project.names if name.name in paths),
        without_faults=tuple(each for each in project.without_faults
                             if each[0] in paths))


def renamed(project: Project, suite: Suite, others: Mapping[str, Name]
            ) -> Project:
    """Return the project with other names for some of its modules."""
    new = {name.name: others.get(name.name, name) for name in project.names}
    names = tuple(new.values())
    return replace(
        project, modules=tuple(name.name for name in names), names=names,
        faults=tuple(_moved(fault, new[fault.module].name)
                     for fault in project.faults),
        sources={new[name].name: text
                 for name, text in project.sources.items()},
        paths={new[name].name: path for name, path in project.paths.items()},
        roots=_roots(project.layout, suite, names, project.package),
        without_faults=tuple((new[module].name, each)
                             for module, each in project.without_faults))


def _moved(fault: Mutant, module: str) -> Mutant:
    """Return a fault under another name of its module."""
    return replace(fault, module=module,
                   name=module + fault.name[len(fault.module):])


def limited(project: Project, faults: Iterable[Mutant]) -> Project:
    """Return the project with these of its faults alone."""
    return replace(project, faults=tuple(faults))


def imports_in(project: Project) -> set[str]:
    """Return the first parts of the names that the modules import."""
    return set().union(*(set(imports_of(ast.parse(source)))
                         for source in project.sources.values()))
