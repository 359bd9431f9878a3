"""Runs what a reader would type, each command in a process of its own.

Where there is fork, that process is a clone of this one, in which Python's
and the libraries' modules are loaded already; else it starts from nothing.
"""
from __future__ import annotations

import io
import os
import runpy
import shlex
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow.execution.runtime.network_guard import block_network

# Seconds after which a command is ended.
PATIENCE = 120
CAN_FORK = hasattr(os, "fork")
# What must be typed into a shell, since it is more than one command.
_FOR_A_SHELL = set("|&;<>$`*?(){}~\\")
_PROGRAMS = {"winnow": ["-m", "winnow"], "pytest": ["-m", "pytest"],
             "python": [], "python3": []}


@dataclass(frozen=True)
class Ran:
    """What a command printed, errors among it, and its exit status."""

    printed: str
    status: int


def environment(folder: Path) -> dict[str, str]:
    """Return the surroundings of a command: no colours, a known width."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTEST_", "WINNOW_", "COV_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent),
                            kept.get("PATH", "")])
    return {**kept, "PATH": path, "NO_COLOR": "1", "PYTHON_COLORS": "0",
            # What is kept of lessons is not the reader's own.
            "XDG_STATE_HOME": str(folder / ".state"),
            "COLUMNS": "80", "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            # Plugins that happen to be here take longer than the tests.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "-p no:cacheprovider"}


def typed(command: str, folder: Path, loaded: frozenset[str]) -> Ran:
    """Run a line as it is typed into a shell, in a folder."""
    words = shlex.split(command)
    own = _PROGRAMS.get(words[0])
    if own is None or _FOR_A_SHELL.intersection(command):
        if os.name != "posix":
            raise OSError("there is no shell here that reads it")
        return _started(["sh", "-c", command], folder)
    return python([*own, *words[1:]], folder, loaded)


def python(arguments: Sequence[str], folder: Path, loaded: frozenset[str]
           ) -> Ran:
    """Run Python with arguments, most often -m, -c or a file.

    `loaded` names the modules that a clone may keep.
    """
    is_known = arguments and (arguments[0] in ("-m", "-c")
                              or not arguments[0].startswith("-"))
    if not (CAN_FORK and is_known):
        return _started([sys.executable, *arguments], folder)
    with tempfile.TemporaryFile() as output:
        clone = os.fork()
        if not clone:
            status = 1
            try:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.alarm(PATIENCE)
                status = _become(arguments, folder, loaded, output.fileno())
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(clone, 0)[1])
        output.seek(0)
        return Ran(output.read().decode("utf-8", "replace"), status)


def _started(command: Sequence[str], folder: Path) -> Ran:
    """Run a command in a process that starts anew."""
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, timeout=PATIENCE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        env=environment(folder))
    return Ran(done.stdout.decode("utf-8", "replace"), done.returncode)


def _become(arguments: Sequence[str], folder: Path, loaded: frozenset[str],
            output: int) -> int:
    """Do in this clone what `python` does with its arguments."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment(folder))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for standard, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(output, standard)
        stream = io.TextIOWrapper(
            open(standard, "wb", 0), "utf-8", write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    for name in set(sys.modules) - loaded:
        del sys.modules[name]
    sys.path[0] = str(folder)
    if list(arguments[:2]) != ["-m", "winnow"]:  # It guards its own tests.
        block_network(lambda address: None)
    try:
        if arguments[0] == "-m":
            sys.argv = list(arguments[1:])
            runpy.run_module(arguments[1], run_name="__main__",
                             alter_sys=True)
        elif arguments[0] == "-c":
            sys.argv = ["-c", *arguments[2:]]
            exec(arguments[1], {"__name__": "__main__"})
        else:
            sys.argv = list(arguments)
            sys.path[0] = str((folder / arguments[0]).parent)
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as ended:
        return _status(ended.code)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _status(code: object) -> int:
    """Return the exit status that Python makes of SystemExit's code."""
    if code is None or isinstance(code, int):
        return code or 0
    print(code, file=sys.stderr)
    return 1
