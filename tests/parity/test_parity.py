"""A sample of what `make parity` does in full, and that it can fail.

- a suite of each kind, drawn at random from a fixed seed, on some variants
- a difference is told, and so is an exception that nothing needs
- the suites are of every kind, and make ten thousand pairs
"""
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.parity.hold import Held, complaints, hold, summary
from tests.parity.suites import NOT_TRIED, STATEMENTS, SUBJECTS, Subject
from tests.parity.test_hazards import HAZARDS
from tests.support.checking import asked_for

SEED = 2026
CHANCE = random.Random(SEED)
# A suite of each kind that takes no long time, and some of its variants.
SAMPLE = [
    replace(subject, edits=tuple(CHANCE.sample(subject.edits, 3)))
    for kind in ("good", "bad", "hostile") for subject in [CHANCE.choice([
        each for each in SUBJECTS if each.kind == kind
        and each.runner == "unittest" and not each.excepted
        and len(each.edits) < 40])]]
LEAVING = next(each for each in SUBJECTS
               if each.name == "leaving by unittest")


@pytest.fixture(scope="module")
def held(request: pytest.FixtureRequest
         ) -> Iterator[dict[str, Future[Held]]]:
    """Give what came of each suite that is wanted, two at a time."""
    with ThreadPoolExecutor(2) as two:
        yield {each.name: two.submit(hold, each, each.edits)
               for each in asked_for(request, "subject")}


@pytest.mark.parametrize("subject", SAMPLE, ids=[
    f"{each.kind}, {each.name}" for each in SAMPLE])
@pytest.mark.slow
def test_each_way_says_what_fresh_processes_say(
        subject: Subject, held: dict[str, Future[Held]]) -> None:
    """Which tests are valid, and which fail on each of the variants."""
    came = held[subject.name].result()

    assert came.differences.keys() == {"fork", "spawn", "inline"}
    assert complaints(came) == []


def test_a_difference_is_told() -> None:
    """Here the fresh processes run modules that the checker does not."""
    wrong = {**LEAVING.texts, "scales": LEAVING.edits[0].applied_to(
        LEAVING.texts["scales"])}

    came = hold(replace(LEAVING, texts=wrong), [], ["inline"])

    assert ["leaving" in line and "the reference: " in line
            for line in complaints(came)] == [True]
    assert "| inline | 0 | 1 | 0 |" in summary([came], ["inline"], 0)


def test_an_exception_that_nothing_needs_is_told() -> None:
    """And it hides the differences of its own way alone."""
    excepted = replace(LEAVING, excepted={"inline": "It ends the process."})
    same = Held(excepted, 6, 4, {"fork": [], "inline": []}, ["inline"])
    differs = Held(excepted, 6, 4, {"fork": ["one"], "inline": ["two"]}, [])

    assert [line.endswith("inline: nothing differs, take it from the "
                          "exceptions") for line in complaints(same)] == [True]
    assert [line.endswith("in fork: one")
            for line in complaints(differs)] == [True]


def test_ten_thousand_pairs_are_of_every_kind() -> None:
    """Each suite has a name of its own, and what is left out is there."""
    pairs = Counter[str]()
    for subject in SUBJECTS:
        pairs[subject.kind] += len(subject.edits)

    assert pairs.total() >= 10_000
    assert min(pairs["good"], pairs["bad"], pairs["hostile"]) >= 1000
    assert len({subject.name for subject in SUBJECTS}) == len(SUBJECTS)
    assert NOT_TRIED.keys().isdisjoint(STATEMENTS)
    assert {name for name in NOT_TRIED if name.startswith("a ")} <= (
        HAZARDS.keys())
