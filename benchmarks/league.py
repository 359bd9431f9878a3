"""The checker beside other mutation testers, on projects that it has not seen.

`league.toml` names them. Each is fetched from the index that pip is set up
for, and gets an environment of its own, outside the checkout, with the
checker, the other tools and what its tests need. All tools change the same
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
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import further
from cold import differing, ends_cold, told_by_winnow
from mutants import ROOT, Failed, Target, Tested, cosmic_ray, mutmut, run
from projects import PIP, own_cache, target_in, unpacked

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = Path(__file__).with_name("league.toml")
VERSIONS = ("mutmut==3.8.1", "cosmic-ray==8.7.0")
# Seconds of processor time for one of the others on one project, and on the
# wall for fresh processes; so many faults are drawn for the checker, and at
# most so many held.
LIMIT, SAMPLE, HELD = 60.0, 100, 100
# A tool that starts the tests anew for each mutant has no fixed costs to
# speak of: less of the time tells as much.
SHARES = {"cosmic-ray": 1 / 3}
# The checker again, with about as many as mutmut ran: fixed costs lie on as
# many then.
EVEN = "winnow, as many"
OTHERS: Mapping[str, Callable[[Path, Sequence[str], Target], Tested]] = {
    "mutmut": mutmut, "cosmic-ray": cosmic_ray,
    "irradiate": further.irradiate, "pytestmut": further.pytestmut,
    "fermut": further.fermut}


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
    variables: tuple[str, ...] = ()

    def home(self, cache: Path) -> Path:
        """Return the folder of its environment."""
        return cache / f"league-{self.name}-{self.version}"

    def kept(self, cache: Path) -> Path:
        """Return the file of what was measured last."""
        return self.home(cache) / "found.json"


def entries() -> dict[str, Entry]:
    """Return the rows of the table by their names."""
    rows = tomllib.loads(TABLE.read_text("utf-8"))["project"]
    return {row["name"]: Entry(**{
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row.items()}) for row in rows}


def built(folder: Path) -> Path:
    """Return the checker as a wheel, as it is in this checkout."""
    run(*PIP, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    [wheel] = folder.iterdir()
    return wheel


def prepared(entry: Entry, cache: Path, wheel: Path) -> tuple[Path, Path]:
    """Return the project's source distribution and its Python.

    The environment is made if need be; the checker in it is always this one.
    """
    home = entry.home(cache)
    python = home / "venv" / "bin" / "python"
    inside = (*PIP, "--python", python, "install")
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        run(*PIP, "download", "--no-deps", "--no-binary", entry.name,
            "--dest", home, f"{entry.name}=={entry.version}", cwd=cache)
        run(sys.executable, "-m", "venv", "--without-pip", home / "venv",
            cwd=home)
        run(*inside, wheel, *VERSIONS, unpacked(_sdist(home), home),
            *entry.needs, cwd=home)
        (home / "ready").touch()
    run(*inside, "--no-deps", "--force-reinstall", wheel, cwd=home)
    return _sdist(home), python


def _sdist(home: Path) -> Path:
    """Return what pip has downloaded to a folder."""
    [found] = home.glob("*.tar.gz")
    return found


def processor_seconds() -> float:
    """Return what all processes took that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(entry: Entry, sdist: Path, tools: Sequence[str], sample: int,
             limit: float, number: int) -> dict[str, Any]:
    """Return what came of each tool; this is run in the project's Python."""
    found: dict[str, Any] = {"load": os.getloadavg()[0]}
    tests = list(entry.tests)
    with tempfile.TemporaryDirectory() as temporary:
        def fresh(name: str) -> tuple[Path, Target]:
            """Return a copy of the project, and what tools are told of it."""
            folder = unpacked(sdist, Path(temporary, name))
            return folder, target_in(
                folder, entry.modules, entry.path,
                ("pytest", "-qx", "-p", "no:cacheprovider"),
                {"PYTHONPATH": str(folder / entry.path),
                 **dict(each.split("=", 1) for each in entry.variables)},
                limit, found.get("suite", {}).get("wall", 0))

        folder, told = fresh("suite")
        begun, before = time.monotonic(), processor_seconds()
        run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
            *tests, cwd=folder, fine=(0, 1), environment=told.environment)
        found["suite"] = {"wall": time.monotonic() - begun,
                          "cpu": processor_seconds() - before}
        folder, told = fresh("winnow")
        before = processor_seconds()
        faults, seconds = told_by_winnow(folder, tests, told, sample)
        said = {each["name"]: each["outcome"] for each in faults}
        found["winnow"] = counted(faults, seconds, before)
        found["missed"] = [each for each in faults
                           if each["outcome"] == "missed"]
        for name in tools:
            folder, told = fresh(name)
            found[name] = tried(name, folder, tests, replace(
                told, limit=limit * SHARES.get(name, 1)))
        most = found.get("mutmut", {}).get("mutants", 0)
        if most > (ran := found["winnow"]["mutants"]) > 0:
            folder, told = fresh("even")
            before = processor_seconds()
            found[EVEN] = counted(*told_by_winnow(
                folder, tests, told, most * len(said) // ran), before)
        folder, told = fresh("cold")
        ended = ends_cold(folder, tests, told, dict(
            [*said.items()][:number]), limit)
        found["held"] = [len(ended), differing(said, ended)]
    return found


def counted(faults: Sequence[Mapping[str, Any]], seconds: float,
            before: float) -> dict[str, Any]:
    """Return what the checker did, begun at so many processor seconds.

    What no test executes is not run, and mutmut's is left out as well.
    """
    ends = [each["outcome"] for each in faults if each["executed"]]
    return {"mutants": len(ends), "wall": seconds,
            "survivors": sum(how != "caught" for how in ends),
            "cpu": processor_seconds() - before}


def tried(name: str, folder: Path, tests: Sequence[str], told: Target
          ) -> dict[str, Any]:
    """Return what another tool did on a project, or why it could not."""
    before = processor_seconds()
    try:
        tested = OTHERS[name](folder, tests, told)
    except (Failed, FileNotFoundError, KeyError, ValueError) as failed:
        return {"cannot": getattr(failed, "reason", str(failed))[:200]}
    return {"mutants": tested.mutants, "survivors": len(tested.survivors)
            - tested.untested, "wall": tested.seconds,
            "cpu": processor_seconds() - before}


def of(found: Mapping[str, Any], tool: str, what: str) -> float | None:
    """Return a tool's milliseconds a mutant, if it could."""
    result = found.get(tool, {})
    return (1000 * result[what] / result["mutants"]
            if result.get("mutants") else None)


def cell(found: Mapping[str, Any], tool: str) -> str:
    """Return times a mutant, and of how many; or that there are none."""
    wall, cpu = (of(found, tool, what) for what in ("wall", "cpu"))
    if tool not in found:
        return "not tried"
    if wall is None or cpu is None:
        return "cannot" if "cannot" in found[tool] else "none in time"
    result = found[tool]
    return (f"{cpu:.0f}; {wall:.0f} "
            f"({result['mutants'] - result['survivors']} of "
            f"{result['mutants']})")


def lines(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the table, and below it what no table holds."""
    known = entries()
    tools = [name for name in OTHERS
             if any(name in found for found in results.values())]
    heads = ("project", "shape", "suite, s", "winnow", EVEN, *tools, "held",
             "load")
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for name, found in results.items():
        number, wrong = found["held"]
        yield (f"| {name} {known[name].version} | {known[name].shape} | "
               f"{found['suite']['cpu']:.1f}; {found['suite']['wall']:.0f} | "
               + " | ".join(cell(found, tool) for tool in (
                   "winnow", EVEN, *tools))
               + f" | {number - len(wrong)} of {number} "
               f"| {found['load']:.0f} |")
    yield ""
    for tool, what, even in product(tools, ("cpu", "wall"), (False, True)):
        pairs = [(of(each, tool, what),
                  of(each, EVEN if even and EVEN in each else "winnow", what))
                 for each in results.values()]
        ratios = [one / other for one, other in pairs if one and other]
        if ratios:
            yield (f"- {tool} takes {median(ratios):.1f} times the "
                   f"checker's {what} a mutant in the median, from "
                   f"{min(ratios):.1f} to {max(ratios):.1f}, on "
                   f"{len(ratios)} projects"
                   f"{', with as many' if even else ''}.")
    for name, found in results.items():
        for tool in tools:
            if "cannot" in found.get(tool, {}):
                yield f"- {tool} cannot run {name}: {found[tool]['cannot']}"
        yield from (f"- {name}: {each}" for each in found["held"][1])


def main() -> int:
    """Measure the projects that are named, all without a name."""
    known = entries()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"of {', '.join(known)}")
    parser.add_argument("--tools", nargs="*", choices=OTHERS,
                        default=["mutmut", "cosmic-ray"])
    parser.add_argument("--sample", type=int, default=SAMPLE, metavar="N",
                        help="faults to draw (%(default)s)")
    parser.add_argument("--limit", type=float, default=LIMIT, metavar="S",
                        help="processor seconds for another (%(default)s)")
    parser.add_argument("--held", type=int, default=HELD, metavar="N",
                        help="verdicts to hold (%(default)s)")
    parser.add_argument("--kept", action="store_true",
                        help="print what was measured before, and no more")
    parser.add_argument("--inside", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--sdist", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(measured(
            known[given.inside], given.sdist, given.tools, given.sample,
            given.limit, given.held)))
        return 0
    cache = own_cache()
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = [known[name] for name in given.names or known]
    if not given.kept:
        with tempfile.TemporaryDirectory() as folder:
            wheel = built(Path(folder))
            for each in chosen:
                measure(each, cache, wheel, [
                    "--tools", *given.tools, "--sample", str(given.sample),
                    "--limit", str(given.limit), "--held", str(given.held)])
    results: dict[str, Any] = {
        each.name: json.loads(each.kept(cache).read_text("utf-8"))
        for each in chosen if each.kept(cache).exists()}
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors; "
          "milliseconds a mutant, of processor time; on the wall (killed of "
          "how many)\n")
    print(*lines(results), sep="\n")
    return int(any(each["held"][1] for each in results.values()))


def measure(entry: Entry, cache: Path, wheel: Path, options: Sequence[str]
            ) -> None:
    """Measure a project in its own Python, and keep what came of it."""
    entry.kept(cache).unlink(missing_ok=True)
    # Who works on a project has its byte code, and that of the tools.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        sdist, python = prepared(entry, cache, wheel)
        said, _ = run(python, __file__, "--inside", entry.name,
                      "--sdist", sdist, *options, cwd=cache)
    except Failed as failed:
        print(f"{entry.name}: {failed.reason}", file=sys.stderr, flush=True)
        return
    entry.kept(cache).write_text(said.splitlines()[-1], "utf-8")
    print(f"{entry.name}: measured", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
