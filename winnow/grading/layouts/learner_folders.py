"""A folder or an archive for each learner, and clones of repositories."""
from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..archives import is_archive, stem
from . import HandedIn

_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def a_folder_each(entries: Mapping[str, Mapping[str, bytes]], source: str
                  ) -> list[HandedIn]:
    """Return the learners that folders and archives are named after."""
    found = []
    for entry, below in entries.items():
        if "" in below and not is_archive(entry):
            continue  # A file among the folders, such as a list of marks.
        name = stem(entry) if "" in below else entry
        found.append(HandedIn(
            name, name, f"{source}/{entry}",
            {path or entry: content for path, content in below.items()}))
    return found


def note_clones(found: Sequence[HandedIn], folder: Path) -> None:
    """Note the commit of each that is a git clone, and who is its owner.

    GitHub's classrooms name a clone `assignment-user`. Nothing of git runs
    here: a repository's settings may name programs.
    """
    commits = {each.key: commit for each in found
               if (commit := _commit(folder / each.key))}
    for each in found:
        if each.key in commits:
            each.details["commit"] = commits[each.key]
            each.details["file"] = each.key
    if len(commits) < 2 or len(commits) < len(found):
        return
    prefix = os.path.commonprefix([*commits])
    prefix = prefix[:prefix.rfind("-") + 1]
    for each in found:
        if prefix and len(each.key) > len(prefix):
            each.name = each.key = each.key[len(prefix):]
            each.details["user"] = each.name


def _commit(folder: Path) -> str:
    """Return the commit that a clone is at, or nothing."""
    git = folder / ".git"
    try:
        head = (git / "HEAD").read_text("ascii").strip()
        if head.startswith("ref: "):
            reference = head[len("ref: "):]
            if ".." in reference or reference.startswith("/"):
                return ""
            if (git / reference).is_file():
                head = (git / reference).read_text("ascii").strip()
            else:
                lines = (git / "packed-refs").read_text("ascii").splitlines()
                head = next((line.split()[0] for line in lines
                             if line.endswith(f" {reference}")), "")
    except (OSError, UnicodeDecodeError):
        return ""
    return head if _COMMIT.fullmatch(head) else ""
