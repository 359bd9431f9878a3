"""Packages of npm that tests use: fetched once, into a folder that is kept."""
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.project.test_wheel import run

NEEDED = ("node", "npm")


@contextmanager
def kept_folder(folder: Path, tried: str) -> Iterator[None]:
    """Keep other runs out of a folder meanwhile.

    Where there is no Node, skip and name what was not tried; in CI, fail.
    """
    absent = [name for name in NEEDED if not shutil.which(name)]
    if absent:
        reason = f"{tried} was not tried: {' and '.join(absent)} not found"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(package: Path, folder: Path) -> None:
    """Fetch what a package.json names into a folder."""
    shutil.copy(package, folder)
    done = run("npm", "install", "--ignore-scripts", "--no-package-lock",
               "--no-audit", "--no-fund", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
