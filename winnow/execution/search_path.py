"""Where a process that a test starts finds the changed modules.

A test may run `python -m pkg`, a console script, or a pool of processes. Such
a process finds the project by PYTHONPATH, or because the project is installed
so that its files can be edited ("pip install --editable"). In a working copy
it has to find the copy instead: otherwise it runs the right code, and no
fault in it is ever seen.
"""
from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path


def for_children(folder: Path, modules: Iterable[tuple[str, str]]
                 ) -> tuple[str, ...]:
    """Return the entries that PYTHONPATH has in a copy of a project's folder.

    `modules` are (name, root) of the project's own; a root is a path in the
    folder. Entries in the folder are relative to it, all others absolute; no
    entry at all leaves PYTHONPATH as it is.
    """
    given = [Path(os.path.abspath(entry)) for entry in os.environ.get(
        "PYTHONPATH", "").split(os.pathsep) if entry]
    # Not what Python puts first for the program that it runs.
    standing = {Path(entry) for entry in sys.path[1:] if entry} - {Path.cwd()}
    found = [root for name, root in modules
             if Path(os.path.normpath(folder / root)) in standing
             or _is_installed(name.partition(".")[0], folder)]
    moved = [_in(folder, entry) for entry in given]
    if not found and moved == [str(entry) for entry in given]:
        return ()
    return tuple(dict.fromkeys([*found, *moved]))


def _is_installed(name: str, folder: Path) -> bool:
    """Tell whether an editable install leads to a package in the folder.

    Its finder stands in sys.meta_path beside Python's own (setuptools: PEP
    660, "import hooks").
    """
    for finder in sys.meta_path:
        if finder is PathFinder or "editable" not in getattr(
                finder, "__module__", ""):
            continue
        for place in _places(finder, name):
            if Path(place).is_relative_to(folder):
                return True
    return False


def _places(finder: object, name: str) -> Iterator[str]:
    """Yield where a finder would load a module from."""
    try:
        spec = finder.find_spec(name, None)  # type: ignore[attr-defined]
    except Exception:
        return  # It is not ours to mend.
    if spec:
        yield from filter(None, [
            spec.origin, *(spec.submodule_search_locations or ())])


def _in(folder: Path, entry: Path) -> str:
    """Return an entry as a path in the folder, where it is in it."""
    return (entry.relative_to(folder).as_posix()
            if entry.is_relative_to(folder) else str(entry))
