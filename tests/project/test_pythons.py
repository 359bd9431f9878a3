"""The exercise and the checker on every Python that this machine has.

- the exemplary suites are green under unittest and pytest, from 3.7 to 3.14
- they are so with the network out of reach, and with it every warning raised
- the robust client's suites are green from 3.8 on, there with urllib3 1.26
- the oldest pycodestyle in use finds no more than the newest
- `--soak`: the checker prints the same report from 3.10 to 3.14

A Python is looked for in pyenv, then on PATH; one that is absent is skipped
and says so. The oldest for each exercise and the newest are tried, with
`--soak` all of them.
Each gets an environment of its own below `.pythons/`, which is kept until the
requirements change.
"""
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.soak

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PYTHONS = ROOT / ".pythons"
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
VERSIONS = [f"3.{minor}" for minor in range(7, 15)]
OLDEST_FOR_WINNOW = VERSIONS.index("3.10")
# The last Python that the oldest pycodestyle can read the source of.
NEWEST_FOR_OLD_STYLE = VERSIONS.index("3.11")
OLD_STYLE = "pycodestyle==2.5.0"
OLDEST_FOR_ROBUST_CLIENT = "3.8"
OLD_URLLIB3 = "urllib3<2"

SUITES = ("test_utils.py", "test_client.py")
FILES = ("utils.py", "client.py", "fixtures.py", *SUITES)

# Python runs it before anything else. Ending the process cannot be caught by
# a test, as an exception could.
NO_NETWORK = '''
import os
import socket
import sys


def refuse(*arguments, **options):
    sys.stderr.write("the network was tried: %r\\n" % (arguments,))
    sys.stderr.flush()
    os._exit(99)


socket.getaddrinfo = refuse
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
'''


def run(*command: str | Path, cwd: Path = ROOT,
        path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with one folder or none in PYTHONPATH."""
    env = {key: value for key, value in os.environ.items()
           if not key.startswith(("PYTHON", "PYTEST_"))}
    if path:
        env["PYTHONPATH"] = str(path)
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env,
        stdin=subprocess.DEVNULL, capture_output=True, text=True)


def interpreter(version: str) -> str | None:
    """Return a Python of this version that can make environments."""
    of_pyenv = sorted(
        PYENV.glob(f"versions/{version}.*/bin/python"),
        key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))])
    for candidate in (*reversed(of_pyenv),
                      shutil.which(f"python{version}"), sys.executable):
        if candidate:
            answer = run(candidate, "-c", "import ensurepip, sys, venv;"
                         "print('%d.%d' % sys.version_info[:2])")
            if answer.stdout.strip() == version:
                return str(candidate)
    return None


# What the exercises need of what the distribution needs: the checker's own
# libraries want newer Pythons.
OF_EXERCISES = ("requests", "parameterized", "pytest", "pycodestyle")


def requirements(version: str) -> list[str]:
    """Return what the exercises need; what is old, where it runs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = [each for each in project["project"]["dependencies"]
              if each.startswith(OF_EXERCISES)]
    if VERSIONS.index(version) >= VERSIONS.index(OLDEST_FOR_ROBUST_CLIENT):
        needed += project["project"]["optional-dependencies"]["robust_client"]
    if version == OLDEST_FOR_ROBUST_CLIENT:
        needed.append(OLD_URLLIB3)
    if VERSIONS.index(version) <= NEWEST_FOR_OLD_STYLE:
        return [*needed, OLD_STYLE]
    return [*needed]


def environment(version: str, found: str) -> Path:
    """Return the Python of an environment, made now if it is not there."""
    folder = PYTHONS / version
    python = folder / "bin" / "python"
    made_of = "\n".join([found, *requirements(version)])
    stamp = folder / "made-of"
    if stamp.is_file() and stamp.read_text("utf-8") == made_of:
        return python
    for command in (
            [found, "-m", "venv", "--clear", str(folder)],
            # Compiled is what is imported, then, and not all that is there.
            [str(python), "-m", "pip", "install", "--quiet", "--no-compile",
             "--disable-pip-version-check", *requirements(version)]):
        done = run(*command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    stamp.write_text(made_of, "utf-8")
    return python


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    """Give the versions that are here, the oldest first, and where each is."""
    found = {version: interpreter(version) for version in VERSIONS}
    return {version: path for version, path in found.items() if path}


@pytest.fixture(scope="module")
def environments(here: dict[str, str], request: pytest.FixtureRequest
                 ) -> Iterator[dict[str, Future[Path]]]:
    """Give the environments to try; two are made at a time."""
    tried = [*here]
    if not request.config.getoption("--soak"):
        tried = [version for version in tried if version in (
            tried[0], OLDEST_FOR_ROBUST_CLIENT, tried[-1])]
    PYTHONS.mkdir(exist_ok=True)
    with open(PYTHONS / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Another run may be making them.
        with ThreadPoolExecutor(2) as pool:
            yield {version: pool.submit(environment, version, here[version])
                   for version in tried}


@pytest.fixture
def python(version: str, here: dict[str, str],
           environments: dict[str, Future[Path]]) -> Path:
    """Give the Python of this version, or skip the test and say so."""
    if version not in here:
        pytest.skip(f"Python {version} was not tried: it is not here")
    if version not in environments:
        pytest.skip("takes long: --soak")
    return environments[version].result()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the files of the exercise and nothing else."""
    folder = tmp_path / "exercise"
    folder.mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def no_network(tmp_path: Path) -> Path:
    """Give a folder for PYTHONPATH that takes the network away."""
    folder = tmp_path / "no_network"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NO_NETWORK, "utf-8")
    return folder


@pytest.fixture(scope="module")
def count() -> int:
    """Give the number of tests in the exemplary suites."""
    names = [Path(name).stem for name in SUITES]
    return unittest.TestLoader().loadTestsFromNames(names).countTestCases()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("runner", "told"), [
    (["unittest"], r"Ran {} tests in .*\n\nOK\n$"),
    (["pytest", *SUITES], r"=+ {} passed in .* =+\n$"),
], ids=["unittest", "pytest"])
def test_the_exemplary_suites_pass(
        runner: list[str], told: str, python: Path, folder: Path,
        no_network: Path, count: int) -> None:
    """Every test runs, none is skipped, and nothing is warned of."""
    done = run(python, "-W", "error", "-m", *runner,
               cwd=folder, path=no_network)

    said = done.stdout + done.stderr
    assert re.search(told.format(count), said), said
    assert done.returncode == 0


@pytest.mark.parametrize(
    "version", VERSIONS[VERSIONS.index(OLDEST_FOR_ROBUST_CLIENT):])
def test_the_robust_clients_suites_pass(python: Path) -> None:
    """They ask servers of their own; nothing is warned of."""
    done = run(python, "-W", "error", "-m", "pytest", "-p",
               "no:cacheprovider", "robust_client")

    said = done.stdout + done.stderr
    assert re.search(r"\n=+ \d+ passed in .* =+\n$", said), said
    assert done.returncode == 0


@pytest.mark.parametrize("attempt", [
    "import requests; requests.get('http://192.0.2.1/', timeout=1)",
    "import requests; requests.get('http://host.invalid/', timeout=1)",
])
def test_the_network_is_out_of_reach(
        environments: dict[str, Future[Path]], no_network: Path,
        attempt: str) -> None:
    """Or the tests above would prove less than they say."""
    runs = [run(python.result(), "-c", attempt, path=no_network)
            for python in environments.values()]

    assert {done.returncode for done in runs} == {99}
    assert all("the network was tried" in done.stderr for done in runs)


def test_the_oldest_pycodestyle_finds_nothing(
        environments: dict[str, Future[Path]], folder: Path) -> None:
    """The course's own version of it is held to, in its default settings."""
    found = [python.result() for version, python in environments.items()
             if VERSIONS.index(version) <= NEWEST_FOR_OLD_STYLE]
    if not found:
        pytest.skip(f"{OLD_STYLE} was not tried: no Python up to 3.11 is here")

    version = run(found[0], "-m", "pycodestyle", "--version")
    done = run(found[0], "-m", "pycodestyle", *FILES, cwd=folder)

    assert f"pycodestyle=={version.stdout.strip()}" == OLD_STYLE
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def report_of(python: str | Path) -> Any:
    """Return what the checker prints of a learner's suite, times aside."""
    done = run(python, "-m", "winnow", "check", ROOT / "examples/first_try",
               "--format", "json", path=ROOT)
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert report.pop("seconds") > 0
    return report


@pytest.mark.soak
@pytest.mark.parametrize("version", VERSIONS[OLDEST_FOR_WINNOW:])
def test_the_checker_prints_the_same_report(python: Path) -> None:
    """No verdict depends on the Python that reached it."""
    assert report_of(python) == report_of(sys.executable)
