"""How much of their time the tests wait: for a server, a clock, a child."""
from __future__ import annotations

# By names of their own: who traces puts others in their modules, and would
# take our question for one of the tests'.
from time import monotonic, process_time

# Of this process's first thread: nanoseconds at work, and in the queue for a
# processor (Documentation/scheduler/sched-stats.rst).
_SCHEDULED = "/proc/self/schedstat"


class Waiting:
    """Measures from its making on."""

    def __init__(self) -> None:
        """Note the time on the wall, and that of the processor."""
        # A test may have put another clock in their place by the end.
        self._clock, self._busy_clock = monotonic, process_time
        self._begun, self._was_busy = self._clock(), self._busy_clock()
        self._queued = _queued()

    def share(self) -> float:
        """Return which part of the time was spent waiting, from 0 to 1.

        To queue for a processor is no waiting. Where nobody knows of that,
        none is told of.
        """
        took = self._clock() - self._begun
        queued = _queued()
        if queued is None or self._queued is None or took <= 0:
            return 0.0
        busy = self._busy_clock() - self._was_busy
        return max(0.0, 1 - (busy + queued - self._queued) / took)


def _queued() -> float | None:
    """Return the seconds for which this process was ready and did not run."""
    try:
        with open(_SCHEDULED, encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return None
