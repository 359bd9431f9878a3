"""The checker beside other mutation testers, on projects that it has not seen.

`league.toml` names them. Each is fetched from the index that pip is set up
for, and gets an environment of its own, outside the checkout, with the
checker, mutmut, cosmic-ray and what its tests need. All tools change the same
modules and run the same tests, one after the other in the same minutes.

The table has milliseconds a mutant, on the wall and of processor time; the
latter says more on a machine that does something else as well. A tool's fixed
costs are in it. `held` is how many of the verdicts that were drawn are those
of fresh processes, as `cold.py` holds them.
"""
import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from cold import ASKED_BEFORE_IT_HANGS, cold
from mutants import ROOT, Failed, Target, Tested, cosmic_ray, mutmut, run
from projects import NOT_COPIED, own_cache

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = Path(__file__).with_name("league.toml")
OTHERS = ("mutmut==3.8.1", "cosmic-ray==8.7.0")
# Seconds for one of the others on one project; so many faults are drawn for
# the checker, and so many of its verdicts are held against fresh processes.
LIMIT, SAMPLE, HELD = 60.0, 100, 100


@dataclass(frozen=True)
class Entry:
    """A row of `league.toml`, which says what the fields are."""

    name: str
    version: str
    shape: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    path: str = "."
    needs: tuple[str, ...] = ()


def entries() -> dict[str, Entry]:
    """Return the rows of the table by their names."""
    rows = tomllib.loads(TABLE.read_text("utf-8"))["project"]
    return {row["name"]: Entry(**{
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row.items()}) for row in rows}


def prepared(entry: Entry, cache: Path) -> tuple[Path, Path]:
    """Return the project's folder and its Python, made if need be."""
    home = cache / f"league-{entry.name}-{entry.version}"
    python = home / "venv" / "bin" / "python"
    if not (home / "ready").exists():
        home.mkdir(exist_ok=True)
        pip = (sys.executable, "-m", "pip", "--quiet", "--no-input")
        run(*pip, "download", "--no-deps", "--no-binary", entry.name,
            "--dest", home, f"{entry.name}=={entry.version}", cwd=cache)
        [sdist] = home.glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            archive.extractall(home, filter="data")
        run(sys.executable, "-m", "venv", home / "venv", cwd=home)
        inside = (python, "-m", "pip", "--quiet", "--no-input", "install")
        run(*inside, ROOT, *OTHERS, folder_of(home), *entry.needs, cwd=home)
        (home / "ready").touch()
    return folder_of(home), python


def folder_of(home: Path) -> Path:
    """Return the folder that was unpacked."""
    [found] = [each for each in home.iterdir()
               if each.is_dir() and (each / "PKG-INFO").exists()]
    return found


def target(entry: Entry, folder: Path, seconds: float, limit: float = LIMIT
           ) -> Target:
    """Return what the other tools are told."""
    sources = tuple({Path(name).parts[0]: None for name in entry.modules})
    settings = folder / "pyproject.toml"
    return Target(
        modules=entry.modules, sources=sources,
        copied=tuple(each.name for each in sorted(folder.iterdir())
                     if each.name not in (*sources, *NOT_COPIED)),
        pyproject=settings.read_text("utf-8") if settings.exists() else "",
        command=("pytest", "-qx", "-p", "no:cacheprovider"), path=entry.path,
        environment={"PYTHONPATH": str(folder / entry.path)},
        limit=limit, patience=max(5.0, 5 * seconds), diffs=False)


def winnow(folder: Path, tests: Sequence[str], told: Target) -> Tested:
    """Run `winnow check --module` on a sample of its faults."""
    modules = [word for name in told.modules for word in ("--module", name)]
    said, seconds = run(
        Path(sys.executable).with_name("winnow"), "check", *tests, *modules,
        "--runner", "pytest", "--sample", str(SAMPLE), "--seed", "1",
        "--format", "json", cwd=folder, environment=told.environment,
        fine=(0, 1))
    faults = json.loads(said)["faults"]
    (folder / "told.json").write_text(json.dumps(
        {each["name"]: each["outcome"] for each in faults}), "utf-8")
    return Tested(len(faults), seconds, tuple(
        each["name"] for each in faults if each["outcome"] != "caught"))


def processor_seconds() -> float:
    """Return what all processes took that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(entry: Entry, sdist: Path, limit: float, number: int
             ) -> dict[str, Any]:
    """Return what came of each tool; this is run in the project's Python."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        def fresh(name: str) -> Path:
            """Return a copy of the project of its own."""
            with tarfile.open(sdist) as archive:
                archive.extractall(Path(temporary, name), filter="data")
            [folder] = Path(temporary, name).iterdir()
            return folder

        folder = fresh("suite")
        begun, before = time.monotonic(), processor_seconds()
        run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
            *entry.tests, cwd=folder, fine=(0, 1), environment={
                "PYTHONPATH": str(folder / entry.path)})
        seconds = time.monotonic() - begun
        found["suite"] = {"wall": seconds,
                          "cpu": processor_seconds() - before}
        for name, tool in (("winnow", winnow), ("mutmut", mutmut),
                           ("cosmic-ray", cosmic_ray)):
            folder = fresh(name)
            before = processor_seconds()
            try:
                tested = tool(folder, list(entry.tests),
                              target(entry, folder, seconds, limit))
            except (Failed, FileNotFoundError, ValueError) as failed:
                found[name] = {"cannot": getattr(
                    failed, "reason", str(failed))[:200]}
                continue
            found[name] = {
                "mutants": tested.mutants, "survivors": len(tested.survivors),
                "wall": tested.seconds, "cpu": processor_seconds() - before}
        found["held"] = held(entry, Path(temporary), seconds, number)
    return found


def held(entry: Entry, temporary: Path, seconds: float, number: int
         ) -> list[Any]:
    """Return how many verdicts were tried cold, and which of them differ."""
    from winnow.subjects.project import find
    [folder] = (temporary / "winnow").iterdir()
    said = json.loads((folder / "told.json").read_text("utf-8"))
    [clean] = (temporary / "suite").iterdir()
    told = target(entry, clean, seconds)
    project, _ = find([clean / name for name in entry.tests],
                      [clean / name for name in entry.modules], "pytest")
    faults = [each for each in project.faults if each.name in said][:number]
    with ThreadPoolExecutor(os.cpu_count()) as some:
        ends = [*some.map(lambda fault: cold(
            clean, project.paths[fault.module], entry.tests, told, fault),
            faults)]
    return [len(faults), [
        f"{fault.name}: {said[fault.name]}, cold {end}"
        for fault, end in zip(faults, ends) if said[fault.name] != end
        and (said[fault.name], end) != ASKED_BEFORE_IT_HANGS]]


def of(found: Mapping[str, Any], tool: str, what: str) -> float | None:
    """Return a tool's milliseconds a mutant, if it could."""
    result = found.get(tool, {})
    return (1000 * result[what] / result["mutants"]
            if result.get("mutants") else None)


def cell(found: Mapping[str, Any], tool: str) -> str:
    """Return wall and processor time of a mutant, or that it could not."""
    wall, cpu = (of(found, tool, what) for what in ("wall", "cpu"))
    return "cannot" if wall is None or cpu is None else (
        f"{wall:.0f}; {cpu:.0f} ({found[tool]['mutants']})")


def lines(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the table, and below it what no table holds."""
    known = entries()
    heads = ("project", "shape", "suite, s", "winnow", "mutmut", "cosmic-ray",
             "held")
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for name, found in results.items():
        number, differing = found["held"]
        yield (f"| {name} {known[name].version} | {known[name].shape} | "
               f"{found['suite']['wall']:.1f}; {found['suite']['cpu']:.1f} | "
               + " | ".join(cell(found, tool) for tool in (
                   "winnow", "mutmut", "cosmic-ray"))
               + f" | {number - len(differing)} of {number} |")
    yield ""
    for tool in ("mutmut", "cosmic-ray"):
        for what in ("wall", "cpu"):
            pairs = [(of(each, tool, what), of(each, "winnow", what))
                     for each in results.values()]
            ratios = [one / other for one, other in pairs if one and other]
            if ratios:
                yield (f"- {tool} takes {median(ratios):.1f} times the "
                       f"checker's {what} a mutant in the median, from "
                       f"{min(ratios):.1f} to {max(ratios):.1f}, on "
                       f"{len(ratios)} projects.")
    for name, found in results.items():
        for tool in ("winnow", "mutmut", "cosmic-ray"):
            if "cannot" in found.get(tool, {}):
                yield f"- {tool} cannot run {name}: {found[tool]['cannot']}"
        yield from (f"- {name}: {each}" for each in found["held"][1])


def main() -> int:
    """Measure the projects that are named, all without a name."""
    known = entries()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"of {', '.join(known)}")
    parser.add_argument("--limit", type=float, default=LIMIT, metavar="S",
                        help="seconds for another tool (%(default)s)")
    parser.add_argument("--held", type=int, default=HELD, metavar="N",
                        help="verdicts to hold (%(default)s)")
    parser.add_argument("--inside", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--sdist", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(measured(known[given.inside], given.sdist,
                                  given.limit, given.held)))
        return 0
    cache = own_cache()
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    results: dict[str, Any] = {}
    for name in given.names or known:
        try:
            folder, python = prepared(known[name], cache)
            [sdist] = folder.parent.glob("*.tar.gz")
            said = subprocess.run(
                [python, __file__, "--inside", name, "--sdist", sdist,
                 "--limit", str(given.limit), "--held", str(given.held)],
                cwd=cache, text=True, stdout=subprocess.PIPE, check=True)
        except (Failed, subprocess.CalledProcessError) as failed:
            print(f"{name}: {getattr(failed, 'reason', failed)}",
                  file=sys.stderr, flush=True)
            continue
        results[name] = json.loads(said.stdout.splitlines()[-1])
        print(name, results[name], file=sys.stderr, flush=True)
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, "
          f"a load of {os.getloadavg()[0]:.1f}; {', '.join(OTHERS)}; "
          "milliseconds a mutant, on the wall; of processor time (how many)\n")
    print(*lines(results), sep="\n")
    return int(any(each["held"][1] for each in results.values()))


if __name__ == "__main__":
    sys.exit(main())
