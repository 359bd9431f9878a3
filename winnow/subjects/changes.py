"""What git says of files: which of their lines have changed."""
from __future__ import annotations

import os
import re
import subprocess
from functools import cached_property
from pathlib import Path

from winnow.model.errors import NothingToCheck
from winnow.system.processes import without_git

# What git calls the last commit.
LAST = "HEAD"
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Return what git answers in a folder."""
    try:
        return subprocess.run(["git", *arguments], cwd=folder, text=True,
                              encoding="utf-8", errors="surrogateescape",
                              capture_output=True, env=without_git(os.environ))
    except OSError as error:
        raise NothingToCheck(
            f"git cannot be run: {error.strerror}.") from error


class Changes:
    """What has changed in a folder since a revision, saved or committed."""

    def __init__(self, folder: Path, revision: str, option: str) -> None:
        """Take the folder and the revision, and the option that says so."""
        self._folder = folder
        self._revision = revision
        self._option = option

    def has(self, path: str) -> bool:
        """Tell whether a file has changed, or is new to git."""
        return (self._is_first or path not in self._known
                or path in self._changed)

    def lines(self, path: str, number: int) -> set[int]:
        """Return the changed lines of a file that has so many.

        Where git does not know the file yet, all of it is new.
        """
        if self._is_first or path not in self._known:
            return set(range(1, number + 1))
        lines: set[int] = set()
        for begin, count in _HUNK.findall(self._diff("--unified=0", path)):
            first = int(begin)
            lines.update(range(first, first + int(count or 1)))
        return lines

    @cached_property
    def _changed(self) -> set[str]:
        """The files that differ."""
        return set(self._diff("--name-only", "-z", ".").split("\0"))

    @cached_property
    def _known(self) -> set[str]:
        """The files that git knows; raises `NothingToCheck`."""
        if git(self._folder, "rev-parse", "--git-dir").returncode:
            raise NothingToCheck(f"{self._option}: {self._folder} is not in "
                                 "a git repository.")
        return set(git(self._folder, "ls-files", "-z").stdout.split("\0"))

    @cached_property
    def _is_first(self) -> bool:
        """Whether the repository has no commit yet: then all is new."""
        return self._revision == LAST and bool(self._known) and bool(git(
            self._folder, "rev-parse", "--verify", "--quiet",
            LAST).returncode)

    def _diff(self, *words: str) -> str:
        """Return what git says of the difference; the last is a path."""
        *options, path = words
        answer = git(self._folder, "diff", *options, "--no-color",
                     "--no-ext-diff", "--relative", "--end-of-options",
                     self._revision, "--", path)
        if answer.returncode:
            said = answer.stderr.strip().splitlines() or ["git diff failed"]
            reason = said[0].removeprefix("fatal: ").rstrip(".")
            raise NothingToCheck(f"{self._option}: {reason}.")
        return answer.stdout
