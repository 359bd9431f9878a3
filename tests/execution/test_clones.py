"""A test runs as in a process of its own, and nothing of it remains.

- the process that is cloned has started nothing
- what a test finds about it is what it would find without the checker
- the report does not depend on how many processes run at a time
- the learner's folder is not touched
"""
import json
import sys
from pathlib import Path

import pytest

from tests.support.checking import (
    OF_TEMPERATURES,
    SCALES,
    STATION,
    Row,
    report_on,
    run,
    run_row,
    write,
)
from winnow.execution.backend import WAYS

# Looks at the process whenever it is cloned, from within it.
AT_EACH_FORK = """
import json
import os
import sys
import threading

fork = os.fork
checker = os.getpid()
found = []


def sockets():
    for number in os.listdir("/proc/self/fd"):
        try:
            yield os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
        except OSError:
            pass


def looking():
    if os.getpid() == checker:
        found.append([len(os.listdir("/proc/self/task")),
                      threading.active_count(), sum(sockets()),
                      "scales" in sys.modules, "test_scales" in sys.modules])
    return fork()


os.fork = looking
from winnow.__main__ import main
main()
print(json.dumps(found))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(),
                    reason="the system has no /proc to look at")
@pytest.mark.parametrize("style", ["", "import pytest, requests\n"])
def test_the_warm_process_has_started_nothing(
        style: str, tmp_path: Path) -> None:
    """No thread and no connection, and nothing of the learner's."""
    write(tmp_path / "learner", {"test_scales.py": style + SCALES})

    ran = run([sys.executable, "-c", AT_EACH_FORK, "check", "learner",
               *OF_TEMPERATURES], tmp_path)

    found = json.loads(ran.out.splitlines()[-1])
    assert found
    assert set(map(tuple, found)) == {(1, 1, 0, False, False)}


# What is so in a test that is run by `python -m unittest`.
FOUND = {
    "warnings are shown": """
with warnings.catch_warnings(record=True) as caught:
    warnings.warn("old", DeprecationWarning)
self.assertEqual(len(caught), 1)
""",
    "temporary files go where TMPDIR says": """
self.assertEqual(os.path.dirname(tempfile.mkdtemp()), os.environ["TMPDIR"])
""",
    "the folder has its name": """
self.assertEqual(os.path.basename(os.getcwd()), "learner")
""",
    "the file stands in the folder": """
self.assertEqual(os.path.dirname(__file__), os.getcwd())
self.assertEqual(os.path.dirname(scales.__file__), os.getcwd())
""",
    "the folder is the first to be searched": """
self.assertEqual(sys.path[0], os.getcwd())
""",
    "nobody traces": """
self.assertIsNone(sys.gettrace())
self.assertIsNone(sys.getprofile())
""",
    "the low numbers of files are free": """
self.assertEqual([each for each in range(3, 64) if os.path.exists(each)], [])
""",
    "nobody else runs": """
self.assertEqual(threading.active_count(), 1)
self.assertRaises(ChildProcessError, os.wait)
""",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", FOUND)
@pytest.mark.by_turns
def test_a_test_finds_what_it_would_find_without_the_checker(
        what: str, way: str, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """The test passes in a fresh process, and so it does here."""
    monkeypatch.setenv("WINNOW_POOL", way)
    body = FOUND[what].replace("\n", "\n        ")

    report = report_on(tmp_path, {"test_scales.py": f"""
import os, sys, tempfile, threading, unittest, warnings
import scales


class TestScales(unittest.TestCase):
    def test_it(self):
        {body}
"""})

    assert [(test["message"], test["catches"])
            for test in report["tests"]] == [(None, [])]


@pytest.mark.parametrize("style", ["", "import pytest\n"])
@pytest.mark.by_turns
def test_the_report_does_not_depend_on_the_number_of_jobs(
        style: str, tmp_path: Path) -> None:
    """Nor on which of them ends first: times aside, all are equal."""
    files = {"test_station.py": style + STATION,
             "test_scales.py": style + SCALES + '''
    def test_red(self):
        self.fail("no")

    def test_how(self):
        import inspect
        self.assertIn("9 / 5 + 32", inspect.getsource(to_fahrenheit))
'''}

    reports = [report_on(tmp_path, files, "--jobs", jobs)
               for jobs in ("1", "2", "4", "2")]

    for report in reports:
        report.pop("seconds")
    assert reports[1:] == reports[:1] * 3


def test_a_learners_folder_is_not_touched(tmp_path: Path) -> None:
    """A suite that writes, moves and deletes does so in a copy."""
    ran = run_row(Row("rough", {
        "notes/diary.txt": "1 May: sunny\n",
        "test_scales.py": '''
import os, pathlib, shutil, unittest
from scales import to_fahrenheit

HERE = pathlib.Path(__file__).parent


class TestScales(unittest.TestCase):
    def test_a(self):
        pathlib.Path("notes/diary.txt").write_text("rain")
        (HERE / "notes" / "new.txt").write_text("snow")
        os.utime(HERE / "test_scales.py", (0, 0))
        os.chmod(HERE / "test_scales.py", 0o600)
        os.rename(HERE / "notes", HERE / "diary")

    def test_b(self):
        shutil.rmtree(HERE / "diary")
        os.remove(__file__)
        self.assertEqual(to_fahrenheit(0), 32)
'''}, 1, ()), tmp_path)

    ran.assert_tidy()
    assert "2 of 2 tests pass" in ran.said
    assert "1 of 4 faults caught" in ran.said
