"""Where a project begins, and where its tests run.

- paths are followed as the system follows them
- the root holds all that is named, and takes no package apart
- of a home, or of what is above one, only what is named counts
"""
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.checking import write
from winnow.system.folders import (
    Layout,
    is_broad,
    layout,
    normal,
    packages_around,
)

MARKS = ("pyproject.toml", "pytest.ini", ".git")


def made(place: Path, files: Sequence[str]) -> None:
    """Make empty files, by their paths; those that end in `/` are folders."""
    place.mkdir(parents=True, exist_ok=True)
    for name in files:
        if name.endswith("/"):
            (place / name).mkdir(parents=True, exist_ok=True)
        else:
            write(place, {name: ""})


def found(place: Path, paths: Sequence[str], here: str) -> Layout:
    """Return the layout of some paths, as if one were in a folder."""
    told = layout([normal(place / path) for path in paths],
                  normal(place / here), MARKS)
    assert told is not None
    return told


# What is there, what is named, where the person is; where the project begins,
# the current folder of the runs, and the packages.
PLACES = {
    "a mark above": (
        ["pyproject.toml", "tests/", "src/a.py"], ["tests", "src/a.py"], ".",
        (".", ".", ())),
    "in a folder of the project": (
        ["pyproject.toml", "tests/", "src/a.py"], ["tests", "src/a.py"],
        "src", (".", "src", ())),
    "outside of the project": (
        ["p/pyproject.toml", "p/tests/", "p/a.py", "q/"],
        ["p/tests", "p/a.py"], "q", ("p", ".", ())),
    "above the project": (
        ["p/pyproject.toml", "p/tests/", "p/a.py"], ["p/tests", "p/a.py"],
        ".", ("p", ".", ())),
    "at the top of a repository of several": (
        [".git/", "p/pyproject.toml", "p/tests/", "p/a.py"],
        ["p/tests", "p/a.py"], ".", (".", "p/..", ())),
    "a project in a repository": (
        [".git/", "p/pyproject.toml", "p/tests/", "p/a.py"],
        ["p/tests", "p/a.py"], "p", ("p", ".", ())),
    "a folder of a repository": (
        [".git/", "week3/a.py"], ["week3", "week3/a.py"], "week3",
        (".", "week3", ())),
    "settings in the tests' folder": (
        ["tests/pytest.ini", "src/a.py"], ["tests", "src/a.py"], ".",
        (".", ".", ())),
    "the same, from there": (
        ["tests/pytest.ini", "src/a.py"], ["tests", "src/a.py"], "tests",
        (".", "tests", ())),
    "two projects": (
        ["p/pyproject.toml", "p/tests/", "q/pyproject.toml", "q/a.py"],
        ["p/tests", "q/a.py"], ".", (".", ".", ())),
    "siblings without a mark": (
        ["p/", "q/a.py"], ["p", "q/a.py"], "p", (".", "p", ())),
    "one folder without a mark": (
        ["p/a.py"], ["p", "p/a.py"], ".", ("p", ".", ())),
    "a package without a mark, from above": (
        ["p/__init__.py", "p/a.py"], ["p", "p/a.py"], ".",
        ("p", "..", ("p",))),
    "a package without a mark, from inside": (
        ["p/__init__.py", "p/q/__init__.py", "p/q/a.py"], ["p/q", "p/q/a.py"],
        "p/q", ("p", "q", ("p",))),
    "a package with a mark": (
        ["p/__init__.py", "p/pyproject.toml", "p/tests/", "p/a.py"],
        ["p/tests", "p/a.py"], "p", ("p", ".", ("p",))),
    "a mark within a package": (
        ["p/__init__.py", "p/q/__init__.py", "p/q/pyproject.toml",
         "p/q/a.py"], ["p/q", "p/q/a.py"], "p/q", ("p", "q", ("p",))),
    "a package that no import can spell": (
        ["p-q/__init__.py", "p-q/a.py"], ["p-q", "p-q/a.py"], "p-q",
        ("p-q", ".", ())),
    "a package in a project": (
        ["pyproject.toml", "p/__init__.py", "p/a.py"], ["p", "p/a.py"], ".",
        (".", ".", ())),
}


@pytest.mark.parametrize("kind", PLACES)
def test_the_root_holds_all_that_is_named(kind: str, tmp_path: Path) -> None:
    """A mark beside some of it is none of the whole."""
    files, paths, here, (folder, place, package) = PLACES[kind]
    made(tmp_path, files)

    told = found(tmp_path, paths, here)

    assert told == Layout(normal(tmp_path / folder),
                          os.path.normpath(place), package)
    for path in paths:
        inside = told.path_of(tmp_path / path)
        assert (told.folder / inside).samefile(tmp_path / path)


@pytest.mark.parametrize(("path", "same"), [
    ("a/b", "a/b"), ("a/../a/b", "a/b"), ("a/./b", "a/b"),
    ("a/b/../..", "."), ("link/..", "a"), ("link/../b", "a/b"),
    ("link", "link"), ("link/x", "link/x"), ("absent/../a", "a"),
])
def test_a_path_is_followed_as_the_system_does(
        path: str, same: str, tmp_path: Path) -> None:
    """What `..` means after a link, only the folder behind it tells."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "b")

    assert normal(tmp_path / path) == normal(tmp_path / same)


def test_a_project_may_have_two_names(tmp_path: Path) -> None:
    """By one the person is there, and by the other the tests are named."""
    real = tmp_path / "disk" / "p"
    made(real, ["pyproject.toml", "tests/", "a.py"])
    link = tmp_path / "home" / "p"
    link.parent.mkdir()
    link.symlink_to(real)

    told = layout([link / "tests", real / "a.py"], real, MARKS)

    assert told == Layout(real)
    assert told.path_of(link / "tests") == "tests"


def test_a_link_in_a_project_leads_to_no_other_root(tmp_path: Path) -> None:
    """It is what it points to, in the place where it is."""
    made(tmp_path, ["p/pyproject.toml", "p/a.py", "shared/test_a.py"])
    (tmp_path / "p" / "tests").symlink_to(tmp_path / "shared")

    told = found(tmp_path, ["p/tests", "p/a.py"], "p")

    assert told == Layout(tmp_path / "p")


# What is there, below a home; what is named; the areas, and the shallow ones.
HOMES = {
    "in the home itself": (["a.py"], [".", "a.py"], (), (".",)),
    "settings kept in a repository": (
        [".git/", "a.py"], [".", "a.py"], (), (".",)),
    "two folders": (["p/tests/", "q/a.py"], ["p/tests", "q/a.py"],
                    ("p/tests", "q"), ()),
    "two projects": (
        ["p/pyproject.toml", "p/tests/", "q/src/a.py", "q/pyproject.toml"],
        ["p/tests", "q/src/a.py"], ("p", "q"), ()),
    "two packages": (
        ["p/__init__.py", "p/tests/__init__.py", "q/__init__.py", "q/a.py"],
        ["p/tests", "q/a.py"], ("p", "q"), ()),
    "a file and a folder": (["p/a.py"], [".", "p/a.py"], ("p",), (".",)),
}


@pytest.mark.parametrize("kind", HOMES)
def test_of_a_home_only_what_is_named_counts(
        kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's letters are copied for a test."""
    files, paths, areas, shallow = HOMES[kind]
    monkeypatch.setenv("HOME", str(tmp_path))
    made(tmp_path, files)

    told = found(tmp_path, paths, ".")

    assert (told.folder, told.areas, told.shallow) == (
        tmp_path, areas, shallow)


def test_a_home_may_be_a_project_and_a_project_hold_a_home(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some containers have it so, and some tests."""
    made(tmp_path, ["pyproject.toml", "tests/", "a.py", "tests/home/"])

    monkeypatch.setenv("HOME", str(tmp_path))
    assert found(tmp_path, [".", "a.py"], ".") == Layout(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "tests" / "home"))
    assert found(tmp_path, ["tests", "a.py"], ".") == Layout(tmp_path)
    assert found(tmp_path, ["tests", "a.py"], "tests") == Layout(
        tmp_path, "tests")


def test_a_mark_in_a_home_is_none_of_a_project_in_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does what is above a home hold it together."""
    monkeypatch.setenv("HOME", str(tmp_path / "users" / "a"))
    made(tmp_path / "users" / "a", ["pyproject.toml", "p/tests/", "p/a.py"])

    assert found(tmp_path / "users" / "a", ["p/tests", "p/a.py"], ".") == (
        Layout(tmp_path / "users" / "a" / "p"))
    assert is_broad(tmp_path / "users")
    assert is_broad(Path(tmp_path.anchor))
    assert not is_broad(tmp_path / "users" / "a" / "p")


def test_what_has_no_folder_in_common_has_no_root() -> None:
    """But the one of the whole system."""
    assert layout([Path("/a/tests"), Path("/b/a.py")], Path("/a"), MARKS) is (
        None)


def test_packages_are_counted_from_the_outermost(tmp_path: Path) -> None:
    """The folder itself is the last of them, or there is none."""
    made(tmp_path, ["p/__init__.py", "p/q/__init__.py", "p/q/r/",
                    "p/1/__init__.py"])

    assert packages_around(tmp_path / "p" / "q") == ("p", "q")
    assert packages_around(tmp_path / "p" / "q" / "r") == ()
    assert packages_around(tmp_path / "p" / "1") == ()
    assert packages_around(tmp_path) == ()
