"""How the process of the tests imports: from their folder first."""
from __future__ import annotations

import importlib.util
import os
import pkgutil
import subprocess
import sys
import warnings
from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Optional

from winnow import PACKAGE

_SHARED = sys.stdlib_module_names | {
    "requests", "urllib3", "idna", "certifi", "charset_normalizer",
    "parameterized", "pytest", "_pytest", "pluggy", "iniconfig", "packaging",
    "pygments",
    "winnow",
}
_RUNNERS = {f"{PACKAGE}.execution.runtime.{name}_runner"
            for name in ("unittest", "pytest")}
_WITH_EFFECTS = {"antigravity", "this", "idlelib", "turtle", "turtledemo"}
_compiled: dict[tuple[str, bytes], CodeType] = {}
_ahead: dict[Hashable, CodeType] = {}
_loading: list[str] = []
_loaded: dict[str, str] = {}
_compilers: list[Callable[[str, bytes], Optional[CodeType]]] = []


class _Loader(SourceFileLoader):
    """Loads a file's own text; compiles the same text once.

    The text is read each time, so what runs is always what stands there; no
    byte code is written beside it.
    """

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the file as it stands."""
        _loaded[fullname] = self.path
        _loading.append(fullname)
        try:
            text = self.get_data(self.path)
        finally:
            _loading.pop()
        for compiler in _compilers:
            if code := compiler(self.path, text):
                return code
        key = (self.path, text)
        if key not in _compiled:
            _compiled[key] = made_ahead(
                text, self.path,
                lambda: self.source_to_code(text, self.path))
        return _compiled[key]


def is_loading() -> bool:
    """Tell whether it is an import that looks at files at this moment."""
    return bool(_loading)


class _FolderFinder(MetaPathFinder):
    """Finds the modules that lie as files in a folder, or below it."""

    def __init__(self, folder: str, roots: Sequence[str]) -> None:
        """Look into the roots for what is in no package."""
        self._folder = folder
        self._roots = roots

    def find_spec(self, fullname: str, path: Sequence[str] | None,
                  target: ModuleType | None = None) -> ModuleSpec | None:
        """Return how to load a file of the folder by its name."""
        name = fullname.rpartition(".")[2]
        _loading.append(fullname)
        try:
            for place in self._roots if path is None else path:
                if place.startswith(self._folder):
                    # Python prefers a package to a module.
                    for file in (f"{place}{os.sep}{name}{os.sep}__init__.py",
                                 f"{place}{os.sep}{name}.py"):
                        if os.path.isfile(file):
                            return _spec(fullname, file)
            return self._on_path(fullname) if path is None else None
        finally:
            _loading.pop()

    def _on_path(self, fullname: str) -> ModuleSpec | None:
        """Return how to load a file that sys.path leads to.

        Tests add folders to it, and so does pytest where `tests/` is no
        package (its import mode "prepend"). Python decides which entry comes
        first; only the loader becomes ours.
        """
        above = f"{self._folder}{os.sep}"
        if not any(place.startswith(above) and place not in self._roots
                   for place in sys.path if isinstance(place, str)):
            return None
        found = PathFinder.find_spec(fullname)
        if (found and found.origin and found.origin.startswith(above)
                and type(found.loader) is SourceFileLoader):
            return _spec(fullname, found.origin)
        return None


def _spec(name: str, file: str) -> ModuleSpec | None:
    """Return how to load a file of the folder under a name."""
    return importlib.util.spec_from_file_location(
        name, file, loader=_Loader(name, file))


def load_as(name: str, path: Path) -> ModuleType:
    """Import a file under another name than Python would give it."""
    spec = _spec(name, str(path))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def prefer_folder(folder: Path, roots: Iterable[str], cold: bool) -> None:
    """Let this process import as one that was started in this folder.

    The roots are folders in it, the folder itself among them. A cold process
    has loaded nothing yet that the folder could hide.
    """
    sys.dont_write_bytecode = True
    _loaded.clear()
    places = [os.path.normpath(folder / root) for root in roots]
    sys.path[0:1] = places
    # A package that the folder is itself is found in the one above.
    sys.meta_path.insert(0, _FolderFinder(
        os.path.commonpath([folder, *places]), places))
    if cold:
        _forget_all()


def compile_ahead(folders: Sequence[Path], texts: Mapping[str, bytes]
                  ) -> None:
    """Compile folders' files, by name, before a process is cloned."""
    for name, text in texts.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                code = _ahead.get(text) or compile(
                    text, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # Said by the import that needs it.
        for folder in folders:
            path = str(folder / name)
            _compiled[path, text] = _standing_at(path, code)


def make_ahead(key: Hashable, make: Callable[[], CodeType]) -> None:
    """Compile what many clones will ask for; a text that warns stays as is.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with suppress(SyntaxError, Warning):
            _ahead[key] = make()


def made_ahead(key: Hashable, path: str, make: Callable[[], CodeType]
               ) -> CodeType:
    """Return what was compiled ahead, as if from this file; or make it."""
    code = _ahead.get(key)
    return make() if code is None else _standing_at(path, code)


def loaded_since(before: Set[str], folder: Path
                 ) -> tuple[list[str], dict[str, str]]:
    """Return the modules loaded since then, and the paths of the folder's.

    A test may have forgotten them again, or put something in their place.
    """
    above = f"{folder}{os.sep}"
    names = sorted({*sys.modules, *_loaded} - before)
    files = {name: _loaded.get(name) or getattr(
        sys.modules.get(name), "__file__", None) for name in names}
    return names, {
        name: Path(file[len(above):]).as_posix()
        for name, file in files.items()
        if isinstance(file, str) and file.startswith(above)}


def loaded_from(paths: Collection[str]) -> list[str]:
    """Return the names under which files were loaded by their own text."""
    return [name for name, path in _loaded.items() if path in paths]


def use_code(path: str, text: bytes, code: CodeType) -> None:
    """Let this process run other code for a file of this text."""
    _compiled[path, text] = code


def use_compiler(compiler: Callable[[str, bytes], Optional[CodeType]]
                 ) -> None:
    """Let this process ask first for other code of a file that it loads."""
    _compilers.append(compiler)


def _standing_at(path: str, code: CodeType) -> CodeType:
    """Return code as if compiled from a file at another place."""
    return code.replace(co_filename=path, co_consts=tuple(
        _standing_at(path, const) if isinstance(const, CodeType) else const
        for const in code.co_consts))


def is_shared(name: str) -> bool:
    """Tell whether a module is Python's own, or one exercises stand on."""
    top = name.partition(".")[0]
    return top in _SHARED and top not in _WITH_EFFECTS


def shared(names: Iterable[str], libraries: Iterable[str] = ()) -> list[str]:
    """Return those of these modules that any process may share.

    They are Python's own, those that exercises stand on, and those of the
    libraries; a stranger's module might start a thread or open a connection
    when it is imported.
    """
    return [name for name in names
            if is_shared(name) or name.partition(".")[0] in libraries]


def load_ahead(names: Iterable[str]) -> None:
    """Import modules that every process would.

    What they warn of, or why one fails, is said by the process that needs it.
    """
    show = warnings.showwarning
    warnings.showwarning = lambda *_, **__: None
    try:
        for name in names:
            with suppress(Exception):
                importlib.import_module(name)
        pkgutil.resolve_name("unittest")  # Or each clone compiles a pattern.
    finally:
        warnings.showwarning = show


def hides_loaded(folders: Iterable[Path], modules: Iterable[str] = ()
                 ) -> bool:
    """Tell whether a file of these folders hides a module loaded already.

    A fresh process would have found that file first (a learner's random.py,
    say), and so would the modules that import the hidden one. The same goes
    for modules that will be laid there: who calls the checker from a program
    may have loaded some of that name.
    """
    return any(name in sys.modules
               for name in (*modules, *tops_in(folders)))


def tops_in(folders: Iterable[Path]) -> Iterator[str]:
    """Yield the names of the modules and packages that stand in folders."""
    for folder in folders:
        for name in os.listdir(folder):
            if name in ("__main__.py", PACKAGE):
                continue  # No test imports it.
            if name.endswith(".py") or (
                    folder / name / "__init__.py").is_file():
                yield name.removesuffix(".py")


def let_go(folder: Path, roots: Iterable[str]) -> None:
    """Forget this package, if a folder to import from has one of its name.

    So the checker can be tried on itself: what runs here goes on as it is,
    and the tests get theirs.
    """
    if any((folder / root / PACKAGE / "__init__.py").is_file()
           for root in roots):
        for each in [*sys.modules]:
            if each.partition(".")[0] == PACKAGE:
                del sys.modules[each]


def _forget_all() -> None:
    """Forget every module that a fresh process has not loaded either."""
    answer = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True)
    kept = {*answer.stdout.split(), "__main__"}
    for name in list(sys.modules):
        ours = name.partition(".")[0] == PACKAGE
        # These two hold modules that will be loaded anew.
        runs = name in _RUNNERS
        if name not in kept and (runs or not ours):
            del sys.modules[name]
