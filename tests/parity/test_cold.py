"""Every verdict is the verdict of a fresh process.

Suites of several styles run on the reference, the faults and the
refactorings, each pair in a folder and in a process of its own, and the
checker's report must say the same: which tests are valid, which of them
caught what and how, which broke on what. A part of the pairs is tried, each
suite's from another variant on; `--soak` tries every one, at more jobs.
"""
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.parity.pairs import (
    GITHUB,
    REFERENCE,
    ROOT,
    Outcomes,
    Suite,
    cold,
    lay,
    verdicts_of,
    verdicts_told,
)
from tests.support.checking import asked_for

OWN = Path(__file__).parents[1] / "handed_in"
SUITES = {suite.name: suite for suite in [
    Suite("exemplary", ROOT, step=10, soak=True),
    Suite("first try", ROOT / "examples" / "first_try", step=10, first=2),
    Suite("overspecified", ROOT / "examples" / "overspecified", step=10,
          first=4),
    Suite("awkward", OWN / "awkward", step=10, first=6),
    Suite("files", OWN / "files", step=10, first=1),
    Suite("unseen", OWN / "unseen", step=10, first=3),
    Suite("fixtures", OWN / "fixtures", "pytest", step=20, first=8),
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
@pytest.mark.by_turns
def test_the_report_says_what_fresh_processes_say(
        name: str, pairs: dict[tuple[str, str], Future[Outcomes]],
        request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """It does so for every pair tried, at two jobs, or at 1, 2 and 4."""
    folder = lay(SUITES[name], tmp_path)
    expected = verdicts_of({
        variant: future.result()
        for (owner, variant), future in pairs.items() if owner == name})

    for jobs in (1, 2, 4) if request.config.getoption("--soak") else (2,):
        verdicts = verdicts_told(SUITES[name], folder, jobs)

        assert {name: verdicts[name] for name in expected} == expected, jobs


def test_the_pairs_that_are_tried_are_of_every_kind() -> None:
    """Some thirty in a short time, some seven hundred in a long one."""
    edits = GITHUB.faults + GITHUB.refactorings
    soon = [edit for suite in SUITES.values() if not suite.soak
            for edit in suite.variants(every=False)]
    late = [edit for suite in SUITES.values()
            for edit in suite.variants(every=True)]

    assert len(soon) >= 30 and len(late) >= 600
    assert len({edit.name for edit in soon}) >= 30
    assert {edit.name for edit in late} == {edit.name for edit in edits}
    assert {(type(edit), edit.module) for edit in soon} == {
        (type(edit), edit.module) for edit in edits}
