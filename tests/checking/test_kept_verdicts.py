"""Verdicts are taken from an earlier check where nothing has changed.

- each kind of change after which all is tried again, and each that is none
- what an interrupted or killed check leaves for the next
- what is never kept: what hangs, what another machine's state decides
- a file of verdicts that is broken, full, or cannot be written
"""
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from winnow.checking import confirmation, kept_verdicts, rests_on
from winnow.checking.kept_verdicts import Kept, Store
from winnow.checking.module_check import check_modules
from winnow.checking.options import Options
from winnow.checking.trials import Progress
from winnow.execution import pool
from winnow.model.outcome import Verdict
from winnow.model.report import FaultVerdict, Report
from winnow.subjects.project import find
from winnow.subjects.selection import Selection
from winnow.system.cache_folder import cache_folder, keep_below

FILES = {
    "pyproject.toml": "[tool.other]\nx = 1\n",
    "shop.py": "import rates\n\n\ndef price(net):\n"
               "    return net * rates.factor()\n\n\n"
               "def is_large(net):\n    return net > 100\n",
    "rates.py": "def factor():\n    return 2\n",
    "test_shop.py": "import os\n\nimport shop\n\n\ndef test_price():\n"
                    "    assert shop.price(3) == 6\n\n\n"
                    "def test_large():\n    assert shop.is_large(500)\n"
                    "    assert not shop.is_large(5)\n"
                    "    open(os.environ['ELSEWHERE']).close()\n",
    "conftest.py": "",
    "data/rows.csv": "1,2\n",
    "old.txt": "",
}


@dataclass
class Place:
    """A project, a folder of libraries beside it, and where verdicts go."""

    project: Path
    library: Path
    base: Path

    def write(self, path: str, text: str) -> None:
        """Write a file of the project."""
        (self.project / path).parent.mkdir(parents=True, exist_ok=True)
        (self.project / path).write_text(text)

    def check(self, options: Options = Options(), output: str = "report.html",
              choice: Selection = Selection(),
              progress: Progress = lambda done, of: None) -> Report:
        """Check the project's module, with what is kept."""
        own = (self.project / output,) if output else ()
        return check_modules(
            [Path(".")], [Path("shop.py")], options, choice, progress,
            keeping=lambda folder: Store(self.base, folder, own))

    def verdicts(self) -> list[Path]:
        """Return the files of verdicts."""
        return sorted(self.base.glob("*/verdicts/*"))


def installed(tmp_path: Path) -> Place:
    """Return a project, and libraries: one is installed where it is worked on.
    """
    place = Place(tmp_path / "project", tmp_path / "library",
                  tmp_path / "base")
    place.write("../elsewhere.txt", "")
    for path, text in {**FILES, "report.html": "1"}.items():
        place.write(path, text)
    (place.project / "link.txt").symlink_to("data/rows.csv")
    for path, text in {
            "rows/__init__.py": "x = 1\n", "worked/worked.py": "x = 1\n",
            "worked-1.dist-info/METADATA": "Name: worked\n",
            "worked-1.dist-info/direct_url.json": json.dumps(
                {"url": (tmp_path / "library" / "worked").as_uri(),
                 "dir_info": {"editable": True}})}.items():
        (place.library / path).parent.mkdir(parents=True, exist_ok=True)
        (place.library / path).write_text(text)
        os.utime(place.library / path, (1, 1))
    return place


@contextmanager
def entered(place: Place) -> Iterator[pytest.MonkeyPatch]:
    """Work in a project whose libraries Python finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.project)
        patch.syspath_prepend(place.library)
        patch.syspath_prepend(place.library / "more.zip")
        patch.setenv("LANGUAGE", "en")
        patch.setenv("ELSEWHERE", str(place.project.parent / "elsewhere.txt"))
        yield patch


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give a project that was checked once, and leave it as it is."""
    place = installed(tmp_path_factory.mktemp("first") / "place")
    with entered(place):
        assert not known(place.check())
    shutil.copytree(place.project.parent, place.project.parent.with_name(
        "pattern"), symlinks=True)
    return place


@pytest.fixture
def patch(first: Place) -> Iterator[pytest.MonkeyPatch]:
    """Work in the project that was checked, as it was then."""
    folder = first.project.parent
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("pattern"), folder, symlinks=True)
    with entered(first) as patch:
        yield patch


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give a project that nobody has checked."""
    place = installed(tmp_path)
    with entered(place):
        yield place


def known(report: Report) -> bool:
    """Tell whether verdicts were taken from an earlier check."""
    return any("known from an earlier check" in note for note in report.notes)


def verdicts(report: Report) -> dict[str, Verdict]:
    """Return what was said of each fault."""
    return {each.fault.name: each.outcome for each in report.faults}


ONE = Selection(sample=1, confirm=False)
Change = Callable[[Place, pytest.MonkeyPatch], object]

CHANGES: dict[str, Change] = {
    "a test": lambda place, _: place.write(
        "test_shop.py", FILES["test_shop.py"].replace("500", "101")),
    "a conftest.py": lambda place, _: place.write("conftest.py", "x = 1\n"),
    "a data file of the same size": lambda place, _: place.write(
        "data/rows.csv", "1,3\n"),
    "a module imported by the module": lambda place, _: place.write(
        "rates.py", "def factor():\n    return 1 + 1\n"),
    "the module, in a comment": lambda place, _: place.write(
        "shop.py", FILES["shop.py"] + "# More to come.\n"),
    "a new file of tests": lambda place, _: place.write(
        "test_more.py", "def test_more():\n    pass\n"),
    "a new folder": lambda place, _: (place.project / "out").mkdir(),
    "a file deleted": lambda place, _: (place.project / "old.txt").unlink(),
    "a file renamed": lambda place, _: (place.project / "old.txt").rename(
        place.project / "new.txt"),
    "the target of a link": lambda place, _: (
        place.write("other.csv", "9,9\n"),
        (place.project / "link.txt").unlink(),
        (place.project / "link.txt").symlink_to("other.csv")),
    "the mode of a file": lambda place, _: (
        place.project / "old.txt").chmod(0o755),
    "pytest.ini": lambda place, _: place.write("pytest.ini", "[pytest]\n"),
    "settings of ours": lambda place, _: place.write(
        "pyproject.toml", FILES["pyproject.toml"] + "[tool.winnow]\n"),
    "another version of a library": lambda place, _: (
        place.library / "worked-1.dist-info").rename(
            place.library / "worked-2.dist-info"),
    "a library, patched in place": lambda place, _: (
        place.library / "rows" / "__init__.py").write_text("x = 2\n"),
    "a .pth": lambda place, _: (place.library / "more.pth").write_text(""),
    "what is installed where it is worked on": lambda place, _: (
        place.library / "worked" / "worked.py").write_text("x = 2\n"),
    "a library in an archive": lambda place, _: (
        place.library / "more.zip").write_bytes(b"PK"),
    "where Python looks": lambda place, patch: patch.syspath_prepend(
        place.library / "rows"),
    "a variable": lambda place, patch: patch.setenv("SHOP", "open"),
    "a variable that is gone": lambda place, patch: patch.delenv("LANGUAGE"),
    "an option of Python": lambda place, patch: patch.setattr(
        sys, "warnoptions", ["error"]),
    "the version of Python": lambda place, patch: patch.setattr(
        sys, "version", "3.99.0 (made up)"),
    "the version of Winnow": lambda place, patch: patch.setattr(
        rests_on, "__version__", "99"),
    "a file elsewhere that a test reads": lambda place, _: (
        place.project.parent / "elsewhere.txt").write_text("more"),
    "the time zone": lambda place, patch: patch.setattr(
        time, "tzname", ("XXX", "XXX")),
}
# Others of their kind are tried in CI, too.
LIKE_OTHERS = (
    "a new folder", "a file deleted", "a file renamed", "settings of ours",
    "a library in an archive", "a variable that is gone",
    "the version of Winnow")
NO_CHANGES: dict[str, Change] = {
    "files touched": lambda place, _: [
        os.utime(path, (1, 1)) for path in place.project.rglob("*")],
    "a commit": lambda place, _: place.write(".git/HEAD", "0" * 40),
    "compiled modules": lambda place, _: place.write(
        "__pycache__/shop.cpython-39.pyc", "?"),
    "a report of ours": lambda place, _: place.write("report.html", "2"),
    "an accepted fault": lambda place, _: place.write(
        "winnow-accepted.toml", "\n"),
    "a file elsewhere that no test reads": lambda place, _: (
        place.project.parent / "other.txt").write_text("more"),
    "a measured coverage": lambda place, _: (
        place.write(".coverage", "?"), place.write("htmlcov/a.html", "?")),
    "another terminal": lambda place, patch: patch.setenv("SHLVL", "7"),
    "a hook of git": lambda place, patch: patch.setenv("GIT_PREFIX", "x/"),
}


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.soak] * (name in LIKE_OTHERS))
    for name in CHANGES])
@pytest.mark.by_turns("slow")
def test_after_a_change_everything_is_tried(
        name: str, first: Place, patch: pytest.MonkeyPatch) -> None:
    """Whatever a test may read, or run under, is part of the key."""
    CHANGES[name](first, patch)

    report = first.check(choice=ONE)

    assert not known(report)
    assert len(first.verdicts()) == 2


@pytest.mark.parametrize("name", NO_CHANGES)
def test_what_is_no_change_lets_verdicts_be_taken(
        name: str, first: Place, patch: pytest.MonkeyPatch) -> None:
    """Times, histories and our own files say nothing of a verdict."""
    NO_CHANGES[name](first, patch)

    report = first.check(choice=ONE)

    assert known(report)
    assert len(first.verdicts()) == 1


@pytest.mark.parametrize("options", [
    pytest.param(Options(**{name: value}), id=name,
                 marks=[pytest.mark.soak] * (name != "timeout"))
    for name, value in (("timeout", 21), ("memory", 2), ("matrix", True),
                        ("timeout_factor", 30), ("copy_limit", 100))])
def test_with_another_option_everything_is_tried(
        options: Options, first: Place, patch: pytest.MonkeyPatch) -> None:
    """Each may change a verdict."""
    assert not known(first.check(options, choice=ONE))


def test_other_choices_take_what_is_known(
        first: Place, patch: pytest.MonkeyPatch) -> None:
    """How many processes run, and which faults are tried, changes none."""
    some = first.check(Options(jobs=1, timeout=Options().timeout),
                       choice=Selection(functions=("price",), confirm=False))

    whole = first.check()

    assert known(some) and known(whole)
    assert verdicts(some).items() <= verdicts(whole).items()


def interrupt(done: int, of: int) -> None:
    """End a check as Ctrl-C does, once a fault was tried."""
    if done:
        raise KeyboardInterrupt


def kill(done: int, of: int) -> None:
    """End this very process, once a fault was tried."""
    if done:
        os.kill(os.getpid(), signal.SIGKILL)


def test_an_interrupted_check_goes_on_where_it_was(place: Place) -> None:
    """What was tried is known; all comes to the same as without a break."""
    stopped = place.check(Options(jobs=1), progress=interrupt)

    resumed = place.check(Options(jobs=1))

    assert stopped.is_stopped
    assert resumed.notes[0].startswith(
        f"{len(stopped.faults)} of {len(resumed.faults)} verdicts w")
    assert known(resumed)
    shutil.rmtree(place.base)
    assert verdicts(resumed) == verdicts(place.check())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is cloned here")
def test_a_killed_check_loses_nothing_that_was_known(place: Place) -> None:
    """Each verdict is written as it comes."""
    child = os.fork()
    if not child:
        pool.EARLY = 0
        place.check(Options(jobs=1), progress=kill)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9

    assert known(place.check(Options(jobs=1)))


def test_a_survivor_is_confirmed_in_some_check(
        place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not again where it was; in any case where it was not.

    One test fails only on what another one leaves behind, so the tests that
    come to the change pass.
    """
    place.write("test_shop.py", "import shop\n\nseen = []\n\n\n"
                "def test_large():\n    seen.append(shop.is_large(100))\n\n\n"
                "def test_seen():\n    assert seen in ([], [False])\n")
    boundary = Selection(functions=("is_large",), operators=("boundary",))

    place.check(choice=replace(boundary, confirm=False))  # Keeps "missed".
    first = place.check(choice=boundary)
    second = place.check(choice=boundary)

    assert verdicts(first) == verdicts(second)
    assert set(verdicts(first).values()) == {Verdict.CAUGHT}


def test_what_was_confirmed_is_not_confirmed_again(
        first: Place, patch: pytest.MonkeyPatch) -> None:
    """So that a check of what is all known runs the suite once."""
    def confirm(*_: object) -> None:
        """Be called by nobody."""
        raise AssertionError

    place_of = first.verdicts()[0].read_text()
    assert "confirmed" in place_of
    patch.setattr(confirmation, "_variant", confirm)

    assert known(first.check())
    first.verdicts()[0].write_text("".join(
        line for line in place_of.splitlines(True)
        if "confirmed" not in line))
    with pytest.raises(AssertionError):
        first.check()


@pytest.mark.parametrize("outcome", [
    Verdict.HUNG, Verdict.CRASHED, Verdict.UNVIABLE])
def test_what_may_be_a_matter_of_time_is_not_kept(
        outcome: Verdict, place: Place) -> None:
    """Another run might say otherwise."""
    project, _ = find([Path(".")], [Path("shop.py")], None)
    path = place.base / "file"
    path.parent.mkdir()
    written = Kept(project, ("t",), path)

    written.keep(FaultVerdict(project.faults[0], 1, outcome, None, ()))
    written.keep(FaultVerdict(project.faults[1], 1, Verdict.MISSED, None, ()))

    read = Kept(project, ("t",), path)
    read.read()
    assert [*read.known()] == [project.faults[1]]


def test_with_fixed_ports_nothing_is_kept(place: Place) -> None:
    """What answers there is another program's."""
    place.write("test_port.py", "import socket\n\n\ndef test_port():\n"
                "    with socket.socket() as it:\n"
                "        it.setsockopt(socket.SOL_SOCKET,\n"
                "                      socket.SO_REUSEADDR, 1)\n"
                "        it.bind(('127.0.0.1', 28472))\n")

    report = place.check(choice=ONE)

    assert ("No verdict is kept for the next check: the tests use ports or "
            "files of this machine." in report.notes)
    assert place.verdicts() == []


def test_lines_that_are_not_ours_are_passed_over(
        first: Place, patch: pytest.MonkeyPatch) -> None:
    """As is the last one of a machine that lost its power."""
    file = first.verdicts()[0]
    lines = file.read_text().splitlines()
    name = json.loads(lines[0])[1]
    file.write_text("\n".join([
        "[]", "{", "null", "\0\0", '["verdict"]',
        json.dumps(["verdict", "?", "caught", "error", [0], []]),
        json.dumps(["verdict", name, "caught", "error", [99], []]),
        json.dumps(["verdict", name, "caught", "error", [], []]),
        json.dumps(["verdict", name, "hung", None, [], []]),
        json.dumps(["verdict", name, "missed", None, [0], []]),
        json.dumps(["verdict", name, [], None, [], []]), lines[1][:-5]]))
    text = file.read_text()

    report = first.check()

    assert not known(report)
    assert file.read_text().startswith(f"{text}\n")
    assert known(first.check())


@pytest.mark.parametrize("blocks", ["", "project", "verdicts"])
def test_where_nothing_can_be_kept_all_is_tried(
        blocks: str, first: Place, patch: pytest.MonkeyPatch) -> None:
    """A file stands where a folder should be: of a full disk it is the same.
    """
    place = {"": first.base, "project": first.verdicts()[0].parents[1],
             "verdicts": first.verdicts()[0].parent}[blocks]
    shutil.rmtree(place)
    place.write_text("mine")

    assert not known(first.check(choice=ONE))
    assert place.read_text() == "mine"


def test_the_oldest_files_go_first(tmp_path: Path) -> None:
    """And those that nobody has used for a month."""
    for name, size, used in (("a", 10, 50), ("b", 10, 40), ("c", 10, 30),
                             ("d", 1, 20), ("e", 1, 9)):
        path = tmp_path / name / "file"
        path.parent.mkdir()
        path.write_bytes(b"x" * size)
        os.utime(path, (used, used))

    keep_below(tmp_path, 25, 10)
    assert [path.parent.name for path in sorted(
        tmp_path.glob("*/file"))] == ["a", "b"]
    keep_below(tmp_path, 100, 45)
    assert [path.parent.name for path in tmp_path.glob("*/file")] == ["a"]
    keep_below(tmp_path / "none", 1, 0)
    assert kept_verdicts.MOST_BYTES == 64 * 2 ** 20


def test_what_is_kept_lies_where_the_user_wants_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG's variable holds if it is a path from the top."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "there"))
    assert cache_folder() == tmp_path / "there" / "winnow"
    if sys.platform == "linux":
        for value in ("", "here"):
            monkeypatch.setenv("XDG_CACHE_HOME", value)
            assert cache_folder() == tmp_path / ".cache" / "winnow"
