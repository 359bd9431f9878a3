"""Projects of others in small: each is checked as its owner would.

Each folder of `cases/projects` and `cases/passing` shows one kind of project
that Winnow once judged wrongly, or was thought to. The tables beside them say
how it is checked, and what is right: that was found with `python -m pytest`
or `python -m unittest` on a copy into which each fault was written by hand.
What needs plugins runs in an environment of its own, and only by `--soak`.
"""
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Mapping
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import NO_PLUGINS, PATIENCE, WINNOW

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASES = Path(__file__).parents[1] / "cases"
# What a row may say besides `run` and `because`.
KEYS = {"run", "because", "caught", "faults", "valid", "tests", "missed",
        "hung", "caught_too", "no_faults", "problems", "status", "says",
        "never", "needs", "programs", "modules", "python", "soak", "wrong",
        "pools", "patience"}


def rows(group: str) -> Iterator[Any]:
    """Yield the cases of a group; those that need much are for the soak."""
    table = tomllib.loads((CASES / f"{group}.toml").read_text("utf-8"))
    for name, case in table.items():
        assert case.keys() <= KEYS, (name, case.keys() - KEYS)
        marks = []
        if case.get("soak") or case.get("needs"):
            marks.append(pytest.mark.soak)
        if case.get("wrong"):
            marks.append(pytest.mark.xfail(reason="not mended", strict=True))
        yield pytest.param(CASES / group / name, case, id=name, marks=marks)


class Ran:
    """What the command printed, and the report that it wrote, if any."""

    def __init__(self, status: int, said: str, report: Mapping[str, Any]
                 ) -> None:
        """Sort the faults by what became of them."""
        self.status = status
        self.said = " ".join(f"{said} {json.dumps(report)}".split())
        self.report = report
        self.outcomes = {fault["name"]: fault["outcome"]
                         for fault in report.get("faults", ())}

    def of(self, outcome: str) -> list[str]:
        """Return the names of the faults that have come to this."""
        return [name for name, each in self.outcomes.items()
                if each == outcome]

    def found(self) -> Mapping[str, object]:
        """Return what a row may say exactly, by the row's own keys."""
        summary = self.report.get("summary", {})
        return {
            "caught": len(self.of("caught")), "hung": len(self.of("hung")),
            "faults": len(self.outcomes), "missed": self.of("missed"),
            "valid": summary.get("valid"), "tests": summary.get("tests"),
            "status": self.status, "problems": [
                each["kind"] for each in self.report.get("problems", ())]}


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the environments that have what cases need."""
    return tmp_path_factory.mktemp("environments")


def command_with(needs: list[str], environments: Path) -> list[str]:
    """Return the words of a command in an environment with these packages.

    It has what Winnow itself needs, and no other plugin of pytest's.
    """
    if not needs:
        return [WINNOW]
    place = environments / "-".join(needs)
    python = place / "bin" / "python"
    if not place.exists():
        venv.create(place, with_pip=False, symlinks=True)
        (site,) = place.glob("lib/python*/site-packages")
        (site / "ours.pth").write_text(str(Path(__file__).parents[2]))
        core = [each for each in requires("winnow-tests") or ()
                if "extra ==" not in each]
        subprocess.run([sys.executable, "-m", "pip", "--python", python,
                        "install", "--quiet", *core, *needs], check=True)
    return [str(python), "-m", "winnow"]


def run(folder: Path, case: Mapping[str, Any], place: Path,
        command: list[str], pool: str) -> Ran:
    """Run a case's command in a copy of its folder, in one way or the best."""
    copy = place / "a project"
    shutil.copytree(folder, copy)
    (place / "bin").mkdir()
    report = place / "report.json"
    # The same command as the reader's, which writes its report for us.
    wrapper = place / "bin" / "winnow"
    wrapper.write_text(f"""#!/bin/sh
case "$*" in *--format*) exec {shlex.join(command)} "$@" ;; esac
exec {shlex.join(command)} "$@" --format json -o {shlex.quote(str(report))}
""")
    wrapper.chmod(0o755)
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("PYTEST_", "PYTHON"))}
    if not case.get("needs"):  # Else they are in an environment of its own.
        env[NO_PLUGINS] = "1"
    done = subprocess.run(
        ["bash", "-c", case["run"]], cwd=copy, capture_output=True, text=True,
        timeout=case.get("patience", PATIENCE), env={
            **env, "PATH": f"{place}/bin:{env['PATH']}", "WINNOW_POOL": pool,
            "INCLUDE": sysconfig.get_path("include")})
    assert "Traceback" not in done.stderr, done.stderr
    written = report.read_text() if report.exists() else (
        done.stdout if done.stdout.startswith("{") else "{}")
    return Ran(done.returncode, done.stdout + done.stderr,
               json.loads(written))


def skip_if_absent(case: Mapping[str, Any]) -> None:
    """Skip a case whose programs, modules or Python are not at hand."""
    for program in case.get("programs", ()):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    for module in case.get("modules", ()):
        if not find_spec(module):
            pytest.skip(f"{module} is not installed")
    wanted = tuple(map(int, case.get("python", "3").split(".")))
    if sys.version_info < wanted:
        pytest.skip(f"it is written in Python {case['python']}")


def hold(folder: Path, case: Mapping[str, Any], place: Path,
         environments: Path, pool: str = "") -> None:
    """Assert that a case comes to what its row says."""
    skip_if_absent(case)
    ran = run(folder, case, place,
              command_with(case.get("needs", []), environments), pool)
    found = ran.found()
    expected = {key: case[key] for key in found if key in case}

    assert {key: found[key] for key in expected} == expected, ran.said
    assert set(case.get("caught_too", ())) <= set(ran.of("caught")), ran.said
    for words in case.get("says", ()):
        assert words in ran.said
    for words in case.get("never", ()):
        assert words not in ran.said
    assert not [name for name in ran.outcomes for kind in case.get(
        "no_faults", ()) if name.partition(":")[2].startswith(kind)]
    assert ran.status in (0, 1) or "status" in case, ran.said


@pytest.mark.parametrize(("folder", "case"), list(rows("projects")))
@pytest.mark.by_turns("soak", "slow", "soak")
def test_what_was_judged_wrongly_once_is_judged_right(
        folder: Path, case: Mapping[str, Any], tmp_path: Path,
        environments: Path) -> None:
    """Refused, accused or judged otherwise than by a fresh process."""
    hold(folder, case, tmp_path, environments)


@pytest.mark.parametrize(("folder", "case"), list(rows("passing")))
@pytest.mark.by_turns("soak", "slow", "soak")
def test_what_was_judged_right_still_is(
        folder: Path, case: Mapping[str, Any], tmp_path: Path,
        environments: Path) -> None:
    """Odd projects that never were a trouble."""
    hold(folder, case, tmp_path, environments)


@pytest.mark.parametrize("pool", ["spawn", "inline"])
@pytest.mark.parametrize(("folder", "case"), [
    row for row in rows("projects") if row.values[1].get("pools")])
@pytest.mark.slow
def test_it_is_judged_alike_without_clones(
        folder: Path, case: Mapping[str, Any], pool: str, tmp_path: Path,
        environments: Path) -> None:
    """Where the way in which tests are run has a hand in the verdict."""
    hold(folder, case, tmp_path, environments, pool)
