"""A learner's suite: which files hold tests, what they import, how they run.

Everything here is read off the files' syntax trees: nothing of the learner's
is executed.
"""
from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from winnow.model.errors import NothingToCheck
from winnow.model.exercise import Exercise
from winnow.model.syntax import walk
from winnow.suites.module_names import Imports, is_spoken_of
from winnow.system.folders import normal, packages_around

from .plain_classes import PlainClasses, is_test_function

RUNNERS = ("unittest", "pytest")
# What stands in a file whose tests end by themselves what takes too long. The
# name of a test says only what it is about.
_ALARM = re.compile(rb"(?<!\w)(?!test)\w*?(?:alarm|timer|timeout)",
                    re.IGNORECASE)
# What Python says of bytes that are no text in the coding it expects.
_NOT_TEXT = ("unicode error", "Non-UTF-8", "null bytes")


@dataclass(frozen=True)
class TestFile:
    """One file of tests: its name, its syntax tree, and what that says.

    `error` is the reason why Python cannot read the file, if it cannot.
    """

    __test__ = False  # pytest: this class is no test.

    path: Path
    imports: frozenset[str] = frozenset()
    needs_pytest: bool = False
    error: str | None = None
    tree: ast.Module = field(
        default_factory=lambda: ast.Module([], []), compare=False)

    @cached_property
    def _called(self) -> frozenset[str]:
        """The modules that the file calls by a name that it imported."""
        return frozenset(called_in(self.tree))

    @property
    def module(self) -> str:
        """The name under which the file is imported."""
        return self.path.stem

    def concerns(self, modules: Sequence[str]) -> set[str]:
        """Return which of these modules the file is about.

        A name such as test_utils.py says it, with what the file calls of
        other modules; else the imports do.
        """
        named = {module for module in modules
                 if self.module in (f"test_{module}", f"{module}_test")}
        if named:
            return named | self._called.intersection(modules)
        return set(modules).intersection(self.imports)


@dataclass(frozen=True)
class Suite:
    """The test files of one folder, in the order in which they run.

    `package` are the packages that the folder is in, the outermost first and
    the folder itself last, where the tests are imported as part of them.
    """

    folder: Path
    files: tuple[TestFile, ...]
    runner: str
    package: tuple[str, ...] = ()

    def concerns(self, modules: Sequence[str]) -> tuple[str, ...]:
        """Return which of these modules the suite is about, in their order."""
        wanted = set().union(*(file.concerns(modules) for file in self.files))
        return tuple(module for module in modules if module in wanted)

    def names_taken_from(self, module: str) -> set[str]:
        """Return the names in a module that the suite imports or reads."""
        return {name for file in self.files
                for name in _names_taken(file.tree, module)}

    def has_alarm(self) -> bool:
        """Tell whether a test may end by itself what takes too long."""
        return any(_ALARM.search(file.path.read_bytes())
                   for file in self.files if not file.error)

    def limited_to(self, exercise: Exercise) -> tuple[Suite, tuple[str, ...]]:
        """Return the suite's part about an exercise, and the files left out.

        A file that cannot be read stays: what it is about is not known.
        """
        kept = tuple(file for file in self.files
                     if file.error or file.concerns(exercise.modules))
        out = tuple(file.path.name for file in self.files if file not in kept)
        return replace(self, files=kept), out


def find(paths: Sequence[Path], runner: str | None = None) -> Suite:
    """Return the suite in a folder, or made of the files that are named.

    Raises `NothingToCheck` where there is none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        for file in _test_files(path):
            found[file] = None
    folders = {file.parent for file in found}
    if len(folders) > 1:
        names = " and ".join(sorted(map(str, folders)))
        raise NothingToCheck(
            f"The tests are in different folders ({names}): "
            "check one folder at a time.")
    files = tuple(read_tests(path) for path in sorted(found))
    if all(file.error for file in files):
        raise NothingToCheck("\n".join(str(file.error) for file in files))
    folder = folders.pop()
    pytest = any(file.needs_pytest for file in files)
    runner = runner or ("pytest" if pytest else "unittest")
    package = _package(folder, files, runner)
    return Suite(folder, tuple(_seen_from(package, file) for file in files),
                 runner, package)


def _package(folder: Path, files: Iterable[TestFile], runner: str
             ) -> tuple[str, ...]:
    """Return the packages around a folder, if its tests are part of them.

    As pytest has it they always are, as unittest has it if they import so.
    """
    package = packages_around(folder)
    trees = [file.tree for file in files]
    imports = Imports(
        ((".".join([*package, "test"]), tree) for tree in trees), package)
    if package and (runner == "pytest" or imports.leaves_folder):
        return package
    return (folder.name,) if is_spoken_of(folder, trees) else ()


def _seen_from(package: Sequence[str], file: TestFile) -> TestFile:
    """Return a file that also imports what it imports from its own package."""
    if not package:
        return file
    start = f"{'.'.join(package)}."
    name = f"{start}{file.module}"
    return replace(file, imports=file.imports.union(
        whole.removeprefix(start).partition(".")[0]
        for whole in Imports([(name, file.tree)], package).whole
        if whole.startswith(start)))


def _test_files(path: Path) -> Iterator[Path]:
    """Yield the absolute paths of the test files that a path stands for."""
    try:
        if path.is_file():
            if path.suffix != ".py":
                raise NothingToCheck(f"{path} is no Python file.")
            yield normal(path)
        elif path.is_dir():
            yield from _in_folder(path)
        else:
            raise NothingToCheck(f"There is no file or folder {path}.")
    except OSError as error:
        raise NothingToCheck(
            f"{path} cannot be read: {error.strerror}.") from error


def _in_folder(folder: Path) -> list[Path]:
    """Return a folder's test files, as unittest and pytest name them."""
    files = [normal(file) for file in folder.iterdir()
             if file.match("test*.py") or file.match("*_test.py")
             if file.is_file()]
    if files:
        return files
    below = sorted({file.parent for pattern in ("test*.py", "*_test.py")
                    for file in folder.glob(f"*/{pattern}")})
    hint = f" There are some in {below[0]}: check that." if below else ""
    raise NothingToCheck(
        f"{folder} holds no file of tests (test_*.py).{hint}")


def read_tests(path: Path) -> TestFile:
    """Return what the text of a file of tests says, if it can be read."""
    try:
        # From bytes, as Python itself reads it: any BOM, coding or line end.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes(), str(path))
    except OSError as error:
        reason = f"it cannot be read ({error.strerror})."
    except SyntaxError as error:
        reason = _why_no_python(path, error)
    except ValueError as error:  # Until 3.11, null bytes were one.
        reason = _why_no_python(path, SyntaxError(str(error)))
    except (RecursionError, MemoryError):
        reason = "it is not Python (it is nested too deeply)."
    else:
        return TestFile(path, frozenset(imports_of(tree)),
                        _needs_pytest(tree, path.absolute()), tree=tree)
    return TestFile(path, error=f"{path.name}: {reason}")


def _why_no_python(path: Path, error: SyntaxError) -> str:
    """Return the sentence that says where a file stops being Python."""
    if any(sign in error.msg for sign in _NOT_TEXT):
        try:
            path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as undecoded:
            line = undecoded.object[:undecoded.start].count(b"\n") + 1
            return f"line {line} is not UTF-8. Save the file as UTF-8."
    where = f"line {error.lineno}" if error.lineno else "it"
    return f"{where} is not Python ({error.msg})."


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Yield the first part of each module name that a file imports."""
    for node in walk(tree):
        match node:
            case ast.Import():
                yield from (name.name.split(".")[0] for name in node.names)
            case ast.ImportFrom(module=str(module)):
                yield module.split(".")[0]
            case ast.Call(
                func=(ast.Name(id="__import__" | "import_module")
                      | ast.Attribute(attr="import_module")),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield module.split(".")[0]


def called_in(tree: ast.AST) -> Iterator[str]:
    """Yield which modules a file calls by a name that it imported.

    A name that is only imported, or replaced by a patch, is not called.
    """
    known: dict[str, str] = {}
    for node in walk(tree):
        if isinstance(node, ast.Import):
            known.update((name.asname or name.name, name.name)
                         for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            known.update((name.asname or name.name, node.module)
                         for name in node.names)
    for node in walk(tree):
        match node:
            case (ast.Call(func=ast.Name(id=name))
                  | ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                if name in known:
                    yield known[name]


def _names_taken(tree: ast.AST, module: str) -> Iterator[str]:
    """Yield the names in a module that a file imports or reads."""
    for node in walk(tree):
        match node:
            case ast.ImportFrom(module=str(name)) if (
                    name.rpartition(".")[2] == module):
                yield from (each.name for each in node.names)
            case ast.Attribute(value=ast.Name(id=name)) if name == module:
                yield node.attr


def _needs_pytest(tree: ast.Module, path: Path) -> bool:
    """Tell whether a file's tests are found or run by pytest alone."""
    return "pytest" in set(imports_of(tree)) or any(
        map(is_test_function, tree.body)) or PlainClasses(
            tree, path).has_tests()
