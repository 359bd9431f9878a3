"""The folder that `winnow start` makes, and the tasks that stand in it.

- it is green from the beginning, obeys the course's rules, can be checked
- it is made whole or not at all, and nothing is overwritten
- TASKS.md names the faults of the exercise: each core one at one task, whose
  own class of tests, in the exemplary suites, catches it
"""
import json
import os
import re
import shlex
import subprocess
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import TEMPERATURES, WINNOW, write
from tests.support.exemplary import report_in
from winnow.cli.scaffold import first_tests, tasks_of
from winnow.subjects.faults_toml import bundled, load
from winnow.suites.file_rules import broken_rules

ROOT = Path(__file__).resolve().parents[2]
TASKS = (ROOT / "TASKS.md").read_text(encoding="utf-8")
GITHUB = load(bundled()["github"])
FRESH = {".winnow.json", "utils.py", "client.py", "fixtures.py", "TASKS.md",
         "test_utils.py", "test_client.py"}
Done = subprocess.CompletedProcess[str]


def said(folder: Path, command: str) -> Done:
    """Run a line as a shell does, with this environment's programs."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, text=True, encoding="utf-8",
        capture_output=True, check=False,
        env={**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8"})


def started(folder: Path, *arguments: str) -> Done:
    """Run `winnow start` in a folder, by its path."""
    return subprocess.run(
        [WINNOW, "start", *arguments], cwd=folder, text=True,
        capture_output=True, check=False)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that was made with no argument at all."""
    place = tmp_path_factory.mktemp("fresh")
    done = started(place)
    assert (done.returncode, done.stderr) == (0, "")
    return place / "github"


def test_it_holds_what_is_needed_to_begin(fresh: Path) -> None:
    """The modules and the tasks are the exercise's own."""
    assert {path.name for path in fresh.iterdir()} == FRESH
    for name in FRESH - {".winnow.json", "test_utils.py", "test_client.py"}:
        assert (fresh / name).read_bytes() == (ROOT / name).read_bytes()


@pytest.mark.parametrize("command", [
    "python -B -m unittest", "python -B -m pytest -p no:cacheprovider",
    "pycodestyle ."])
def test_it_is_green_from_the_beginning(fresh: Path, command: str) -> None:
    """Two tests run, one in each file, and the style is right."""
    done = said(fresh, command)

    assert done.returncode == 0, done.stdout + done.stderr
    if "python -B" in command:
        assert re.search("Ran 2 tests|2 passed", done.stdout + done.stderr)


def test_it_can_be_checked(fresh: Path) -> None:
    """The first faults missed are shown, and nothing else is wrong."""
    done = said(fresh, "winnow check --format json")
    report = json.loads(done.stdout)

    assert done.returncode == 1
    assert report["exercise"] == "github"
    assert [test["valid"] for test in report["tests"]] == [True, True]
    assert all(test["catches"] for test in report["tests"])
    assert report["problems"] == []
    assert any(note.startswith("Task 1 (The value at the end of a path): 1 of "
                               "2 faults caught.") for note in report["notes"])
    assert report["summary"]["core_caught"] < 5


@pytest.mark.slow
def test_what_its_tests_do_not_reach_breaks_none(tmp_path: Path) -> None:
    """Of an exercise, too, in which only tests run that reach a change."""
    started(tmp_path, "new", "--exercise", "registration")

    done = said(tmp_path / "new", "winnow check --format json")

    report = json.loads(done.stdout)
    assert len(report["refactorings"]) > 0
    assert [each for each in report["refactorings"]
            if not each["tolerated"]] == []


@pytest.mark.parametrize("name", ["test_utils.py", "test_client.py"])
def test_its_test_files_obey_the_rules_of_the_course(
        fresh: Path, name: str) -> None:
    """Shebang, mode, newline, style, docstrings and annotations."""
    assert list(broken_rules([fresh / name], fresh)) == []


@pytest.mark.parametrize(("arguments", "folder"), [
    ((), "github"), (("my tests",), "my tests"), (("a/b/c",), "a/b/c"),
    ((".",), "."),
    (("--exercise", "github"), "github"),
    (("--exercise", str(TEMPERATURES)), "temperatures"),
    (("here", "--exercise", str(TEMPERATURES)), "here"),
])
@pytest.mark.by_turns("soak", "slow", "soak")
def test_what_it_says_to_do_next_can_be_done(
        arguments: tuple[str, ...], folder: str, tmp_path: Path) -> None:
    """The lines that are set in are commands; the last one is the check."""
    done = started(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.strip() for line in done.stdout.splitlines()
             if line.startswith("  ")]

    assert (tmp_path / folder / "TASKS.md").is_file()
    python = f"{WINNOW.removesuffix('winnow')}python"
    assert lines[-2] == shlex.join([python, "-m", "unittest"])
    assert said(tmp_path, " && ".join(lines[:-1])).returncode == 0
    checked = said(tmp_path, " && ".join(lines))
    assert checked.returncode == 1
    assert "2 of 2 tests pass on the right modules" in checked.stdout


@pytest.mark.parametrize("name", sorted(FRESH))
def test_nothing_is_overwritten(name: str, tmp_path: Path) -> None:
    """One file that is there is enough to leave the folder as it is."""
    write(tmp_path / "github", {name: "mine\n", "notes.txt": ""})

    done = started(tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name} is in github already, and nothing" in done.stderr
    assert (tmp_path / "github" / name).read_text() == "mine\n"
    assert {path.name for path in (tmp_path / "github").iterdir()} == {
        name, "notes.txt"}


def test_a_second_start_names_all_that_is_there(tmp_path: Path) -> None:
    """And a link that leads nowhere is there too."""
    (tmp_path / "utils.py").symlink_to(tmp_path / "nowhere")

    first = started(tmp_path, ".")
    (tmp_path / "utils.py").unlink()
    started(tmp_path, ".")
    second = started(tmp_path, ".")

    assert "utils.py is in this folder already" in first.stderr
    assert not (tmp_path / "nowhere").exists()
    assert "TASKS.md, test_utils.py, test_client.py are in" in second.stderr


@pytest.mark.parametrize(("before", "command", "says"), [
    ("", "winnow start taken", "taken is there already, and is no folder."),
    ("", "winnow start taken/below", "taken is there already, and is no"),
    ("", "winnow start new --exercise none", "none is neither a folder"),
    ("ulimit -f 8;", "winnow start new/below",
     "cannot be written: File too large. Nothing was left behind."),
    ("ulimit -f 8; mkdir new;", "winnow start new",
     "new cannot be written: File too large. Nothing was left behind."),
    ("", f"winnow start --exercise {TEMPERATURES}/../plain", "neither a"),
], ids=["a file", "below a file", "no exercise", "full", "full, in a folder",
        "a folder without a table"])
def test_where_it_cannot_be_made_nothing_is_left(
        before: str, command: str, says: str, tmp_path: Path) -> None:
    """One sentence says why; a limit on files stands for a full disk."""
    (tmp_path / "taken").write_text("mine\n")

    done = said(tmp_path, before + command)

    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    left = {path.relative_to(tmp_path).as_posix()
            for path in tmp_path.rglob("*")}
    assert left == {"taken"} | ({"new"} if "mkdir new" in before else set())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0,
                    reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told_of(
        tmp_path: Path) -> None:
    """The sentence names what could not be made."""
    tmp_path.chmod(0o555)

    done = started(tmp_path)

    assert done.returncode == 2
    assert "github cannot be written: Permission denied." in done.stderr


EXAMPLE = '''
def twice(number):
    """Return the double.

    >>> {}
    """
    return 2 * number


class HTTPBox_of_2:
    """A box."""

    def open(self):
        """Open it.

        >>> twice(4)
        8
        """
'''
NOT_YET = "test_it_is_the_one_of_the_module"
EXAMPLE_HOLDS = "test_the_example_in_its_docstring_holds"


@pytest.mark.parametrize(("source", "first", "subject"), [
    (EXAMPLE.format("twice(2)\n    4"), EXAMPLE_HOLDS, "TestTwice"),
    (EXAMPLE.format("twice(2)"), EXAMPLE_HOLDS, "TestHTTPBoxOf2"),
    (EXAMPLE.format("twice(x)\n    4"), EXAMPLE_HOLDS, "TestHTTPBoxOf2"),
    (EXAMPLE.format("x = twice(2)\n    4"), EXAMPLE_HOLDS, "TestHTTPBoxOf2"),
    (EXAMPLE.format("twice(2)\n    <four>"), EXAMPLE_HOLDS, "TestHTTPBoxOf2"),
    (EXAMPLE.format(f"twice({'1' * 80})\n    4"), EXAMPLE_HOLDS,
     "TestHTTPBoxOf2"),
    (EXAMPLE.format("twice(2)\n  4"), EXAMPLE_HOLDS, "TestHTTPBoxOf2"),
    (EXAMPLE.replace("{}", "").replace("twice(4)", ""), NOT_YET, "TestTwice"),
    ("def _own(): ...", "test_it_can_be_imported", "TestNumbers"),
    ("import functools\n@functools.lru_cache\ndef kept(): ...\n",
     "test_it_can_be_imported", "TestNumbers"),
    ("\n".join(f"def a_rather_long_name_{n}(): ..." for n in range(9)),
     NOT_YET, "TestARatherLongName0"),
    ("", "test_it_can_be_imported", "TestNumbers"),
], ids=["an example", "without a value", "with another name", "no expression",
        "no value", "too long", "no example", "none at all", "private",
        "decorated", "many names", "empty"])
def test_first_tests_pass_for_any_module(
        source: str, first: str, subject: str, tmp_path: Path) -> None:
    """They are made of what the module shows, and keep to the style."""
    text = first_tests("numbers_", source)
    write(tmp_path, {"numbers_.py": source, "test_numbers_.py": text})

    done = said(tmp_path, "python -m unittest -v && pycodestyle test*.py")

    assert done.returncode == 0, done.stdout + done.stderr + text
    assert "Ran 1 test" in done.stderr
    assert re.findall(r"class (\w+)\(|def (\w+)\(", text) == [
        (subject, ""), ("", first)]


def test_tasks_are_made_of_docstrings_where_none_are_written() -> None:
    """Each module, and what it has for others, in its own words."""
    text = tasks_of(load(TEMPERATURES))

    assert text.startswith("# Temperatures\n")
    for words in ("## scales.py\n\nTemperatures in one scale and in the",
                  "- `mean`: Return the mean of some readings; of none, a",
                  "## station.py", "go into `test_station.py`."):
        assert words in text
    assert "  - `has_license`: Tell whether" in tasks_of(GITHUB)
    assert "`_public_repos_url`" not in tasks_of(GITHUB)


def tasks() -> Iterator[tuple[str, str]]:
    """Yield the number and the text of each task."""
    for part in TASKS.split("\n## ")[1:]:
        number, point, _ = part.partition(". ")
        if point and number.isdigit():
            yield number, part


def faults_of(task: str) -> list[str]:
    """Return the faults that show that a task is done."""
    _, _, shown = task.partition("\nDone when caught:")
    return re.findall(r"`([^`]+)`", shown)


def test_every_task_has_its_place_and_says_what_it_teaches() -> None:
    """They are numbered from 0, and end in the faults that show them done."""
    found = dict(tasks())

    assert list(found) == [str(number) for number in range(12)]
    assert [number for number, task in found.items()
            if "\nTeaches: " not in task] == []
    assert [number for number, task in found.items()
            if not faults_of(task)] == ["0", "11"]
    assert len(TASKS.split()) < 1500


def test_every_core_fault_is_named_by_one_task() -> None:
    """A task may ask for more; every name is that of a fault.

    Those that the last task names are at the level that it says.
    """
    shown = [name for _, task in tasks() for name in faults_of(task)]
    beyond = re.findall(r"`([a-z-]+-[a-z-]+)`", dict(tasks())["11"])
    levels = {level: [fault.name for fault in GITHUB.faults
                      if fault.level == level] for level in ("core", "beyond")}

    assert sorted(set(shown) - {*levels["beyond"]}) == sorted(levels["core"])
    assert len(shown) == len(set(shown))
    assert beyond
    assert [name for name in beyond if name not in levels["beyond"]] == []


@pytest.fixture(scope="module")
def caught_by(tmp_path_factory: pytest.TempPathFactory
              ) -> dict[str, set[str]]:
    """Give the classes of the exemplary tests that catch each fault."""
    report = report_in(tmp_path_factory.mktemp("suites"))
    return {fault["name"]: {
        re.sub(r"_\d+$", "", test.split(".")[1])
        for test in fault["caught_by"]}
        for fault in report["faults"]}


@pytest.mark.parametrize("number", [str(number) for number in range(1, 11)])
def test_the_class_of_a_task_can_catch_its_faults(
        number: str, caught_by: dict[str, set[str]]) -> None:
    """So says the exemplary suite's class of the same name."""
    task = dict(tasks())[number]
    wanted, method = re.findall(r"^`(\w+)\.(test_\w+)`", task, re.MULTILINE)[0]

    assert method.startswith("test_")
    assert [name for name in faults_of(task)
            if wanted not in caught_by[name]] == []


def blocks(language: str) -> list[str]:
    """Return the blocks of one language in the tasks."""
    return re.findall(rf"```{language}\n(.*?)```", TASKS, re.DOTALL)


def test_the_commands_of_the_tasks_run(fresh: Path) -> None:
    """Each says something, in the folder that was started."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    inline = re.findall(r"`(winnow [^`]+)`", TASKS)

    statuses = {line: said(fresh, line).returncode
                for line in (*lines, *inline)}

    assert statuses == {
        "python -m unittest": 0, "winnow check": 1,
        "winnow check --task 2": 1, "winnow hint": 0,
        "winnow solution --task 2": 2,
        "winnow check --level beyond": 1, "winnow explain": 0,
        "winnow explain nested-map-follows-one-key": 0}


@pytest.mark.parametrize("block", blocks("python"))
def test_the_code_of_the_tasks_runs(block: str) -> None:
    """What it defines as tests passes, and what it assigns is right."""
    names: dict[str, Any] = {"__name__": "block"}
    exec(block, names)
    cases = [each for each in names.values() if isinstance(each, type)
             and issubclass(each, unittest.TestCase)]
    result = unittest.TestResult()

    for case in cases:
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)

    assert result.wasSuccessful(), result.failures + result.errors
    assert result.testsRun == len(cases)
    assert cases or names["url"] == "https://example.org/a-list"


def test_the_tasks_have_code() -> None:
    """The rows above are not none."""
    assert len(blocks("python")) == 2
    assert len(blocks("sh")) == 1
