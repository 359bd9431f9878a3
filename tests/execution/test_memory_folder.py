"""Where the working copies lie: in memory, or where the person has chosen.

- in memory, where there is room, and nothing is left there
- on the disk: by choice, with little room, where nothing can be started
- what a killed check has left is deleted, what is in use or another's is not
"""
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from winnow.system import memory_folder
from winnow.system.memory_folder import TemporaryFolder

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="other systems have no folder in memory")
GB = 2 ** 30


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is taken for one in memory, with room."""
    place = tmp_path / "shm"
    place.mkdir()
    monkeypatch.setattr(memory_folder, "_IN_MEMORY", place)
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(
        f_flag=0, f_bavail=4 * GB, f_frsize=1))
    monkeypatch.setattr(memory_folder, "_left_to_group", lambda: 16 * GB)
    monkeypatch.setattr(memory_folder, "_AVAILABLE", SimpleNamespace(
        search=lambda _: ("", 16 * GB // 1024)))
    return place


def lies_in(place: Path) -> bool:
    """Tell whether a new folder lies there; delete it."""
    new = TemporaryFolder("winnow-", 2 * GB)
    new.let_go()
    new.path.rmdir()
    return new.path.parent == place


def test_a_folder_lies_in_memory_where_there_is_room(memory: Path) -> None:
    """It is new, and its path leads nowhere else."""
    assert lies_in(memory)


@pytest.mark.parametrize("name", ["TMPDIR", "TEMP", "TMP"])
def test_who_has_chosen_a_place_gets_it(
        name: str, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variables that Python itself heeds."""
    monkeypatch.setenv(name, str(memory.parent))

    assert not lies_in(memory)


@pytest.mark.parametrize(("what", "value"), [
    ("f_bavail", 2 * GB - 1), ("f_flag", os.ST_NOEXEC)
    ] if sys.platform == "linux" else [])
def test_a_place_that_will_not_do_is_passed_over(
        what: str, value: int, memory: Path, monkeypatch: pytest.MonkeyPatch
        ) -> None:
    """It is too small, or nothing in it can be started."""
    state = {"f_flag": 0, "f_bavail": 4 * GB, "f_frsize": 1, what: value}
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(**state))

    assert not lies_in(memory)


@pytest.mark.parametrize("what", ["machine", "container"])
def test_the_tests_must_have_memory_left(
        what: str, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as much must be free as the folder may hold."""
    if what == "machine":
        monkeypatch.setattr(memory_folder, "_AVAILABLE", SimpleNamespace(
            search=lambda _: ("", 4 * GB // 1024 - 1)))
    else:
        monkeypatch.setattr(
            memory_folder, "_left_to_group", lambda: 4 * GB - 1)

    assert not lies_in(memory)


@pytest.mark.parametrize(("files", "left"), [
    ({"memory.max": "max\n", "memory.current": "5\n"}, float("inf")),
    ({"memory.max": "30\n", "memory.current": "10\n"}, 20),
    ({"memory/memory.limit_in_bytes": "9\n",
      "memory/memory.usage_in_bytes": "2\n"}, 7), ({}, float("inf"))])
def test_what_a_container_may_still_take(
        files: dict[str, str], left: float, tmp_path: Path) -> None:
    """By either version of control groups."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    assert memory_folder._left_to_group(tmp_path) == left


def test_there_is_no_such_place(
        memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or no one may write there."""
    monkeypatch.undo()
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(memory_folder, "_IN_MEMORY", memory / "gone")

    assert not lies_in(memory / "gone")


def test_what_a_killed_check_has_left_is_deleted(
        memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the next one; not what is in use, new, or called otherwise."""
    code = ("import os, sys; from pathlib import Path\n"
            "from winnow.system import memory_folder\n"
            "memory_folder._IN_MEMORY = Path(sys.argv[1])\n"
            "memory_folder._has_room = lambda least: True\n"
            "memory_folder.TemporaryFolder('winnow-', 1)\n"
            "print('made', flush=True)\nsys.stdin.read()\n")
    used, killed = (subprocess.Popen(
        [sys.executable, "-c", code, str(memory)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE) for _ in range(2))
    for each in used, killed:
        assert each.stdout and each.stdout.readline() == b"made\n"
    made = {*memory.iterdir()}
    killed.kill()
    killed.communicate()
    (memory / "other").mkdir()

    assert lies_in(memory)
    assert {*memory.iterdir()} == made | {memory / "other"}
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert lies_in(memory)
    assert len(made & {*memory.iterdir()}) == 1
    assert (memory / "other").exists()
    used.communicate()
    assert lies_in(memory)
    assert [*memory.iterdir()] == [memory / "other"]
