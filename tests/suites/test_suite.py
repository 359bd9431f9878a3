"""A learner's suite is found and read, and nothing of it is executed.

- which files are tests, in a folder or by their names, and in what order
- what a file is about, and what has to run it
- why a file cannot be read, or a path holds no tests: in one sentence
"""
import os
import re
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from tests.support.checking import TEMPERATURES, write
from winnow.model.errors import NothingToCheck
from winnow.subjects.faults_toml import load
from winnow.suites.discovery import (
    RUNNERS,
    Suite,
    TestFile,
    find,
    imports_of,
    read_tests,
)

EXERCISE = load(TEMPERATURES)


def names(suite: Suite) -> list[str]:
    """Return the names of a suite's files, in their order."""
    return [file.path.name for file in suite.files]


def complaint(*paths: Path) -> str:
    """Return why there is nothing to check at some paths."""
    with pytest.raises(NothingToCheck) as caught:
        find(paths)
    return str(caught.value)


def test_a_folder_holds_what_unittest_and_pytest_find(tmp_path: Path) -> None:
    """In the order of the alphabet, without what only looks like a test."""
    write(tmp_path, dict.fromkeys([
        "test_b.py", "testa.py", "c_test.py", "a_test.py", "ctest.py",
        "my_test_b.py", "test_d.txt", "test_e.py/test_f.py", "below/test_g.py",
        "Test_h.py"], ""))

    suite = find([tmp_path])

    assert names(suite) == ["a_test.py", "c_test.py", "test_b.py", "testa.py"]
    assert suite.folder == tmp_path
    assert all(file.path.is_absolute() for file in suite.files)


def test_files_are_taken_by_whatever_name_and_once(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who names a file means it; the folder is where it stands."""
    write(tmp_path, {"b.py": "", "test_a.py": "", "test_c.py": ""})
    monkeypatch.chdir(tmp_path)

    by_name = find([Path("test_c.py"), Path("b.py"), tmp_path / "b.py"])

    assert names(by_name) == ["b.py", "test_c.py"]
    assert by_name.folder == tmp_path
    assert names(find([Path("."), Path("b.py")])) == [
        "b.py", "test_a.py", "test_c.py"]


@pytest.mark.parametrize(("files", "paths", "words"), [
    ({}, ["."], "{0} holds no file of tests (test_*.py)."),
    ({"b/test_a.py": "", "a/x_test.py": ""}, ["."],
     "{0} holds no file of tests (test_*.py). There are some in {0}/a: "
     "check that."),
    ({"a/b/test_a.py": ""}, ["."],
     "{0} holds no file of tests (test_*.py)."),
    ({"a.txt": ""}, ["a.txt"], "{0}/a.txt is no Python file."),
    ({}, ["test_a.py"], "There is no file or folder {0}/test_a.py."),
    ({"a/test_a.py": "", "b/test_b.py": ""}, ["b", "a"],
     "The tests are in different folders ({0}/a and {0}/b): check one "
     "folder at a time."),
    ({"test_a.py": "def (", "test_b.py": "\n)"}, ["."],
     "test_a.py: line 1 is not Python ({1}).\ntest_b.py: line 2 is not "
     "Python (unmatched ')')."),
], ids=["empty", "below", "far below", "no Python", "nothing", "two folders",
        "unreadable"])
def test_where_there_are_no_tests_a_sentence_says_so(
        files: dict[str, str], paths: list[str], words: str, tmp_path: Path
        ) -> None:
    """It names the place, and a better one if there is one."""
    write(tmp_path, files)
    with pytest.raises(SyntaxError) as caught:
        compile("def (", "", "exec")

    assert complaint(*map(tmp_path.joinpath, paths)) == words.format(
        tmp_path, caught.value.msg)


def test_a_folder_that_may_not_be_looked_into_is_named(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason is given."""
    def refuse(path: Path) -> None:
        """Refuse to list any folder."""
        raise PermissionError(13, "Permission denied")
    monkeypatch.setattr(Path, "iterdir", refuse)

    assert complaint(tmp_path) == (
        f"{tmp_path} cannot be read: Permission denied.")


PLAIN = "import unittest\nclass TestA(unittest.TestCase):\n" \
        "    def test_a(self): pass\n"


@pytest.mark.parametrize(("text", "runner"), [
    ("", "unittest"), (PLAIN, "unittest"),
    ("def test_a(): pass\n", "pytest"),
    ("async def test_a(): pass\n", "pytest"),
    ("def helper(): pass\n", "unittest"),
    ("test_a = 1\n", "unittest"),
    ("import pytest\n" + PLAIN, "pytest"),
    ("from pytest import raises\n" + PLAIN, "pytest"),
    ("class TestA:\n    def test_a(self): pass\n", "pytest"),
    ("class TestA(object):\n    def test_a(self): pass\n", "pytest"),
    ("class TestA:\n    x = 1\n    def test_a(self): pass\n", "pytest"),
    ("class TestA:\n    def check(self): pass\n", "unittest"),
    ("class Helper:\n    def test_a(self): pass\n", "unittest"),
    ("class TestA(Base):\n    def test_a(self): pass\n", "unittest"),
    ("class TestA(a.object):\n    def test_a(self): pass\n", "unittest"),
    ("class TestA(object, Base):\n    def test_a(self): pass\n", "unittest"),
])
def test_the_runner_is_what_the_files_are_written_for(
        text: str, runner: str, tmp_path: Path) -> None:
    """One file that needs pytest is enough; to be told it is better."""
    write(tmp_path, {"test_a.py": PLAIN, "test_b.py": text, "test_c.py": ""})

    assert find([tmp_path]).runner == runner
    assert runner in RUNNERS
    assert find([tmp_path], "unittest").runner == "unittest"
    assert find([tmp_path], "pytest").runner == "pytest"


@pytest.mark.parametrize(("text", "found"), [
    ("import a.b, c as d", ["a", "c"]),
    ("from a.b import c", ["a"]),
    ("from . import a\nfrom .b import c", ["b"]),
    ("def f():\n    import a", ["a"]),
    ("__import__('a.b')", ["a"]),
    ("import_module('a', 'b')", ["a"]),
    ("importlib.import_module('a.b')", ["a"]),
    ("importlib.reload('a')", []),
    ("load('a')", []),
    ("__import__(name)", []),
])
def test_an_import_is_seen_however_it_is_written(
        text: str, found: list[str], tmp_path: Path) -> None:
    """The first part of the name tells which module is meant."""
    write(tmp_path, {"test_a.py": text})

    file = read_tests(tmp_path / "test_a.py")

    assert list(imports_of(file.tree)) == found
    assert file.imports == frozenset(found)


@pytest.mark.parametrize(("name", "imports", "about"), [
    ("test_scales.py", [], {"scales"}),
    ("scales_test.py", ["station"], {"scales"}),
    ("test_all.py", ["station", "scales", "os"], {"scales", "station"}),
    ("test_scales_more.py", ["station"], {"station"}),
    ("test_all.py", ["os"], set()),
])
def test_a_file_is_about_what_its_name_says_or_its_imports(
        name: str, imports: list[str], about: set[str]) -> None:
    """The name comes first: a neighbour may only be set up."""
    file = TestFile(Path(name), frozenset(imports))

    assert file.concerns(("scales", "station")) == about


def test_a_suite_is_limited_to_what_is_about_an_exercise() -> None:
    """What cannot be read stays; the modules keep the exercise's order."""
    files = [TestFile(Path("test_other.py"), frozenset({"os"})),
             TestFile(Path("test_broken.py"), error="line 1 is not Python."),
             TestFile(Path("test_all.py"), frozenset({"station"})),
             TestFile(Path("test_scales.py"))]
    suite = Suite(Path("here"), tuple(files), "pytest")

    kept, out = suite.limited_to(EXERCISE)

    assert out == ("test_other.py",)
    assert kept == replace(suite, files=tuple(files[1:]))
    assert suite.concerns(EXERCISE.modules) == EXERCISE.modules
    assert suite.concerns(("station",)) == ("station",)
    for each in (suite, files[0]):
        with pytest.raises(FrozenInstanceError):
            setattr(each, "files", ())


@pytest.mark.parametrize(("data", "reason"), [
    (b"x = 1\nx =\n", "line 2 is not Python (invalid syntax)."),
    (b"x = 1\ny = '\xe9'\n",
     "line 2 is not UTF-8. Save the file as UTF-8."),
    (b"\xe9 = 1\n", "line 1 is not UTF-8. Save the file as UTF-8."),
    (b"# coding: nonsense\n", "(unknown encoding: nonsense)."),
    (b"x = '\0'\n", "null bytes)."),
    (b"# coding: latin-1\n\xe9 = \n", "line 2 is not Python (invalid synt"),
], ids=["syntax", "a byte", "the first byte", "no coding", "null bytes",
        "another coding"])
def test_a_file_that_is_no_python_gets_a_reason(
        data: bytes, reason: str, tmp_path: Path) -> None:
    """It begins with the name of the file, and there is no tree."""
    write(tmp_path, {"test_a.py": data})

    file = read_tests(tmp_path / "test_a.py")

    assert file.error and re.match(
        r"test_a\.py: (it|line \d+) is not ", file.error)
    assert reason in file.error
    assert (file.imports, file.needs_pytest, file.tree.body) == (
        frozenset(), False, [])


def test_a_file_that_cannot_be_parsed_at_all_gets_a_reason(
        tmp_path: Path) -> None:
    """It is too deep, or it is gone."""
    write(tmp_path, {"test_deep.py": "-" * 99_999 + "1"})

    deep = read_tests(tmp_path / "test_deep.py")
    gone = read_tests(tmp_path / "test_gone.py")

    assert deep.error == (
        "test_deep.py: it is not Python (it is nested too deeply).")
    assert gone.error == (
        "test_gone.py: it cannot be read (No such file or directory).")


@pytest.mark.parametrize("data", [
    b"\xef\xbb\xbfimport a\r\n", b"# coding: latin-1\nimport a  # \xe9\n",
    b"import a\nx = '\\d'\n"], ids=["BOM", "latin-1", "a warning"])
@pytest.mark.filterwarnings("error")
def test_what_python_reads_is_read(data: bytes, tmp_path: Path) -> None:
    """Any coding that it knows, and without its warnings."""
    write(tmp_path, {"test_a.py": data})

    file = read_tests(tmp_path / "test_a.py")

    assert (file.error, file.imports) == (None, {"a"})
    assert (file.module, file.path) == ("test_a", tmp_path / "test_a.py")


def test_one_file_that_can_be_read_is_enough(tmp_path: Path) -> None:
    """The other is told of in the report."""
    write(tmp_path, {"test_a.py": "def (", "test_b.py": PLAIN})

    suite = find([tmp_path])

    assert [bool(file.error) for file in suite.files] == [True, False]


def test_two_files_are_the_same_whatever_their_trees(tmp_path: Path) -> None:
    """A tree is another one each time it is read."""
    write(tmp_path, {"test_a.py": PLAIN})

    one, other = (read_tests(tmp_path / "test_a.py") for _ in range(2))

    assert one == other and one in {other}
    assert os.fspath(one.path) == str(tmp_path / "test_a.py")
