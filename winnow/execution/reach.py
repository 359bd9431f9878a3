"""Which tests come to a change: what the traced run tells of each place."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

# What stands between a function's name and that of a segment of it; what is
# told where a test reads a function's code, whose every segment is in it.
OF = "#"
CODE = f"{OF}code"


class Reach:
    """Knows of each function, and of each segment, when it was reached.

    `reached` has slots by name (see `FunctionTrace`), `shared` the tests that
    use what was set up once for several: that its set-up comes to a place
    counts for all of them.
    """

    def __init__(self, tests: Sequence[str],
                 reached: Mapping[str, Sequence[int]],
                 shared: Iterable[tuple[Sequence[str], Sequence[str]]] = ()
                 ) -> None:
        """Take the tests in the order in which they ran."""
        self._reached = reached
        numbers = {test: slot for slot, test in enumerate(tests)}
        self._shared: dict[str, set[int]] = defaultdict(set)
        for names, users in shared:
            slots = {numbers[test] for test in users if test in numbers}
            for name in names:
                self._shared[name] |= slots
        self._inside: dict[str, list[str]] = defaultdict(list)
        self._segments: dict[str, list[str]] = defaultdict(list)
        for name in reached:
            function, _, segment = name.partition(OF)
            if segment:
                self._segments[function].append(name)
            for end in _dots(function):
                self._inside[function[:end]].append(name)

    def slots(self, module: str, function: str, segment: int = 0
              ) -> list[int] | None:
        """Return the slots at which a change can make a difference.

        The function, or the one segment of it that is changed, or a function
        inside it is executed there, or one around it makes it anew, or its
        source is read. None: that happens at the import already.
        """
        name = f"{module}.{function}"
        own = ([f"{name}{OF}{segment}", f"{name}{CODE}"] if segment
               else [name, *self._segments[name]])
        around = [name[:end] for end in _dots(name) if end > len(module)]
        slots: set[int] = set()
        for each in (*own, *self._inside[name], module):
            when = self._reached.get(each, ())
            if when and min(when) < 0:
                return None
            slots.update(when, self._shared.get(each, ()))
        for each in around:
            slots.update(slot for what in (each, f"{each}{CODE}")
                         for slot in self._reached.get(what, ())
                         if slot >= 0)
        return sorted(slots)

    def sets_up(self, module: str, function: str) -> bool:
        """Tell whether a function sets up what several tests share.

        It does if any of it is executed there, or of one inside it.
        """
        name = f"{module}.{function}"
        return any(self._shared.get(each) for each in (
            name, *self._segments[name], *self._inside[name]))


def _dots(name: str) -> list[int]:
    """Return where the dots of a name are."""
    return [place for place, letter in enumerate(name) if letter == "."]
