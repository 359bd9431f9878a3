"""Every verdict is the verdict of a fresh process.

Suites of several styles run on the reference, the faults and the
refactorings, each pair in a folder and in a process of its own, and the
checker's report must say the same: which tests are valid, which of them
caught what and how, which broke on what. `--soak` tries every pair.
"""
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.checking import asked_for
from tests.pairs import (
    GITHUB, REFERENCE, ROOT, Outcomes, Suite, cold, lay, verdicts_of,
    verdicts_told)

OWN = Path(__file__).with_name("suites")
SUITES = {suite.name: suite for suite in [
    Suite("exemplary", ROOT, step=2),
    Suite("first try", ROOT / "examples" / "first_try", step=3),
    Suite("overspecified", ROOT / "examples" / "overspecified", step=3),
    Suite("awkward", OWN / "awkward"),
    Suite("files", OWN / "files"),
    Suite("unseen", OWN / "unseen"),
    Suite("fixtures", OWN / "fixtures", "pytest", step=2),
    Suite("exemplary", ROOT, "pytest", soak=True),
    Suite("awkward", OWN / "awkward", "pytest", soak=True),
    Suite("files", OWN / "files", "pytest", soak=True),
    Suite("unseen", OWN / "unseen", "pytest", soak=True),
]}
each_suite = pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.soak) if suite.soak else name
    for name, suite in SUITES.items()])


@pytest.fixture(scope="module")
def pairs(request: pytest.FixtureRequest,
          tmp_path_factory: pytest.TempPathFactory
          ) -> Iterator[dict[tuple[str, str], Future[Outcomes]]]:
    """Give each pair's outcomes, of the suites wanted, two at a time."""
    every = request.config.getoption("--soak")
    with ThreadPoolExecutor(2) as two:
        yield {(name, edit.name if edit else REFERENCE): two.submit(
            cold, SUITES[name], edit, tmp_path_factory.mktemp("pair"))
            for name in asked_for(request, "name")
            for edit in [None, *SUITES[name].variants(every)]}


@each_suite
def test_the_report_says_what_fresh_processes_say(
        name: str, pairs: dict[tuple[str, str], Future[Outcomes]],
        tmp_path: Path) -> None:
    """It does so for every pair tried, at 1, 2 and 4 jobs."""
    folder = lay(SUITES[name], tmp_path)
    expected = verdicts_of({
        variant: future.result()
        for (owner, variant), future in pairs.items() if owner == name})

    for jobs in (1, 2, 4):
        verdicts = verdicts_told(SUITES[name], folder, jobs)

        assert {name: verdicts[name] for name in expected} == expected, jobs


def test_some_three_hundred_pairs_are_tried() -> None:
    """Among them are verdicts of every kind there is."""
    tried = [edit for suite in SUITES.values() if not suite.soak
             for edit in [None, *suite.variants(every=False)]]

    assert 270 <= len(tried) <= 330
    assert {edit.name for edit in tried if edit} == {
        edit.name for edit in GITHUB.faults + GITHUB.refactorings}
