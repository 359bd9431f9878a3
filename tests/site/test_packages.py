"""What the page's Python has to import, packed by the build.

- of Pygments, the modules that pytest loads, and those alone
- each library has the libraries that it needs itself
- a wheel of this package and the page have the same files of it
"""
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.site.conftest import DIST, ROOT

PACKED = DIST / "_static" / "packages.zip.zstd"
# The page's own, as Pyodide describes itself.
MARKERS = {"python_version": "3.14", "python_full_version": "3.14.2",
           "sys_platform": "emscripten", "platform_system": "Emscripten",
           "implementation_name": "cpython", "os_name": "posix",
           "platform_python_implementation": "CPython", "extra": ""}
FAILING = "def test_it():\n    wanted = 'a'  # Why.\n    assert wanted == 1"
LOADED = """
import sys, pytest
pytest.main(["--color=yes", "--code-highlight=yes", "-q", sys.argv[1]])
import pygments
for name, module in [*sys.modules.items()]:
    if name.partition(".")[0] == "pygments":
        print("loaded:" + module.__file__)
"""


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Give the names in the zip."""
    import zstandard
    whole = BytesIO(zstandard.decompress(PACKED.read_bytes()))
    with zipfile.ZipFile(whole) as archive:
        return {*archive.namelist()}


def test_pygments_has_what_pytest_loads(
        names: set[str], tmp_path: Path) -> None:
    """Where it prints a failure in colours: it loads nothing else."""
    file = tmp_path / "test_it.py"
    file.write_text(FAILING, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(file)], cwd=tmp_path,
        capture_output=True, text=True)

    above = Path(str(distribution("pygments").locate_file("")))
    loaded = {Path(line.removeprefix("loaded:")).relative_to(above).as_posix()
              for line in done.stdout.splitlines()
              if line.startswith("loaded:")}
    assert len(loaded) > 10
    assert loaded <= names
    assert len({each for each in names if each.startswith("pygments/")}) < 30


def test_each_library_has_what_it_needs(names: set[str]) -> None:
    """As its own description says, for the page's Python."""
    described = [name for name in names if name.endswith("/METADATA")]
    there = {canonicalize_name(name.partition("-")[0]) for name in described}
    needed = {canonicalize_name(requirement.name)
              for name in there
              for requirement in map(Requirement,
                                     distribution(name).requires or ())
              if not requirement.marker
              or requirement.marker.evaluate(MARKERS)}

    assert len(there) > 10
    assert needed - there == set()


def test_this_package_is_whole(names: set[str]) -> None:
    """Every module, with the exercises and the lessons in it."""
    ours = {path.relative_to(ROOT).as_posix()
            for path in (ROOT / "winnow").rglob("*.py")}
    pages = {f"winnow/bundled/github/lessons/{path.name}"
             for path in (ROOT / "lessons").glob("[0-9]*.md")}

    assert ours | pages | {
        "winnow/bundled/github/utils.py", "winnow/reports/page.html",
        "winnow/checking/confusions.toml",
        "winnow/bundled/registration/faults.toml",
        "winnow/bundled/registration/accounts.proto"} <= names
