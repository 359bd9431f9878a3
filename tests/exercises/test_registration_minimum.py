"""The lowest versions that pyproject.toml lets in run the registration.

- what it needs is installed in a new environment, each as low as it may be
- its suites for unittest are green there, and its command starts

A minimum that nobody ever installed is a guess. uv chooses: of what is named
in pyproject.toml the lowest, of what these need in turn the newest that fits.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.soak

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "registration"
# What the suites need besides. Older test clients of Starlette's ask by httpx.
BESIDES = ("aiosmtpd", "httpx", "parameterized", "requests", "pytest")


def ran(*command: str | Path) -> str:
    """Return what a command prints, which ends well."""
    done = subprocess.run(
        [str(each) for each in command], cwd=ROOT, capture_output=True,
        text=True, env={**os.environ, "BACKENDS": "embedded"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the Python of an environment with the lowest versions."""
    folder = tmp_path_factory.mktemp("lowest")
    chosen = folder / "chosen.txt"
    uv = (sys.executable, "-m", "uv", "pip")
    ran(sys.executable, "-m", "venv", "--without-pip", folder / "new")
    python = folder / "new" / "bin" / "python"
    ran(*uv, "compile", "pyproject.toml", "--extra", "registration",
        "--resolution", "lowest-direct", "--python", python, "-o", chosen)
    ran(*uv, "install", "--python", python, "-r", chosen, *BESIDES)
    return python


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason=(
    "they are tried on 3.11 alone: a newer Python needs newer versions"))
def test_the_lowest_versions_run_the_registration(python: Path) -> None:
    """As pyproject.toml names them, and not newer ones."""
    import tomllib  # Since Python 3.11.
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[
        "project"]["optional-dependencies"]
    lowest = dict(re.split(r"(?:\[.*\])?>=", each)
                  for each in extras["registration"])
    there = dict(line.split("==") for line in ran(
        sys.executable, "-m", "uv", "pip", "freeze", "--python", python
    ).splitlines() if "==" in line)

    assert {name: there[name] for name in lowest
            if not re.fullmatch(rf"{re.escape(lowest[name])}(\.0)*",
                                there[name])} == {}
    assert "migrate" in ran(python, FOLDER, "--help")
    assert "\nOK" in ran(python, "-m", "unittest", "discover", "-s", FOLDER,
                         "-p", "test_[uie]*.py")
