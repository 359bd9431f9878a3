"""Runs the real `winnow` command on a learner's folder made for one test."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Union

import pytest

from tests.support import warm
from winnow.cli.main import run as run_command

WINNOW = str(Path(sys.executable).with_name("winnow"))
TEMPERATURES = Path(__file__).parents[1] / "temperatures"
OF_TEMPERATURES = ("--exercise", str(TEMPERATURES))
# Its suites: more tests can be put behind them, in the class that is last.
SCALES = (TEMPERATURES / "test_scales.py").read_text()
STATION = (TEMPERATURES / "test_station.py").read_text()
# Long enough for a loaded machine; what hangs is ended by --timeout before.
PATIENCE = 180
# Set, it lets pytest load no plugin but those that are named to it.
NO_PLUGINS = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
# Every process that a command starts, and that those start, inherits it.
MARK = "WINNOW_TESTS_RUN"

# The one server of this process, once it is needed (see `warm.py`).
_SERVERS: list[warm.Server] = []
_STARTING = threading.Lock()

Files = Mapping[str, Union[str, bytes]]
State = dict[str, tuple[int, int, bytes]]


@dataclass(frozen=True)
class Row:
    """A case: a learner's files, the arguments, and what must come of it.

    The files stand in the folder `learner` below the one in which the command
    runs; `says` must occur in what it prints, the ends of lines aside, and
    `never` must not.
    """

    name: str
    files: Files
    status: int
    says: tuple[str, ...]
    never: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ("learner", *OF_TEMPERATURES)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ran:
    """What a command did: status, output, errors, and what it left behind.

    `touched` are the learner's files that are not as they were, `left` what
    stands in the temporary folder, `running` the processes not ended.
    """

    status: int
    out: str
    err: str
    touched: list[str]
    left: list[str]
    running: list[int]

    @property
    def said(self) -> str:
        """All that was printed, with any white space as one space."""
        return " ".join(f"{self.out} {self.err}".split())

    def assert_tidy(self) -> None:
        """Assert that nothing is left, and that no inside is shown."""
        assert "Traceback" not in self.said, self.said
        assert "/winnow-" not in self.said, "it names its working copy"
        assert (self.touched, self.left, self.running) == ([], [], [])

    def assert_as(self, row: Row) -> None:
        """Assert that it did what a row says."""
        assert self.status == row.status, self.said
        assert [words for words in row.says if words not in self.said] == [], (
            self.said)
        assert [words for words in row.never if words in self.said] == []


def limited(said: Iterable[str]) -> tuple[str, ...]:
    """Return the arguments of a row: what hangs is ended after a second.

    Where nothing hangs, the limit is the usual one, so that no loaded machine
    is taken for a test that does.
    """
    hangs = any("did not end" in words for words in said)
    return ("learner", *OF_TEMPERATURES, *(
        ("--timeout", "1") if hangs else ()))


def asked_for(request: pytest.FixtureRequest, name: str) -> Iterator[Any]:
    """Yield the values of a parameter in the tests of a module that run.

    So a module's fixture begins all that is needed, and no more, at once.
    """
    for item in request.session.items:
        if (isinstance(item, pytest.Function)
                and item.module is request.module
                and name in item.fixturenames
                and not left_out(item)):
            yield item.callspec.params[name]


def left_out(item: pytest.Item) -> str:
    """Return the option that would run a test which is left out, or nothing.
    """
    option = item.config.getoption
    if item.get_closest_marker("site") and not option("--site"):
        return "--site"
    if item.get_closest_marker("soak") and not option("--soak"):
        return "--soak"
    if item.get_closest_marker("slow") and not (
            option("--slow") or option("--soak")):
        return "--slow"
    return ""


def write(folder: Path, files: Files) -> Path:
    """Write files below a folder, which is made; return the folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            content.encode() if isinstance(content, str) else content)
    return folder


def part_of(exercise: Path, names: Iterable[str], place: Path) -> Path:
    """Copy an exercise into a folder, with some of its table's entries."""
    place.mkdir(exist_ok=True)
    for path in exercise.glob("*.py"):
        if not path.name.startswith("test_"):
            shutil.copy(path, place)
    table = (exercise / "faults.toml").read_text("utf-8")
    head, *entries = table.split("\n[[")
    kept = [entry for entry in entries
            if any(f'\nname = "{name}"\n' in entry for name in names)]
    (place / "faults.toml").write_text("\n[[".join([head, *kept]), "utf-8")
    return place


def state(folder: Path) -> State:
    """Return the mode, the time and the bytes of all that a folder holds."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        seen = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (seen.st_mode, seen.st_mtime_ns, data)
    return found


def marked(mark: str) -> Iterator[int]:
    """Yield the living processes that inherited a mark, where /proc tells."""
    sought = f"{MARK}={mark}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            inherited = (process / "environ").read_bytes().split(b"\0")
            status = (process / "stat").read_text().rpartition(")")[2]
        except OSError:
            continue
        if sought in inherited and status.split()[0] != "Z":
            yield int(process.name)


def end_marked(mark: str) -> list[int]:
    """Kill, and return, the processes that inherited a mark."""
    running = list(marked(mark))
    for each in running:
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            pass  # It has ended by itself meanwhile.
    return running


def run(command: list[str], place: Path,
        more: Mapping[str, str] | None = None,
        signals: Iterable[tuple[float, signal.Signals]] = (),
        fresh: bool = True) -> Ran:
    """Run a command in a folder that holds `learner`; send it signals.

    A signal is given as seconds since the one before, and which; the first
    as seconds since the command heeds signals, however long Python takes to
    start. Whatever was left behind is told and then removed. Where it need
    not be a fresh process, a command of ours is a clone (`warm.py`).
    """
    learner = place / "learner"
    before = state(learner)
    with tempfile.TemporaryDirectory(dir=place, prefix="tmp-") as temporary:
        given = {**environment(), "TMPDIR": temporary, MARK: temporary,
                 **(more or {})}
        server = None if fresh or command[0] != WINNOW else _server(given)
        ended = (_cloned(server, command, place, given) if server else
                 _started(command, place, given, signals))
        left = os.listdir(temporary)
    after = state(learner)
    touched = [path for path in {**before, **after}
               if before.get(path) != after.get(path)]
    return replace(ended, touched=touched, left=left)


def _started(command: list[str], place: Path, given: Mapping[str, str],
             signals: Iterable[tuple[float, signal.Signals]]) -> Ran:
    """Run a command in a process of its own, and send it signals."""
    process = subprocess.Popen(
        command, cwd=place, text=True, errors="replace", env=given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        for order, (seconds, number) in enumerate(signals):
            if not order:
                _until_it_heeds(process)
            _wait(process, seconds)
            process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        running = end_marked(given[MARK])
    return Ran(process.returncode, out, err, [], [], running)


def _cloned(server: warm.Server, command: list[str], place: Path,
            given: Mapping[str, str]) -> Ran:
    """Run a command of ours in a clone of what has loaded it."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        ended = server.run(command, place, given,
                           (out.fileno(), err.fileno()), PATIENCE)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace").replace(
                "\r\n", "\n"))
    running = [*ended.running, *end_marked(given[MARK])]
    return Ran(ended.status, *texts, [], [], running)


def _server(given: Mapping[str, str]) -> warm.Server | None:
    """Return the server that this process has, if it serves such commands."""
    if not warm.IS_POSSIBLE:
        return None
    with _STARTING:
        if not _SERVERS:
            _SERVERS.append(warm.Server(environment()))
    return _SERVERS[0] if _SERVERS[0].serves(given) else None


def environment() -> dict[str, str]:
    """Return this environment without what pytest has put into it.

    Nor with what lets Python write at once: that would hide what it says
    when it writes at its end, as it does for most people. The plugins that
    our own tests need take seconds to load: a pytest that is started without
    them loads none, unless a test asks for them.
    """
    return {**{name: value for name, value in os.environ.items()
               if not name.startswith("PYTEST_")
               and name != "PYTHONUNBUFFERED"}, NO_PLUGINS: "1"}


def _wait(process: "subprocess.Popen[str]", seconds: float) -> None:
    """Wait for some time, or until a process has ended."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass


def _until_it_heeds(process: "subprocess.Popen[str]") -> None:
    """Wait until a process has set what answers to SIGTERM, or has ended.

    Where no /proc tells, give it the time that it usually takes.
    """
    end = time.monotonic() + PATIENCE
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        _wait(process, 0.4)
        return
    while process.poll() is None and time.monotonic() < end:
        caught = re.search(r"(?m)^SigCgt:\s*(\w+)$", status.read_text())
        if caught and int(caught[1], 16) >> signal.SIGTERM - 1 & 1:
            return
        time.sleep(0.005)


def run_row(row: Row, place: Path, fresh: bool = False) -> Ran:
    """Make the folder of a row and run `winnow check` as it says."""
    write(place / "learner", row.files)
    return run([WINNOW, "check", *row.arguments], place, row.environment,
               fresh=fresh)


def report_on(place: Path, files: Files, *options: str,
              exercise: Path = TEMPERATURES) -> dict[str, Any]:
    """Return the report on a suite as JSON has it, of an exercise in tests."""
    row = Row("report", files, 0, (), arguments=(
        "learner", "--format", "json", "--exercise", str(exercise), *options))
    ran = run_row(row, place)
    assert ran.status in (0, 1) and not ran.err, ran.err
    report: dict[str, Any] = json.loads(ran.out)
    return report


def outcomes(report: Mapping[str, Any]) -> dict[str, str]:
    """Return how each test of a report ended, by its id."""
    return {test["id"]: test["outcome"] for test in report["tests"]}


def caught_by(report: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return which tests caught each fault of a report."""
    return {fault["name"]: fault["caught_by"] for fault in report["faults"]}


class Typed:
    """Types commands, and keeps what the last has printed.

    They run in this process, but for a check, which clones its process again
    and again: that is quick only where the process is small (see `warm.py`).
    Where something `is_replaced` in this process, a check runs here, too.
    """

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Take what catches the output."""
        self._capsys = capsys
        self.out = self.err = ""
        self.is_replaced = False

    def __call__(self, *words: str) -> int:
        """Type a command of Winnow's; return the exit status."""
        if words[0] == "check" and not self.is_replaced:
            given = {**environment(), MARK: ""}
            if server := _server(given):
                ran = _cloned(server, ["winnow", *words], Path.cwd(), given)
                self.out, self.err = ran.out, ran.err
                return ran.status
        self._capsys.readouterr()
        try:
            status = run_command(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return status
