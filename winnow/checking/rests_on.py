"""What a verdict rests on besides its fault: all of it makes one key.

A verdict holds for the next check where nothing has changed that it rests on:
the project's files, the libraries, Python, Winnow, the machine, the
environment, the options, and what the tests do without a fault. Where that is
not known, there is no key.
"""
from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from winnow import __version__
from winnow.execution.job import Job
from winnow.execution.workspace import Workspace
from winnow.subjects.accepted import FILE as ACCEPTED
from winnow.subjects.project import Project
from winnow.system import fingerprint
from winnow.system.fingerprint import TooManyFiles
from winnow.system.folders import Layout
from winnow.system.processes import without_git

from .options import Options
from .outcomes import Seen

# What no verdict rests on, though it lies among the project's files: the
# history, and what Winnow, coverage.py and editors write.
_OF_NO_TEST = frozenset({".git", ".hg", ".svn", ACCEPTED, ".coverage",
                         "htmlcov", "coverage.xml", ".idea", ".DS_Store"})
# ... and among the files of libraries: what tools write there.
_OF_NO_LIBRARY = frozenset({
    ".git", ".hg", ".svn", ".venv", ".tox", ".nox", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", "node_modules",
    # ... and what our own tests fetch, where this checkout is installed.
    ".newman", ".pyodide", ".pythons"})
# In one folder. To look at more takes longer than a second.
_MOST_FILES = 100_000
_WINNOW = str(Path(__file__).parents[1])
# What each terminal, or each command, has set otherwise. All other variables
# count: a test may read any.
_OF_THE_SHELL = frozenset({
    "_", "OLDPWD", "PWD", "SHLVL", "PYTEST_CURRENT_TEST", "WINDOWID",
    "TERM_SESSION_ID", "ITERM_SESSION_ID", "WT_SESSION", "TMUX_PANE", "STY",
    "GNOME_TERMINAL_SCREEN", "KONSOLE_DBUS_SESSION", "KONSOLE_DBUS_WINDOW",
    "XDG_SESSION_ID", "XDG_ACTIVATION_TOKEN", "SSH_AUTH_SOCK", "SSH_CLIENT",
    "SSH_CONNECTION", "SSH_TTY", "VSCODE_IPC_HOOK_CLI", "INVOCATION_ID",
    "JOURNAL_STREAM", "SYSTEMD_EXEC_PID", "GIT_AUTHOR_DATE"})


class NotKnown(Exception):
    """Why it is not known what the verdicts rest on, as a sentence's end."""


@dataclass(frozen=True)
class Files:
    """A project's files as they were copied, and the folder of the project.

    `content` is their fingerprint, `copy` where they lie, unless they are not
    the whole project.
    """

    content: str
    folder: Path
    copy: Path | None

    @staticmethod
    def of(workspace: Workspace, layout: Layout, own: Collection[Path]
           ) -> Files:
        """Return the files of a workspace, without those of our own."""
        place = workspace.pattern.relative_to(workspace.above).as_posix()
        left_out = {f"{place}/{_inside(path, layout.folder)}" for path in own}
        return Files(fingerprint.of_content(
            workspace.above, lambda path: path in left_out
            or path.rpartition("/")[2] in _OF_NO_TEST), layout.folder,
            None if workspace.lacking.paths or layout.is_partial
            else workspace.pattern)

    def has(self, path: str) -> bool:
        """Tell whether a folder is one of those that were copied."""
        inside = _inside(path, self.folder)
        return (self.copy is not None and inside is not None
                and (self.copy / inside).is_dir())


def _inside(path: str | Path, folder: Path) -> str | None:
    """Return the path of something in a folder; None if it is elsewhere."""
    real, top = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    return (real.relative_to(top).as_posix() if real.is_relative_to(top)
            else None)


def key(files: Files, project: Project, job: Job, seen: Seen,
        valid: Sequence[str], by_file: Collection[str], options: Options
        ) -> str:
    """Return what all verdicts of a check rest on; raises `NotKnown`.

    `jobs` of the options is no part of it, nor is what chooses among faults.
    """
    return fingerprint.of_values(
        files.content, job, project.sources, sorted(by_file), valid,
        {test: outcome.status for test, outcome in seen.tests.items()},
        {test: sorted(names) for test, (names, _) in seen.executes.items()},
        {path: fingerprint.of_file(Path(path)) for path in seen.reads},
        replace(options, jobs=0), *_surroundings(files))


def _surroundings(files: Files) -> Iterator[object]:
    """Yield what does not stand in the project: Python, libraries, machine.
    """
    yield __version__
    yield [sys.version, os.path.realpath(sys.executable), [*sys.flags],
           sys.warnoptions, sorted(map(str, sys._xoptions.items()))]
    yield [*getattr(os, "uname", tuple)(), os.cpu_count(),
           getattr(os, "getuid", int)(), time.tzname]
    yield {name: value for name, value in without_git(os.environ).items()
           if name not in _OF_THE_SHELL}
    yield sys.path
    for folder in _libraries(files):
        if not os.path.isdir(folder):
            yield [folder, fingerprint.of_file(Path(folder))]
            continue
        try:
            yield [folder, fingerprint.of_stamps(
                Path(folder), _MOST_FILES, lambda path: path.rpartition(
                    "/")[2] in _OF_NO_LIBRARY)]
        except TooManyFiles:
            raise NotKnown(
                f"{folder}, from which Python imports, has more than "
                f"{_MOST_FILES:,} files") from None


def _libraries(files: Files) -> Iterator[str]:
    """Yield the folders and archives whose modules tests can import.

    Python's own library is as its version says.
    """
    library = os.path.realpath(os.path.dirname(os.__file__))
    own = (library, os.path.join(library, "lib-dynload"))
    found = [*sys.path, _WINNOW, *_editable()]
    for path in dict.fromkeys(os.path.realpath(each) for each in found):
        if path not in own and not files.has(path):
            yield path


def _editable() -> Iterator[str]:
    """Yield the folders of what is installed where it is worked on.

    Whatever way a build backend has found to make it importable (PEP 660),
    `direct_url.json` says where it is.
    """
    for folder in dict.fromkeys(sys.path):
        for path in Path(folder).glob("*.dist-info/direct_url.json"):
            try:
                found = json.loads(path.read_bytes())
                if found.get("dir_info", {}).get("editable"):
                    place = unquote(urlsplit(found["url"]).path)
                    yield place[1:] if os.name == "nt" else place
            except (OSError, ValueError, KeyError, AttributeError):
                continue
