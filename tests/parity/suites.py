"""The suites whose verdicts are held against cold runs, in every way.

- good: exemplary ones, and those that learners might hand in
- bad: of the usual confusions, and with the problems that are measured
- hostile: what leaves much behind, or ends its process

A suite is about the table of an exercise or, with `made`, about the faults
that are made for its own modules.
"""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from tests.execution.test_bad_tests import HARMFUL, HARMLESS, STYLES
from tests.execution.test_harm import LEFT_OUT, WITHOUT_EFFECT
from tests.execution.test_ways import BY_PYTEST, LEAVING
from tests.parity.pairs import GITHUB, ROOT
from tests.parity.test_hazards import HAZARDS, SUITE
from tests.parity.test_survey_cold import IN_ORDER, SHELF
from tests.support.checking import SCALES, STATION, TEMPERATURES, Files
from winnow.model.exercise import Edit, Exercise
from winnow.mutation.generator import made_faults
from winnow.subjects.faults_toml import load

OWN = Path(__file__).parents[1] / "handed_in"
OF_TEMPERATURES = load(TEMPERATURES)
STYLED = ("unittest", "pytest")


@dataclass(frozen=True)
class Subject:
    """A suite, what runs it, and what its tests are about.

    `files` are its own, `texts` those of the modules by name; `edits` the
    variants of them. Without an exercise these are made ones. `excepted` are
    the ways that cannot contain what its tests do, each with the reason.
    """

    name: str
    kind: str
    runner: str
    files: Files
    texts: Mapping[str, str]
    edits: tuple[Edit, ...]
    exercise: Exercise | None = None
    excepted: Mapping[str, str] = field(default_factory=dict)


def of_table(name: str, kind: str, runner: str, files: Files,
             exercise: Exercise = GITHUB) -> Subject:
    """Return a suite on the faults and refactorings of an exercise.

    They are those of the modules for which it has a file of tests.
    """
    edits = tuple(edit for edit in exercise.faults + exercise.refactorings
                  if f"test_{edit.module}.py" in files)
    return Subject(f"{name} by {runner}", kind, runner, files,
                   exercise.sources, edits, exercise)


def of_made(name: str, kind: str, runner: str, files: Files,
            texts: Mapping[str, str]) -> Subject:
    """Return a suite on faults made for the modules that it has tests of."""
    edits = tuple(edit for module, text in texts.items()
                  if f"test_{module}.py" in files
                  for edit in made_of(module, text))
    return Subject(f"{name} by {runner}, made faults", kind, runner,
                   {**files, "setup.cfg": ""}, texts, edits)


@cache
def made_of(module: str, text: str) -> Sequence[Edit]:
    """Return the faults that are made for a module."""
    return made_faults(module, text)[0]


def in_folder(folder: Path) -> Files:
    """Return the suite that stands in a folder, by the names of its files."""
    return {path.name: path.read_bytes() for path in (
        *folder.glob("test_*.py"), *folder.glob("conftest.py"))}


def good() -> Iterator[Subject]:
    """Yield suites of which little is to be said."""
    for name, folder in {
            "exemplary": ROOT, "first try": FIRST_TRY,
            "overspecified": ROOT / "examples" / "overspecified",
            "awkward": OWN / "awkward", "files": OWN / "files",
            "unseen": OWN / "unseen"}.items():
        for runner in STYLED:
            yield of_table(name, "good", runner, in_folder(folder))
        yield of_made(name, "good", "unittest", in_folder(folder),
                      GITHUB.sources)
    yield of_table("fixtures", "good", "pytest", in_folder(OWN / "fixtures"))
    yield of_table("pytest's style", "good", "pytest",
                   {"test_scales.py": BY_PYTEST}, OF_TEMPERATURES)


def bad() -> Iterator[Subject]:
    """Yield suites of which much is to be said."""
    folders = sorted((OWN / "confusions").iterdir())
    for folder in folders:
        files = {**BESIDE_CONFUSED, **in_folder(folder)}
        if folder.name == "06_rows_of_pytest" or folder in folders[::6]:
            yield of_table(folder.name, "bad", "pytest", files)
        if folder.name != "06_rows_of_pytest":
            yield of_table(folder.name, "bad", "unittest", files)
            yield of_made(folder.name, "bad", "unittest", files,
                          GITHUB.sources)
    for name in ("idle", "left", "order", "right", "right_pytest"):
        files = {"test_scales.py": (OWN / "problems" / f"{name}.py").
                 read_text("utf-8"), **HELPERS}
        for runner in STYLED if name != "right_pytest" else ("pytest",):
            yield of_table(name, "bad", runner, files, OF_TEMPERATURES)


FIRST_TRY = ROOT / "examples" / "first_try"
# Of many such suites no test is valid: what stands beside them can notice.
BESIDE_CONFUSED = {**in_folder(FIRST_TRY), "test_more.py": (
    FIRST_TRY / "test_utils.py").read_bytes()}
HELPERS = {name: (OWN / "problems" / name).read_text("utf-8")
           for name in ("asserting.py", "conftest.py")}
# What no cold run can tell, and why.
NOT_TRIED = {
    "a path by chance": "which tests fail is a matter of chance",
    "bytearray(3 * 2 ** 30)": "a process without limits has the memory",
    "bytearray(8 * 2 ** 30)": "a process without limits has the memory",
    "with open('great', 'wb') as file: file.truncate(2 ** 31)":
        "a process without limits may write it",
    "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))":
        "a cold run could tell nothing any more",
    "os.kill(os.getppid(), signal.SIGKILL)": "it would end what compares",
    "os.killpg(os.getpgid(os.getppid()), signal.SIGCONT)":
        "a process without a guard may do it",
    "os.kill(-1, signal.SIGCONT)": "a process without a guard may do it",
    "os.kill(os.getpid(), signal.SIGINT)":
        "who starts a process says what its Ctrl-C does",
    "raise AssertionError('x\\n' * 5_000_000)":
        "pytest by itself takes minutes to show it",
}
STATEMENTS = [
    statement for statement in dict.fromkeys([
        *HARMLESS, *WITHOUT_EFFECT,
        *(each for each, _ in [*HARMFUL, *LEFT_OUT])])
    if statement not in NOT_TRIED and "2 ** 20" not in statement]
ENDS = {"inline": "Python crashes, and the check with it"}
FILES = {"inline": "it writes into every open file, also the report's"}
CLOSES = {
    "inline": "it closes, or replaces, the file into which a report goes"}
EXCEPTED = {
    "ctypes.string_at(0)": ENDS,
    "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
    "while True: pass": {"inline": "it holds back the alarm that ends it"},
    "import builtins; builtins.isinstance = lambda *_: True":
        {"inline": "it breaks the one process in which all tests run"},
    **dict.fromkeys([each for each in WITHOUT_EFFECT
                     if "os.write(number, b" in each], FILES),
    **dict.fromkeys([each for each in STATEMENTS if "os.closerange(3" in each
                     or "os.dup2" in each], CLOSES),
}
# Each style's own part in what these do is not the other's.
BY_BOTH = STATEMENTS[::2]
BESIDE = {"test_scales.py": SCALES, "test_station.py": STATION,
          "test_shelf.py": IN_ORDER}
PURE = {**OF_TEMPERATURES.sources, "shelf": SHELF}


def hostile() -> Iterator[Subject]:
    """Yield suites that change, or end, the process in which they run."""
    for name, (top, leaves, finds) in HAZARDS.items():
        if name not in NOT_TRIED:
            files = {"test_utils.py": SUITE.format(
                top=top, leaves=leaves.strip(), finds=finds.strip())}
            yield of_table(name, "hostile", "unittest", files)
            if "SIZE" not in top:  # Which the made faults do not keep.
                yield of_made(name, "hostile", "unittest", files,
                              {"utils": GITHUB.sources["utils"]})
            yield of_table(name, "hostile", "pytest", files)
    yield of_table("leaving", "hostile", "unittest",
                   {"test_scales.py": LEAVING}, OF_TEMPERATURES)
    for statement in STATEMENTS:
        for style in STYLED if statement in BY_BOTH else STYLED[:1]:
            first = STYLES[style].format(statement=statement.replace(
                "\n", "\n" + " " * (8 if style == "unittest" else 4)))
            files = {"test_first.py": first, **BESIDE}
            subject = of_made(statement, "hostile", style, files, PURE)
            yield replace(subject, excepted=EXCEPTED.get(statement, {}))
            if style == "pytest" and statement not in EXCEPTED:
                yield of_table(
                    statement, "hostile", style, files, OF_TEMPERATURES)


SUBJECTS = [*good(), *bad(), *hostile()]
