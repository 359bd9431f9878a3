"""Real projects: what a mutant costs on modules and suites of others.

`projects.toml` names them. Each is fetched from the index that pip is set up
for, held against its checksum, and unpacked outside the checkout; its own
suite is timed, and each tool of `TESTERS` works on a copy, with the same
modules and the same tests. A tool that cannot do it says so in a line.
"""
import argparse
import getpass
import hashlib
import json
import os
import platform
import re
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from mutants import (
    ROOT,
    Failed,
    Target,
    Tested,
    cosmic_ray,
    last_line,
    mutmut,
    run,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = Path(__file__).with_name("projects.toml")
LIMIT = 120.0
ROUNDS = 3
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet",
       "--no-input")
# What a run leaves beside the project's own files, and no suite needs.
NOT_COPIED = ("mutants", "pyproject.toml", ".pytest_cache", "__pycache__")


@dataclass(frozen=True)
class Project:
    """A row of `projects.toml`, which says what the fields are."""

    name: str
    version: str
    sha256: str
    shape: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    runner: str
    requires: tuple[str, ...]
    path: str = "."
    options: str = "-o addopts="

    @property
    def pinned(self) -> str:
        """Return the name and version as a file or folder is called."""
        return f"{self.name}-{self.version}"

    def files(self, folder: Path) -> list[str]:
        """Return the test files of the project in a folder."""
        found = sorted(path.relative_to(folder).as_posix()
                       for pattern in self.tests
                       for path in folder.glob(pattern))
        if not found:  # Without one, a runner would look for itself.
            sys.exit(f"{self.pinned} has no file {', '.join(self.tests)}")
        return found

    def lines(self, folder: Path) -> int:
        """Count the lines of the modules that are changed."""
        return sum(len((folder / name).read_text("utf-8").splitlines())
                   for name in self.modules)


@dataclass(frozen=True)
class Suite:
    """How many tests a project's suite has, and the seconds of a run."""

    tests: int
    seconds: float


# What stands in a cell of the table: what a tool did, or why it could not.
Result = Tested | str
ProjectTester = Callable[[Path, Sequence[str], Target], Tested]


def winnow(folder: Path, tests: Sequence[str], told: Target) -> Tested:
    """Run `winnow check --module` on a project; what no test executes aside.

    It has no limit: what it prints before its end is nothing.
    """
    modules = [word for name in told.modules for word in ("--module", name)]
    said, seconds = run(
        Path(sys.executable).with_name("winnow"), "check", *tests, *modules,
        "--runner", told.command[0], "--format", "json", cwd=folder,
        environment=told.environment, fine=(0, 1))
    faults = json.loads(said)["faults"]
    executed = [fault for fault in faults if fault["executed"]]
    return Tested(
        len(executed), seconds,
        tuple(fault["name"] for fault in faults
              if fault["outcome"] != "caught"),
        untested=len(faults) - len(executed))


# A further tool takes its place here: a function of a folder with a copy of
# the project in it, its test files, and the target with the modules.
TESTERS: dict[str, ProjectTester] = {
    "winnow": winnow, "mutmut": mutmut, "cosmic-ray": cosmic_ray}


def projects() -> dict[str, Project]:
    """Return the projects of the table by their names."""
    found: dict[str, Project] = {}
    for entry in tomllib.loads(TABLE.read_text("utf-8"))["project"]:
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in entry.items()}
        found[entry["name"]] = Project(**fields)
    return found


def own_cache() -> Path:
    """Return the folder to fetch into when none is named."""
    return Path(tempfile.gettempdir()) / f"winnow-projects-{getpass.getuser()}"


def proven(project: Project, sdist: Path) -> Path:
    """Return a source distribution that is what the table says; or stop."""
    found = hashlib.sha256(sdist.read_bytes()).hexdigest()
    if found != project.sha256:
        sys.exit(f"{sdist} is not what projects.toml names: its sha256 is "
                 f"{found}; delete it, or correct the table")
    return sdist


def fetch(project: Project, cache: Path) -> Path:
    """Return the source distribution, downloaded if it is not there yet.

    pip builds its metadata and so runs the project's code: the checksum is
    given to it too, which it holds against the file before.
    """
    sdist = cache / f"{project.pinned}.tar.gz"
    if sdist.exists():
        return proven(project, sdist)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(f"{project.name}=={project.version} "
                          f"--hash=sha256:{project.sha256}\n", "utf-8")
        # No binary of this one alone: what builds it may be a wheel.
        try:
            run(*PIP, "download", "--no-deps", "--no-binary", project.name,
                "--dest", folder, "--requirement", wanted, cwd=cache)
        except Failed as failed:
            sys.exit(f"pip cannot fetch {project.name} {project.version}: "
                     f"{pips_error(failed)}")
        [downloaded] = Path(folder).glob("*.tar.gz")
        proven(project, downloaded).rename(sdist)
    return sdist


def pips_error(failed: Failed) -> str:
    """Return the line of what pip said that tells most."""
    errors = re.findall(r"^ERROR: (.+)", str(failed), re.MULTILINE)
    reason = last_line(errors[0]) if errors else failed.reason
    if "DO NOT MATCH THE HASHES" in reason:
        return "what it found has not the sha256 of projects.toml"
    return f"{reason}; is there a network?"


def unpack(project: Project, cache: Path, folder: Path) -> Path:
    """Unpack a source distribution, which becomes the folder; return it."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        unpacked(fetch(project, cache), Path(temporary)).rename(folder)
    return folder


def unpacked(sdist: Path, within: Path) -> Path:
    """Unpack a source distribution within a folder; return what came.

    Nothing of it can end up elsewhere: members with absolute names, with
    dots or with links that lead out are refused by tarfile's data filter.
    """
    if not hasattr(tarfile, "data_filter"):
        sys.exit("This Python's tarfile cannot unpack safely; take 3.10.12, "
                 "3.11.4 or later")
    with tarfile.open(sdist) as archive:
        archive.extractall(within, filter="data")
        [top] = {Path(name).parts[0] for name in archive.getnames()}
    return within / top


def required(project: Project, cache: Path) -> Path | None:
    """Return a folder with what the tests require, installed if need be."""
    if not project.requires:
        return None
    key = hashlib.sha256("\n".join(project.requires).encode()).hexdigest()
    python = ".".join(platform.python_version_tuple()[:2])
    side = cache / f"requires-{project.name}-py{python}-{key[:8]}"
    if not side.exists():
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            try:
                run(*PIP, "install", "--no-deps", "--target",
                    Path(temporary, side.name), *project.requires, cwd=cache)
            except Failed as failed:
                sys.exit(f"pip cannot install what {project.name} requires: "
                         f"{pips_error(failed)}")
            Path(temporary, side.name).rename(side)
    return side


def environment(project: Project, cache: Path) -> dict[str, str]:
    """Return the variables to set for this interpreter to run its tests.

    The project itself is not on the path: a tool may have it in a copy.
    """
    side = required(project, cache)
    return {"PYTHONPATH": str(side) if side else "",
            "PYTEST_ADDOPTS": project.options}


def target(project: Project, cache: Path, folder: Path,
           limit: float, suite: Suite) -> Target:
    """Return what the tools are told of a project in a folder."""
    return target_in(
        folder, project.modules, project.path,
        ("unittest", "-f") if project.runner == "unittest"
        else ("pytest", "-qx"), environment(project, cache), limit,
        suite.seconds)


def target_in(folder: Path, modules: tuple[str, ...], path: str,
              command: tuple[str, ...], variables: Mapping[str, str],
              limit: float, seconds: float) -> Target:
    """Return what the tools are told of modules in a folder.

    Its suite takes so many seconds; a mutant may take five times as long.
    """
    sources = tuple({Path(name).parts[0]: None for name in modules})
    settings = folder / "pyproject.toml"
    return Target(
        modules=modules, sources=sources,
        copied=tuple(entry.name for entry in sorted(folder.iterdir())
                     if entry.name not in (*sources, *NOT_COPIED)),
        pyproject=settings.read_text("utf-8") if settings.exists() else "",
        command=command, path=path, environment=variables, limit=limit,
        patience=max(5.0, 5 * seconds), diffs=False)


def run_suite(project: Project, cache: Path, folder: Path) -> Suite:
    """Run the project's own suite and time it, the first run not counted."""
    variables = environment(project, cache)
    variables["PYTHONPATH"] = os.pathsep.join(filter(
        None, [str(folder / project.path), variables["PYTHONPATH"]]))
    runs = [run(sys.executable, "-m", project.runner, *project.files(folder),
                cwd=folder, environment=variables, joined=True)
            for _ in range(ROUNDS + 1)]
    said = runs[-1][0]
    counted = re.search(r"^Ran (\d+) tests?" if project.runner == "unittest"
                        else r"(\d+) passed", said, re.MULTILINE)
    if not counted or counted[1] == "0":
        sys.exit(f"The suite of {project.name} ran no test: "
                 f"{last_line(said)}")
    return Suite(int(counted[1]), median(each for _, each in runs[1:]))


def try_tool(tester: ProjectTester, project: Project, cache: Path,
             limit: float, suite: Suite) -> Result:
    """Let a tool work on a fresh copy; return why, where it cannot."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = unpack(project, cache, Path(temporary) / project.pinned)
        told = target(project, cache, folder, limit, suite)
        try:
            tested = tester(folder, project.files(folder), told)
        except Failed as failed:
            return failed.reason
        except FileNotFoundError as missing:  # Not installed.
            return str(missing)
    if not tested.mutants:
        return f"no mutant was run in {tested.seconds:.0f} s"
    return tested


def cell(result: Result) -> str:
    """Return the milliseconds a mutant, marked where some are left."""
    if isinstance(result, str):
        return "cannot"
    mark = "*" if result.left else ""
    return f"{result.seconds / result.mutants * 1000:.0f}{mark}"


def detail(tool: str, name: str, result: Result) -> str:
    """Return in a line what a tool did on a project, or why it could not."""
    if isinstance(result, str):
        return f"{tool} on {name}: cannot; {result}"
    alive = len(result.survivors) - result.untested
    return (f"{tool} on {name}: {result.mutants} of "
            f"{result.mutants + result.left} mutants in "
            f"{result.seconds:.0f} s, {alive} live on; "
            f"{result.untested} more are reached by no test")


def heading(tools: Sequence[str]) -> str:
    """Return the first line of the table."""
    return (f"{'project':20}{'lines':>6}{'tests':>6}{'suite':>8}"
            + "".join(f"{tool:>12}" for tool in tools) + "  shape")


def row(project: Project, lines: int, suite: Suite,
        results: Iterable[Result]) -> str:
    """Return a project's line of the table."""
    return (f"{project.pinned:20}{lines:6}{suite.tests:6}"
            f"{suite.seconds:6.2f} s"
            + "".join(f"{cell(result):>12}" for result in results)
            + f"  {project.shape}")


def measure(chosen: Sequence[Project], cache: Path, tools: Sequence[str],
            limit: float) -> None:
    """Print the table, and below it what each tool did or could not do."""
    rows, details = [], []
    load = os.getloadavg()[0]
    for project in chosen:
        with tempfile.TemporaryDirectory() as temporary:
            folder = unpack(project, cache, Path(temporary) / project.pinned)
            lines = project.lines(folder)
            try:
                suite = run_suite(project, cache, folder)
            except Failed as failed:
                details.append(f"{project.name}: its own suite fails here; "
                               f"{failed.reason}")
                continue
        results = {}
        for tool in tools:
            results[tool] = try_tool(TESTERS[tool], project, cache, limit,
                                     suite)
            details.append(detail(tool, project.name, results[tool]))
            print(details[-1], file=sys.stderr, flush=True)
        rows.append(row(project, lines, suite, results.values()))
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, "
          f"a load of {load:.1f} before; milliseconds a mutant, * where "
          f"{limit:.0f} s of a processor were not enough for all\n")
    print(heading(tools), *rows, "", *details, sep="\n")


def main() -> None:
    """Fetch the projects that are named, all without a name, and measure."""
    known = projects()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"of {', '.join(known)}")
    parser.add_argument("--cache", type=Path, default=own_cache(),
                        help="the folder to fetch into (%(default)s)")
    parser.add_argument("--tools", nargs="*", choices=TESTERS,
                        default=list(TESTERS))
    parser.add_argument("--limit", type=float, default=LIMIT, metavar="S",
                        help="processor seconds for a tool on a project "
                        "(%(default)s)")
    parser.add_argument("--fetch-only", action="store_true",
                        help="unpack the projects and measure nothing")
    given = parser.parse_args()
    if unknown := set(given.names) - set(known):
        parser.error(f"no such project: {', '.join(sorted(unknown))}")
    cache = given.cache.resolve()
    if cache.is_relative_to(ROOT):
        parser.error("the cache must not be inside the checkout")
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = [known[name] for name in given.names or known]
    if not given.fetch_only:
        return measure(chosen, cache, given.tools, given.limit)
    for project in chosen:
        shutil.rmtree(cache / project.pinned, ignore_errors=True)
        print(unpack(project, cache, cache / project.pinned))
        required(project, cache)


if __name__ == "__main__":
    main()
