"""A working copy is put right after each run, whatever the run has done.

- what was changed, added or deleted is as before, with times and modes
- what the import of the tests adds belongs to the copy, if it is not much
- pytest's own folders stay while a run goes on
"""
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from winnow.execution import working_copy
from winnow.execution.working_copy import WorkingCopy


def tree(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return what is in a folder: texts, modes and times, by path."""
    return {str(path.relative_to(folder)): (
        path.read_bytes() if path.is_file() else None,
        stat.S_IMODE(path.stat().st_mode), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))}


@pytest.fixture
def copy(tmp_path: Path) -> WorkingCopy:
    """Return a copy of a project with a folder of data."""
    pattern = tmp_path / "pattern" / "shop"
    (pattern / "data" / "deep").mkdir(parents=True)
    (pattern / "shop.py").write_text("a = 1\n")
    (pattern / "data" / "one.txt").write_text("one")
    (pattern / "data" / "deep" / "two.txt").write_text("two")
    (pattern / "run.sh").write_text("true\n")
    (pattern / "run.sh").chmod(0o750)
    for path in pattern.rglob("*"):
        os.utime(path, ns=(10 ** 18, 10 ** 18))
    made = WorkingCopy(tmp_path / "pattern", tmp_path / "0", Path("shop"))
    made.lay({"shop.py": "a = 2\n"})
    return made


def delete_all(folder: Path) -> None:
    """Delete whatever is there."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def make_a_folder(folder: Path) -> None:
    """Put a folder with files where a file was."""
    (folder / "data" / "one.txt").unlink()
    (folder / "data" / "one.txt").mkdir()
    (folder / "data" / "one.txt" / "x").touch()


def make_a_file(folder: Path) -> None:
    """Put a file where a folder was."""
    (folder / "data" / "deep" / "two.txt").unlink()
    (folder / "data" / "deep").rmdir()
    (folder / "data" / "deep").write_text("")


DEEDS: dict[str, Callable[[Path], object]] = {
    "written": lambda folder: (folder / "data" / "one.txt").write_text("1"),
    "a module": lambda folder: (folder / "shop.py").write_text("a = 3\n"),
    "added": lambda folder: (folder / "data" / "new.txt").write_text("new"),
    "a tree": lambda folder: (folder / "x" / "y" / "z").mkdir(parents=True),
    "deleted": lambda folder: (folder / "data" / "one.txt").unlink(),
    "all": delete_all,
    "a link": lambda folder: (folder / "link").symlink_to(folder / "shop.py"),
    "a dead link": lambda folder: (folder / "link").symlink_to("nowhere"),
    "a link for a file": lambda folder: (
        (folder / "run.sh").unlink(), (folder / "run.sh").symlink_to("x")),
    "a mode": lambda folder: (folder / "run.sh").chmod(0o600),
    "a time": lambda folder: os.utime(folder / "run.sh", ns=(1, 1)),
    "a folder's mode": lambda folder: (folder / "data").chmod(0o500),
    "a folder's time": lambda folder: os.utime(folder / "data", ns=(1, 1)),
    "a folder for a file": make_a_folder,
    "a file for a folder": make_a_file,
    "a hard link": lambda folder: os.link(folder / "run.sh", folder / "two"),
    "renamed": lambda folder: (folder / "run.sh").rename(folder / "walk.sh"),
    "a pipe": lambda folder: os.mkfifo(folder / "pipe"),
    "in tmp": lambda folder: (folder.parents[1] / "tmp" / "a").touch(),
    "beside": lambda folder: (folder.parent / "a").touch(),
    "forbidden": lambda folder: (
        (folder / "x").mkdir(), (folder / "x" / "y").touch(),
        (folder / "x").chmod(0)),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("is_running", [False, True])
def test_a_copy_is_put_right(deed: str, is_running: bool, copy: WorkingCopy
                             ) -> None:
    """As it was, with the module that was laid and with another one."""
    before = tree(copy.folder)
    assert copy.is_as_laid()

    DEEDS[deed](copy.folder)
    assert not copy.is_as_laid()
    copy.lay({"shop.py": "a = 2\n"}, is_running)

    assert {**tree(copy.folder), "shop.py": 0} == {**before, "shop.py": 0}
    assert (copy.folder / "shop.py").read_text() == "a = 2\n"
    assert [*copy.tmp.iterdir()] == []
    assert [*copy.folder.parent.iterdir()] == [copy.folder]
    # Of the temporary folder nobody looks at the time while a run goes on.
    assert is_running or copy.is_as_laid()


def test_little_is_written(copy: WorkingCopy,
                           monkeypatch: pytest.MonkeyPatch) -> None:
    """To copy a project of thousands of files takes longer than its tests."""
    monkeypatch.setattr(copy, "_make_anew", None)
    untouched = (copy.folder / "run.sh").stat().st_ctime_ns

    (copy.folder / "data" / "one.txt").write_text("1")
    (copy.folder / "new.txt").touch()
    copy.lay({"shop.py": "a = 3\n"})

    assert (copy.folder / "run.sh").stat().st_ctime_ns == untouched
    assert (copy.folder / "data" / "one.txt").read_text() == "one"


def test_what_is_laid_over_nothing_is_put_right_too(
        copy: WorkingCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the module of an exercise is, beside the learner's tests."""
    copy.lay({"shop.py": "a = 2\n", "scale.py": "b = 1\n"})
    monkeypatch.setattr(copy, "_make_anew", None)
    before = tree(copy.folder)
    (copy.folder / "scale.py").write_text("b = 2\n")
    (copy.folder / "shop.py").unlink()

    copy.lay({"shop.py": "a = 2\n", "scale.py": "b = 1\n"})

    assert {name: state[:2] for name, state in tree(copy.folder).items()
            } == {name: state[:2] for name, state in before.items()}


def test_much_is_made_anew(copy: WorkingCopy, monkeypatch: pytest.MonkeyPatch
                           ) -> None:
    """So is what cannot be put right."""
    before = tree(copy.folder)
    monkeypatch.setattr(working_copy, "_MOST_CHANGES", 3)

    for number in range(4):
        (copy.folder / f"{number}.txt").touch()
    copy.lay({"shop.py": "a = 2\n"})

    assert tree(copy.folder).keys() == before.keys()


def test_pytests_folders_stay_while_a_run_goes_on(copy: WorkingCopy) -> None:
    """They are gone when the next one begins."""
    kept = copy.tmp / "pytest-of-me" / "pytest-0"
    kept.mkdir(parents=True)
    (copy.tmp / "other").touch()

    copy.lay({"shop.py": "a = 3\n"}, is_running=True)
    assert [*copy.tmp.rglob("*")] == [kept.parent, kept]

    (kept / "test_it0").mkdir()
    copy.lay({"shop.py": "a = 2\n"}, is_running=True)
    assert (kept / "test_it0").is_dir()

    copy.lay({"shop.py": "a = 2\n"})
    assert [*copy.tmp.iterdir()] == []


def test_what_an_import_adds_belongs_to_the_copy(copy: WorkingCopy) -> None:
    """It is put back whenever a test has changed or deleted it."""
    (copy.folder / "cache").mkdir()
    (copy.folder / "cache" / "a.bin").write_bytes(b"a")
    (copy.tmp / "b").write_bytes(b"b")
    assert copy.adopt()
    assert copy.is_as_laid()
    before = tree(copy.folder)

    (copy.folder / "cache" / "a.bin").write_bytes(b"changed")
    (copy.tmp / "b").unlink()
    copy.lay({"shop.py": "a = 2\n"})

    assert tree(copy.folder).keys() == before.keys()
    assert (copy.folder / "cache" / "a.bin").read_bytes() == b"a"
    assert (copy.tmp / "b").read_bytes() == b"b"


@pytest.mark.parametrize("deed", ["deleted", "a link", "a pipe"])
def test_not_everything_can_belong_to_it(deed: str, copy: WorkingCopy
                                         ) -> None:
    """What is gone cannot, nor what is no file."""
    assert copy.adopt()
    DEEDS[deed](copy.folder)

    assert not copy.adopt()


def test_too_much_is_not_kept(copy: WorkingCopy,
                              monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be held in memory."""
    monkeypatch.setattr(working_copy, "_MOST_ADDED", 2)
    (copy.folder / "large").write_bytes(b"abc")

    assert not copy.adopt()
