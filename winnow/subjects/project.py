"""Projects: your own modules, and the tests beside them."""
from __future__ import annotations

import os
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, replace
from pathlib import Path

from winnow.execution.pytest_settings import Settings
from winnow.model.errors import NothingToCheck
from winnow.model.exercise import Mutant, Subject
from winnow.model.syntax import parsed
from winnow.mutation.generator import NoFaults
from winnow.subjects.module_text import made, readable, text_of
from winnow.subjects.packages import Modules, expanded
from winnow.subjects.suite_files import (
    MARKS,
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

# So many modules are named in the title of a report; of more, their folder.
_MOST_NAMED = 3
_Keep = Callable[[Layout, Sequence[Path]], list[Path]]


@dataclass(frozen=True, kw_only=True)
class Project(Subject):
    """Modules to make faults for, each with the path of its file.

    `faults` are the made ones, in the order of the files; `roots` the folders
    from which the tests import; `without_faults` the functions that have
    none, by the name of their module. `layout` says where all of it lies,
    `given` are the paths of the tests that were named, `names` those of the
    modules, each with the folder it is found in, and `package` is what the
    folder is to the tests, if they import it, or from it, as a package;
    `settings` is what the project asks of pytest. `of_packages` are the
    paths of modules that nobody has named; `notes` say which of such were
    left out.
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
    notes: tuple[str, ...] = ()
    of_packages: frozenset[str] = frozenset()

    def file_of(self, module: str) -> str:
        """Return the path of a module in the folder."""
        return self.paths[module]


def find(tests: Sequence[Path], modules: Sequence[Path], runner: str | None,
         keep: _Keep = lambda layout, files: [*files]
         ) -> tuple[Project, Suite]:
    """Return the project of some modules, and the suite of its tests.

    A folder means the modules in it; `keep` says which are wanted. Raises
    `NothingToCheck` where they cannot be checked, with the reason.
    """
    meant = expanded(modules)
    for path in tests:
        if not path.exists():
            raise NothingToCheck(f"There is no file or folder {path}.")
    layout = folders.layout([*map(folders.normal, (*tests, *meant.files))],
                            Path.cwd(), MARKS)
    if layout is None:
        raise NothingToCheck(
            "The tests and the modules have no folder in common. Where a "
            "project begins, a pyproject.toml would say so.")
    settings = Settings(layout.folder)
    if runner != "unittest":
        layout, settings = settings_of(layout, [*map(folders.normal, tests)])
    meant = readable(replace(meant, files=tuple(keep(layout, meant.files))))
    root = layout.folder
    files = tuple(map(read_tests, suite_files(tests, root, settings)))
    if not files:
        raise NothingToCheck(why_no_file(tests, root, settings))
    if all(file.error for file in files):
        raise NothingToCheck("\n".join(str(file.error) for file in files))
    suite = Suite(root, files, runner or runner_of(root, files, settings))
    return _project(layout, suite, settings, tests, meant), suite


def _project(layout: Layout, suite: Suite, settings: Settings,
             tests: Sequence[Path], meant: Modules) -> Project:
    """Return the project of modules that tests import."""
    modules = meant.files
    layout, names, package = _names(layout, suite, modules)
    paths = {name.name: layout.path_of(folders.normal(path))
             for name, path in zip(names, modules)}
    sources = {name.name: text_of(path)
               for name, path in zip(names, modules)}
    faults: list[Mutant] = []
    without: list[tuple[str, NoFaults]] = []
    for name, source in sources.items():
        faults_of, none = made(name, source, layout.folder / paths[name])
        faults += faults_of
        without += [(name, each) for each in none]
    if not faults:
        raise NothingToCheck(
            f"{_title(paths.values())}: there is nothing in it to change.")
    return Project(
        title=_title(paths.values()), notes=meant.notes,
        of_packages=frozenset(layout.path_of(folders.normal(path))
                              for path in meant.inside), folder=layout.folder,
        modules=tuple(paths), sources=sources, faults=tuple(faults),
        paths=paths, roots=_roots(layout, suite, names, package),
        without_faults=tuple(without), layout=layout, names=tuple(names),
        package=package, settings=settings,
        given=tuple(layout.path_of(folders.normal(path)) for path in tests))


def _title(paths: Collection[str]) -> str:
    """Return what a report is called: the modules, or where many of them are.
    """
    if len(paths) <= _MOST_NAMED:
        return ", ".join(paths)
    folder = os.path.commonpath(paths)
    return f"{len(paths)} modules" + (f" of {folder}" if folder else "")


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


def without(project: Project, modules: Collection[str]) -> Project:
    """Return the project without some of its modules."""
    paths = {name: path for name, path in project.paths.items()
             if name not in modules}
    return replace(
        project, title=_title(paths.values()), modules=tuple(paths),
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
    return set().union(*(set(imports_of(parsed(source)))
                         for source in project.sources.values()))
