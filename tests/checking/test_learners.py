"""What real learners got wrong, in small: each is told what helps.

- the folders of `cases/learners`: words that must be said, and must not
- neither file can be imported: each has its line, and what helps
- their siblings in `cases/siblings`: each docstring names the confusion
- advice on problems, followed to the letter, ends green
- nothing that a test may hold makes a cause fail
"""
import ast
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lessons.engine.proofs import row_of
from tests.support.checking import WINNOW, run
from tests.support.told import told
from winnow.checking.coaching import confusions
from winnow.suites.definitions import Definitions

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parents[1] / "cases"
TABLE: dict[str, Any] = tomllib.loads(
    (CASES / "learners.toml").read_text("utf-8"))
SIBLINGS = CASES / "siblings"
CONFUSIONS = [
    path for path in sorted((ROOT / "tests/handed_in/confusions").iterdir())
    if path.name != "15_imports"]
GROUPS = ("unittest", "pytest", "imports")
# What is seen where faults are tried, or the whole is looked at.
OF_FAULTS = ("catches-nothing", "executes-nothing")
Reports = Mapping[str, Any]


@pytest.fixture(scope="module")
def reports() -> Reports:
    """Give what each folder is told, by its name."""
    learners = {CASES / "learners" / name: case.get("whole", False)
                for name, case in TABLE.items()}
    found = told(
        [*(path for path, whole in learners.items() if not whole),
         *(SIBLINGS / name for name in GROUPS), *CONFUSIONS],
        [path for path, whole in learners.items() if whole])
    return {Path(path).name: report for path, report in found.items()}


@pytest.mark.parametrize("name", TABLE)
def test_a_learner_is_told_what_helps(name: str, reports: Reports) -> None:
    """Of each test that fails, and of each problem; no more, no less."""
    case, report = TABLE[name], reports[name]

    found = {test if test.endswith(".py") else test.rpartition(".")[2]: said
             for test, said in report["told"].items()}
    assert found.keys() == case.get("told", {}).keys()
    for test, words in case.get("told", {}).items():
        for each in words["says"]:
            assert each in found[test], (test, found[test])
        for each in words.get("never", ()):
            assert each not in found[test], (test, found[test])
    problems = {f"{kind} {line}": f"{detail} {advice}"
                for kind, line, detail, advice in report["problems"]
                if kind not in OF_FAULTS or case.get("whole")}
    if "problems" in case:
        assert problems.keys() == case["problems"].keys()
        for place, words in case["problems"].items():
            assert words in problems[place]
    said = " ".join([*found.values(), *problems.values(), *report["notes"]])
    for words in case.get("never", ()):
        assert words not in said


def test_every_case_has_its_row() -> None:
    """But the one with exit status 2, which has its own test."""
    assert {path.name for path in (CASES / "learners").iterdir()} == {
        *TABLE, "i01_neither_file_can_be_imported"}


def test_where_no_file_can_be_imported_each_has_its_own_line(
        tmp_path: Path) -> None:
    """And under it what helps, as if the other file were in order."""
    shutil.copytree(CASES / "learners" / "i01_neither_file_can_be_imported",
                    tmp_path / "learner")

    ran = run([WINNOW, "check", "learner"], tmp_path)

    assert ran.status == 2 and not ran.out
    first, second, *helps = ran.err.splitlines()
    assert first == ("winnow: test_utils.py: line 13 is not Python ('(' was "
                     "never closed).")
    assert second == ("winnow: test_client.py: it cannot be imported. "
                      "test_client.py, line 11: NameError: name 'patch' is "
                      "not defined.")
    assert helps[0].startswith("    → Python knows no patch there: ")
    assert "`from unittest.mock import patch`" in ran.said
    assert all(len(line) <= 80 for line in helps)


# What each author types who does as advised: old text, new text.
FOLLOWED: dict[str, tuple[str, dict[str, str]]] = {
    "p02_assert_not_called_with": ("test_client.py", {
        "from unittest.mock import Mock":
            "from unittest.mock import call, Mock",
        "fetch.assert_not_called_with("
        '"https://api.github.com/users/acme")':
            'self.assertNotIn(call("https://api.github.com/users/acme"), '
            "fetch.mock_calls)"}),
    "p03_after_raise_advice_ends_in_red": ("test_utils.py", {
        '    self.assertEqual("a", caught.exception)\n\n':
            "self.assertEqual('a', caught.exception.args[0])\n\n",
        'self.assertEqual("a", caught.exception)\n':
            'self.assertEqual(caught.exception.args, ("a",))\n'}),
    "p07_leak_in_a_class_method": ("test_client.py", {
        'cls.get = patch("requests.get").start()':
            "patcher = patch('requests.get')\n"
            "        cls.get = patcher.start()\n"
            "        cls.addClassCleanup(patcher.stop)"}),
    "p09_leak_names_the_patch_that_is_stopped": ("test_utils.py", {
        "import Mock\n": "import Mock, patch\n",
        "        requests.get = Mock()\n":
            '        with patch("requests.get") as get:\n',
        "        requests.get.return_value": "            get.return_value",
        "        self.assertEqual(get_json":
            "            self.assertEqual(get_json"}),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_advice_followed_to_the_letter_ends_green(
        name: str, reports: Reports, tmp_path: Path) -> None:
    """And what it was about is no problem any more."""
    file, edits = FOLLOWED[name]
    shutil.copytree(CASES / "learners" / name, tmp_path / name)
    before = text = (tmp_path / name / file).read_text("utf-8")
    said = " ".join([*reports[name]["told"].values(),
                     *(advice for *_, advice in reports[name]["problems"])])
    for old, new in edits.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    # What is between backticks is code to type: some of it has been typed.
    advised = [code for code in re.findall("`([^`]*)`", said)
               if code in text and code not in before]
    assert advised
    (tmp_path / name / file).write_text(text, "utf-8")

    [report] = told([tmp_path / name]).values()

    assert report["told"] == {}
    assert report["problems"] == []
    assert set(report["valid"]) >= set(reports[name]["valid"])


def docstrings(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the file, the test and the docstring of each test there is."""
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_bytes())
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield from ((path.name, f"{node.name}.{each.name}",
                             ast.get_docstring(each) or "")
                            for each in node.body
                            if isinstance(each, ast.FunctionDef)
                            and each.name.startswith("test"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and (
                    node.name.startswith("test")):
                yield path.name, node.name, ast.get_docstring(node) or ""


@pytest.fixture(scope="module")
def siblings(reports: Reports) -> Mapping[tuple[str, str], str]:
    """Give what is told of each test, or of the last of its rows."""
    found = {}
    for group in GROUPS[:2]:
        definitions = Definitions({
            path.name: ast.parse(path.read_bytes())
            for path in (SIBLINGS / group).glob("*.py")})
        said = dict.fromkeys(reports[group]["valid"], "passes")
        said.update(reports[group]["told"])
        for test, text in said.items():
            place = definitions.of(test)
            assert place, test
            name = definitions.test_at(place.file, place.function.lineno)
            found[place.file, name or ""] = text or "nothing"
    return found


TESTS = [row for group in GROUPS[:2] for row in docstrings(SIBLINGS / group)]


@pytest.mark.parametrize(("file", "test", "expected"), TESTS,
                         ids=[f"{row[0]}-{row[1]}" for row in TESTS])
def test_a_sibling_is_told_the_same(
        file: str, test: str, expected: str,
        siblings: Mapping[tuple[str, str], str]) -> None:
    """Its docstring names the confusion, and words that it must be told."""
    row, _, words = expected.partition(": ")

    said = siblings[file, test]

    assert (said if said in ("passes", "nothing") else row_of(said)) == row, (
        said)
    assert words in said


@pytest.mark.parametrize("path", sorted(
    (SIBLINGS / "imports").glob("test_i*.py")), ids=lambda path: path.name)
def test_a_file_that_cannot_be_imported_is_told_why(
        path: Path, reports: Reports) -> None:
    """The docstring of the file says what."""
    row, _, words = (ast.get_docstring(
        ast.parse(path.read_bytes())) or "").partition(": ")

    advice = reports["imports"]["told"][path.name]

    assert row_of(advice) == ("" if row == "nothing" else row), advice
    assert words in advice


@pytest.mark.parametrize("row", confusions(), ids=lambda row: row.name)
def test_every_row_explains_a_test(row: Any, reports: Reports) -> None:
    """A row that none of all these suites needs would be a guess.

    The lesson on it, if there is one, is named at the end.
    """
    said = {text for report in reports.values()
            for text in report["told"].values() if row_of(text) == row.name}

    assert said
    for text in said:
        assert text.endswith(f" Lesson: {row.lesson}.") is bool(row.lesson)
        assert not re.search(r"\{\w+\}|\.\.(?!\.)|  ", text), text


def test_a_folder_of_another_layout_is_told_too(tmp_path: Path) -> None:
    """There is no module of the exercise that the file imports."""
    for line, written in {
            "from src.client import GithubOrgClient": "client",
            "from clients import GithubOrgClient": "client",
            "from Client import GithubOrgClient": "client"}.items():
        folder = tmp_path / line.split()[1]
        folder.mkdir()
        (folder / "test_client.py").write_text(f"{line}\n")

        ran = run([WINNOW, "check", folder.name], _with_learner(tmp_path),
                  fresh=False)

        assert ran.status == 2
        assert f"Write `from {written} import GithubOrgClient`" in ran.said


def _with_learner(place: Path) -> Path:
    """Return a place in which there is the folder that is looked after."""
    (place / "learner").mkdir(exist_ok=True)
    return place
