"""The exercise and the checker in Pyodide, the Python of a browser page.

- the exemplary suites pass there, under unittest and pytest, and a test that
  fails is told
- a command prints there what it prints on the terminal, also of tests that
  reach for the network, never end, end Python or are coroutines

The page is made by Node, without a browser, from what lies on this machine:
the npm package `pyodide`, the wheels that this environment has too, and a
wheel of this project. They are fetched once into `.pyodide/`, and again when
what they are made of changes.
"""
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.project.test_pythons import FILES, ROOT, count
from tests.project.test_wheel import built, run, wheel
from tests.support.checking import asked_for, write
from tests.support.npm import install, kept_folder

pytestmark = pytest.mark.soak

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["built", "count", "wheel"]  # Fixtures, for pytest to find here.

HERE = Path(__file__).parents[1] / "pyodide"
CACHE = ROOT / ".pyodide"
PACKAGES = CACHE / "wheels"
PYODIDE = CACHE / "node_modules" / "pyodide"
MADE = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
# Pyodide 314.0.7, say, is Python 3.14.
PYTHON = MADE["pyodide"].partition(".")[0]
# The exit status of run.mjs where it could not run what it was asked for.
BROKEN = 70
# A report's only part that is another one each time.
SECONDS = re.compile(r'(?<="seconds": )[\d.]+')


def files_in(folder: Path, names: Iterable[str] = ()) -> dict[str, str]:
    """Return some of a folder's files, or all of them, by their names."""
    return {path.name: path.read_text("utf-8") for path in (
        [folder / name for name in names] or folder.glob("*.py"))}


def requirements() -> list[str]:
    """Return what a wheel of this project asks for, and a page needs.

    It has no terminal, which rich prints on, and Pyodide brings Jinja2 along.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [each for each in project["project"]["dependencies"]
            if not each.startswith(("jinja2", "rich"))]


def versions() -> str:
    """Return what this environment has, as constraints for pip."""
    return "".join(sorted(f"{each.name}=={each.version}\n"
                          for each in distributions()))


def fetch() -> None:
    """Fetch what the page is made of, unless it is there already."""
    made_of = "\n".join([*map(str, MADE.items()), *requirements(), versions()])
    stamp = CACHE / "made-of"
    if stamp.is_file() and stamp.read_text("utf-8") == made_of:
        return
    stamp.unlink(missing_ok=True)
    shutil.rmtree(PACKAGES, ignore_errors=True)
    install(HERE / "package.json", CACHE)
    constraints = CACHE / "constraints.txt"
    constraints.write_text(versions(), "utf-8")
    done = run(
        sys.executable, "-m", "pip", "download", "--quiet",
        "--disable-pip-version-check", "--only-binary=:all:",
        "--platform=any", "--implementation=py", "--abi=none",
        f"--python-version={PYTHON}", f"--constraint={constraints}",
        f"--dest={PACKAGES}", *requirements(), cwd=CACHE)
    assert done.returncode == 0, done.stdout + done.stderr
    stamp.write_text(made_of, "utf-8")


RED = """
import unittest


class TestRed(unittest.TestCase):
    def test_red(self):
        self.assertEqual(1, 2)
"""
FIRST_TRY = ROOT / "examples" / "first_try"
CHECK = ("winnow", "check", ".", "--format", "json")


@dataclass(frozen=True)
class Task:
    """Files, the command that is run on them, and how often.

    Tasks of one page run one after the other in it; others have their own.
    """

    files: Mapping[str, str]
    command: tuple[str, ...]
    times: int = 1
    page: str = "shared"


EXEMPLARY = files_in(ROOT, FILES)
TASKS = {
    "unittest": Task(EXEMPLARY, ("unittest",), 2),
    "pytest, and a test that fails": Task(
        {**EXEMPLARY, "test_red.py": RED}, ("pytest",), 2),
    "start": Task(files_in(FIRST_TRY), ("winnow", "start", "begun")),
    "what no page can do": Task(
        files_in(ROOT / "tests" / "handed_in" / "page"),
        (*CHECK, "--timeout", "2"), page="its own"),
    "a check": Task(files_in(FIRST_TRY), CHECK, page="another"),
    "the same check twice": Task(files_in(FIRST_TRY), CHECK, 2, "a third"),
}
LONG = {"a check", "the same check twice", "what no page can do",
        "pytest, and a test that fails"}


def in_page(tasks: Mapping[str, Task], wheels: Path, place: Path
            ) -> dict[str, "subprocess.CompletedProcess[str]"]:
    """Run tasks in one page; tell of the times apart."""
    for number, task in enumerate(tasks.values()):
        write(place / str(number), task.files)
    done = run("node", HERE / "run.mjs", PYODIDE, wheels, json.dumps([
        {"folder": str(place / str(number)), "command": task.command,
         "times": task.times} for number, task in enumerate(tasks.values())]),
        cwd=place)
    assert done.returncode != BROKEN, done.stderr
    # What the first has said; then, each time, what came of one in a line of
    # JSON, and what the next has said.
    parts = [each.partition("\n") for each in done.stderr.split("\0")[1:]]
    ends = [json.loads(line) for line, _, _ in parts]
    errors = [done.stderr.partition("\0")[0], *(said for _, _, said in parts)]
    assert len(ends) == len(tasks), done.stderr
    print("milliseconds:", ends[-1]["took"])
    return {name: subprocess.CompletedProcess(
        task.command, end["status"], out, error)
        for (name, task), end, out, error in zip(
            tasks.items(), ends, done.stdout.split("\0"), errors)}


@pytest.fixture(scope="module")
def fetched() -> Iterator[None]:
    """Fetch what is needed; skip, and say so, where there is no Node."""
    with kept_folder(CACHE, "Pyodide"):
        fetch()
        yield


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest, fetched: None, wheel: Path,
          tmp_path_factory: pytest.TempPathFactory
          ) -> dict[str, "subprocess.CompletedProcess[str]"]:
    """Give what came of each task, of a wheel of this project as it stands."""
    place = tmp_path_factory.mktemp("page")
    wheels = Path(shutil.copytree(PACKAGES, place / "wheels"))
    shutil.copy(wheel, wheels)
    wanted = [*dict.fromkeys(asked_for(request, "name"))]
    ended = {}
    for page in dict.fromkeys(TASKS[name].page for name in wanted):
        ended |= in_page({name: TASKS[name] for name in wanted
                          if TASKS[name].page == page}, wheels,
                         tmp_path_factory.mktemp("tasks"))
    return ended


@pytest.mark.parametrize(("name", "told", "status"), [
    pytest.param("unittest", r"Ran {} tests in .*\n\nOK\n", 0, id="unittest"),
    pytest.param(
        "pytest, and a test that fails", r"=+ 1 failed, {} passed.* =+\n", 1,
        id="pytest, and a test that fails", marks=pytest.mark.soak)])
def test_the_exemplary_suites_pass_in_a_page(
        name: str, told: str, status: int, count: int,
        pages: Mapping[str, "subprocess.CompletedProcess[str]"]) -> None:
    """Every test runs and none is skipped, the second time as the first."""
    done = pages[name]

    said = done.stdout + done.stderr
    assert len(re.findall(told.format(count), said)) == 2, said
    assert done.returncode == status


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.soak) if name in LONG else name
    for name, task in TASKS.items() if task.command[0] == "winnow"])
def test_a_command_prints_in_a_page_what_it_prints_on_the_terminal(
        name: str, tmp_path: Path,
        pages: Mapping[str, "subprocess.CompletedProcess[str]"]) -> None:
    """The wheel carries what the command needs; times alone may differ.

    It is run so often in one page, and once on the terminal.
    """
    task = TASKS[name]

    here = run(sys.executable, "-m", *task.command,
               cwd=write(tmp_path / "suite", task.files),
               env={"PYTHONPATH": str(ROOT)})

    done = pages[name]
    assert SECONDS.sub("0", done.stdout) == (
        SECONDS.sub("0", here.stdout.replace(sys.executable, "python"))
        * task.times)
    assert here.stdout and done.stderr == here.stderr * task.times
    assert done.returncode == here.returncode
