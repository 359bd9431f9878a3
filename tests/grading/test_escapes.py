"""Escapes that a learner's tests may try, and what becomes of each.

Each is a test of its own, which passes where it was refused; what it would
have left outside is looked for, too. In one class with them is a submission
that does no harm: its verdict is what it always is.

- reads another's submission, the person's own files, the environment
- writes to the host, fills the disk, takes memory, forks without end
- reaches the network, or a server of the host
- ends its parent, ends all, leaves a daemon
- writes a report of its own
"""
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.grading.classes import (
    GOOD,
    PLAIN,
    Graded,
    exercise,
    grade,
    handed_in,
    in_a_test,
    needs_bubblewrap,
    python_of,
    works,
)
from winnow.grading.sandbox import landlock

# What processes are looked for by.
MARK = f"winnow-escape-{os.getpid()}"
OTHERS = """
for path in {paths!r}:
    with self.assertRaises(OSError, msg=path):
        open(path).read()
"""
WRITES = """
for path in {paths!r}:
    with self.assertRaises(OSError, msg=path):
        open(path, "w").write("x")
"""
SECRETS = """
import os
self.assertNotIn("WINNOW_TOKEN", os.environ)
for number in os.listdir("/proc"):
    try:
        told = open(f"/proc/{{number}}/environ", "rb").read()
    except OSError:
        continue
    self.assertNotIn(b"WINNOW_TOKEN", told)
"""
# What reaches out is a child, which Python's own guard does not see.
NETWORK = """
import subprocess, sys
reach = ("import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
         ".sendall(b'here')")
done = subprocess.run([sys.executable, "-S", "-c", reach],
                      capture_output=True)
self.assertNotEqual(done.returncode, 0)
"""
LOOPBACK = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    with socket.create_connection(server.getsockname()):
        pass
self.assertEqual(socket.gethostbyname("localhost"), "127.0.0.1")
"""
FORKS = """
import os, time
children = []
with self.assertRaises(OSError):
    for _ in range(3000):
        pid = os.fork()
        if not pid:
            time.sleep(30)
            os._exit(0)
        children.append(pid)
self.assertLess(len(children), 300)
"""
MEMORY = """
with self.assertRaises(MemoryError):
    bytearray(8 * 2 ** 30)
"""
DISK = """
with self.assertRaises(OSError):
    for number in range(40):
        with open(f"/tmp/big{{number}}", "wb") as file:
            for _ in range(32):
                file.write(bytes(2 ** 20))
"""
# By the C library: os.kill is guarded in Python itself.
PARENT = """
import ctypes, os
library = ctypes.CDLL(None)
library.kill(os.getppid(), 9)
library.kill(1, 9)
"""
ENDS = """
import ctypes
self.assertEqual(ctypes.CDLL(None).kill({victim}, 9), -1)
"""
ALL = PARENT + "library.kill(-1, 9)\n"
DAEMON = """
import subprocess, sys
subprocess.Popen([sys.executable, "-S", "-c",
                  "import os, time; os.fork() and os._exit(0); os.setsid();"
                  "time.sleep(3600)", "{mark}"], start_new_session=True)
"""
CALLS = """
import ctypes
library = ctypes.CDLL(None)
self.assertEqual(library.unshare(0x10000000), -1)
self.assertEqual(library.mount(b"t", b"/tmp", b"tmpfs", 0, None), -1)
self.assertEqual(library.chroot(b"/tmp"), -1)
self.assertEqual(library.ptrace(16, os.getppid(), 0, 0), -1)
"""
FORGED = """
import json, os
report = json.dumps({{"report": {{"schema": "winnow/report/v1", "forged": 1,
                    "tests": [], "faults": []}}, "sandbox": "none"}})
judges = [str(os.getppid()), "1"]
for number in range(3, 600):
    for place in [f"/proc/{{pid}}/fd/{{number}}" for pid in judges]:
        try:
            with open(place, "w") as file:
                file.write(report)
        except OSError:
            continue
        self.fail(f"it wrote to {{place}}")
    try:
        os.write(number, report.encode())
    except OSError:
        pass
for pid in judges:
    with self.assertRaises(OSError):
        open(f"/proc/{{pid}}/mem", "r+b")
print(report)
"""
BODIES: Mapping[str, str] = {
    "reads": OTHERS, "writes": WRITES, "secrets": SECRETS, "network": NETWORK,
    "loopback": LOOPBACK, "forks": FORKS, "memory": MEMORY, "disk": DISK,
    "parent": PARENT, "ends": ENDS, "all": ALL, "daemon": DAEMON,
    "calls": "import os\n" + CALLS, "forged": FORGED}
# What the weaker kinds keep back: the table of docs/grading.md says the same.
# As root, without a user to become, forks are not counted; and what ends all
# processes is tried where it cannot.
OF_LANDLOCK = ("reads", "writes", "secrets", "loopback", "memory", "daemon",
               "calls", "forged", "ends")
OF_LIMITS = ("loopback", "memory", "daemon", "calls", "forged")
TOGETHER = """
import os, time
for _ in range(12):
    if not os.fork():
        held = b"1" * (150 * 2 ** 20)
        time.sleep(60)
        os._exit(0)
time.sleep(20)
"""


@dataclass(frozen=True)
class Tried:
    """A class of escapes, graded; what it could reach outside."""

    graded: Graded
    verdicts: Mapping[str, Any]
    reports: Mapping[str, Any]
    outside: Path
    was_reached: bool


def tried(folder: Path, kind: str, names: Mapping[str, str],
          user: Optional[int] = None) -> Tried:
    """Grade a class of escapes in a kind of sandbox, as a user."""
    outside = folder / "outside"
    outside.mkdir(mode=0o777)
    outside.chmod(0o777)
    (outside / "secret").write_text("secret")
    (outside / "secret").chmod(0o666)
    # Readable by all: nothing but the sandbox is in the way.
    folder.chmod(0o777)
    own = exercise(folder / "scales")
    here = handed_in(folder / "class", {"good": GOOD})
    with socket.create_server(("127.0.0.1", 0)) as server, subprocess.Popen(
            ["sleep", "600"], user=user) as victim:
        server.setblocking(False)
        handed_in(here, {name: in_a_test(body.format(
            paths=[str(outside / "secret"),
                   str(here / "good" / "test_scales.py"),
                   str(own / "faults.toml"), str(Path.home() / ".bashrc")]
            if "read()" in body else [
                str(outside / "new"), str(outside / "secret"),
                str(here / "good" / "test_scales.py"), "/new",
                "/usr/new", "/dev/shm/../new"],
            port=server.getsockname()[1], mark=MARK,
            victim=victim.pid))
            for name, body in names.items()})
        graded = grade(here, "--exercise", own, "--sandbox", kind, "--jobs",
                       2, "--matrix", "--timeout", 60, out=folder / "grades",
                       user=user, env={"WINNOW_TOKEN": "secret"})
        try:
            server.accept()[0].close()
            was_reached = True
        except BlockingIOError:
            was_reached = False
        victim.kill()
    assert graded.status in (0, 1), graded.err
    return Tried(graded, graded.verdicts(), graded.reports(), outside,
                 was_reached)


def is_left() -> bool:
    """Tell whether a process with the mark is left, after a while."""
    for _ in range(20):
        found = subprocess.run(["ps", "-eo", "args"], capture_output=True,
                               text=True).stdout
        if MARK not in found:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture(scope="module")
def boxed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """Give the class of all escapes, tried in bubblewrap."""
    yield tried(tmp_path_factory.mktemp("boxed"), "bubblewrap", BODIES)


@needs_bubblewrap
@pytest.mark.parametrize("name", [*BODIES])
def test_bubblewrap_contains_it(boxed: Tried, name: str) -> None:
    """Its test passes, for it was refused, and the report is the judge's."""
    assert_contained(boxed.reports[name])


@needs_bubblewrap
def test_bubblewrap_keeps_the_others_and_the_host(boxed: Tried) -> None:
    """Nothing is written, reached, or left running; the good one is graded."""
    assert_untouched(boxed)


def assert_untouched(boxed: Tried) -> None:
    """Check that nothing came out of bubblewrap, and all is held there."""
    assert boxed.verdicts["good"]["points"] == 100
    assert sorted(path.name for path in boxed.outside.iterdir()) == ["secret"]
    assert (boxed.outside / "secret").read_text() == "secret"
    assert not boxed.was_reached
    assert not is_left()
    assert {each["sandbox"] for each in boxed.verdicts.values()} == {
        "bubblewrap"}


@pytest.mark.parametrize("kind, names", [
    ("landlock", OF_LANDLOCK),
    pytest.param("limits", OF_LIMITS, marks=pytest.mark.slow)])
def test_weaker_kinds_contain_what_they_say(tmp_path: Path, kind: str,
                                            names: tuple[str, ...]) -> None:
    """And what they do not hold is in the grades, for each submission."""
    if not works(kind):
        pytest.skip(f"{kind} does not work here")

    done = tried(tmp_path, kind, bodies(names, is_root=os.geteuid() == 0))

    assert_weakly_contained(done, kind)


def bodies(names: Iterable[str], is_root: bool) -> dict[str, str]:
    """Return what a weaker kind is tried by: what it holds."""
    found = {name: BODIES[name] for name in names}
    if landlock.version() < 6:  # It keeps no signals back.
        found.pop("ends", None)
    if not is_root:  # Root counts no processes, unless it becomes a user.
        found["forks"] = FORKS
    return found


def assert_weakly_contained(done: Tried, kind: str) -> None:
    """Check that each is refused, and that the grades say what is not held.

    Without namespaces, all that a user judges shares the number of processes:
    who takes them all may be left without a verdict, and nobody else is.
    """
    for name, report in done.reports.items():
        if name == "forks" and report is None:
            assert "many processes" in done.verdicts[name]["reason"]
        elif name != "good":
            assert_contained(report)
    assert not is_left()
    assert done.verdicts["good"]["points"] == 100
    for each in done.verdicts.values():
        assert each["sandbox"].startswith(f"{kind} (not held: ")


@pytest.fixture
def public() -> Iterator[Path]:
    """Give a folder that every user comes to; pytest's own are root's."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        (Path(folder) / "here").mkdir()
        yield Path(folder) / "here"


@pytest.mark.soak
@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another")
@pytest.mark.parametrize("kind, names", [
    pytest.param("bubblewrap", tuple(BODIES), marks=needs_bubblewrap),
    ("landlock", OF_LANDLOCK), ("limits", OF_LIMITS)])
def test_a_plain_user_has_the_same_sandboxes(
        public: Path, kind: str, names: tuple[str, ...]) -> None:
    """The tests above are root's where this one runs."""
    if not (works(kind) and python_of(PLAIN)):
        pytest.skip(f"{kind} does not work here, or no Python for all")

    done = tried(public, kind, bodies(names, is_root=False), PLAIN)

    if kind != "bubblewrap":
        return assert_weakly_contained(done, kind)
    for name in names:
        assert_contained(done.reports[name])
    assert_untouched(done)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [
    pytest.param("bubblewrap", marks=needs_bubblewrap), "limits"])
def test_memory_is_counted_over_all_processes(tmp_path: Path, kind: str
                                              ) -> None:
    """Of which each by itself would be small enough."""
    here = handed_in(tmp_path / "class", {
        "good": GOOD, "many": in_a_test(TOGETHER)})

    done = grade(here, "--exercise", exercise(tmp_path / "scales"),
                 "--memory", 0.3, "--timeout", 60, "--sandbox", kind,
                 out=tmp_path / "grades")

    found = done.verdicts()
    assert "more than 1.3 GB of memory together" in found["many"]["reason"]
    assert found["good"]["points"] == 100


def assert_contained(report: Mapping[str, Any]) -> None:
    """Check that an escape was refused, and that the judge tells so."""
    assert trick(report)["outcome"] == "passed", trick(report)["message"]
    assert "forged" not in report
    assert len(report["faults"]) == 2


def trick(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a report says of the test that tries to escape."""
    [found] = [each for each in report["tests"]
               if each["id"].endswith("test_trick")]
    assert isinstance(found, dict)
    return found
