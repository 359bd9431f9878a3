"""Each hostile suite again, where a process is used again: is it contained?

What test_bad_tests.py and test_harm.py expect of clones is expected of
started processes and of the one process, too. What is excepted stands here by
name, with what happens instead; the manual tells it to the user.
"""
import re
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Union

import pytest

from tests.execution import test_bad_tests, test_harm
from tests.execution.test_bad_tests import in_a_test
from tests.project.test_readme import DOCS
from tests.support.checking import (
    WINNOW,
    Ran,
    Row,
    asked_for,
    run,
    run_row,
    write,
)

# How long it is watched that a check does not end, in seconds.
WATCHED = 5.0
PASSES = ("2 of 2 tests pass", "1 of 4 faults caught")
LOOP_IN_C = in_a_test(
    "unittest", "sum(iter(int, 1))", "1 of 2 tests pass",
    test_bad_tests.IN_TIME)
ROWS = [row for row in (
    *test_bad_tests.IN_A_TEST, *test_harm.ROWS, LOOP_IN_C)
    if not row.name.endswith("(pytest)")]
# By the beginning of a statement: what is said in place of the row's words.
# The process goes on with a limit of its own making.
OF_SPAWN = {
    "import resource\nresource.setrlimit": PASSES,
}
# What is said of the test instead, or how the check ends: with an exit status
# and a sentence, by a signal, or not at all.
NEVER = "It does not end."
OF_INLINE: dict[str, Union[tuple[str, ...], str, int]] = {
    "ctypes.string_at(0)": -signal.SIGSEGV,
    "sum(iter(int, 1))": NEVER,
    "signal.pthread_sigmask(signal.SIG_BLOCK": NEVER,
    "import resource\nresource.setrlimit": "winnow: File too large",
    "import builtins; builtins.isinstance": (
        "0 of 2 tests pass", "It ended the whole run: it broke Python"),
}
EXCEPTED = {"spawn": OF_SPAWN, "inline": OF_INLINE}
# The words of the manual for what the one process cannot contain.
UNCONTAINED = {
    "Python crashes": ["ctypes.string_at(0)"],
    "a loop in C, or one that holds every signal back": [
        "sum(iter(int, 1))", "signal.pthread_sigmask(signal.SIG_BLOCK"],
    "a limit that a test sets itself": ["import resource"],
    "a builtin function is broken": ["import builtins; builtins.isinstance"],
}
# What a way has a hand in; the rest is tried by `make soak`.
TELLING = (
    "os._exit(3)", "os.abort()", "os.kill(os.getpid()", "os.killpg(0",
    "while True: pass", "bytearray(3", "threading.Thread",
    "subprocess.Popen(['sleep', '3600'], start_new", "os.kill(os.getppid()",
    "for _ in range(50):",
    "os.execv", "global to_fahrenheit", "class Evil", "with open('great'",
    test_harm.WITHOUT_EFFECT[0][:150], *OF_SPAWN, *OF_INLINE)


def excepted(way: str, row: Row) -> Union[tuple[str, ...], str, int, None]:
    """Return what a way is expected to do instead, if that is excepted."""
    found = [instead for begin, instead in EXCEPTED[way].items()
             if row.name.startswith(begin)]
    return found[0] if found else None


def cases() -> Iterator[object]:
    """Yield each row in each way; those that tell least, for `make soak`."""
    for way in EXCEPTED:
        for row in ROWS:
            yield pytest.param(
                way, row.name, id=f"{way}: {row.name}",
                marks=[] if row.name.startswith(TELLING) else pytest.mark.soak)


@pytest.fixture(scope="module")
def contained(request: pytest.FixtureRequest,
              tmp_path_factory: pytest.TempPathFactory
              ) -> Iterator[Mapping[tuple[str, str], Future[Ran]]]:
    """Give what came of each row that is wanted, by its way, two at a time."""
    def ran(way: str, row: Row) -> Ran:
        """Run a row; what never ends, for as long as it is watched."""
        place = tmp_path_factory.mktemp("row")
        if excepted(way, row) != NEVER:
            return run_row(replace(
                row, environment={"WINNOW_POOL": way}), place, fresh=True)
        write(place / "learner", row.files)
        return run([WINNOW, "check", *row.arguments], place,
                   {"WINNOW_POOL": way},
                   iter([(WATCHED, signal.SIGKILL)]))

    rows = {row.name: row for row in ROWS}
    wanted = zip(asked_for(request, "way"), asked_for(request, "name"))
    with ThreadPoolExecutor(2) as two:
        yield {(way, name): two.submit(ran, way, rows[name])
               for way, name in wanted}


@pytest.mark.parametrize(("way", "name"), list(cases()))
@pytest.mark.slow
def test_a_hostile_suite_is_contained_or_excepted(
        way: str, name: str,
        contained: Mapping[tuple[str, str], Future[Ran]]) -> None:
    """As in clones, or as the exception has it."""
    row, = [row for row in ROWS if row.name == name]
    ran = contained[way, name].result()
    instead = excepted(way, row)

    if isinstance(instead, int):
        assert (ran.status, ran.out) == (instead, "")
    elif instead == NEVER:
        assert ran.status == -signal.SIGKILL, ran.said
    elif isinstance(instead, str):
        assert (ran.status, ran.said) == (2, instead)
    else:
        ran.assert_tidy()
        ran.assert_as(row if instead is None else replace(row, says=instead))


@pytest.mark.parametrize("way", EXCEPTED)
def test_what_is_excepted_is_there(way: str) -> None:
    """Each exception is of one row, and the manual has its words."""
    for begin in EXCEPTED[way]:
        assert sum(row.name.startswith(begin) for row in ROWS) == 1, begin


def test_the_manual_tells_what_the_one_process_cannot_contain() -> None:
    """Its table has the rows of the exceptions, no more and no fewer."""
    table = re.search(r"^\| in the one process \|.*?\n\n", DOCS,
                      re.MULTILINE | re.DOTALL)
    assert table
    told = [row.split("|")[1].strip() for row in table[0].splitlines()[2:]
            if row]

    assert told == list(UNCONTAINED)
    assert sorted(begin for begins in UNCONTAINED.values() for each in begins
                  for begin in OF_INLINE if begin.startswith(each)) == sorted(
        OF_INLINE.keys())
