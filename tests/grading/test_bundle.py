"""Bundles: a zip for a platform, unpacked and run as the platform does.

- what is in one, with the modes that it needs, and the same bytes each time
- Gradescope's: a first result at once, then the grade; the learner's code can
  neither write a result nor read the policy
- Classroom 50's: result.json and release-body.md in the learner's checkout
"""
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.grading.made_records import RED, ROOT, exercise
from tests.grading.test_forms import RUNNER
from winnow.grading import container
from winnow.grading.bundle import write_bundle
from winnow.model.errors import CannotDo

POLICY = """\
secret = ["nested-map-missing-key-is-none"]
[required]
points = 40
[tests]
points = 2
"""
USER = "54321"  # A number that no process of this machine has.
OUTSIDE = Path("/usr/bin/python3")


def unpacked(form: str, folder: Path, policy: str = POLICY) -> Path:
    """Write a bundle with a policy, and unpack it as its platform does."""
    folder.mkdir(parents=True)
    grading = folder.parent / "mine.toml"
    grading.write_text(policy, "utf-8")
    write_bundle(form, folder.parent / "a.zip", exercise=exercise(),
                 policy=grading)
    with zipfile.ZipFile(folder.parent / "a.zip") as archive:
        archive.extractall(folder)
        for entry in archive.infolist():
            (folder / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    return folder


@pytest.mark.parametrize("form", ["gradescope", "classroom50"])
def test_a_bundle_has_what_it_needs(form: str, tmp_path: Path) -> None:
    """At its root, and nothing that was made by running."""
    folder = unpacked(form, tmp_path / "1" / "source")
    unpacked(form, tmp_path / "2" / "source")

    names = {path.relative_to(folder).as_posix()
             for path in folder.rglob("*") if path.is_file()}
    programs = {"gradescope": {"setup.sh", "run_autograder"},
                "classroom50": {"autograder.py"}}[form]
    assert programs | {
        "requirements.txt", "grading.toml", "exercise/faults.toml",
        "exercise/utils.py", "exercise/client.py", "exercise/fixtures.py",
        "winnow/__main__.py", "winnow/grading/learner.html"} <= names
    assert not any("__pycache__" in name or "test_" in name
                   for name in names if not name.startswith("winnow/"))
    assert all((folder / name).stat().st_mode & 0o111 for name in programs)
    assert (folder / "grading.toml").stat().st_mode & 0o077 == 0
    assert "jinja2" in (folder / "requirements.txt").read_text()
    assert (tmp_path / "1" / "a.zip").read_bytes() == (
        tmp_path / "2" / "a.zip").read_bytes()


def test_a_wrong_policy_makes_no_bundle(tmp_path: Path) -> None:
    """A fault that is misspelt would not be secret."""
    with pytest.raises(CannotDo, match="line 1: `secret` names"):
        unpacked("gradescope", tmp_path / "source",
                 POLICY.replace("missing", "mising"))
    assert not (tmp_path / "a.zip").exists()
    with pytest.raises(CannotDo, match="gradescope and classroom50"):
        write_bundle("moodle", tmp_path / "a.zip", exercise=exercise())


@pytest.mark.parametrize("program", ["setup.sh", "run_autograder"])
def test_a_program_is_a_script_without_mistakes(program: str) -> None:
    """As far as bash can tell without running it."""
    path = ROOT / "winnow" / "grading" / "bundles" / program

    done = subprocess.run(["bash", "-n", str(path)], capture_output=True,
                          text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert path.read_bytes().startswith(b"#!/usr/bin/env bash\n")


def autograder(tmp_path: Path, suite: str) -> Path:
    """Return Gradescope's folder, with a learner's suite in it."""
    root = tmp_path / "autograder"
    unpacked("gradescope", root / "source")
    (root / "submission").mkdir()
    (root / "results").mkdir()
    (root / "submission" / "test_utils.py").write_text(suite, "utf-8")
    (root / "submission_metadata.json").write_text(json.dumps({
        "created_at": "2026-11-28T18:00:00Z",
        "assignment": {"due_date": "2026-11-28T10:00:00-08:00"}}))
    return root


def run_autograder(root: Path, **more: str) -> subprocess.CompletedProcess[
        str]:
    """Run a bundle's program as Gradescope does."""
    return subprocess.run(
        ["bash", str(root / "source" / "run_autograder")], text=True,
        capture_output=True, env={
            "PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root),
            "WINNOW_PYTHON": sys.executable, "WINNOW_USER": USER, **more})


def result_of(root: Path) -> dict[str, object]:
    """Return what Gradescope would read."""
    found: dict[str, object] = json.loads(
        (root / "results" / "results.json").read_text("ascii"))
    return found


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that another user may enter; pytest's own are closed."""
    folder = Path("/tmp") / f"winnow-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)


def python_for_all(folder: Path) -> str:
    """Return a Python that every user may run, with the libraries of ours."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    if not OUTSIDE.exists() or subprocess.run(
            [str(OUTSIDE), "-c", "import sys, venv, ensurepip; "
             "sys.exit(sys.version_info < (3, 10))"]).returncode:
        pytest.skip(f"{OUTSIDE} is no Python 3.10 or later with venv")
    subprocess.run([str(OUTSIDE), "-m", "venv", "--without-pip",
                    str(folder)], check=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    ours = Path(pytest.__file__).parent.parent
    (packages / "ours.pth").write_text(f"{ours}\n")
    return str(folder / "bin" / "python")


TAMPERS = '''\
import os, pathlib, subprocess, unittest
from utils import access_nested_map

ROOT = pathlib.Path({root!r})


class TestTampers(unittest.TestCase):
    def test_follows_a_path(self):
        self.assertEqual(access_nested_map({{"a": {{"b": 2}}}}, ("a", "b")), 2)

    def test_is_another_user(self):
        self.assertNotEqual(os.getuid(), 0)

    def test_writes_no_result(self):
        with self.assertRaises(PermissionError):
            (ROOT / "results" / "results.json").write_text("{{}}")

    def test_reads_no_policy(self):
        with self.assertRaises(PermissionError):
            (ROOT / "source" / "grading.toml").read_text()

    def test_leaves_a_process(self):
        subprocess.Popen(["sleep", "300"], start_new_session=True)
'''


@pytest.mark.slow
def test_gradescope_runs_learners_as_another_user(open_folder: Path) -> None:
    """Their tests pass because they may not do what they try."""
    python = python_for_all(open_folder / "venv")
    root = autograder(open_folder, "")
    (root / "submission" / "test_utils.py").write_text(
        TAMPERS.format(root=str(root)))

    done = run_autograder(root, WINNOW_PYTHON=python)

    result = result_of(root)
    assert done.returncode == 0, done.stderr
    assert "5 of 5" in json.dumps(result)
    states = subprocess.run(["ps", "-o", "stat=", "-u", USER], text=True,
                            capture_output=True).stdout.split()
    assert [state for state in states if not state.startswith("Z")] == []


def test_gradescope_says_that_there_is_no_such_user(tmp_path: Path) -> None:
    """Which is a mistake in the image, and no zero without a word."""
    if os.geteuid() != 0:
        pytest.skip("only root would change the user")
    root = autograder(tmp_path, RED)

    done = run_autograder(root, WINNOW_USER="nobody-of-that-name")

    assert done.returncode == 0, done.stderr
    assert "There is no user nobody-of-that-name" in str(result_of(root))
    with pytest.raises(CannotDo, match="not run as root"):
        container.account("0")


@pytest.mark.slow
def test_gradescope_gets_the_grade_of_a_suite(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of 40 required faults, and one of two tests."""
    root = autograder(tmp_path, RED)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert container.gradescope_run(root) == 0

    result = result_of(root)
    assert result["score"] == 2
    assert "0 of 1 faults that stay secret" in json.dumps(result)
    assert "nested-map-missing-key-is-none" not in json.dumps(result)


def test_gradescope_says_why_a_submission_cannot_be_judged(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `winnow check` does; the path is that of the learner."""
    root = autograder(tmp_path, "")
    (root / "submission" / "test_utils.py").rename(
        root / "submission" / "notes.txt")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    container.gradescope_run(root)

    result = result_of(root)
    assert result["score"] == 0
    assert str(result["output"]).startswith("0 of 42 points. ")
    assert "test" in str(result["output"])
    assert "/tmp" not in str(result["output"])


def test_a_first_result_is_there_whatever_happens(tmp_path: Path) -> None:
    """Here the bundle has lost its exercise."""
    root = autograder(tmp_path, RED)
    (root / "source" / "exercise" / "faults.toml").unlink()

    run_autograder(root)

    assert result_of(root)["score"] == 0
    assert result_of(root)["output"]


@pytest.mark.slow
def test_classroom50_leaves_a_result_in_the_checkout(tmp_path: Path) -> None:
    """Beside the learner's files, which are as they were."""
    bundle = unpacked("classroom50", tmp_path / "bundle")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "test_utils.py").write_text(RED, "utf-8")
    # A learner's module of that name is not the one that grades.
    (checkout / "jinja2.py").write_text("raise SystemExit('mine')\n")

    done = subprocess.run(
        [sys.executable, str(bundle / "autograder.py")], cwd=checkout,
        text=True, capture_output=True, env={
            "PATH": os.environ["PATH"], "HOME": str(tmp_path), **RUNNER})

    assert done.returncode == 0, done.stderr
    result = json.loads((checkout / "result.json").read_text("ascii"))
    assert (result["score"], result["max-score"]) == (2, 42)
    assert {path.name for path in checkout.iterdir()} == {
        "test_utils.py", "jinja2.py", "result.json", "release-body.md"}


def test_classroom50_without_its_runner_is_told(tmp_path: Path) -> None:
    """By an annotation, and a status that is an error there."""
    bundle = unpacked("classroom50", tmp_path / "bundle")
    (bundle / "exercise" / "faults.toml").unlink()

    done = subprocess.run(
        [sys.executable, str(bundle / "autograder.py")], cwd=tmp_path,
        text=True, capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)})

    assert done.returncode == 1
    assert done.stderr.startswith("::error::")
    assert not (tmp_path / "result.json").exists()
