"""How classes are laid out, and who handed in what.

- folders, archives, and archives in archives; Canvas, Moodle, Gradescope;
  clones of repositories
- what cannot be graded is a row with its reason
- names that no folder can have; learners twice
"""
import io
import os
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Union

import pytest

from winnow.grading.records import Submission
from winnow.grading.submissions import (
    NoSubmission,
    find_submissions,
    safe_name,
)

TEST = b"import unittest\n"
METADATA = """---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '17'
    :email: ada@uni.example
  :created_at: 2026-11-18 19:10:41.000000000 Z
  :score: 10.0
  :results:
    tests:
    - name: ":name: Nobody"
submission_12:
  :submitters:
  - :name: "Bob \\"B\\" Doe"
    :email: bob@uni.example
  - :name: Cara
    :email: cara@uni.example
  :status: processed
"""
Tree = Mapping[str, Union[bytes, str]]


def laid(folder: Path, tree: Tree) -> Path:
    """Write files below a folder; where a name ends in / it is one."""
    for name, content in tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(content.encode() if isinstance(content, str)
                             else content)
    return folder


def zipped(tree: Tree) -> bytes:
    """Return a zip of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in tree.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(tree: Mapping[str, bytes]) -> bytes:
    """Return a tar of files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in tree.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def found(folder: Path) -> dict[str, Submission]:
    """Return the submissions below a folder by their identifiers."""
    return {each.identifier: each
            for each in find_submissions([folder]).submissions}


def files(folder: Path) -> dict[str, list[str]]:
    """Return the names of the files that each has handed in."""
    return {name: sorted(each.files) for name, each in found(folder).items()}


EACH = {"ada/test_a.py": TEST, "bob/hw1/test_a.py": TEST,
        "bob/hw1/data.json": "{}", "bob/README.md": "x"}
EXPECTED = {"ada": ["test_a.py"], "bob": ["data.json", "test_a.py"]}


def test_a_folder_each(tmp_path: Path) -> None:
    """The folder with the tests is where a submission begins."""
    assert files(laid(tmp_path, EACH)) == EXPECTED


def test_an_archive_each(tmp_path: Path) -> None:
    """A zip, a tar, and a folder with a zip in it."""
    laid(tmp_path, {
        "ada.zip": zipped({"hw1/test_a.py": TEST}),
        "bob.tar.gz": tarred({"test_a.py": TEST, "data.json": b"{}"}),
        "cara/upload.zip": zipped({"test_a.py": TEST,
                                   "__MACOSX/._test_a.py": "x"})})

    assert files(tmp_path) == {**EXPECTED, "cara": ["test_a.py"]}


@pytest.mark.parametrize("name, make", [("class.zip", zipped),
                                        ("class.tar.gz", tarred)])
def test_an_archive_of_all(tmp_path: Path, name: str, make: object) -> None:
    """With or without a folder around all of them."""
    tree = {path: content if isinstance(content, bytes) else content.encode()
            for path, content in EACH.items()}
    (tmp_path / name).write_bytes(make(tree))  # type: ignore
    (tmp_path / f"in_{name}").write_bytes(make({  # type: ignore
        f"class 3/{path}": content for path, content in tree.items()}))

    assert files(tmp_path / name) == files(tmp_path / f"in_{name}") == EXPECTED


def test_archives_in_an_archive(tmp_path: Path) -> None:
    """As an LMS zips what learners have zipped."""
    (tmp_path / "all.zip").write_bytes(zipped({
        "ada.zip": zipped({"test_a.py": TEST}),
        "bob.zip": zipped({"hw1/test_a.py": TEST, "hw1/data.json": "{}"})}))

    assert files(tmp_path / "all.zip") == EXPECTED


def test_canvas(tmp_path: Path) -> None:
    """A learner's files are one submission; what is newer counts."""
    laid(tmp_path, {
        "doeada_17_901_test_a.py": "old",
        "doeada_17_903_test_a-1.py": TEST, "doeada_17_902_help.py": "x = 1",
        "roebob_LATE_18_904_work.zip": zipped({"w/test_a.py": TEST})})

    one = found(tmp_path)

    assert files(tmp_path) == {"doeada": ["help.py", "test_a.py"],
                               "roebob": ["test_a.py"]}
    assert one["doeada"].files["test_a.py"] == TEST
    assert (one["doeada"].late, one["roebob"].late) == (None, 1.0)
    assert one["roebob"].details["id"] == "18"


@pytest.mark.parametrize("between", ["", "/"])
def test_moodle(tmp_path: Path, between: str) -> None:
    """With or without folders; names as people write them."""
    laid(tmp_path, {
        f"Ada O'Lovelace_31_assignsubmission_file_{between}test_a.py": TEST,
        f"Zoë de Vries_32_assignsubmission_file_{between}test_a.py": TEST,
        "Zoë de Vries_32_assignsubmission_onlinetext_/onlinetext.html": "hi"})

    one = found(tmp_path)

    assert [each.name for each in one.values()] == [
        "Ada O'Lovelace", "Zoë de Vries"]
    assert [sorted(each.files) for each in one.values()] == [["test_a.py"]] * 2
    assert one["Ada_O_Lovelace"].details == {"id": "31"}


def test_gradescope(tmp_path: Path) -> None:
    """Names are the export's own; a group is one submission."""
    laid(tmp_path, {"submission_metadata.yml": METADATA,
                    "submission_11/test_a.py": TEST,
                    "submission_12/test_a.py": TEST, "submission_13/": b""})

    one = find_submissions([tmp_path]).submissions

    assert [(each.name, each.details.get("email")) for each in one] == [
        ("Ada Lovelace", "ada@uni.example"),
        ('Bob "B" Doe and Cara', "bob@uni.example"), ("submission_13", None)]
    assert one[0].details["id"] == "17"
    assert one[2].problem == "It is empty."


def test_clones(tmp_path: Path) -> None:
    """Named `assignment-user`; git itself is not asked."""
    commits = {"ada": "a" * 40, "bob-b": "b" * 40}
    for user in commits:
        laid(tmp_path / f"lab-3-{user}", {
            ".git/HEAD": "ref: refs/heads/main\n", "test_a.py": TEST})
    laid(tmp_path / "lab-3-ada", {".git/refs/heads/main": commits["ada"]})
    laid(tmp_path / "lab-3-bob-b", {
        ".git/packed-refs": f"# pack\n{commits['bob-b']} refs/heads/main\n"})

    assert {name: each.details["commit"]
            for name, each in found(tmp_path).items()} == commits


def test_one_submission(tmp_path: Path) -> None:
    """A folder with tests in it is one learner's."""
    laid(tmp_path / "ada", {"test_a.py": TEST, "lib/help.py": "x = 1"})

    assert files(tmp_path / "ada") == {"ada": ["lib/help.py", "test_a.py"]}


def test_a_learner_in_two_places_is_a_row_with_a_reason(tmp_path: Path
                                                        ) -> None:
    """Nobody can tell which one counts."""
    for place in ("monday", "tuesday"):
        laid(tmp_path / place, EACH)

    one = find_submissions([tmp_path / "monday", tmp_path / "tuesday"])

    assert [each.identifier for each in one.submissions] == ["ada", "bob"]
    assert "several submissions of this learner" in one.submissions[0].problem
    assert str(tmp_path / "tuesday" / "ada") in one.submissions[0].problem


@pytest.mark.parametrize("tree, says", [
    ({"x/": b""}, "It is empty."),
    ({"x/test_a.py": b""}, "It is empty."),
    ({"x/.git/HEAD": b"x"}, "It is empty."),
    ({"x/essay.docx": b"x"}, "It has no Python file: essay.docx."),
    ({"x/main.py": b"x"},
     "It has no file of tests, test_….py or …_test.py: main.py."),
    ({"x/test_a.py": b"x", "x/film.mp4": bytes(21 * 2 ** 20)},
     "It is too large: 21 MB, and 20 MB is the most."),
    ({"x.zip": b"broken"}, "x.zip cannot be unpacked: File is not a zip file."
     ),
])
def test_what_cannot_be_graded_is_a_row_with_a_reason(
        tmp_path: Path, tree: Tree, says: str) -> None:
    """And the others are graded anyway."""
    laid(tmp_path, {**tree, "bob/test_a.py": TEST})

    one = found(tmp_path)

    assert (one["x"].problem, one["bob"].problem) == (says, "")


def test_grades_beside_the_submissions_are_no_submission(tmp_path: Path
                                                         ) -> None:
    """The default folder for them is in the folder where one is."""
    laid(tmp_path, {**EACH, "grades/learners/ada/report.json": "{}",
                    "grades/.winnow/verdicts/": b""})

    assert files(tmp_path) == EXPECTED


def test_links_lead_nowhere(tmp_path: Path) -> None:
    """Neither a file's nor a folder's: they are named and left out."""
    laid(tmp_path / "class", {"ada/test_a.py": TEST})
    laid(tmp_path, {"secret/key.py": "x"})
    try:
        os.symlink(tmp_path / "secret" / "key.py",
                   tmp_path / "class" / "ada" / "key.py")
        os.symlink(tmp_path / "secret", tmp_path / "class" / "ada" / "all")
    except OSError:
        pytest.skip("this system makes no links")

    one = find_submissions([tmp_path / "class"])

    assert [*one.submissions[0].files] == ["test_a.py"]
    assert len(one.notes) == 2


def test_names_that_no_folder_can_have() -> None:
    """No two are equal on a system that is blind to case."""
    taken: set[str] = set()

    names = [safe_name(each, taken) for each in (
        "../..", "CON", "a/b", "ada", "Ada", "Zoë", "x" * 99, "\udcff", "nul.a"
    )]

    assert names == ["_", "CON_", "a_b", "ada", "Ada-2", "Zoë", "x" * 60,
                     "_-2", "nul.a_"]


@pytest.mark.parametrize("tree", [{}, {"notes.txt": "x"}])
def test_where_nothing_was_handed_in_the_layouts_are_named(
        tmp_path: Path, tree: Tree) -> None:
    """So that it is known what was looked for."""
    with pytest.raises(NoSubmission, match="Canvas"):
        find_submissions([laid(tmp_path, tree)])
