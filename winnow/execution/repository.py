"""Gives the copy of a folder a git repository like the original's.

Tests ask git what the last tag is, or which files there are, and may commit.
The copy has a repository of its own, which only reads the objects of another
one. So git has it for clones that share them (`git clone --shared`): it writes
none into the folders of others ("alternates").
"""
from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

_GIT = ".git"
# What is not of one working tree, what only git itself runs, and what is made
# for a repository that goes on: objects are read where they are.
_NOT_LENT = frozenset({
    "objects", "hooks", "logs", "lfs", "modules", "worktrees", "annex",
    "commondir", "gitdir", "gc.pid", "gc.log", "fsmonitor--daemon",
    "fsmonitor--daemon.ipc"})
# Settings by which git would work elsewhere, or start what goes on.
_ELSEWHERE = re.compile(
    r"(?im)^\s*(?:worktree|bare|pushurl|fsmonitor|hookspath)\s*=.*\n?")
_PUSHED = "pushed"
_REMOTE = re.compile(r'(?im)^\s*(\[remote\s+"[^"\n]+"\])')
# A repository of more files is not lent: each run would look at them.
_MOST = 5_000
# Where the objects are no more than that, they are copied too, once. Git sets
# the time of one that it would write, if another repository has it.
_MOST_BYTES = 32 * 2 ** 20


def lend(source: Path, target: Path, objects: Path) -> bool:
    """Give a copy of a folder its repository, if the folder has one.

    Nothing that git does in the copy changes the original; what is pushed
    from it stays in it. The objects are for all copies, in a folder that is
    made for them.
    """
    own = _own_folder(source / _GIT)
    if own is None:
        return False
    shared = _shared_folder(own)
    new = target / _GIT
    try:
        for folder in dict.fromkeys((shared, own)):
            _copy(folder, new)
        for name in ("config", "config.worktree"):
            if (new / name).is_file():
                text = (new / name).read_text("utf-8", "surrogateescape")
                (new / name).write_text(_at_home(text), "utf-8",
                                        "surrogateescape")
        lent = _copied(shared / "objects", objects)
        _read_objects(new / "objects", lent)
        # What is pushed to a remote repository comes into an empty one here.
        _read_objects(new / _PUSHED / "objects", lent)
        (new / _PUSHED / "refs").mkdir()
        (new / _PUSHED / "HEAD").write_text("ref: refs/heads/main\n")
    except OSError:  # Half of one would be worse than none.
        shutil.rmtree(new, ignore_errors=True)
        return False
    return True


def _read_objects(objects: Path, *others: Path) -> None:
    """Let a folder of objects have those of others."""
    (objects / "pack").mkdir(parents=True, exist_ok=True)
    (objects / "info").mkdir(exist_ok=True)
    (objects / "info" / "alternates").write_text(
        "".join(f"{other.as_posix()}\n" for other in others), "utf-8",
        "surrogateescape")


def _copied(source: Path, target: Path) -> Path:
    """Return a copy of a folder of objects, or itself if that is large."""
    files = [Path(place, name) for place, _, names in os.walk(source)
             for name in names]
    if len(files) > _MOST or sum(
            file.stat().st_size for file in files) > _MOST_BYTES:
        return source
    shutil.copytree(source, target)
    if (source / "info" / "alternates").is_file():
        said = (source / "info" / "alternates").read_text(
            "utf-8", "surrogateescape")
        _read_objects(target, *(source / line for line in said.splitlines()
                                if line and not line.startswith("#")))
    return target


def around(folder: Path) -> Path | None:
    """Return the folder, or the next one above it, that has a repository."""
    return next((each for each in (folder, *folder.parents)
                 if _own_folder(each / _GIT)), None)


def _own_folder(git: Path) -> Path | None:
    """Return where a working tree has what is its own; None if nowhere.

    In a tree that another repository knows of, `.git` is a file that says it.
    """
    if git.is_file():
        try:
            said = git.read_text("utf-8", "surrogateescape")
        except OSError:
            return None
        if not said.startswith("gitdir:"):
            return None
        git = git.parent / said[len("gitdir:"):].strip()
    git = Path(os.path.realpath(git))
    return git if (git / "HEAD").is_file() else None


def _shared_folder(own: Path) -> Path:
    """Return where the rest is that a working tree shares with others."""
    try:
        said = (own / "commondir").read_text("utf-8", "surrogateescape")
    except OSError:
        return own
    return Path(os.path.realpath(own / said.strip()))


def _copy(source: Path, target: Path) -> None:
    """Copy what a repository holds but for its objects; raises `OSError`."""
    number = 0
    for place, folders, names in os.walk(source):
        inside = Path(place).relative_to(source)
        if inside == Path():
            folders[:] = [name for name in folders if name not in _NOT_LENT]
            names = [name for name in names if name not in _NOT_LENT]
        (target / inside).mkdir(parents=True, exist_ok=True)
        number += len(names)
        if number > _MOST:
            raise OSError("too many files")
        for name in names:
            if not name.endswith(".lock"):
                shutil.copyfile(Path(place, name), target / inside / name)


def _at_home(config: str) -> str:
    """Return settings with which git works in the copy, and nowhere else."""
    kept = _ELSEWHERE.sub("", config)
    kept = _REMOTE.sub(rf"\1\n\tpushurl = {_GIT}/{_PUSHED}", kept)
    return f"{kept.rstrip()}\n[core]\n\tbare = false\n"
