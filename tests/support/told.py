"""What the learners' suites in some folders are told, as JSON.

`python -m tests.support.told FOLDER ... --whole FOLDER ...`: on the first no
fault is tried. A process of its own does it, for those that it clones are then
small: in one of pytest's it takes twenty times as long.
"""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from winnow.checking.check import check
from winnow.checking.options import Options

ROOT = Path(__file__).parents[2]


def told(folders: Iterable[Path], whole: Iterable[Path] = ()
         ) -> dict[str, Any]:
    """Return what each folder is told, by its path."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.told", *map(str, folders),
         "--whole", *map(str, whole)],
        cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    reports: dict[str, Any] = json.loads(done.stdout)
    return reports


def _report(folder: str, is_whole: bool) -> dict[str, Any]:
    """Return what is told of one suite: of its tests, and besides."""
    report = check([Path(folder)], Options(
        exercise=str(ROOT), jobs=2, only=None if is_whole else frozenset()))
    return {
        "valid": report.valid, "notes": report.notes,
        "told": {**{test: report.coaching.get(test, "")
                    for test in report.invalid},
                 **{each.test: each.advice for each in report.problems
                    if each.kind == "import"}},
        "problems": [[each.kind, each.line or 0, each.detail, each.advice]
                     for each in report.problems]}


def _main() -> None:
    """Print what all folders are told."""
    folders = sys.argv[1:]
    mark = folders.index("--whole")
    print(json.dumps({folder: _report(folder, number > mark)
                      for number, folder in enumerate(folders)
                      if number != mark}))


if __name__ == "__main__":
    _main()
