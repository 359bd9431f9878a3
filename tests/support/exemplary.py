"""The exemplary suites of the first exercise, run on any modules."""
import json
import shutil
import subprocess
import sys
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
# Modules that keep the course's contract as the course's own do.
PLAIN = ROOT / "tests" / "plain"
SUITES = ["test_utils", "test_client"]
NAMES = ["utils", "client", "fixtures", *SUITES]


@contextmanager
def modules_from(folder: Path) -> Iterator[None]:
    """Have the exercise's modules imported anew, from a folder, offline."""
    kept = {name: sys.modules.pop(name, None) for name in NAMES}
    offline = AssertionError("a request left the test")
    try:
        with patch.object(sys, "path", [str(folder), str(ROOT), *sys.path]), \
                patch("requests.Session.request", side_effect=offline):
            yield
    finally:
        for name, module in kept.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


def report_in(folder: Path) -> dict[str, Any]:
    """Return the checker's report on the suites, alone in a folder.

    Where they stand, all of the checkout would be copied with them.
    """
    for name in NAMES:
        shutil.copy(ROOT / f"{name}.py", folder)
    done = subprocess.run(
        [sys.executable, "-m", "winnow", "check", str(folder), "--format",
         "json"], capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def exemplary_tests() -> list[unittest.TestCase]:
    """Return every test of the exemplary suites, with their modules."""
    modules = unittest.defaultTestLoader.loadTestsFromNames(SUITES)
    return [test for module in modules for cls in module for test in cls]


def result_of(tests: list[unittest.TestCase]) -> unittest.TestResult:
    """Return what comes of some tests, run in one go."""
    result = unittest.TestResult()
    unittest.TestSuite(tests).run(result)
    return result
