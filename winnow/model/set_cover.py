"""The smallest set of tests that catches as much as all of them do."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heapreplace
from typing import Optional

# How often the search may look at a test; then the best set found so far is
# good enough. So its time has a bound, however large the suite is.
MOST_LOOKS = 200_000
# How often the reductions are repeated: each makes the next one possible.
_PASSES = 20

# The test chosen last, and those before it: many choices begin alike.
_Chosen = Optional[tuple[int, "_Chosen"]]


def smallest_cover(catches: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return a smallest choice of tests that catches each fault caught.

    Minimum set cover (Karp 1972). The reductions of Beasley (1987) decide
    most suites: what alone catches a fault is chosen, what another outdoes is
    left out. Parts that share no fault are then solved apart, by branch and
    bound. Of two tests that catch the same, the earlier is chosen.
    """
    table = _Table(catches)
    chosen = table.reduce()
    looks = MOST_LOOKS
    for part in table.parts():
        search = _Search(table, part, looks)
        chosen += search.best
        looks = search.looks
    return tuple(table.names[test] for test in sorted(chosen))


def _bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits of a number, the lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class _Table:
    """Which test catches which fault: each is a bit in the other's row.

    The rarest faults have the lowest bits. `tests` and `faults` are those
    that are not yet decided.
    """

    def __init__(self, catches: Mapping[str, Iterable[str]]) -> None:
        """Give each fault its bit, by how many tests catch it."""
        self.names = list(catches)
        by_fault: dict[str, int] = {}
        for test, faults in enumerate(catches.values()):
            for fault in faults:
                by_fault[fault] = by_fault.get(fault, 0) | 1 << test
        self.catchers = sorted(by_fault.values(), key=int.bit_count)
        self._rows = [0] * len(self.names)
        for number, tests in enumerate(self.catchers):
            for test in _bits(tests):
                self._rows[test] |= 1 << number
        self.tests = (1 << len(self.names)) - 1
        self.faults = (1 << len(self.catchers)) - 1

    def row(self, test: int) -> int:
        """Return the faults that a test catches and that still count."""
        return self._rows[test] & self.faults

    def reduce(self) -> list[int]:
        """Decide all that can be decided at once; return what is chosen."""
        chosen: list[int] = []
        for _ in range(_PASSES):
            before = self.tests, self.faults
            self._leave_out_tests()
            self._leave_out_faults()
            chosen += self._choose_only_catchers()
            if before == (self.tests, self.faults):
                break
        return chosen

    def _leave_out_tests(self) -> None:
        """Leave out each test that another one outdoes, or equals.

        Whoever outdoes it catches the rarest of its faults, too.
        """
        for test in reversed([*_bits(self.tests)]):
            row = self.row(test)
            rivals = self.tests & ~(1 << test)
            if row:
                rarest = (row & -row).bit_length() - 1
                rivals &= self.catchers[rarest]
                if not any(row & ~self.row(other) == 0
                           and (row != self.row(other) or other < test)
                           for other in _bits(rivals)):
                    continue
            self.tests &= ~(1 << test)

    def _leave_out_faults(self) -> None:
        """Leave out each fault that all catchers of another one catch."""
        for fault in _bits(self.faults):
            if self.faults >> fault & 1:
                implied = self.faults & ~(1 << fault)
                for test in _bits(self.catchers[fault] & self.tests):
                    implied &= self._rows[test]
                    if not implied:
                        break
                self.faults &= ~implied

    def _choose_only_catchers(self) -> Iterator[int]:
        """Choose, and yield, each test that alone catches some fault."""
        for fault in _bits(self.faults):
            catchers = self.catchers[fault] & self.tests
            if self.faults >> fault & 1 and catchers.bit_count() == 1:
                (test,) = _bits(catchers)
                self.faults &= ~self._rows[test]
                self.tests &= ~catchers
                yield test

    def parts(self) -> Iterator[int]:
        """Yield the faults that are left, those together that share a test."""
        left = self.faults
        while left:
            part, new = 0, left & -left
            while new:
                part |= new
                tests = 0
                for fault in _bits(new):
                    tests |= self.catchers[fault] & self.tests
                reached = 0
                for test in _bits(tests):
                    reached |= self.row(test)
                new = reached & ~part
            yield part
            left &= ~part


class _Search:
    """The best cover of some faults found so far; how far it may look."""

    def __init__(self, table: _Table, faults: int, looks: int) -> None:
        """Begin with the greedy choice, which is seldom far off; search."""
        self._table = table
        self.looks = looks
        tests = 0
        for fault in _bits(faults):
            tests |= table.catchers[fault] & table.tests
        self._rows = {test: table.row(test) for test in _bits(tests)}
        self._widest = max(map(int.bit_count, self._rows.values()))
        self.best = self._greedy(faults)
        self._improve(faults)

    def _greedy(self, left: int) -> list[int]:
        """Return a cover by whatever test catches most of what is left.

        What a test would add only shrinks: so whoever still adds what was
        noted, and more than the others ever did, adds most.
        """
        waiting = [(-row.bit_count(), test)
                   for test, row in self._rows.items()]
        heapify(waiting)
        chosen: list[int] = []
        while left:
            noted, test = waiting[0]
            adds = (self._rows[test] & left).bit_count()
            if adds == -noted:
                chosen.append(test)
                left &= ~self._rows[test]
                adds = 0
            heapreplace(waiting, (-adds, test))
        return chosen

    def _improve(self, faults: int) -> None:
        """Try every way to catch the faults that could take fewer tests."""
        stack: list[tuple[int, _Chosen, int]] = [(0, None, faults)]
        while stack and self.looks > 0:
            number, chosen, left = stack.pop()
            least = -(-left.bit_count() // self._widest)
            if number + least >= len(self.best):
                continue
            if not left:
                self.best = [*_listed(chosen)]
                continue
            rarest = (left & -left).bit_length() - 1
            ways = [*_bits(self._table.catchers[rarest] & self._table.tests)]
            self.looks -= len(ways)
            # The last is tried first: it is the one that catches most.
            ways.sort(key=lambda test: ((self._rows[test] & left).bit_count(),
                                        -test))
            stack += [(number + 1, (test, chosen), left & ~self._rows[test])
                      for test in ways]


def _listed(chosen: _Chosen) -> Iterator[int]:
    """Yield the tests of a choice, the last one first."""
    while chosen:
        test, chosen = chosen
        yield test
