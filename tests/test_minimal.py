"""The smallest set of tests, held against trying every set."""
from itertools import combinations
from random import Random

from winnow.minimal import smallest_cover


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
