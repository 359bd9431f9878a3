"""The two mutation testers that a user would pick instead of the checker.

Each works on `utils.py` and `client.py` in a folder that is made for it, so
that nothing in the checkout is touched.
"""
import json
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ("utils.py", "client.py")
SUITES = ("test_utils.py", "test_client.py")
FILES = (*MODULES, "fixtures.py", *SUITES)


@dataclass(frozen=True)
class Tested:
    """What a tool did: how many mutants it ran, how long, what lived on.

    `seconds` is the whole of its run; `survivors` are diffs.
    """

    mutants: int
    seconds: float
    survivors: tuple[str, ...]


Tester = Callable[[Path, Sequence[str]], Tested]


def lay(folder: Path, files: Sequence[str] = FILES) -> None:
    """Copy files and folders from the project's root to a folder."""
    folder.mkdir(exist_ok=True)
    for name in files:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name,
                            ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)


def run(*command: str | Path, cwd: Path,
        fine: Sequence[int] = (0,)) -> tuple[str, float]:
    """Return what a command prints, and its seconds; stop if it fails."""
    begun = time.perf_counter()
    done = subprocess.run([str(part) for part in command], cwd=cwd,
                          capture_output=True, text=True)
    seconds = time.perf_counter() - begun
    if done.returncode not in fine:
        said = (done.stdout + done.stderr)[-4000:]
        sys.exit(f"{shlex.join(map(str, command))} in {cwd} failed with exit "
                 f"status {done.returncode}:\n{said}")
    return done.stdout, seconds


def mutmut(folder: Path, tests: Sequence[str]) -> Tested:
    """Run mutmut with pytest on these test files, two mutants at a time.

    It runs pytest in itself and, on a mutant, the tests that reach its
    function. It makes none of functions decorated by other than
    `staticmethod` and `classmethod`.
    """
    (folder / "pyproject.toml").write_text(f"""
[tool.mutmut]
source_paths = {list(MODULES)}
also_copy = ["fixtures.py"]
pytest_add_cli_args_test_selection = {list(tests)}

[tool.pytest.ini_options]
addopts = "--import-mode=importlib"
pythonpath = ["."]
""", "utf-8")
    program = (sys.executable, "-m", "mutmut")
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    _, seconds = run(*program, "run", "--max-children", "2", cwd=folder)
    listed, _ = run(*program, "results", "--all", "true", cwd=folder)
    ends = dict(line.strip().split(": ") for line in listed.splitlines())
    survivors = [run(*program, "show", name, cwd=folder)[0]
                 for name, end in ends.items()
                 if end not in ("killed", "timeout")]
    untested = sum(end == "no tests" for end in ends.values())
    return Tested(len(ends) - untested, seconds, tuple(survivors))


def cosmic_ray(folder: Path, tests: Sequence[str]) -> Tested:
    """Run cosmic-ray on these test files, one process for each mutant.

    The fastest command for it is unittest's; pytest is taken where a test
    file below the folder is written for it.
    """
    of_pytest = any("/" in name for name in tests)
    command = [sys.executable, "-m", *(
        ["pytest", "-qx", "--import-mode=importlib", "-opythonpath=."]
        if of_pytest else ["unittest", "-f"]), *tests]
    run(*command, cwd=folder)  # Else it would take a red suite for a good one.
    (folder / "cosmic-ray.toml").write_text(f"""
[cosmic-ray]
module-path = {list(MODULES)}
timeout = 60
excluded-modules = []
test-command = {json.dumps(shlex.join(command))}

[cosmic-ray.distributor]
name = "local"
""", "utf-8")
    program = Path(sys.executable).with_name("cosmic-ray")
    session = ("cosmic-ray.toml", "session.sqlite")
    (folder / session[1]).unlink(missing_ok=True)
    _, preparing = run(program, "init", *session, cwd=folder)
    _, executing = run(program, "exec", *session, cwd=folder)
    dumped, _ = run(program, "dump", session[1], cwd=folder)
    results = [json.loads(line)[1] for line in dumped.splitlines()]
    return Tested(
        len(results), preparing + executing,
        tuple(result["diff"] for result in results
              if result["test_outcome"] == "survived"))
