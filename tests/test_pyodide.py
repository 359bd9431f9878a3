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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.npm import install, kept_folder
from tests.test_pythons import FILES, ROOT, count
from tests.test_wheel import built, run, wheel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["built", "count", "wheel"]  # Fixtures, for pytest to find here.

HERE = Path(__file__).parent / "pyodide"
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


def requirements() -> list[str]:
    """Return what a wheel of this project asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [*project["project"]["dependencies"]]


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


@dataclass(frozen=True)
class Page:
    """A page has a folder of wheels, and this project's among them."""

    wheels: Path

    def run(self, folder: Path, *command: str, times: int = 1
            ) -> subprocess.CompletedProcess[str]:
        """Run `python -m` in a copy of a folder; tell of the times apart."""
        done = run("node", HERE / "run.mjs", PYODIDE, self.wheels, folder,
                   str(times), *command, cwd=folder)
        assert done.returncode != BROKEN, done.stderr
        *said, took = done.stderr.splitlines(keepends=True)
        assert f"run {times}" in json.loads(took), done.stderr
        print("milliseconds:", took)
        done.stderr = "".join(said)
        return done


@pytest.fixture(scope="module")
def fetched() -> Iterator[None]:
    """Fetch what is needed; skip, and say so, where there is no Node."""
    with kept_folder(CACHE, "Pyodide"):
        fetch()
        yield


@pytest.fixture(scope="module")
def page(fetched: None, wheel: Path,
         tmp_path_factory: pytest.TempPathFactory) -> Page:
    """Give the page with a wheel of this project as it stands."""
    wheels = tmp_path_factory.mktemp("page") / "wheels"
    shutil.copytree(PACKAGES, wheels)
    shutil.copy(wheel, wheels)
    return Page(wheels)


RED = """
import unittest


class TestRed(unittest.TestCase):
    def test_red(self):
        self.assertEqual(1, 2)
"""


@pytest.mark.parametrize(("runner", "added", "told", "status"), [
    ("unittest", {}, r"Ran {} tests in .*\n\nOK\n", 0),
    ("pytest", {"test_red.py": RED}, r"=+ 1 failed, {} passed.* =+\n", 1),
], ids=["unittest", "pytest, and a test that fails"])
def test_the_exemplary_suites_pass_in_a_page(
        runner: str, added: Mapping[str, str], told: str, status: int,
        page: Page, count: int, tmp_path: Path) -> None:
    """Every test runs and none is skipped, the second time as the first."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    for name, text in added.items():
        (tmp_path / name).write_text(text, "utf-8")

    done = page.run(tmp_path, runner, times=2)

    said = done.stdout + done.stderr
    assert len(re.findall(told.format(count), said)) == 2, said
    assert done.returncode == status


@pytest.mark.parametrize(("folder", "command", "times"), [
    ("examples/first_try", ["start", "begun"], 1),
    ("examples/first_try", ["check", ".", "--format", "json"], 1),
    ("tests/suites/page",
     ["check", ".", "--timeout", "2", "--format", "json"], 1),
    pytest.param("examples/first_try", ["check", ".", "--format", "json"], 2,
                 marks=pytest.mark.soak),
])
def test_a_command_prints_in_a_page_what_it_prints_on_the_terminal(
        folder: str, command: list[str], times: int, page: Page,
        tmp_path: Path) -> None:
    """The wheel carries what the command needs; times alone may differ.

    It is run so often in one page, and once on the terminal.
    """
    suite = shutil.copytree(ROOT / folder, tmp_path / "suite")

    in_page = page.run(suite, "winnow", *command, times=times)
    here = run(sys.executable, "-m", "winnow", *command, cwd=suite,
               env={"PYTHONPATH": str(ROOT)})

    assert SECONDS.sub("0", in_page.stdout) == (
        SECONDS.sub("0", here.stdout) * times)
    assert here.stdout and in_page.stderr == here.stderr * times
    assert in_page.returncode == here.returncode
