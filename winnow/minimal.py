"""The smallest set of tests that catches as much as all of them do."""
from __future__ import annotations

from collections.abc import Iterable, Mapping

# Beyond so many steps the best set found so far is good enough.
MOST_STEPS = 100_000


def smallest_cover(catches: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return a smallest choice of tests that catches each fault caught.

    Minimum set cover (Karp 1972) by branch and bound: the fault that the
    fewest tests catch is branched on; tests of earlier place come first.
    """
    sets = {test: frozenset(names) for test, names in catches.items()}
    order = {test: place for place, test in enumerate(sets)}
    useful = [test for test in sets
              if not any(_is_outdone(test, other, sets, order)
                         for other in sets)]
    wanted = frozenset().union(*sets.values())
    search = _Search({test: sets[test] for test in useful})
    search.extend((), wanted)
    return tuple(sorted(search.best, key=order.__getitem__))


def _is_outdone(test: str, other: str, sets: Mapping[str, frozenset[str]],
                order: Mapping[str, int]) -> bool:
    """Tell whether another test catches all that a test does, and more.

    Of two that catch the same, the earlier stays.
    """
    if sets[test] == sets[other]:
        return order[other] < order[test]
    return sets[test] < sets[other]


class _Search:
    """The best cover found so far, and the steps taken to find it."""

    def __init__(self, sets: Mapping[str, frozenset[str]]) -> None:
        """Begin with the greedy choice, which is seldom far off."""
        self.sets = sets
        self.steps = 0
        self.best = self._greedy()
        self.widest = max(map(len, sets.values()), default=1)

    def _greedy(self) -> tuple[str, ...]:
        """Return a cover by whatever test catches most of what is left."""
        left = frozenset().union(*self.sets.values())
        chosen: list[str] = []
        while left:
            best = max(self.sets, key=lambda test: len(self.sets[test] & left))
            chosen.append(best)
            left -= self.sets[best]
        return tuple(chosen)

    def extend(self, chosen: tuple[str, ...], left: frozenset[str]) -> None:
        """Try every way to catch what is left that could be shorter."""
        self.steps += 1
        if not left:
            if len(chosen) < len(self.best):
                self.best = chosen
            return
        least = -(-len(left) // self.widest)
        if len(chosen) + least >= len(self.best) or self.steps > MOST_STEPS:
            return
        catchers = {fault: [test for test, names in self.sets.items()
                            if fault in names] for fault in left}
        rarest = min(sorted(left), key=lambda fault: len(catchers[fault]))
        for test in sorted(catchers[rarest],
                           key=lambda test: -len(self.sets[test] & left)):
            self.extend((*chosen, test), left - self.sets[test])
