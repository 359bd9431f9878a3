"""`pytest --winnow`: real runs of pytest that end with a report.

- what it says, and the exit status: pytest's own, unless that is 0
- what was not run, not chosen or not checked is said
- without the option, within a check and in xdist's workers it does nothing
"""
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import checking
from tests.support.checking import (
    NO_PLUGINS,
    OF_TEMPERATURES,
    PATIENCE,
    SCALES,
    STATION,
    TEMPERATURES,
    WINNOW,
    Files,
    Row,
    write,
)
from winnow import WITHIN

ROOT = Path(__file__).parents[2]
# Plugins that take seconds to load.
WITHOUT_THE_SLOW = (
    "-pno:schemathesis", "-pno:hypothesispytest", "-pno:anyio")
CHECKED = ("--winnow", f"--winnow-exercise={TEMPERATURES}")
PYTEST = str(Path(sys.executable).with_name("pytest"))
WHOLE = SCALES + """
    def test_the_mean_of_none(self):
        self.assertRaises(ValueError, mean, [])
"""
GOOD = {"test_scales.py": WHOLE, "test_station.py": STATION,
        "scales.py": (TEMPERATURES / "scales.py").read_text(),
        "station.py": (TEMPERATURES / "station.py").read_text()}
POOR = {**GOOD, "test_scales.py": "import scales\n\n\n"
        "def test_it():\n    assert scales.to_fahrenheit(0) == 32\n"}
FAILING = {**GOOD, "test_scales.py": WHOLE +
           "\n    def test_wrong(self):\n        self.fail('mine')\n"}
FAULTS, UNDONE = "faults caught", "winnow: nothing was checked"
# It asks for a check in every pytest, and a test of it runs pytest.
WITHIN_ITSELF = {**GOOD, "pytest.ini": "[pytest]\naddopts = --winnow\n",
                 "test_scales.py": WHOLE + """
    def test_pytest(self):
        import os, subprocess, sys
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "test_station.py",
             "-pwinnow.cli.pytest_plugin"], capture_output=True, text=True,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
        self.assertIn("passed", done.stdout)
        self.assertNotIn("= winnow =", done.stdout)
"""}

# Tells whether anything waits for the end of a run, to check.
LISTENING = """
import os, pathlib

def pytest_sessionfinish(session):
    plugins = session.config.pluginmanager.get_plugins()
    name = os.environ.get("PYTEST_XDIST_WORKER", "main")
    pathlib.Path(name + ".log").write_text(str(any(
        type(each).__module__ == "winnow.cli.pytest_plugin"
        for each in plugins)))
"""


def case(name: str, files: Files, status: int, says: tuple[str, ...],
         never: tuple[str, ...], *arguments: str) -> Row:
    """Return a row whose arguments are those of pytest."""
    return Row(name, files, status, says, never, arguments)


ROWS = [
    case("without it", POOR, 0, ("passed",), ("winnow:", FAULTS)),
    case("all is caught", GOOD, 0, ("passed", FAULTS, "nothing left to say"),
         ("whole files",), *CHECKED),
    case("a fault is missed", POOR, 1, ("passed", "would miss"), (), *CHECKED),
    case("a test fails", FAILING, 1, ("1 failed", FAULTS, "test_wrong"), (),
         *CHECKED),
    case("the core alone", GOOD, 0, (FAULTS,), ("beyond",), *CHECKED,
         "--winnow-level=core"),
    case("all that is missed", POOR, 1, ("would miss",), ("--all",), *CHECKED,
         "--winnow-all"),
    case("an unknown level", GOOD, 2, ("invalid choice: 'x'",), (FAULTS,),
         *CHECKED, "--winnow-level=x"),
    case("a module of one's own", POOR, 1,
         ("scales.py, line", "would miss"), (), "--winnow",
         "--winnow-module=scales.py", "test_scales.py"),
    case("no exercise", {"test_it.py": "def test_it(): pass"}, 2,
         ("no import of a module",), (), "--winnow"),
    case("quietly", GOOD, 0, (FAULTS,), (), *CHECKED, "-qq"),
    case("without a terminal", GOOD, 0, (FAULTS,), ("passed",), *CHECKED,
         "-p", "no:terminal"),
    case("a part of it", GOOD, 0, ("deselected", "whole files", FAULTS,
                                   "no test_station.py"), (),
         *CHECKED, "-k", "mean"),
    case("one test by its id", GOOD, 0, ("whole files",), (), *CHECKED,
         "test_scales.py::TestScales"),
    case("collected only", GOOD, 0, (f"{UNDONE}: no test ran.",), (FAULTS,),
         *CHECKED, "--collect-only"),
    case("no test", {"test_it.py": ""}, 5, (f"{UNDONE}: pytest found no",),
         (), *CHECKED),
    case("stopped by -x", FAILING, 1, (f"{UNDONE}: pytest stopped",),
         (FAULTS,), *CHECKED, "-x"),
    case("a file that fails to import",
         {**GOOD, "test_more.py": "import nowhere"}, 2,
         (f"{UNDONE}: pytest stopped",), (FAULTS,), *CHECKED),
    case("a doctest alone",
         {"scales.py": '"""Scales.\n\n>>> 1\n1\n"""\n'}, 0,
         (f"{UNDONE}: no test in a file of tests ran",), (FAULTS,), *CHECKED,
         "--doctest-modules"),
    case("two folders",
         {**GOOD, "below/test_below.py": "import unittest\n\n\n"
          "class TestIt(unittest.TestCase):\n    def test_it(self): pass\n"},
         0, ("the tests in below were not checked", FAULTS), (), *CHECKED),
    case("two folders, neither of them this one",
         {"a/test_a.py": "def test_a(): pass",
          "b/test_b.py": "def test_b(): pass"}, 2,
         ("check one folder at a time",), (FAULTS,), *CHECKED),
    case("an option without the first", GOOD, 4,
         ("--winnow-level goes only with --winnow",), (FAULTS,),
         "--winnow-level=core"),
    case("a module named as one of Python's",
         {**GOOD, "json.py": "raise SystemError"}, 0, (FAULTS,), (), *CHECKED,
         "-p", "no:cacheprovider"),
]


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder whose metadata register the plugin as ours do.

    So what is tried is what pyproject.toml says, whenever it was installed.
    """
    text = (ROOT / "pyproject.toml").read_text()
    entries = text.partition("[project.entry-points.pytest11]\n")[2]
    first = entries.partition("\n\n")[0].replace('"', "")
    return write(tmp_path_factory.mktemp("site"), {
        "winnow_tests-0.dist-info/entry_points.txt": f"[pytest11]\n{first}\n",
        "winnow_tests-0.dist-info/METADATA":
            "Metadata-Version: 2.1\nName: winnow-tests\nVersion: 0\n"})


def pytested(folder: Path, registered: Path, *arguments: str,
             command: tuple[str, ...] = (PYTEST,),
             **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run pytest in a folder, with the plugin and the checkout in its path.

    Other plugins are loaded as well, but for those that take long.
    """
    paths = [str(ROOT), str(registered), os.environ.get("PYTHONPATH", "")]
    if command == (PYTEST,):
        arguments = (*WITHOUT_THE_SLOW, *arguments)
    return subprocess.run(
        [*command, *arguments], cwd=folder, capture_output=True, text=True,
        timeout=PATIENCE, stdin=subprocess.DEVNULL, env={
            **checking.environment(),
            NO_PLUGINS: "" if command == (PYTEST,) else "1",
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONDONTWRITEBYTECODE": "1", **environment})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.by_turns("soak", "slow", "soak")
def test_what_comes_of_a_run(
        row: Row, registered: Path, tmp_path: Path) -> None:
    """The report is behind all that pytest says, and no inside is shown."""
    folder = write(tmp_path / "learner", row.files)

    done = pytested(folder, registered, *row.arguments)

    said = " ".join(f"{done.stdout} {done.stderr}".split())
    assert done.returncode == row.status, said
    assert [words for words in row.says if words not in said] == [], said
    assert [words for words in row.never if words in said] == [], said
    assert "Traceback (" not in said and "INTERNALERROR" not in said
    if FAULTS in said and "passed in" in said:
        assert said.index("passed in") < said.index(FAULTS)


def test_the_report_is_that_of_the_command(
        registered: Path, tmp_path: Path) -> None:
    """Word for word."""
    folder = write(tmp_path / "learner", POOR)

    done = pytested(folder, registered, *CHECKED)
    whole = pytested(folder, registered, command=(
        WINNOW, "check", *OF_TEMPERATURES)).stdout

    assert "would miss" in whole and done.stdout.endswith(f"=\n{whole}")


@pytest.mark.parametrize("runner", ["unittest", "pytest"])
@pytest.mark.slow
def test_within_a_check_it_does_nothing(
        runner: str, registered: Path, tmp_path: Path) -> None:
    """Or a project that always asks for a check would never have done."""
    folder = write(tmp_path / "learner", WITHIN_ITSELF)

    done = pytested(folder, registered, command=(
        WINNOW, "check", *OF_TEMPERATURES, "--runner", runner,
        "--timeout", "20"))

    assert "8 of 8 tests pass" in done.stdout, done.stdout
    assert done.stdout.count(FAULTS) == 1, done.stdout + done.stderr
    outside = pytested(folder, registered, "-qq", **{WITHIN: "1"})
    assert FAULTS not in outside.stdout and outside.returncode == 0


def test_with_workers_only_the_one_that_leads_prints(
        registered: Path, tmp_path: Path) -> None:
    """The files of all the workers are checked, and once."""
    if not importlib.util.find_spec("xdist"):
        pytest.skip("not tried: pytest-xdist is not installed")
    folder = write(tmp_path / "learner", {**GOOD, "conftest.py": LISTENING})

    done = pytested(folder, registered, *CHECKED, "-n2")

    listening = {path.stem: path.read_text() for path in folder.glob("*.log")}
    assert listening == {"gw0": "False", "gw1": "False", "main": "True"}
    assert done.returncode == 0
    assert done.stdout.count(FAULTS) == 1
    assert "test_scales.py, test_station.py" in done.stdout


def test_the_manual_names_options_that_there_are(
        registered: Path, tmp_path: Path) -> None:
    """All of ours, too: each stands in what pytest says of itself."""
    named, told = (
        set(re.findall(r"--winnow[a-z-]*", text)) for text in (
            (ROOT / "docs" / "usage.md").read_text("utf-8"),
            pytested(tmp_path, registered, "--help").stdout))

    assert named == told
    assert len(told) == 5


def test_without_the_option_it_loads_no_other_room(
        registered: Path, tmp_path: Path) -> None:
    """Every pytest of the environment pays for what it loads."""
    write(tmp_path, {"test_it.py": "import sys\n\n\ndef test_it():\n    print("
                     "[n for n in sys.modules if n.startswith('winnow')])\n"})

    done = pytested(tmp_path, registered, "-s", "-p", "no:cacheprovider")

    loaded = ["winnow", "winnow.cli", "winnow.cli.pytest_plugin"]
    assert str(loaded) in done.stdout
