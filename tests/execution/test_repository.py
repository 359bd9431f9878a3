"""The repository of a copy: git answers as in the original, and changes none.

- whatever tree the original is: a clone's, a submodule's, one of several
- what is committed, pushed or swept up in the copy stays in it
- git that runs a check as its hook does not send the tests elsewhere
"""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checking.test_survey import FLAT, MODULE, SUITE
from tests.support.checking import WINNOW, run, state, write
from winnow.execution.copying import Wanted
from winnow.execution.repository import around, lend
from winnow.execution.workspace import Workspace
from winnow.system.processes import without_git

if not shutil.which("git"):
    pytest.skip("there is no git", allow_module_level=True)
NAMED = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER")
         for what in ("NAME", "EMAIL")}


def git(folder: Path, *arguments: str) -> str:
    """Return what git says in a folder, where nobody's settings count."""
    return subprocess.run(
        ["git", "-c", "init.defaultBranch=main",
         "-c", "protocol.file.allow=always", *arguments],
        cwd=folder, check=True, text=True, capture_output=True, env={
            **without_git(os.environ), **NAMED, "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1"}).stdout


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository of two commits and a tag, with a remote one."""
    place = tmp_path_factory.mktemp("shared")
    folder = write(place / "shop", {"a.txt": "1", "sub/b.txt": "2"})
    git(place, "init", "-q", "--bare", "far.git")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "One")
    git(folder, "tag", "-am", "First", "v1")
    (folder / "a.txt").write_text("3")
    git(folder, "commit", "-qam", "Two")
    git(folder, "remote", "add", "origin", str(place / "far.git"))
    git(folder, "push", "-qu", "origin", "main")
    return folder


@pytest.fixture
def original(shared: Path, tmp_path: Path) -> Path:
    """Return the same for one test, which may change it."""
    for name in ("shop", "far.git"):
        shutil.copytree(shared.parent / name, tmp_path / name)
    folder = tmp_path / "shop"
    git(folder, "remote", "set-url", "origin", str(tmp_path / "far.git"))
    return folder


def lent(folder: Path, place: Path) -> Path:
    """Return a copy of a folder with a repository of its own."""
    copy = place / "copy" / folder.name
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".git"))
    assert lend(folder, copy, place / "objects")
    return copy


ASKED = [("describe",), ("rev-list", "--count", "HEAD"), ("ls-files",),
         ("status", "--porcelain"), ("log", "-p"), ("show", "v1:a.txt"),
         ("branch", "-vv"), ("remote", "get-url", "origin"),
         ("describe", "--dirty"), ("fsck",), ("diff", "v1", "--stat")]


@pytest.mark.parametrize("kind", ["clone", "worktree", "submodule", "bare",
                                  "shallow", "packed", "borrowed"])
def test_git_answers_in_a_copy_as_in_the_original(
        kind: str, original: Path, tmp_path: Path) -> None:
    """However the original tree comes to its objects."""
    folder = tmp_path / "other"
    if kind == "clone":
        folder = original
    elif kind == "worktree":
        git(original, "worktree", "add", "-q", str(folder))
    elif kind == "submodule":
        git(write(tmp_path / "whole", {}), "init", "-q")
        git(tmp_path / "whole", "submodule", "--quiet", "add",
            str(original), "part")
        folder = tmp_path / "whole" / "part"
    elif kind == "bare":
        git(tmp_path / "far.git", "worktree", "add", "-q", str(folder), "main")
    elif kind == "shallow":
        git(tmp_path, "clone", "-q", "--depth", "1", f"file://{original}",
            "other")
    elif kind == "packed":
        git(original, "gc", "-q")
        folder = original
    elif kind == "borrowed":
        git(tmp_path, "clone", "-q", "--shared", str(original), "other")
    asked = [each for each in ASKED if kind in ("clone", "packed") or (
        each[0] not in ("describe", "show", "diff", "branch", "remote"))]

    copy = lent(folder, tmp_path)

    for question in asked:
        assert git(copy, *question) == git(folder, *question), question


# What a test may do in its copy.
DONE = [
    ["commit", "-qam", "Three"], ["commit", "--amend", "-qm", "Else"],
    ["tag", "v2"], ["branch", "new"], ["checkout", "-qb", "newer"],
    ["reset", "-q", "--hard", "v1"], ["clean", "-fdxq"], ["stash"],
    ["gc", "-q", "--prune=now", "--aggressive"], ["repack", "-adq"],
    ["prune"], ["push", "-q", "origin", "main"], ["fetch", "-q"],
    ["push", "-qf", "origin", "v1^{commit}:refs/heads/main"],
    ["push", "-q", "--tags", "origin"],
    ["remote", "remove", "origin"], ["config", "user.name", "x"],
    ["rm", "-q", "a.txt"], ["mv", "a.txt", "c.txt"], ["worktree", "prune"],
    ["branch", "-D", "main"], ["update-ref", "-d", "HEAD"],
    ["reflog", "expire", "--expire=now", "--all"],
]


@pytest.mark.parametrize("done", DONE, ids=" ".join)
def test_what_git_does_in_a_copy_stays_there(
        done: list[str], shared: Path, tmp_path: Path) -> None:
    """In the original, and where that pushes to, nothing is changed."""
    copy = lent(shared, tmp_path)
    (copy / "a.txt").write_text("4")
    before = state(shared.parent)

    try:
        git(copy, *done)
    except subprocess.CalledProcessError:
        assert done[0] in ("rm", "branch")  # As in the original.

    assert state(shared.parent) == before


def test_settings_do_not_lead_elsewhere(original: Path, tmp_path: Path
                                        ) -> None:
    """No tree beside the copy, no hook, nothing that goes on running."""
    hook = original / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    hooks = write(tmp_path / "hooks", {"pre-commit": hook.read_bytes()})
    (hooks / "pre-commit").chmod(0o755)
    with open(original / ".git" / "config", "a") as config:
        config.write(f'''
[core]
    worktree = ../../elsewhere
    hooksPath = {hooks}
    fsmonitor = true
[remote "origin"]
    pushurl = {tmp_path}/far.git
''')

    copy = lent(original, tmp_path)
    (copy / "a.txt").write_text("4")
    git(copy, "commit", "-qam", "Three")
    git(copy, "push", "-q", "origin", "main")

    assert not (tmp_path / "ran").exists()
    assert git(copy, "rev-parse", "--show-toplevel").strip() == str(copy)
    assert git(tmp_path / "far.git", "rev-list", "--count", "main") == "2\n"


def test_what_is_no_repository_is_not_lent(tmp_path: Path) -> None:
    """Nor is half of one."""
    for name, files in {
            "none": {"a.txt": ""}, "empty": {".git/x": ""},
            "strange": {".git": "no such thing"},
            "lost": {".git": "gitdir: ../nowhere"}}.items():
        folder = write(tmp_path / name, files)
        target = write(tmp_path / f"copy {name}", {})

        assert not lend(folder, target, tmp_path / "objects")
        assert not (target / ".git").exists()
        assert around(folder) is None


def test_a_repository_above_is_known(original: Path) -> None:
    """For a test that needs it is told where it is."""
    assert around(original / "sub") == original
    assert around(original) == original
    assert not lend(original / "sub", original / "sub", original / "new")


def test_a_repository_that_cannot_be_read_is_none(
        original: Path, tmp_path: Path) -> None:
    """What was copied of it by then is taken away again."""
    (original / ".git" / "config").unlink()
    (original / ".git" / "config").symlink_to(tmp_path / "nothing")
    target = write(tmp_path / "copy", {})

    assert not lend(original, target, tmp_path / "objects")
    assert not (target / ".git").exists()


def test_every_copy_has_the_repository(original: Path) -> None:
    """And has it again, whatever a test has made of it."""
    with Workspace(Wanted(original)) as workspace:
        copy = workspace.copy(0)
        copy.lay({})
        git(copy.folder, "commit", "--allow-empty", "-qm", "Three")
        copy.lay({})
        number = git(copy.folder, "rev-list", "--count", "HEAD")

    assert number == "2\n"
    assert git(original, "rev-list", "--count", "HEAD") == "2\n"


ASKING = SUITE + '''

class TestRepository(unittest.TestCase):
    def test_it_is_the_copys(self):
        import os
        import subprocess
        top = subprocess.check_output(
            ["git", "rev-parse", "--show-toplevel"], text=True).strip()
        self.assertEqual(top, os.path.dirname(os.path.abspath(__file__)))
        subprocess.run(["git", "add", "-A"], check=True)
'''


def test_a_check_may_run_as_a_hook(tmp_path: Path) -> None:
    """Then git tells all that it starts whose hook that is."""
    learner = write(tmp_path / "learner", {**FLAT, "test_shop.py": ASKING})
    git(learner, "init", "-q")

    ran = run([WINNOW, "check", *MODULE, "--sample", "3"], tmp_path, {
        "GIT_DIR": str(learner / ".git"), "GIT_WORK_TREE": str(learner),
        "GIT_INDEX_FILE": str(learner / ".git" / "index")})

    assert "4 of 4 tests pass" in ran.said
    ran.assert_tidy()
