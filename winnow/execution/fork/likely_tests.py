"""Which tests are asked about a variant first: those likeliest to tell.

Where one test that fails is enough, their order decides what it takes. It is
learnt while variants run (compare Rothermel, Untch, Chu and Harrold,
"Prioritizing test cases for regression testing", 2001).
"""
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

# So many of the tests that have told of a function are asked about it first.
MOST_KILLERS = 4


class LikelyTests:
    """Knows which tests have told of a function, and how many each concerns.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._killers: dict[str, list[str]] = defaultdict(list)
        self._last = ""
        self._concerned: Counter[str] = Counter()

    def count(self, aims: Iterable[Sequence[str]]) -> None:
        """Count how many variants each test can tell of, by all their aims."""
        # Variants of one place have the same aim, of thousands of tests.
        for aim, number in Counter(map(tuple, aims)).items():
            for test in aim:
                self._concerned[test] += number

    def learn(self, function: str, killer: str) -> None:
        """Remember that a test has told of a change in a function."""
        self._last = killer
        known = self._killers[function]
        if killer in known:
            known.remove(killer)
        known.insert(0, killer)

    def ordered(self, function: str, aim: Sequence[str]) -> list[str]:
        """Return the tests that can tell, the likeliest first.

        Those have told of the same function, or told last. Of the others,
        one that few variants concern is about little else than this one; and
        a further row of a test says less than another test does.
        """
        rows: Counter[str] = Counter()
        others = []
        for test in aim:
            name = test.partition("[")[0]
            others.append((rows[name], self._concerned[test], test))
            rows[name] += 1
        can_tell = set(aim)
        return [*dict.fromkeys([
            *(test for test in (*self._killers[function][:MOST_KILLERS],
                                self._last) if test in can_tell),
            *(test for _, _, test in sorted(others))])]
