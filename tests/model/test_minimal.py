"""The smallest set of tests, held against trying every set.

- it is the smallest, and always the same one
- a few looks find it; where they do not, the greedy choice is good enough
- it takes no longer than the suite is large
"""
from itertools import combinations
from random import Random
from time import process_time

import pytest

from winnow.model import set_cover
from winnow.model.set_cover import smallest_cover


def brute_force(catches: dict[str, set[int]]) -> int:
    """Return the size of a smallest cover, by trying them all."""
    wanted = set().union(*catches.values())
    return next(size for size in range(len(catches) + 1)
                for chosen in combinations(catches.values(), size)
                if set().union(*chosen) == wanted)


def test_the_smallest_set_of_tests_is_the_smallest() -> None:
    """It catches as much as all do, and no smaller set does."""
    chance = Random(7)
    for _ in range(300):
        faults = range(chance.randint(0, 10))
        share = chance.uniform(0.1, 0.7)
        catches = {f"test_{number}": {fault for fault in faults
                                      if chance.random() < share}
                   for number in range(chance.randint(0, 9))}

        cover = smallest_cover(catches)

        assert set(cover) <= catches.keys()
        assert set().union(*(catches[test] for test in cover)) == (
            set().union(*catches.values()))
        assert len(cover) == len(set(cover)) == brute_force(catches)


@pytest.mark.parametrize(("catches", "cover"), [
    ({"b": [1], "a": [2]}, ("b", "a")),
    ({"b": [1], "a": [1]}, ("b",)),
    ({"b": [1], "a": [1, 2]}, ("a",)),
    ({"b": [1], "a": []}, ("b",)),
    ({"b": [], "a": []}, ()),
    ({}, ()),
], ids=["both", "the same", "one is outdone", "one is idle", "all are idle",
        "no tests"])
def test_the_tests_stand_in_their_own_order(
        catches: dict[str, list[int]], cover: tuple[str, ...]) -> None:
    """Of two that catch the same, it is the first that stays."""
    assert smallest_cover(catches) == cover


def test_a_few_looks_find_what_the_greedy_choice_misses(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Without them a cover is found all the same, and one test too many."""
    chance = Random(1548)
    # Numbers that a set does not hold in their order: that makes no odds.
    catches = {f"test_{number}": chance.sample(
        range(0, 128, 8), chance.randint(1, 7))
        for number in reversed(range(30))}

    monkeypatch.setattr(set_cover, "MOST_LOOKS", 9)
    best = smallest_cover(catches)
    monkeypatch.setattr(set_cover, "MOST_LOOKS", 0)
    greedy = smallest_cover(catches)

    assert best == ("test_27", "test_25", "test_10", "test_1")
    assert len(greedy) == len(best) + 1
    for cover in (best, greedy):
        assert set().union(*(catches[test] for test in cover)) == (
            set().union(*catches.values()))


LARGE = {
    "none shares a fault": (
        {str(test): [test] for test in range(1100)}, 1100),
    "each shares one with the next": (
        {str(test): [test, test + 1] for test in range(1100)}, 551),
    "three catch the same": (
        {str(test): [test // 3] for test in range(3000)}, 1000),
    "two of three are enough, many times": (
        {f"{part} {test}": [f"{part} {fault}" for fault in range(3)
                            if fault != test]
         for part in range(300) for test in range(3)}, 600),
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_suite_takes_no_longer_than_it_must(kind: str) -> None:
    """It neither recurses nor compares each test with every other one."""
    catches, size = LARGE[kind]
    begun = process_time()

    cover = smallest_cover(catches)

    assert len(cover) == size
    assert process_time() - begun < 1


def test_the_search_in_a_large_suite_has_an_end() -> None:
    """What it finds by then is a cover."""
    chance = Random(3)
    catches = {str(test): chance.sample(range(500), 40)
               for test in range(500)}
    begun = process_time()

    cover = smallest_cover(catches)

    assert set().union(*(catches[test] for test in cover)) == (
        set().union(*catches.values()))
    assert process_time() - begun < 5
