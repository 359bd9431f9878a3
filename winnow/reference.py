"""Runs a suite on the right modules, until only what can be judged is left."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from . import verdict
from .exercise import CannotDo
from .findings import Problem
from .pool import Pool
from .runs import Limits
from .stage import FAILING, Job
from .variant import Variant
from .verdict import Outcome, Seen

# What pytest says where a plugin is missing that was not loaded.
_PLUGIN_MISSING = ("fixture '", "async def functions are not natively",
                   "no option named '")


# So many things of the machine are named, no more.
_MOST_SHARED = 2


class CannotRun(CannotDo):
    """Why no test of a suite could be run, in one sentence."""


class Reference:
    """The run on the right modules, and what it shows to be left out.

    `job` is what remains to be run on the variants; `lost` are the tests that
    ended a run, `broken` the files that cannot be imported, by name.
    """

    def __init__(self, job: Job, files: Mapping[str, str], pool: Pool,
                 limits: Limits, broken: Mapping[str, Outcome]) -> None:
        """Take the first job, and the modules' texts by their paths.

        `broken` are files of tests that cannot even be read.
        """
        self.job = job
        self.lost: dict[str, Outcome] = {}
        self.broken = dict(broken)
        self._passed_over: Mapping[str, str] = {}
        self._shared: frozenset[tuple[str, str]] = frozenset()
        # Where none is, pytest finds the files of tests by itself.
        self._are_given = bool(job.files)
        self._files = files
        self._pool = pool
        self._limits = limits
        self._timeout = limits.waiting

    def run(self) -> Seen:
        """Run until what ends a run is left out; raises `CannotRun`."""
        limits = self._limits
        while True:
            seen = self._run_once(limits)
            if seen.ended == "done":
                break
            if "unrecognized arguments" in seen.reason and (
                    not self.job.plugins):
                self.job = replace(self.job, plugins=True)
                continue
            if not self._leave_out(seen):
                raise CannotRun(self._why_nothing_ran(seen))
            if self._are_given and not self.job.files:
                raise CannotRun(self._why_no_test())
        if self._wants_plugins(seen) and not self.job.plugins:
            self.job = replace(self.job, plugins=True)
            again = self._run_once(limits)
            if len(verdict.valid_tests(again.tests)) > len(
                    verdict.valid_tests(seen.tests)):
                seen = again
            else:
                self.job = replace(self.job, plugins=False)
        self.broken.update(seen.files)
        self._passed_over = seen.passed_over
        if not seen.tests and not self.lost:
            raise CannotRun(self._why_no_test())
        return seen

    def _run_once(self, limits: Limits) -> Seen:
        """Return what is seen on the right modules, messages included.

        The same run is traced beside it, by a process of its own, since
        listening may change what a test does.
        """
        seen, traced = self._run_both(limits)
        self._shared |= seen.uses & traced.uses
        if self._shared and self._pool.take_turns():
            seen, traced = self._run_both(limits)
        if traced.tests.keys() == seen.tests.keys():
            seen = replace(seen, executes=traced.executes,
                           asserting=traced.asserting)
        statuses = ([(test, outcome.status) for test, outcome in each]
                    for each in (seen.tests.items(), traced.tests.items()))
        if next(statuses) == next(statuses):
            seen = replace(seen, reached=traced.reached,
                           branches=traced.branches)
        if seen.unviable:
            raise CannotRun(
                f"A reference module cannot be imported: {seen.unviable}")
        return replace(seen, tests={
            test: self._with_limits(outcome)
            for test, outcome in seen.tests.items()})

    def _with_limits(self, outcome: Outcome) -> Outcome:
        """Return an outcome that names the limit which the test has met."""
        if outcome.status == "hung" and not outcome.message:
            return Outcome("hung", self._limits.too_long())
        if outcome.status in FAILING and outcome.message:
            return Outcome(outcome.status,
                           self._limits.named(outcome.message))
        return outcome

    def _run_both(self, limits: Limits) -> tuple[Seen, Seen]:
        """Return what is seen of a run with messages, and of a traced one."""
        jobs = {"reference": replace(self.job, explain=True),
                "trace": replace(self.job, trace=True)}
        runs = dict(self._pool.run(
            [Variant(name, job, self._files)
             for name, job in jobs.items()], limits))
        return verdict.seen(runs["reference"]), verdict.seen(runs["trace"])

    def _wants_plugins(self, seen: Seen) -> bool:
        """Tell whether a test may have failed for want of pytest's plugins.

        Those of others are loaded for the suites that need them alone: each
        costs every variant its import.
        """
        return self.job.runner == "pytest" and any(
            sign in (outcome.message or "") for sign in _PLUGIN_MISSING
            for outcome in seen.tests.values())

    def _leave_out(self, seen: Seen) -> bool:
        """Leave out the test or file that ended a run; tell if it is known."""
        files = {name: outcome for name, outcome in seen.files.items()
                 if name in self.job.files}
        tests = {test: outcome for test, outcome in seen.tests.items()
                 if outcome.status in verdict.LOST}
        self.broken.update(files)
        self.lost.update(tests)
        self.job = replace(
            self.job, without=self.job.without | tests.keys(),
            files=tuple(name for name in self.job.files
                        if name not in files))
        return bool(files or tests)

    def _why_nothing_ran(self, seen: Seen) -> str:
        """Return the sentence for a run that ended outside of the tests."""
        said = [self.said_of(name, outcome)
                for name, outcome in seen.files.items()]
        how = seen.reason or seen.ended
        if seen.ended == "hung":
            how = (f"for {self._timeout:g} s nothing was heard of them; "
                   "--timeout gives them more")
        return " ".join(said) or f"The tests cannot be run: {how}."

    def _why_no_test(self) -> str:
        """Return the sentence for a suite of which nothing could be run."""
        if self.broken:
            return " ".join(self.said_of(name, outcome)
                            for name, outcome in self.broken.items())
        if self._passed_over:
            return " ".join(self.notes())
        names = ", ".join(self.job.files)
        return (f"{names}: no test in it. A test is a method test_… of a "
                "unittest.TestCase, or a function test_… for pytest.")

    def notes(self) -> Iterator[str]:
        """Yield what is no problem, and changes how the tests are run."""
        if self._shared:
            some = [f"{kind} {name}" for kind, name in sorted(self._shared)]
            if len(some) > _MOST_SHARED:
                some[_MOST_SHARED:] = ["more"]
            yield (f"Your tests use {' and '.join(some)} of this machine, "
                   "which two runs cannot share: they ran one at a time.")
        for name, reason in self._passed_over.items():
            yield (f"{name} asks to be skipped as a whole, so none of its "
                   f"tests ran{f': {reason}' if reason else ''}.")

    def problems(self, seen: Seen) -> Iterator[Problem]:
        """Yield what is to be mended besides what is missed."""
        for name, outcome in self.broken.items():
            yield Problem("import", name, self.said_of(name, outcome))
        for test, address in dict.fromkeys(seen.network):
            yield Problem("network", test, address, "Patch requests.get, or "
                          "what you call that reaches out.")

    def said_of(self, file: str, outcome: Outcome) -> str:
        """Return the sentence for a file that could not be imported."""
        message = outcome.message or ""
        if outcome.status == "hung":
            return (f"{file}: its import did not end within "
                    f"{self._timeout:g} s. If it needs longer, use --timeout "
                    f"{4 * self._timeout:g}.")
        if "SystemExit" in message:
            return (f"{file}: it ends Python when it is imported. If it calls "
                    "unittest.main() or sys.exit(), put that below "
                    'if __name__ == "__main__":.')
        if message.startswith(f"{file}:"):
            return message
        if outcome.status == "crashed":
            return f"{file}: when it is imported, {message}."
        return f"{file}: it cannot be imported. {message}"
