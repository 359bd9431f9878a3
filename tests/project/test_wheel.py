"""The distribution, built and installed as a stranger would.

- a source distribution, and from that a wheel, are built from a copy
- the wheel has the package at its top and nothing else; the exercises are in
  it
- installed away from the checkout, it prints the same report of a suite
- a lesson can be begun and finished there
"""
import json
import os
import shutil
import site
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import write
from winnow.course.pages import lessons

ROOT = Path(__file__).parents[2]
EXERCISE = {"utils.py", "client.py", "fixtures.py", "test_utils.py",
            "test_client.py", "faults.toml", "TASKS.md"}
OTHERS = ("registration", "robust_client")
OF_OTHERS = {f"{folder}/{path.name}" for folder in OTHERS
             for pattern in ("*.py", "*.proto", "alembic.ini", "faults.toml",
                             "TASKS.md")
             for path in (ROOT / folder).glob(pattern)}
OF_OTHERS |= {path.relative_to(ROOT).as_posix() for path in (
    ROOT / "registration" / "migrations").rglob("*.*")
    if path.suffix != ".pyc"}
PAGES = {f"lessons/{path.name}"
         for path in (ROOT / "lessons").glob("*.md")
         if path.name != "AUTHORS.md"}
# What a build reads. A copy of it keeps the litter of building elsewhere.
TO_BUILD = ("pyproject.toml", "setup.cfg", "README.md", "LICENSE", "winnow",
            "lessons", *OTHERS, *sorted(EXERCISE))


def run(*command: str | Path, cwd: Path,
        env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; only this environment has PYTHON names."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("PYTHON", "PYTEST"))}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**kept, **env},
        capture_output=True, text=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a source distribution and a wheel made from it."""
    copy = tmp_path_factory.mktemp("copy")
    for name in TO_BUILD:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name,
                            ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy)
    dist = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--no-isolation",
               "--outdir", dist, cwd=copy)
    assert done.returncode == 0, done.stdout + done.stderr
    return dist


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Give the wheel."""
    found, = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a new environment with the wheel; what it needs is lent to it."""
    folder = tmp_path_factory.mktemp("environment")
    made = run(sys.executable, "-m", "venv", "--without-pip", folder,
               cwd=folder)
    assert made.returncode == 0, made.stderr
    lib, = folder.glob("lib/python*/site-packages")
    # Of this environment the folder alone: a .pth in it, such as that of an
    # editable install, is not read by another one.
    (lib / "lent.pth").write_text("\n".join(site.getsitepackages()), "utf-8")
    done = run(
        folder / "bin" / "python", "-m", "pip", "install", "--no-index",
        "--no-deps", "--ignore-installed", "--disable-pip-version-check",
        wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"


def test_a_wheel_has_the_package_at_its_top_and_nothing_else(
        wheel: Path) -> None:
    """A `utils.py` in site-packages would be everyone's."""
    names = zipfile.ZipFile(wheel).namelist()

    tops = {name.split("/")[0] for name in names}

    assert tops == {"winnow", "-".join(wheel.name.split("-")[:2])
                    + ".dist-info"}


def test_a_wheel_carries_the_package_and_the_exercises(wheel: Path) -> None:
    """All of it, and of the exercises nothing that was beside them."""
    package = {path.relative_to(ROOT).as_posix()
               for path in (ROOT / "winnow").rglob("*")
               if path.is_file() and "__pycache__" not in path.parts}
    exercises = {
        *(f"winnow/bundled/github/{name}" for name in EXERCISE | PAGES),
        *(f"winnow/bundled/{name}" for name in OF_OTHERS)}

    names = set(zipfile.ZipFile(wheel).namelist())

    assert {name for name in names
            if name.startswith("winnow/")} == package | exercises


def test_a_source_distribution_carries_what_a_build_reads(
        built: Path) -> None:
    """So a wheel could be made from it, and it was."""
    found, = built.glob("*.tar.gz")

    with tarfile.open(found) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert set(TO_BUILD) | OF_OTHERS | PAGES <= names | {*OTHERS}


def test_an_installed_wheel_has_a_plugin_for_pytest(
        installed: Path, tmp_path: Path) -> None:
    """It is found by its entry point, and warns of nothing."""
    (tmp_path / "test_it.py").write_text("def test_it(): pass\n")

    done = run(installed / "python", "-m", "pytest", "-Werror", "--winnow",
               cwd=tmp_path)

    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert "no import of a module that an exercise" in done.stderr
    assert done.returncode == 2


def test_an_installed_wheel_knows_its_version(installed: Path) -> None:
    """The command is there, and it is not the checkout that answers."""
    done = run(installed / "winnow", "--version", cwd=installed)
    where = run(installed / "python", "-c",
                "import winnow; print(winnow.__file__)", cwd=installed)

    assert done.stdout.startswith("winnow ")
    assert installed.parent in Path(where.stdout).parents


def report(done: subprocess.CompletedProcess[str]) -> Any:
    """Return the report that was printed, times aside."""
    assert done.stderr == ""
    printed = json.loads(done.stdout)
    assert printed.pop("seconds") > 0
    return printed


def test_an_installed_wheel_prints_the_report_of_the_checkout(
        installed: Path, tmp_path: Path) -> None:
    """It finds the exercise within itself, wherever the suite may be."""
    suite = tmp_path / "suite"
    shutil.copytree(ROOT / "examples" / "first_try", suite)
    command = ("check", suite, "--format", "json")

    of_wheel = run(installed / "winnow", *command, cwd=tmp_path)
    of_checkout = run(sys.executable, "-m", "winnow", *command, cwd=tmp_path,
                      env={"PYTHONPATH": str(ROOT)})

    assert report(of_wheel) == report(of_checkout)
    assert of_wheel.returncode == of_checkout.returncode == 1


@pytest.mark.parametrize(("exercise", "suite"), [
    ("registration", "test_store.py"), ("robust_client", "test_api.py")])
def test_an_installed_wheel_begins_the_other_exercises_too(
        exercise: str, suite: str, installed: Path, tmp_path: Path) -> None:
    """Its modules, its tasks, and a file of tests for each module."""
    done = run(installed / "winnow", "start", "--exercise", exercise,
               "begun", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "begun" / "TASKS.md").read_bytes() == (
        ROOT / exercise / "TASKS.md").read_bytes()
    assert (tmp_path / "begun" / suite).is_file()


@pytest.mark.soak
def test_every_lesson_can_be_finished_with_an_installed_wheel(
        installed: Path, tmp_path: Path) -> None:
    """In an empty folder, from the start to the end, by what is printed."""
    env = {"XDG_STATE_HOME": str(tmp_path / "state")}
    work = tmp_path / "work"
    work.mkdir()
    for lesson in lessons():
        def typed(*words: str, folder: Path = work) -> tuple[int, str]:
            """Type a command; return its status, and all that it prints."""
            done = run(installed / "winnow", *words, cwd=folder, env=env)
            return done.returncode, done.stdout + done.stderr

        number = str(lesson.number)
        status, said = typed("start", "--lesson", number)
        folder = work / f"lesson-{number}"
        assert (status, str(ROOT) in said) == (0, False), said
        assert typed("check", folder=folder)[0] == 1
        for wrong in lesson.tries:
            write(folder, {**lesson.start, **wrong.files})
            assert typed("check", folder=folder)[0] == 1
        assert typed("hint", folder=folder)[0] == 0
        assert typed("solution", folder=folder)[0] == 2
        write(folder, lesson.solution)
        status, said = typed("check", "--timeout", "30", folder=folder)
        assert (status, f"Lesson {number} done." in said) == (0, True), said
        assert typed("solution", folder=folder)[0] == 0
    assert "You have finished the course." in typed("lessons")[1]


def test_a_lesson_can_be_begun_with_an_installed_wheel(
        installed: Path, tmp_path: Path) -> None:
    """What it says to type names the command as it was called."""
    done = run(installed / "winnow", "start", "--lesson", "1", cwd=tmp_path,
               env={"XDG_STATE_HOME": str(tmp_path / "state")})
    lines = [line.strip() for line in done.stdout.splitlines()
             if line.startswith("  ")]

    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout
    assert lines == ["cd lesson-1", f"{installed}/winnow check",
                     f"{installed}/winnow hint"]


def test_an_installed_wheel_lends_nothing_to_other_programs(
        installed: Path) -> None:
    """No module of the exercise can be imported by its own short name."""
    done = run(installed / "python", "-c", "import utils", cwd=installed)

    assert "No module named 'utils'" in done.stderr
