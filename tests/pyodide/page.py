"""The page's own side: what `run.mjs` asks of Python in Pyodide."""
import importlib
import os
import runpy
import shutil
import site
import sys
from pathlib import Path

LEARNER = "/learner"


def unpack(wheels: str) -> None:
    """Unpack wheels where Python looks for packages; pure ones need no pip."""
    for wheel in Path(wheels).glob("*.whl"):
        shutil.unpack_archive(wheel, site.getsitepackages()[0], "zip")
    importlib.invalidate_caches()


def load(names: list[str]) -> None:
    """Import modules, which later runs then find."""
    for name in names:
        importlib.import_module(name)


def enter(folder: str) -> None:
    """Begin in a copy of a folder, as `python -m` would in the folder.

    Nothing is left of the folder before, nor any module that was its.
    """
    if LEARNER in sys.path:
        os.chdir("/")
        sys.path.remove(LEARNER)
        shutil.rmtree(LEARNER)
        for name, module in [*sys.modules.items()]:
            file = getattr(module, "__file__", None) or ""
            if file.startswith(f"{LEARNER}/"):
                del sys.modules[name]
    shutil.copytree(folder, LEARNER)
    os.chdir(LEARNER)
    sys.path.insert(0, LEARNER)
    importlib.invalidate_caches()


def run(command: list[str]) -> int:
    """Run a module as `python -m` does; return its exit status."""
    sys.argv[:] = command
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0
