"""Which plugins of pytest the baseline needs: few first, then all.

With fewer each run takes less time. What such a run says of a suite counts
only where all is well; if it is not, plugins may be what is missing, and the
suite runs with more of them.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from winnow.execution.job import Job
from winnow.execution.pytest_call import Plugins, installed, may_act
from winnow.model.outcome import LOST, Ending, Outcome, Status
from winnow.model.report import valid_tests

from .outcomes import Seen

# What is said where something of a plugin's is asked for and not there:
# fixtures, options, marks, hooks, coroutines.
_ASKS = re.compile(
    r"fixture '|no option named|not found in `markers`|Unknown pytest\.mark"
    r"|unknown hook|async def functions are not|async def function and no"
    r"|object has no attribute 'cache'|terminalreporter")
# ... of the plugins that pytest has itself.
_ASKS_OWN = re.compile(
    r"fixture '(cache|record_|doctest_)|no option named|terminalreporter"
    r"|object has no attribute 'cache'")


@dataclass(frozen=True)
class Attempt:
    """What came of running a suite until nothing more ends a run.

    `seen` is the last run, of `job`; `lost` are the tests and `broken` the
    files that were left out for it, since they ended one before.
    """

    job: Job
    seen: Seen
    lost: Mapping[str, Outcome]
    broken: Mapping[str, Outcome]

    @property
    def is_over(self) -> bool:
        """Whether the tests have run, as many as there are."""
        return (self.seen.ended == Ending.DONE and not self.seen.unviable
                and bool(self.seen.tests or self.lost))

    @property
    def is_green(self) -> bool:
        """Whether all is well: each test has passed, or was skipped."""
        return (self.is_over and not self.lost and not self.broken
                and not self.seen.files and all(
                    outcome.status == Status.PASSED
                    or outcome.status == Status.SKIPPED
                    and not _ASKS.search(outcome.message or "")
                    for outcome in self.seen.tests.values()))

    def has_valid(self) -> bool:
        """Tell whether any test has passed."""
        return bool(valid_tests(self.seen.tests))

    def found_nothing(self) -> bool:
        """Tell whether unittest has come to its end and found no test.

        Then pytest may find some: it asks no class to be a TestCase.
        """
        return (self.job.runner == "unittest"
                and self.seen.ended == Ending.DONE and not (
                    self.seen.tests or self.lost or self.broken
                    or self.seen.files or self.seen.unviable))

    def is_better_than(self, other: Attempt) -> bool:
        """Tell whether this one, with more plugins, is to be believed.

        It is as a person's own pytest would run; the other one is quicker.
        """
        if not self.is_over:
            return not other.is_over and self.seen.ended != Ending.HUNG
        mine, others = (len(valid_tests(each.seen.tests))
                        for each in (self, other))
        return not other.is_over or mine > others or mine == others and (
            other.asks(_ASKS) or self._statuses() != other._statuses())

    def _statuses(self) -> Mapping[str, str]:
        """Return how each test and file ended."""
        return {name: outcome.status for name, outcome
                in [*self.seen.tests.items(), *self.seen.files.items(),
                    *self.lost.items(), *self.broken.items()]}

    def asks(self, sign: re.Pattern[str]) -> bool:
        """Tell whether anything that was said holds a sign."""
        said = [self.seen.reason, self.seen.unviable or "", *(
            outcome.message or "" for outcome
            in [*self.seen.tests.values(), *self.seen.files.values()])]
        return any(map(sign.search, said))

    def ways_out(self) -> Iterator[Plugins]:
        """Yield which plugins are worth a try, where all is not well.

        A plugin that nothing asks for may act all the same, by settings of
        its own, by a variable, by a fixture that every test uses. Where only
        such are installed that do not, a test that fails costs no more runs.
        """
        if self.job.runner != "pytest" or self.is_green:
            return
        stopped = not self.is_over and stopped_itself(self.seen)
        if stopped or self.asks(_ASKS_OWN):
            yield Plugins.OWN
        others = installed()
        if others and (stopped or may_act(others) or self.asks(_ASKS)):
            yield Plugins.ALL


def new_losses(seen: Seen, job: Job) -> tuple[dict[str, Outcome],
                                              dict[str, Outcome]]:
    """Return the tests and the files that ended a run, unless known.

    What was left out already and comes again cannot be left out: whoever
    tries again because of it tries for ever.
    """
    tests = {test: outcome for test, outcome in seen.tests.items()
             if outcome.status in LOST and test not in job.without}
    files = {name: outcome for name, outcome in seen.files.items()
             if name in job.files and (
                 outcome.status == Status.ERROR or not stopped_itself(seen))}
    return tests, files


def stopped_itself(seen: Seen) -> bool:
    """Tell whether pytest ended a run, by an error of usage or of its own.

    Whichever file it was at, that is not the reason.
    """
    return seen.reason.startswith("pytest: ")
