"""What to type next: as the person called Winnow, it can be called again."""
from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path


def winnow(*words: str, at: Path = Path()) -> str:
    """Return a command line for Winnow that works from a folder."""
    return line(*_called(at), *words)


def python(*words: str, at: Path = Path()) -> str:
    """Return a command line for the Python that has Winnow.

    Where Winnow was called by a path, Python is beside it.
    """
    called = _called(at)
    if len(called) > 1:
        return line(called[0], *words)
    folder = Path(called[0]).parent
    program = "python" if folder == Path() else str(folder / "python")
    return line(program, *words)


def _called(at: Path) -> list[str]:
    """Return the words by which Winnow was called, as from a folder."""
    given = Path(sys.argv[0])
    if given.parts[-2:] == ("winnow", "__main__.py"):
        # In a browser's page, what runs Python is no program of its own.
        program = "python" if sys.platform == "emscripten" else getattr(
            sys, "orig_argv", ["python"])[0]
        return [_from(at, program), "-m", "winnow"]
    if given.stem.lower() != "winnow":
        return ["winnow"]  # Not by a command: by a test, say.
    on_path = shutil.which("winnow")
    if on_path and _same(on_path, str(given)):
        return ["winnow"]
    return [_from(at, str(given))]


def _same(one: str, other: str) -> bool:
    """Tell whether two paths are of one program, its ending aside."""
    return os.path.abspath(os.path.splitext(one)[0]).lower() == (
        os.path.abspath(os.path.splitext(other)[0]).lower())


def _from(folder: Path, program: str) -> str:
    """Return a program's path as from a folder; a bare name stays one."""
    if os.path.isabs(program) or os.path.dirname(program) == "":
        return program
    try:
        return os.path.relpath(program, folder)
    except ValueError:  # On Windows, they are on two drives.
        return os.path.abspath(program)


def line(*words: str) -> str:
    """Return words as one line of the system's shell."""
    return (subprocess.list2cmdline(words) if os.name == "nt"
            else shlex.join(words))
