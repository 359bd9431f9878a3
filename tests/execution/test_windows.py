"""The checker without what Windows lacks, as far as another system can tell.

- each module uses no more of Unix than it owns
- with all of it taken away, a check comes to the same report, and what cannot
  be done is said
- files as Windows has them are checked as they are
"""
import json
import os
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from typing import Any, cast

import pytest

from tests.cli.test_watch import FAILING, SLOW, change, watched
from tests.project.test_rules import MODULES, ROOT
from tests.support.checking import OF_TEMPERATURES, PATIENCE, SCALES, write
from tests.support.windows import (
    IN_PART,
    modules_absent,
    names_absent,
    names_used,
)
from winnow.execution.job import Job
from winnow.execution.runtime.recorder import Recorder

# What a module may use that Windows lacks. The first four are of a process
# that is cloned, and nobody imports them elsewhere; the others do without.
OWNED = {
    "execution.fork.process": {
        "os.P_PID", "os.WEXITED", "os.WNOHANG", "os.WNOWAIT",
        "os.WEXITSTATUS", "os.WIFSIGNALED", "os.WTERMSIG", "os.fork",
        "os.setsid", "os.waitid", "select.PIPE_BUF", "select.POLLIN",
        "select.poll", "signal.ITIMER_PROF", "signal.SIGHUP",
        "signal.SIGPROF", "signal.setitimer"},
    "execution.fork.backend": {"os.pread"},
    "execution.fork.event_log": {
        "fcntl", "os.MFD_ALLOW_SEALING", "os.MFD_CLOEXEC", "os.memfd_create",
        "os.pread"},
    "execution.fork.clonable": {
        "/dev/fd", "/proc/self/task", "os.P_ALL", "os.WEXITED", "os.WNOHANG",
        "os.WNOWAIT", "os.waitid", "signal.ITIMER_REAL",
        "signal.ITIMER_VIRTUAL", "signal.getitimer"},
    "execution.runtime.signals": {
        "signal.ITIMER_REAL", "signal.ITIMER_VIRTUAL", "signal.SIG_BLOCK",
        "signal.SIG_SETMASK", "signal.pthread_sigmask", "signal.setitimer"},
    "system.memory_folder": {
        "/dev/shm", "/proc/meminfo", "fcntl",
        "os.ST_NOEXEC", "os.getuid", "os.statvfs"},
    "system.processes": {
        "/proc", "/proc/thread-self/comm", "os.killpg", "os.sched_getaffinity",
        "resource",
        "signal.SIGKILL", "signal.SIG_BLOCK",
        "signal.SIG_UNBLOCK", "signal.pthread_sigmask"},
    "system.interrupts": {"signal.pthread_kill"},
    "system.folders": {"/home", "/tmp", "/var/tmp"},
    "execution.runtime.shared_resources": {
        "/dev/", "/proc/", "/proc/net/tcp", "/proc/net/tcp6"},
    "execution.runtime.function_trace": {"_posixsubprocess"},
    "execution.runtime.waiting": {"/proc/self/schedstat"},
    "execution.reuse.process_state": {
        "os.P_ALL", "os.WEXITED", "os.WNOHANG", "os.WNOWAIT", "os.waitid"},
    "execution.runtime.network_guard": {
        "os.P_PID", "os.WEXITED", "os.WNOHANG", "os.WNOWAIT", "os.getpgid",
        "os.getsid", "os.waitid"},
    "execution.inline.exit_guard": {"os.register_at_fork"},
    "execution.inline.timeout": {
        "signal.ITIMER_REAL", "signal.SIGALRM", "signal.setitimer"},
    "cli.saves": {"os.fork"},
    "cli.watched": {"os.WNOHANG", "os.fork"},
    "grading.class_folder": {"fcntl"},
    "execution.spawn.worker": {"signal.ITIMER_PROF", "signal.setitimer"},
}
OF_CLONES = {"execution.fork.process", "execution.fork.backend",
             "execution.fork.event_log", "execution.fork.reimports",
             "execution.fork.shared_clone",
             "execution.fork.split_stream"}
# What contains a class is made of Unix; `winnow grade` says where else to run.
OF_SANDBOXES = {
    "cli.sandboxed", "grading.container", "grading.judge",
    "grading.judge_process",
    *(name for name in MODULES if name.startswith("grading.sandbox"))}


@pytest.mark.parametrize(("code", "used"), [
    ("import fcntl", {"fcntl"}),
    ("def f():\n    from pwd import getpwall", {"pwd"}),
    ("import os\nos.fork()", {"os.fork"}),
    ("import os as system\nsystem.getuid()", {"os.getuid"}),
    ("from signal import SIGKILL as kill", {"signal.SIGKILL"}),
    ("open('/dev/null')", {"/dev/null"}),
    ("at = f'/tmp/{name}'", {"/tmp/"}),
    ("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", set()),
    ("hasattr(os, 'fork'); 'some/tmp'; shop.fork()", set()),
])
def test_what_windows_lacks_is_found(code: str, used: set[str]) -> None:
    """However it is imported; what is asked for first is no use of it."""
    assert names_used(code) == used


@pytest.mark.parametrize("module", [
    name for name in MODULES if name not in OF_SANDBOXES])
def test_a_module_uses_no_more_of_unix_than_it_owns(module: str) -> None:
    """And no less: what it needs no more is no longer its own."""
    path = ROOT / "winnow" / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")

    assert names_used(file.read_text("utf-8")) == OWNED.get(module, set())


def test_the_modules_that_own_something_are_there() -> None:
    """So that no entry of the table is looked at by nobody."""
    assert OWNED.keys() < set(MODULES)


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give an environment in which no Python finds what Windows lacks.

    Python's own modules that are made for this system keep what they use.
    """
    lacking = {module: sorted(names_absent(module)) for module in IN_PART}
    write(folder := tmp_path_factory.mktemp("windows"), {
        "sitecustomize.py": f"""
import asyncio, importlib, multiprocessing, shutil, subprocess, sys, tempfile
import types
for module in {sorted(modules_absent())}:
    sys.modules[module] = None
for name, lacking in {lacking}.items():
    module = importlib.import_module(name)
    whole = types.ModuleType(name)
    vars(whole).update(vars(module))
    for user in [each for each in sys.modules.values() if each is not None]:
        if vars(user).get(name) is module:
            setattr(user, name, whole)
    for each in lacking:
        vars(module).pop(each, None)
"""})
    return {**{name: value for name, value in os.environ.items()
               if name not in ("WINNOW_POOL", "HOME")},
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def run(environment: dict[str, str], *command: str, place: Path = ROOT
        ) -> "subprocess.CompletedProcess[str]":
    """Run Python in a folder."""
    return subprocess.run(
        [sys.executable, *command], cwd=place, env=environment, text=True,
        capture_output=True, encoding="utf-8", timeout=PATIENCE)


def test_every_module_but_those_of_clones_is_imported_there(
        windows: dict[str, str]) -> None:
    """So that nothing a command needs is missing on the way to it."""
    names = [f"winnow.{name}".rstrip(".") for name in MODULES
             if name not in OF_CLONES | OF_SANDBOXES | {"__main__"}]

    done = run(windows, "-c", "import importlib, sys\n"
               "for name in sys.argv[1:]: importlib.import_module(name)",
               *names)

    assert (done.returncode, done.stderr) == (0, "")


def report_in(environment: dict[str, str], *arguments: str,
              place: Path = ROOT) -> Any:
    """Return the report of a check, but for the time it took."""
    done = run(environment, "-m", "winnow", "check", *arguments,
               "--format", "json", place=place)
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    del report["seconds"]
    return report


@pytest.mark.parametrize("arguments", [
    ["examples/first_try"],
    ["tests/temperatures/test_scales.py",
     "--module", "tests/temperatures/scales.py"],
], ids=["an exercise", "a module"])
@pytest.mark.by_turns("soak", "slow", "soak")
def test_a_check_there_comes_to_the_same_report(
        arguments: list[str], windows: dict[str, str]) -> None:
    """Chosen by itself is the way that takes no clones."""
    here = {name: value for name, value in os.environ.items()
            if name != "WINNOW_POOL"}

    assert report_in(windows, *arguments) == report_in(
        {**here, "PYTHONPATH": str(ROOT)}, *arguments)


LACKING = SCALES + '''
    def test_what_is_lacking(self):
        import os, signal, sys
        self.assertFalse(hasattr(os, "fork") or hasattr(signal, "SIGALRM"))
        with self.assertRaises(ImportError):
            import resource
        self.assertEqual(mean([3]), 3)
'''


def test_the_tests_run_there_too(
        windows: dict[str, str], tmp_path: Path) -> None:
    """In processes from which as much was taken away."""
    place = write(tmp_path / "learner", {"test_scales.py": LACKING}).parent

    report = report_in(windows, "learner", *OF_TEMPERATURES, place=place)

    assert [test["outcome"] for test in report["tests"]] == ["passed"] * 5


HANGING = SCALES + '''
    def test_a_loop(self):
        while True:
            pass

    def test_a_call(self):
        def again():
            return all(map(lambda _: True, range(9)))
        while again():
            pass
'''


@pytest.mark.parametrize("way", [
    pytest.param("spawn", marks=pytest.mark.soak), "inline"])
@pytest.mark.slow
def test_what_hangs_is_ended_there_without_a_timer(
        way: str, windows: dict[str, str], tmp_path: Path) -> None:
    """By killing its process or, within the one there is, at a jump."""
    place = write(tmp_path / "learner", {"test_scales.py": HANGING}).parent

    report = report_in({**windows, "WINNOW_POOL": way}, "learner",
                       *OF_TEMPERATURES, "--timeout", "1", place=place)

    assert sorted(test["outcome"] for test in report["tests"]) == [
        "hung", "hung", "passed", "passed", "passed", "passed"]


@pytest.mark.parametrize(("arguments", "status", "says"), [
    (["explain", "org-not-memoized"], 0, "fetched again"),
    (["grade", "examples/class"], 2, "on Windows, use WSL"),
    (["check", "examples/first_try", "--sandbox", "best"], 2,
     "on Windows, use WSL"),
], ids=["explain", "grade", "check --sandbox"])
def test_another_command_works_there_or_says_why_not(
        arguments: list[str], status: int, says: str,
        windows: dict[str, str]) -> None:
    """In a sentence, and not by what Python says of a missing name."""
    done = run(windows, "-m", "winnow", *arguments)

    assert (done.returncode, says in done.stdout + done.stderr) == (
        status, True), done.stdout + done.stderr


def test_watching_there_needs_an_extra(
        windows: dict[str, str], tmp_path: Path) -> None:
    """The sentence says which, and what to type for it."""
    site = Path(windows["PYTHONPATH"].partition(os.pathsep)[0])
    write(tmp_path / "site", {"sitecustomize.py": (
        (site / "sitecustomize.py").read_text()
        + "sys.modules['watchfiles'] = None\n")})

    done = run({**windows, "PYTHONPATH": os.pathsep.join(
        [str(tmp_path / "site"), str(ROOT)])}, "-m", "winnow", "check",
        "examples/first_try", "--watch")

    assert (done.returncode, done.stdout) == (2, "")
    assert "--watch needs watchfiles here, of the extra `watch`:" in (
        done.stderr)
    assert "-m pip install watchfiles" in done.stderr


@pytest.mark.slow
def test_watching_there_starts_a_process_for_each_check(
        windows: dict[str, str], tmp_path: Path) -> None:
    """A save is followed by another report, also amid a check."""
    write(tmp_path / "learner", {"test_scales.py": SLOW})
    with watched(tmp_path, PYTHONPATH=windows["PYTHONPATH"]) as watch:
        watch.until("The faults are being tried.")
        assert not watch.is_idle()
        change("test_scales.py", FAILING)(watch.learner)
        second = watch.report()
        is_idle = watch.is_idle()
        change("test_scales.py", SCALES)(watch.learner)
        third = watch.report()

    assert second.count("faults caught") == 1
    assert "test_wrong" in second and "stopped" not in second
    assert "4 of 4 tests pass" in third and "test_wrong" not in third
    assert is_idle


BYTES = '''
import unittest, scales


class TestBytes(unittest.TestCase):
    def test_they_are_as_they_were(self):
        with open("test_scales.py", "rb") as file:
            text = file.read()
        self.assertEqual((text[:99], len(text)), ({begin!r}, {size}))
        self.assertEqual(scales.mean([3]), 3)
'''


@pytest.mark.parametrize("text", [
    "NAME = '°C'\n".join(["# coding: cp1252\n", SCALES]).encode("cp1252"),
    b"\xef\xbb\xbf" + SCALES.replace("\n", "\r\n").encode(),
    SCALES.replace("\n", "\r").encode(),
], ids=["cp1252, said so", "a byte order mark and CRLF", "CR"])
def test_a_file_as_an_editor_there_saves_it_is_checked_as_it_is(
        text: bytes, windows: dict[str, str], tmp_path: Path) -> None:
    """Read and copied by its bytes: its neighbour finds it unchanged."""
    place = write(tmp_path / "learner", {
        "test_scales.py": text, "test_bytes.py": BYTES.format(
            begin=text[:99], size=len(text))}).parent

    report = report_in(windows, "learner", *OF_TEMPERATURES, place=place)

    assert [test["outcome"] for test in report["tests"]] == ["passed"] * 5


def test_a_working_copy_is_not_named_however_its_path_is_written() -> None:
    """Python shows one with a backslash as it is, or with each doubled."""
    folder = PureWindowsPath(r"C:\Temp\winnow-1\0\copy\suite")
    stage = Recorder(Job(cast(Path, folder), (), "unittest", {}),
                     lambda event: None, lambda slot: None)

    said = stage.unplaced(
        f"{folder}\\a.txt {folder / 'b.txt'!s:} {str(folder / 'c.txt')!r} "
        f"{folder}/d.txt {folder.parent.parent}\\tmp\\e {folder}")

    assert said == r"a.txt b.txt 'c.txt' d.txt tmp\e ."


def test_objects_are_numbered_in_a_message() -> None:
    """Two runs say the same, and of two objects that they are two."""
    stage = Recorder(Job(Path("copy"), (), "unittest", {}),
                     lambda event: None, lambda slot: None)

    said = stage.unplaced(
        "<function f at 0x7f12ab> is not <Mock name='g()' id='140'>, nor "
        "<function f at 0x7F12AC>; <function f at 0x7f12ab>: 0x7f, id='140'\n"
        "<bound method Lamp.is[30 chars]2b0>> != '<a[9 chars]bed>'")

    assert said == (
        "<function f at 0x1> is not <Mock name='g()' id='2'>, nor "
        "<function f at 0x3>; <function f at 0x1>: 0x7f, id='140'\n"
        "<bound method Lamp.is[30 chars]>> != '<a[9 chars]bed>'")
