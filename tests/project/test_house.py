"""The documents and workflows of the house say what is so.

- ARCHITECTURE.md has a line for each module: the module's own docstring
- every file that it names is there
- the workflows keep their published schemas, and run commands that `make` or
  the README has
- the action's shell step writes a summary, and keeps the status
"""
import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
WORKFLOW = ROOT / ".github" / "workflows" / "tests.yml"
SITE = ROOT / ".github" / "workflows" / "site.yml"
ACTION = ROOT / "action.yml"


def described() -> dict[str, str]:
    """Return what ARCHITECTURE.md says of each module, by its path."""
    found = {}
    for heading, body in re.findall(
            r"^### `([^`]+)/`\n(.*?)(?=^### |\Z)", ARCHITECTURE,
            re.MULTILINE | re.DOTALL):
        found[f"{heading}/__init__.py"] = body.strip().partition("\n")[0]
        for name, text in re.findall(r"^\| `(\w+\.py)` \| (.*) \|$", body,
                                     re.MULTILINE):
            found[f"{heading}/{name}"] = text
    return found


def test_each_module_has_its_line() -> None:
    """Which is the first of its docstring, so that nothing is said twice."""
    paths = {path.relative_to(ROOT).as_posix(): path
             for path in (ROOT / "winnow").rglob("*.py")
             if path.parent != ROOT / "winnow"}

    assert described() == {
        name: (ast.get_docstring(ast.parse(path.read_bytes())) or ""
               ).partition("\n")[0] for name, path in paths.items()}


def test_what_is_named_is_there() -> None:
    """In the ways of a check, paths are below `winnow/`."""
    above, _, _ = ARCHITECTURE.partition("## The rooms, file by file")
    names = set(re.findall(r"`([\w./]+(?:\.\w+|/))`", above))
    files = {path.name for path in (ROOT / "winnow").rglob("*")}

    assert len(names) > 30
    assert [name for name in names if not (
        (ROOT / name).exists() or (ROOT / "winnow" / name).exists()
        or name in files)] == []


@pytest.mark.parametrize(("schema", "file"), [
    ("vendor.github-workflows", WORKFLOW), ("vendor.github-workflows", SITE),
    ("vendor.github-actions", ACTION)])
def test_a_workflow_keeps_the_published_schema(
        schema: str, file: Path) -> None:
    """The schema comes with check-jsonschema; no network is asked."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema",
         schema, str(file)], text=True, capture_output=True)

    assert done.returncode == 0, done.stdout


def test_what_a_workflow_runs_is_known_here() -> None:
    """A script of ours, or a command that the documents have, or pip."""
    known = "\n".join((ROOT / name).read_text("utf-8") for name in (
        "README.md", "Makefile", "CONTRIBUTING.md", "docs/usage.md"))
    commands = re.findall(
        r"^ +- run: (.*)$", WORKFLOW.read_text("utf-8")
        + SITE.read_text("utf-8"), re.MULTILINE)

    assert len(commands) > 4
    for command in commands:
        words = shlex.split(command)
        if words[:2] == ["sudo", "git"]:
            continue
        if words[0] == "sudo":
            assert (ROOT / words[-1]).is_file()
            continue
        if words[:3] == ["python", "-m", "pip"]:
            continue
        if words[:3] == ["python", "-m", "pytest"]:
            assert all((ROOT / word).is_file() for word in words[3:])
        for part in words[:3] if words[0] == "python" else words[:2]:
            assert part in known, command


@pytest.mark.parametrize(("tests", "modules", "status", "title"), [
    ("examples/first_try", "", 1, "The GitHub organisation client"),
    (".", "", 0, "The GitHub organisation client"),
    ("tests/temperatures/test_scales.py", "tests/temperatures/scales.py", 1,
     "tests/temperatures/scales.py")])
@pytest.mark.slow
def test_the_action_writes_a_summary(
        tests: str, modules: str, status: int, title: str, tmp_path: Path
        ) -> None:
    """And ends with the status of the check."""
    action = ACTION.read_text("utf-8")
    step = action.partition("      run: |\n")[2]
    script = re.sub(r"^ {8}", "", step, flags=re.MULTILINE)

    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script], cwd=ROOT, text=True,
        capture_output=True, env={
            **os.environ, "TESTS": tests if tests != "." else str(ROOT),
            "MODULES": modules, "ARGUMENTS": "--jobs 2",
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "PATH":
            f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"})

    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert (tmp_path / "summary").read_text("utf-8").startswith(
        f"## {title}")
