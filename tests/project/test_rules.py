"""The rules of the house, held against the files as they are.

- every Python file: pycodestyle clean, ends in a newline; every definition
  has a docstring of a real sentence and is annotated, but in learners' suites
- the files of the exercise, and those of `tests/plain`, are programs too:
  a shebang in line 1 and an executable bit, in git as on the disk
- no file names a folder of someone's own machine
- the rooms of `winnow/`: few, found at first sight, with files that fit a
  screen or three (which may import which, import-linter tells)
"""
import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow.suites.file_rules import (
    Definition,
    broken_rules,
    complaint_about,
    definitions,
    unannotated,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PROGRAMS = [
    "utils.py", "client.py", "fixtures.py", "test_utils.py", "test_client.py",
    "tests/plain/utils.py", "tests/plain/client.py",
]
# Each module of the package, by its name below it.
MODULES = sorted(
    ".".join(part for part in path.relative_to(
        ROOT / "winnow").with_suffix("").parts if part != "__init__")
    for path in (ROOT / "winnow").rglob("*.py"))
NOT_OURS = {".git", ".venv", ".pythons", ".pyodide", ".newman", "build",
            "dist", "__pycache__"}
OWN_FOLDER = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w+")


def git(*arguments: str) -> str | None:
    """Return what git says of the checkout; None where there is none."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT,
                              capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def project_files() -> Iterator[str]:
    """Yield the files of the project by their paths from its root."""
    listed = git("ls-files", "--cached", "--others", "--exclude-standard")
    if listed is not None:
        yield from (name for name in listed.splitlines()
                    if (ROOT / name).is_file())
        return
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_OURS]
        for name in names:
            yield (Path(folder) / name).relative_to(ROOT).as_posix()


FILES = sorted(project_files())
# Projects of others in small, as they are: some need a newer Python.
SOURCES = [name for name in FILES if name.endswith(".py")
           and not name.startswith("tests/cases/")]
# Suites such as learners hand in, with what learners leave out.
HANDED_IN = ("examples/", "tests/handed_in/")
OURS = [name for name in SOURCES if not name.startswith(HANDED_IN)]

each_source = pytest.mark.parametrize("name", SOURCES)
each_of_ours = pytest.mark.parametrize("name", OURS)
each_program = pytest.mark.parametrize("name", PROGRAMS)


def defined_in(name: str) -> Iterator[tuple[str, Definition]]:
    """Yield a module, its classes and functions, nested ones too."""
    for node, _ in definitions(ast.parse((ROOT / name).read_text("utf-8"))):
        yield (Path(name).stem if isinstance(node, ast.Module)
               else node.name), node


@pytest.mark.parametrize(("docstring", "name", "complaint"), [
    (None, "run", "is missing"),
    ("", "run", "is missing"),
    (" \n ", "run", "is missing"),
    ("it runs a suite.", "run", "does not begin like a sentence"),
    ("élan is what it has.", "run", "does not begin like a sentence"),
    ("- runs a suite.", "run", "does not begin like a sentence"),
    ("Run a suite", "run", "does not end like a sentence"),
    ("Run a suite\n  \nof tests.", "run", "does not end like a sentence"),
    ("Runs it.", "run", "has fewer than three words"),
    ("Run the suite now.", "run_suite_now", "is the name again"),
    ("The report as text.", "ReportAsText", "is the name again"),
    ("`run` ends what it begins.", "run", None),
    ("Élan is what it has.", "run", None),
    ("Run a suite once.\n\nNo more\n", "run_suite", None),
])
def test_what_is_a_sentence_and_what_is_not(
        docstring: str | None, name: str, complaint: str | None) -> None:
    """The rule below can fail, and for what reasons."""
    said = complaint_about(docstring, name)

    assert (said and said.split(":")[0]) == complaint


@each_of_ours
def test_every_definition_has_a_docstring_of_a_real_sentence(
        name: str) -> None:
    """Modules, classes and functions, the nested ones among them."""
    found = [
        f"{name}:{getattr(node, 'lineno', 1)} {defined}: {complaint}"
        for defined, node in defined_in(name)
        for complaint in [complaint_about(ast.get_docstring(node), defined)]
        if complaint]

    assert found == []


@pytest.mark.parametrize(("code", "bare"), [
    ("def f(self, cls): ...", ["return"]),
    ("def f(a, b: int, *c, d, **e) -> None: ...", ["a", "c", "d", "e"]),
    ("async def f(a, /) -> None: ...", ["a"]),
    ("def f(a: int, *b: int, c: int, **d: int) -> None: ...", []),
])
def test_what_is_not_annotated_is_found(code: str, bare: list[str]) -> None:
    """Each kind of argument counts, and so does what is returned."""
    function = ast.parse(code).body[0]

    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
    assert list(unannotated(function)) == bare


@each_of_ours
def test_every_function_is_annotated_in_full(name: str) -> None:
    """Arguments and what is returned; `self` and `cls` need nothing."""
    found = [
        f"{name}:{node.lineno} {defined}: {part}"
        for defined, node in defined_in(name)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for part in unannotated(node)]

    assert found == []


def test_pycodestyle_finds_nothing() -> None:
    """The newest that the project's Python has, in the project's settings."""
    done = subprocess.run(
        [sys.executable, "-m", "pycodestyle", *SOURCES],
        cwd=ROOT, capture_output=True, text=True)

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@each_source
def test_every_file_ends_in_one_newline(name: str) -> None:
    """And none is written with the line ends of another system."""
    text = (ROOT / name).read_bytes()

    assert re.search(rb"[^\n]\n\Z", text)
    assert b"\r" not in text


@each_program
def test_a_program_keeps_the_courses_rules(name: str) -> None:
    """Its shebang among them, which is the course's own to the letter."""
    assert list(broken_rules([ROOT / name], ROOT)) == []


@each_program
def test_a_program_may_be_executed(name: str) -> None:
    """By everyone who may read it."""
    assert (ROOT / name).stat().st_mode & 0o111 == 0o111


def test_git_knows_that_a_program_may_be_executed() -> None:
    """Or a clone of the project would lose it."""
    listed = git("ls-files", "--stage", "--", *PROGRAMS)
    if not listed:
        pytest.skip("not tried: this is no checkout in which they are added")

    modes = {line.partition("\t")[2]: line.split()[0]
             for line in listed.splitlines()}

    assert modes == {name: "100755" for name in PROGRAMS}


@pytest.mark.parametrize("name", [
    name for name in FILES if not name.startswith("tests/data/")])
def test_no_file_names_a_folder_of_someones_own(name: str) -> None:
    """What is there on one machine is not on the next."""
    text = (ROOT / name).read_bytes().decode("utf-8", "replace")

    assert OWN_FOLDER.findall(text) == []


def test_the_package_shows_its_rooms_at_first_sight() -> None:
    """Who opens the folder reads no more than thirteen names."""
    shown = [path.name for path in (ROOT / "winnow").iterdir()
             if path.name != "__pycache__"]

    assert len(shown) <= 13


def test_the_wheel_carries_every_room() -> None:
    """The list of packages is kept by hand, for the bundled ones are."""
    packages = set(tomllib.loads((ROOT / "pyproject.toml").read_text(
        "utf-8"))["tool"]["setuptools"]["packages"])

    assert {name for name in packages if ".bundled." not in name} == {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "winnow").rglob("__init__.py")}


def test_files_fit_two_or_three_screens() -> None:
    """The longest, and the one in the middle."""
    lengths = sorted(
        (len(path.read_text("utf-8").splitlines()), path.name)
        for path in (ROOT / "winnow").rglob("*.py"))

    assert [name for length, name in lengths if length > 350] == []
    assert lengths[len(lengths) // 2][0] < 150


# Names that several modules have, since each is the same thing of its room.
SHARED_NAMES = {"backend"}


def test_a_name_means_one_thing() -> None:
    """No two modules, and no two classes, share a name."""
    modules = Counter(path.stem for path in (ROOT / "winnow").rglob("*.py")
                      if not path.stem.startswith("__"))
    classes = Counter(
        node.name for path in (ROOT / "winnow").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ClassDef))

    assert {name for name, times in modules.items()
            if times > 1} == SHARED_NAMES
    assert {name for name, times in classes.items() if times > 1} == set()
