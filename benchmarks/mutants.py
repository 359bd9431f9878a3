"""The two mutation testers that a user would pick instead of the checker.

Each works on `utils.py` and `client.py`, or on the modules that a `Target`
names, in a folder that is made for it: nothing in the checkout is touched.
"""
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ("utils.py", "client.py")
SUITES = ("test_utils.py", "test_client.py")
FILES = (*MODULES, "fixtures.py", *SUITES)
# Seconds between two looks at what a command has taken of a processor, and
# how many times its limit it may take on the wall.
LOOK, PATIENCE = 0.5, 2


@dataclass(frozen=True)
class Tested:
    """What a tool did: how many mutants it ran, how long, what lived on.

    `seconds` is the whole of its run; `survivors` are diffs, or names where
    no diffs are asked for. `untested` of them are reached by no test and so
    were not run; `left` are those that it did not come to within its limit.
    Neither are among the `mutants`.
    """

    mutants: int
    seconds: float
    survivors: tuple[str, ...]
    untested: int = 0
    left: int = 0


Tester = Callable[[Path, Sequence[str]], Tested]


class Failed(SystemExit):
    """A command failed; where nobody minds, the program ends with that."""

    def __init__(self, message: str, reason: str) -> None:
        """Keep the whole message, and the reason in one line."""
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """What a mutation tester works on, all paths relative to its folder.

    `sources` are the files or folders in which the `modules` are, and
    `copied` what else the tests need; `command` runs the tests and stops at
    the first that fails, `path` is the folder that they import from. `limit`
    is in seconds of processor time and for the whole run, `patience` in those
    of the wall for one mutant.
    """

    modules: tuple[str, ...] = MODULES
    sources: tuple[str, ...] = MODULES
    copied: tuple[str, ...] = ("fixtures.py",)
    pyproject: str = """
[tool.pytest.ini_options]
addopts = "--import-mode=importlib"
pythonpath = ["."]
"""
    command: tuple[str, ...] = ()
    path: str = "."
    environment: Mapping[str, str] = field(default_factory=dict)
    limit: float | None = None
    patience: float = 60
    diffs: bool = True


GITHUB = Target()


def lay(folder: Path, files: Sequence[str] = FILES) -> None:
    """Copy files and folders from the project's root to a folder."""
    folder.mkdir(exist_ok=True)
    for name in files:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name,
                            ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)


def descendants(parent: int) -> list[int]:
    """Return the processes that a process started, and theirs."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="],
                            capture_output=True, text=True, check=True)
    pairs = [tuple(map(int, line.split()))
             for line in listed.stdout.splitlines()]
    found = [parent]
    for each in found:
        found += [child for child, above in pairs if above == each]
    return found[1:]


def processor_seconds_of(parent: int) -> float:
    """Return what a process and all below it have taken of processors so far.

    What their ended children took is in it. It is read without starting
    anything, which would count as a child of the caller's; where there is no
    `/proc`, nothing is known, and that is 0.
    """
    above, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # A program may have spaces and brackets in its name.
            fields = path.read_text("utf-8", "replace").rpartition(")")[2]
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended meanwhile.
        told = fields.split()
        above[int(path.parent.name)] = int(told[1])
        ticks[int(path.parent.name)] = sum(map(int, told[11:15]))
    found = [parent]
    for each in found:
        found += [child for child, it in above.items() if it == each]
    return (sum(ticks.get(each, 0) for each in found)
            / os.sysconf("SC_CLK_TCK"))


def ends_within(process: "subprocess.Popen[str]", limit: float
                ) -> tuple[str, str] | None:
    """Return what a process prints until its end; None at its limit.

    The limit is of processor time, so that a busy machine takes nothing from
    it; of one that waits, or where nobody knows, twice that on the wall.
    """
    until = time.monotonic() + PATIENCE * limit
    while time.monotonic() < until:
        try:
            return process.communicate(timeout=LOOK)
        except subprocess.TimeoutExpired:
            if processor_seconds_of(process.pid) >= limit:
                break
    return None


def end(process: "subprocess.Popen[str]",
        settled: Callable[[], bool] = lambda: True) -> None:
    """Kill a process with all below it, in sessions of their own too.

    It goes on, a second at most, until what it has written is settled.
    """
    for _ in range(20):
        # Stopped, for else it would start and write more meanwhile.
        process.send_signal(signal.SIGSTOP)
        if settled():
            break
        process.send_signal(signal.SIGCONT)
        time.sleep(0.05)
    process.send_signal(signal.SIGSTOP)
    below = descendants(process.pid)
    process.kill()
    for each in below:
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            pass


def last_line(said: str) -> str:
    """Return the last line that says something, shortened."""
    lines = [line.strip() for line in said.splitlines()
             if any(map(str.isalpha, line))]
    return lines[-1][:300] if lines else "it said nothing"


def run(*command: str | Path, cwd: Path, fine: Sequence[int] = (0,),
        environment: Mapping[str, str] | None = None,
        limit: float | None = None, joined: bool = False,
        settled: Callable[[], bool] = lambda: True) -> tuple[str, float]:
    """Return what a command prints, and its seconds; stop if it fails.

    `joined` adds what it says on standard error to what it prints. A command
    that comes to its limit, as `ends_within` has it, is ended once its files
    are `settled`, and that is no failure.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], cwd=cwd, text=True,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if joined else subprocess.PIPE)
    ended = False
    try:
        said = (process.communicate() if limit is None
                else ends_within(process, limit))
        if said is None:
            ended = True
            end(process, settled)
            said = process.communicate()
        printed, complaints = said
    except BaseException:
        end(process)
        raise
    seconds = time.perf_counter() - begun
    if process.returncode not in fine and not ended:
        all_said = printed + (complaints or "")
        raise Failed(
            f"{shlex.join(map(str, command))} in {cwd} failed with exit "
            f"status {process.returncode}:\n{all_said[-4000:]}",
            last_line(all_said))
    return printed, seconds


def metas_are_whole(folder: Path) -> bool:
    """Say whether mutmut is not in the middle of writing its results."""
    try:
        for meta in (folder / "mutants").rglob("*.meta"):
            json.loads(meta.read_text("utf-8"))
    except ValueError:
        return False
    return True


def mutmut(folder: Path, tests: Sequence[str],
           target: Target = GITHUB) -> Tested:
    """Run mutmut with pytest on these test files, two mutants at a time.

    It runs pytest in itself and, on a mutant, the tests that reach its
    function. It makes none of functions decorated by other than
    `staticmethod` and `classmethod`.
    """
    (folder / "pyproject.toml").write_text(f"""{target.pyproject}
[tool.mutmut]
source_paths = {list(target.sources)}
only_mutate = {list(target.modules)}
also_copy = {list(target.copied)}
pytest_add_cli_args_test_selection = {list(tests)}
""", "utf-8")
    program = (sys.executable, "-m", "mutmut")
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    _, seconds = run(*program, "run", "--max-children", "2", cwd=folder,
                     environment=target.environment, limit=target.limit,
                     settled=lambda: metas_are_whole(folder))
    listed, _ = run(*program, "results", "--all", "true", cwd=folder)
    ends = dict(line.strip().split(": ") for line in listed.splitlines())
    left = sum(state == "not checked" for state in ends.values())
    untested = sum(state == "no tests" for state in ends.values())
    survivors = [name for name, state in ends.items()
                 if state not in ("killed", "timeout", "not checked")]
    if target.diffs:
        survivors = [run(*program, "show", name, cwd=folder)[0]
                     for name in survivors]
    return Tested(len(ends) - untested - left, seconds, tuple(survivors),
                  untested, left)


def cosmic_ray(folder: Path, tests: Sequence[str],
               target: Target = GITHUB) -> Tested:
    """Run cosmic-ray on these test files, one process for each mutant.

    The fastest command for it is unittest's; pytest is taken where a test
    file below the folder is written for it, if the target names no command.
    """
    of_pytest = any("/" in name for name in tests)
    command = [sys.executable, "-m", *(target.command or (
        ("pytest", "-qx", "--import-mode=importlib", "-opythonpath=.")
        if of_pytest else ("unittest", "-f"))), *tests]
    environment = {**target.environment, "PYTHONPATH": os.pathsep.join(filter(
        None, [str(folder / target.path),
               target.environment.get("PYTHONPATH", "")]))}
    # Else it would take a red suite for a good one.
    run(*command, cwd=folder, environment=environment)
    (folder / "cosmic-ray.toml").write_text(f"""
[cosmic-ray]
module-path = {list(target.modules)}
timeout = {target.patience:.0f}
excluded-modules = []
test-command = {json.dumps(shlex.join(command))}

[cosmic-ray.distributor]
name = "local"
""", "utf-8")
    program = Path(sys.executable).with_name("cosmic-ray")
    session = ("cosmic-ray.toml", "session.sqlite")
    (folder / session[1]).unlink(missing_ok=True)
    _, preparing = run(program, "init", *session, cwd=folder)
    _, executing = run(program, "exec", *session, cwd=folder,
                       environment=environment, limit=target.limit)
    dumped, _ = run(program, "dump", session[1], cwd=folder)
    results = [json.loads(line)[1] for line in dumped.splitlines()]
    done = [result for result in results if result]
    return Tested(
        len(done), preparing + executing,
        tuple(result["diff"] for result in done
              if result["test_outcome"] == "survived"),
        left=len(results) - len(done))
