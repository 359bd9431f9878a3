"""How a test's process imports: from the tests' folder first."""
from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

_SHARED = sys.stdlib_module_names | {
    "requests", "urllib3", "idna", "certifi", "charset_normalizer",
    "parameterized", "pytest", "_pytest", "pluggy", "iniconfig", "packaging",
    "pygments",
}
_WITH_EFFECTS = {"antigravity", "this", "idlelib", "turtle", "turtledemo"}
_compiled: dict[tuple[str, bytes], CodeType] = {}


class _Loader(SourceFileLoader):
    """Loads a file's own text; compiles the same text at the same place once.

    The text is read each time, so what runs is always what stands there; no
    byte code is written beside it.
    """

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the file as it stands."""
        text = self.get_data(self.path)
        key = (self.path, text)
        if key not in _compiled:
            _compiled[key] = self.source_to_code(text, self.path)
        return _compiled[key]


class _Folder(MetaPathFinder):
    """Finds the modules that lie as files in one folder."""

    def __init__(self, folder: Path) -> None:
        """Look into this folder, not below it."""
        self.folder = folder

    def find_spec(self, fullname: str, path: Sequence[str] | None,
                  target: ModuleType | None = None) -> ModuleSpec | None:
        """Return how to load a file of the folder by its name."""
        file = self.folder / f"{fullname}.py"
        if path is not None or "." in fullname or not file.is_file():
            return None
        if (self.folder / fullname / "__init__.py").is_file():
            return None  # Python prefers a package to a module.
        return importlib.util.spec_from_file_location(
            fullname, file, loader=_Loader(fullname, str(file)))


def prefer_folder(folder: Path) -> None:
    """Let this process import as one that was started in this folder."""
    sys.dont_write_bytecode = True
    sys.path[0] = str(folder)
    _forget_hidden(folder)
    sys.meta_path.insert(0, _Folder(folder))
    importlib.invalidate_caches()


def compile_ahead(path: Path) -> None:
    """Compile a file as the loader will want it, before cloning."""
    try:
        _Loader(path.stem, str(path)).get_code(path.stem)
    except (SyntaxError, ValueError, OSError):
        pass  # Said by the import that needs it.


def load_ahead(names: Iterable[str]) -> None:
    """Import those of these modules that any process may share.

    They are Python's own and those that exercises stand on; a stranger's
    module might start a thread or open a connection when it is imported.
    """
    for name in names:
        top = name.partition(".")[0]
        if top in _SHARED and top not in _WITH_EFFECTS:
            try:
                importlib.import_module(name)
            except Exception:
                pass  # Said by the process that needs it.


def _forget_hidden(folder: Path) -> None:
    """Forget every loaded module if one is hidden by a file of the folder.

    A fresh process would have found that file first (a learner's random.py,
    say), and so would the modules that import the hidden one.
    """
    names = {entry.stem for entry in folder.iterdir()
             if entry.suffix == ".py" or (entry / "__init__.py").is_file()}
    if not (names - {__package__}).intersection(sys.modules):
        return
    answer = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True)
    kept = {*answer.stdout.split(), "__main__"}
    for name in list(sys.modules):
        if name not in kept and name.partition(".")[0] != __package__:
            del sys.modules[name]
