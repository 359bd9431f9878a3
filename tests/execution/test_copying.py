"""Which files the tests get a copy of, and what the copies lack.

- what the tests and the modules need, code and settings come before data
- links are what they point to, and lead neither back nor away for long
- a copy is the tests' own: nothing they do to it changes the original
- what is left out is told, and by the test that needs it
"""
import os
from pathlib import Path

import pytest

from tests.support.checking import state, write
from winnow.execution import copying
from winnow.execution.copying import Lacking, Wanted, notes
from winnow.execution.workspace import Workspace

MB = bytes(2 ** 20)


def copied(wanted: Wanted) -> tuple[set[str], Lacking]:
    """Return what a working copy holds, by paths; and what it lacks."""
    with Workspace(wanted) as workspace:
        copy = workspace.copy(0)
        copy.lay({})
        top = copy.folder.parents[len(wanted.place.parts) - 1]
        return {path.relative_to(top).as_posix() for path in top.rglob("*")
                if path.is_file()}, workspace.lacking


def test_code_and_what_is_wanted_come_before_data(tmp_path: Path) -> None:
    """In the order of the alphabet, the data would come first."""
    folder = write(tmp_path / "shop", {
        "data/large.bin": 2 * MB, "data/small.bin": b"1", "src/shop.py": "",
        "src/table.bin": MB, "tests/test_shop.py": "", "setup.cfg": "",
        "tests/golden.bin": MB})

    files, lacking = copied(Wanted(
        folder, first=("src/shop.py", "tests/test_shop.py"), most_mb=3))

    assert files == {f"shop/{name}" for name in (
        "src/shop.py", "tests/test_shop.py", "setup.cfg", "src/table.bin",
        "tests/golden.bin", "data/small.bin")}
    assert lacking.paths == ["data/large.bin"]


def test_many_small_files_count_too(tmp_path: Path) -> None:
    """Each is looked at before each run; code is there all the same."""
    folder = write(tmp_path / "shop", {
        f"data/{number}.txt": "" for number in range(40)})
    write(folder, {"src/shop.py": "", "tests/test_shop.py": "",
                   "tests/help.py": ""})

    files, lacking = copied(Wanted(
        folder, first=("src/shop.py", "tests/test_shop.py"), most_mb=1))

    assert {"shop/src/shop.py", "shop/tests/help.py"} < files
    assert len(files) == 2 + 16  # What is wanted costs nothing.
    assert len(lacking.paths) == 40 + 3 - 18


def test_what_comes_first_is_copied_from_wherever_it_is(
        tmp_path: Path) -> None:
    """However large it is, and wherever no other file is looked for."""
    folder = write(tmp_path / "shop", {
        "test_shop.py": 2 * MB, "node_modules/test_x.py": "", "other.js": ""})

    files, lacking = copied(Wanted(folder, first=(
        "test_shop.py", "node_modules/test_x.py"), most_mb=1))

    assert files == {"shop/test_shop.py", "shop/node_modules/test_x.py",
                     "shop/other.js"}
    assert not lacking.paths


def test_links_are_what_they_point_to(tmp_path: Path) -> None:
    """One that leads back is not followed, one that leads nowhere is told."""
    folder = write(tmp_path / "shop", {"data/one.txt": "1"})
    write(tmp_path / "shared", {"two.txt": "2", "deep/three.txt": "3"})
    (folder / "link.txt").symlink_to("data/one.txt")
    (folder / "tests").symlink_to(tmp_path / "shared")
    (folder / "data" / "up").symlink_to(folder)
    (folder / "nothing").symlink_to(tmp_path / "nothing")

    files, _ = copied(Wanted(folder))

    assert files == {f"shop/{name}" for name in (
        "data/one.txt", "link.txt", "tests/two.txt", "tests/deep/three.txt")}


def test_what_a_link_leads_away_to_takes_a_part_of_the_room(
        tmp_path: Path) -> None:
    """What lies in the folder comes before it."""
    folder = write(tmp_path / "shop", {"z.txt": "", "own.bin": MB})
    write(tmp_path / "shared", {f"{number}.bin": MB for number in range(9)})
    (folder / "a").symlink_to(tmp_path / "shared")

    files, lacking = copied(Wanted(folder, most_mb=8))

    assert {"shop/z.txt", "shop/own.bin"} < files
    assert len(files) == 2 + 2
    assert len(lacking.paths) == 7


def test_environments_and_caches_are_not_copied(tmp_path: Path) -> None:
    """What tools keep for themselves, a fresh process makes anew."""
    folder = write(tmp_path / "shop", {
        "a.py": "", ".env": "", "mine/pyvenv.cfg": "", "mine/lib/b.py": "",
        "conda/conda-meta/x": "", "__pycache__/a.pyc": "", "empty.txt": "",
        "node_modules/c.js": "", ".hg/store": "", "build/d.py": "",
        "utils.py": ""})

    files, _ = copied(Wanted(folder, frozenset({"utils.py"})))

    assert files == {"shop/a.py", "shop/.env", "shop/empty.txt",
                     "shop/build/d.py"}


def test_of_a_broad_folder_the_areas_are_copied(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And of shallow ones, what is in them and not hidden."""
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path, {"a.txt": "", ".netrc": "", "p/b/c.py": "", "q/d.py": "",
                     "r/e.py": ""})
    wanted = Wanted(tmp_path, areas=("p/b", "q"), shallow=(".",))

    files, lacking = copied(wanted)

    name = tmp_path.name
    assert files == {f"{name}/a.txt", f"{name}/p/b/c.py", f"{name}/q/d.py"}
    assert list(notes(wanted, lacking.paths)) == [
        f"Of {tmp_path} only p/b and q and the files in it were copied for "
        "the tests: much else is there. A pyproject.toml says where a project "
        "begins."]


def test_packages_around_the_folder_come_with_their_modules(
        tmp_path: Path) -> None:
    """So that what is imported from them is there."""
    write(tmp_path, {
        "top/__init__.py": "", "top/help.py": "", "top/data.bin": "",
        "top/other/a.py": "", "top/sub/__init__.py": "", "top/sub/b.py": ""})

    files, _ = copied(Wanted(tmp_path / "top" / "sub",
                             package=("top", "sub")))

    assert files == {"top/__init__.py", "top/help.py", "top/sub/b.py",
                     "top/sub/__init__.py"}


def test_a_copy_may_be_written_and_the_original_stays(tmp_path: Path) -> None:
    """Also where nobody may write the original, and through its links."""
    folder = write(tmp_path / "shop", {"a.txt": "1", "data/b.txt": "2"})
    (folder / "link.txt").symlink_to(folder / "a.txt")
    (folder / "data" / "b.txt").chmod(0o444)
    (folder / "data").chmod(0o555)
    before = state(folder)

    with Workspace(Wanted(folder)) as workspace:
        copy = workspace.copy(0)
        copy.lay({})
        for name in ("a.txt", "link.txt", "data/b.txt", "data/new.txt"):
            (copy.folder / name).write_text("changed")
        copy.lay({})
        again = (copy.folder / "link.txt").read_text()

    (folder / "data").chmod(0o755)
    (folder / "data").chmod(0o555)
    assert state(folder) == before
    (folder / "data").chmod(0o755)
    assert again == "1"


def test_what_cannot_be_read_is_told(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is what there is no room for where the copies are made."""
    folder = write(tmp_path / "shop", {"a.txt": "1", "b.txt": "2"})

    def refuse(source: Path, target: Path) -> None:
        """Copy nothing of that name."""
        if source.name == "b.txt":
            raise PermissionError
        target.write_bytes(source.read_bytes())

    monkeypatch.setattr(copying, "_copy_file", refuse)
    assert copied(Wanted(folder))[1].paths == ["b.txt"]

    usage = os.statvfs(tmp_path)
    monkeypatch.setattr(copying.shutil, "disk_usage", lambda path: (
        copying.shutil._ntuple_diskusage(usage.f_blocks, 0, 10)))
    assert sorted(copied(Wanted(folder))[1].paths) == ["a.txt", "b.txt"]


SAID = {
    "No such file or directory: 'data/large.bin'": "data/large.bin",
    "cannot find large.bin": "data/large.bin",
    "no 'my-large.bin' nor large.bin2": None,
    "FileNotFoundError: 'cache/x'": "cache/",
    "the cache is empty": None,
    "['git', 'describe'] returned non-zero": "project's folder",
    "github.com": None, "the digit": None,
}


@pytest.mark.parametrize("message", SAID)
def test_a_message_that_names_what_is_lacking_is_told_so(message: str
                                                         ) -> None:
    """And no other one."""
    said = Lacking(["data/large.bin", "cache/"], Path("repo")).said_of(
        message)

    words = SAID[message]
    assert (said is None) == (words is None)
    assert (words or "") in (said or "")


def test_without_a_repository_anywhere_git_is_not_spoken_of() -> None:
    """Then it fails as it does for everybody."""
    assert Lacking().said_of("fatal: not a git repository") is None


@pytest.mark.parametrize(("paths", "words"), [
    (["a"], "tests: a. A copy"), (["a", "b", "c"], "a, b, c. A copy"),
    (["a", "b", "c", "d", "e"], "a, b, c and 2 more. A copy"),
])
def test_the_note_names_a_few(paths: list[str], words: str) -> None:
    """And how to have them copied."""
    (note,) = notes(Wanted(Path("p"), most_mb=7), paths)

    assert words in note and "at most 7 MB; --copy-limit" in note
