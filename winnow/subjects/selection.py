"""Which of the made faults are tried: --since and --sample."""
from __future__ import annotations

import os
import random
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from winnow.model.errors import NothingToCheck
from winnow.model.exercise import Mutant
from winnow.system.processes import without_git

from .project import Project, limited


@dataclass(frozen=True)
class Selection:
    """Which of the faults that can be made are tried, and how.

    `sample` takes so many by chance, the same for the same `seed`;
    `since` those on lines changed since a git revision. What is missed is
    tried again in a process that starts anew, unless `confirm` is off.
    """

    sample: int | None = None
    seed: int = 0
    since: str | None = None
    confirm: bool = True


def chosen(project: Project, choice: Selection) -> tuple[Project, list[str]]:
    """Return the project with the faults that were asked for, and notes."""
    faults = list(project.faults)
    notes: list[str] = []
    if choice.since is not None:
        changed = {module: _lines_since(choice.since, project, module)
                   for module in project.modules}
        faults = [fault for fault in faults
                  if not changed[fault.module].isdisjoint(
                      _lines_of(fault, project))]
        if not faults:
            raise NothingToCheck(
                f"Since {choice.since} no line has changed in which a fault "
                "can be made.")
        notes.append(f"{len(faults)} of {len(project.faults)} faults are in "
                     f"lines changed since {choice.since}.")
    if choice.sample is not None and choice.sample < len(faults):
        number = len(faults)
        kept = set(random.Random(choice.seed).sample(range(number),
                                                     choice.sample))
        faults = [fault for place, fault in enumerate(faults)
                  if place in kept]
        notes.append(f"{len(faults)} of {number} faults were tried, drawn "
                     f"with the seed {choice.seed}.")
    return limited(project, faults), notes


def _lines_of(fault: Mutant, project: Project) -> range:
    """Return the numbers of the lines in which a fault stands."""
    before = project.sources[fault.module][:fault.start]
    first = before.count("\n") + 1
    return range(first, first + fault.old.count("\n") + 1)


def _git(folder: Path, *arguments: str
         ) -> subprocess.CompletedProcess[str]:
    """Return what git answers in a folder."""
    try:
        return subprocess.run(["git", *arguments], cwd=folder, text=True,
                              encoding="utf-8", errors="replace",
                              capture_output=True, env=without_git(os.environ))
    except OSError as error:
        raise NothingToCheck(
            f"git cannot be run: {error.strerror}.") from error


def _lines_since(revision: str, project: Project, module: str) -> set[int]:
    """Return the numbers of a module's lines that git says have changed."""
    path = project.paths[module]
    answer = _git(project.folder, "diff", "--unified=0", "--no-color",
                  "--no-ext-diff", "--relative", "--end-of-options", revision,
                  "--", path)
    if answer.returncode:
        if _git(project.folder, "rev-parse", "--git-dir").returncode:
            raise NothingToCheck(f"--since {revision}: {project.folder} is "
                                 "not in a git repository.")
        said = answer.stderr.strip().splitlines() or ["git diff failed"]
        reason = said[0].removeprefix("fatal: ").rstrip(".")
        raise NothingToCheck(f"--since {revision}: {reason}.")
    if _git(project.folder, "ls-files", "--error-unmatch", path).returncode:
        # Git does not know the file yet: all of it is new.
        return set(range(1, project.sources[module].count("\n") + 2))
    lines: set[int] = set()
    for begin, count in re.findall(
            r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", answer.stdout, re.MULTILINE):
        first = int(begin)
        lines.update(range(first, first + int(count or 1)))
    return lines
