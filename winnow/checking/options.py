"""What a person asks of a check, whatever it is a check of."""
from __future__ import annotations

from dataclasses import dataclass

from winnow.execution.copying import MOST_MB
from winnow.execution.result import Limits
from winnow.system.processes import MOST_MEMORY, MOST_SECONDS


@dataclass(frozen=True)
class Options:
    """What the person asked for.

    `exercise` is a name or a folder, None to find it from the imports;
    `level` limits the faults; `timeout` is what one test may take, in
    seconds; `jobs` how many processes run at a time; `only`, if given, limits
    the faults and the refactorings by their names. `matrix` asks for every
    test on each fault, where one that fails would be enough. `memory` is what
    a test may take, in GB; a copy of the tests' folder holds at most
    `copy_limit` MB. On a variant, a test may take `timeout_factor` times what
    it took on the right modules, if that is given. One that is `quick` asks
    for verdicts alone: where all tests pass, the first that fails is enough
    for a fault of an exercise, too.
    """

    exercise: str | None = None
    runner: str | None = None
    level: str | None = None
    timeout: float = MOST_SECONDS
    jobs: int = 0
    only: frozenset[str] | None = None
    matrix: bool = False
    memory: float = MOST_MEMORY / 2 ** 30
    copy_limit: int = MOST_MB
    timeout_factor: float | None = None
    quick: bool = False

    @property
    def limits(self) -> Limits:
        """What one test may take on the right modules."""
        return Limits(self.timeout, self.timeout, int(self.memory * 2 ** 30),
                      self.timeout_factor)
