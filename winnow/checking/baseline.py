"""Runs the suite on the right modules until every test can be judged."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from winnow.execution import django_project
from winnow.execution.django_project import LACKS_SETTINGS
from winnow.execution.job import Job
from winnow.execution.pool import Pool
from winnow.execution.pytest_arguments import why_not
from winnow.execution.pytest_call import Call, Plugins, call
from winnow.execution.pytest_settings import Settings
from winnow.execution.result import Limits
from winnow.execution.variant import Variant
from winnow.model.errors import CannotRun
from winnow.model.findings import Problem
from winnow.model.outcome import FAILING, Ending, Outcome, Status

from . import outcomes
from .attempts import Attempt, new_losses, stopped_itself
from .outcomes import Seen

# What a sentence ends with.
_ENDS = (".", "!", "?", "…")

Coach = Callable[[Mapping[str, Outcome], Mapping[str, Mapping[str, Any]]],
                 Mapping[str, str]]


# So many things of the machine are named, no more.
_MOST_SHARED = 2


class Baseline:
    """The run on the right modules, and what it shows to be left out.

    `job` is what remains to be run on the variants; `lost` are the tests that
    ended a run, `broken` the files that cannot be imported, by name.
    """

    def __init__(self, job: Job, files: Mapping[str, str], pool: Pool,
                 limits: Limits, broken: Mapping[str, Outcome],
                 coach: Coach = lambda broken, shown: {},
                 settings: Settings = Settings(), may_change: bool = False,
                 once: bool = False) -> None:
        """Take the first job, and the modules' texts by their paths.

        `broken` are files of tests that cannot even be read; `coach` knows
        what their author is told of those that cannot be imported. `settings`
        are what the project asks of pytest. The runner `may_change` where
        nobody has asked for this one. Unless it is to run `once` where all is
        well, a traced run is held against one that is not.
        """
        self.job = job
        self._may_change = may_change
        self._once = once
        self._settings = settings
        self.lost: dict[str, Outcome] = {}
        self.broken = dict(broken)
        self._coach = coach
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
        best = self._best()
        self.job, seen = best.job, best.seen
        self.lost.update(best.lost)
        self.broken.update(best.broken)
        if best.asks(LACKS_SETTINGS) and not best.has_valid():
            if why := django_project.why_not(self._settings):
                raise CannotRun(why)
        if seen.unviable:
            raise CannotRun(
                f"A reference module cannot be imported: {seen.unviable}")
        if self._are_given and not self.job.files:
            raise CannotRun(self._why_no_test(seen))
        if seen.ended != Ending.DONE:
            raise CannotRun(self._why_nothing_ran(seen))
        self.broken.update(seen.files)
        self._passed_over = seen.passed_over
        if not best.is_over:
            raise CannotRun(self._why_no_test(seen))
        return seen

    @property
    def is_shared(self) -> bool:
        """Whether the tests use a port or a file that others use, too."""
        return bool(self._shared)

    def _best(self) -> Attempt:
        """Return what is to be believed of the ways to run the tests."""
        best = self._attempt(Plugins.FEW)
        if self._may_change and best.found_nothing():
            self.job = replace(self.job, runner="pytest")
            best = self._attempt(Plugins.FEW)
        if best.asks(LACKS_SETTINGS) and self._be_managed():
            managed = self._attempt(Plugins.FEW, best.lost)
            best = managed if managed.is_better_than(best) else best
        for plugins in best.ways_out():
            again = self._attempt(plugins, best.lost)
            if again.is_better_than(best):
                best = again
            if best.is_green:
                break
        return best

    def _be_managed(self) -> bool:
        """Run tests as Django's manage.py would; tell if there is one."""
        module = django_project.managed_by(self._settings.folder)
        if module and (self._may_change or self.job.runner == "pytest"):
            self.job = replace(
                self.job, runner="pytest", pytest=Call(manages=True),
                environment={**self.job.environment,
                             django_project.VARIABLE: module})
        return self.job.pytest.manages

    def _attempt(self, plugins: Plugins,
                 suspects: Mapping[str, Outcome] = MappingProxyType({})
                 ) -> Attempt:
        """Run with these plugins, and again without what ends the run.

        Each time, something is left out that was not before. If one of the
        suspects does end the run, none of them is waited for.
        """
        job = replace(self.job, pytest=call(
            self._settings, self.job.options, plugins,
            self.job.pytest.manages))
        lost: dict[str, Outcome] = {}
        broken: dict[str, Outcome] = {}
        while True:
            seen = self._run_once(job, self._limits)
            tests, files = new_losses(seen, job)
            if (seen.ended == Ending.DONE or seen.unviable
                    or not (tests or files)):
                break
            if not tests.keys().isdisjoint(suspects):
                tests = {**suspects, **tests}
            lost.update(tests)
            broken.update(files)
            job = replace(job, without=job.without | tests.keys(),
                          files=tuple(name for name in job.files
                                      if name not in files))
            if self._are_given and not job.files:
                break
        return Attempt(job, seen, lost, broken)

    def _run_once(self, job: Job, limits: Limits) -> Seen:
        """Return what is seen on the right modules, messages included.

        The same run is traced beside it, by a process of its own, since
        listening may change what a test does.
        """
        seen, traced = self._run_both(job, limits)
        # By the same test, for a number that the system has given to both
        # would be taken for a fixed one.
        self._shared |= {(kind, name) for kind, name, _
                         in seen.uses & traced.uses}
        if self._shared and self._pool.take_turns():
            seen, traced = self._run_both(job, limits)
        if traced.tests.keys() == seen.tests.keys():
            seen = replace(seen, executes=traced.executes,
                           asserting=traced.asserting, shown=traced.shown)
        statuses = ([(test, outcome.status) for test, outcome in each]
                    for each in (seen.tests.items(), traced.tests.items()))
        if next(statuses) == next(statuses):
            seen = replace(seen, reached=traced.reached, shared=traced.shared,
                           branches=traced.branches, forks=traced.forks,
                           waits=traced.waits, together=(
                               None if seen.changed else traced.together))
        seen = replace(seen, reads=traced.reads)
        return replace(seen, tests={
            test: self._with_limits(outcome)
            for test, outcome in seen.tests.items()})

    def _with_limits(self, outcome: Outcome) -> Outcome:
        """Return an outcome that names the limit which the test has met."""
        if outcome.status == Status.HUNG and not outcome.message:
            return Outcome(Status.HUNG, self._limits.too_long())
        if outcome.status in FAILING and outcome.message:
            return Outcome(outcome.status,
                           self._limits.named(outcome.message))
        return outcome

    def _run_both(self, job: Job, limits: Limits) -> tuple[Seen, Seen]:
        """Return what is seen of a run with messages, and of a traced one.

        To trace changes what a test sees of its own code. Where all tests
        pass even so, one run is enough for a suite that may take minutes.
        """
        jobs = {"reference": replace(job, explain=True),
                "trace": replace(job, trace=True, explain=self._once)}
        runs: dict[str, Seen] = {}
        for names in (["trace"], ["reference"]) if self._once else [[*jobs]]:
            runs |= {name: outcomes.seen(run) for name, run in self._pool.run(
                [Variant(name, jobs[name], self._files) for name in names],
                limits)}
            # What is used is no fixed thing unless two runs use it.
            if runs["trace"].is_green() and not runs["trace"].uses:
                runs.setdefault("reference", runs["trace"])
                break
        return runs["reference"], runs["trace"]

    def _why_nothing_ran(self, seen: Seen) -> str:
        """Return the sentence for a run that ended outside of the tests."""
        if stopped_itself(seen):
            return why_not(seen.reason, self._settings, self.job.options)
        how = seen.reason or seen.ended
        if seen.ended == Ending.HUNG:
            how = (f"for {self._timeout:g} s nothing was heard of them; "
                   "--timeout gives them more")
        return (self._why_broken(seen.files, seen)
                or f"The tests cannot be run: {how}.")

    def _why_broken(self, files: Mapping[str, Outcome], seen: Seen) -> str:
        """Return a line for each file that is broken, and what may help."""
        coaching = self._coach(files, seen.shown)
        lines = []
        for name, outcome in files.items():
            lines.append(self.said_of(name, outcome))
            if name in coaching:
                lines.append(f"    → {coaching[name]}")
        return "\n".join(lines)

    def _why_no_test(self, seen: Seen) -> str:
        """Return why nothing of a suite could be run, a line for each file."""
        if self.broken:
            return self._why_broken(self.broken, seen)
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
            yield Problem("network", test, address, self._instead_of_a_web())

    def _instead_of_a_web(self) -> str:
        """Return what to replace, so that a test reaches no other machine."""
        if any("requests.get(" in text for text in self._files.values()):
            return "Patch requests.get, or what you call that reaches out."
        return ("Patch the name by which the code under test calls what "
                "reaches out, or hand it a fake.")

    def said_of(self, file: str, outcome: Outcome) -> str:
        """Return the sentence for a file that could not be imported."""
        message = outcome.message or ""
        if outcome.status == Status.HUNG:
            return (f"{file}: its import did not end within "
                    f"{self._timeout:g} s. If it needs longer, use --timeout "
                    f"{4 * self._timeout:g}.")
        if "SystemExit" in message:
            return (f"{file}: it ends Python when it is imported. If it calls "
                    "unittest.main() or sys.exit(), put that below "
                    'if __name__ == "__main__":.')
        if message.startswith(f"{file}:"):
            return message
        if outcome.status == Status.CRASHED:
            return f"{file}: when it is imported, {message}."
        end = "" if "\n" in message or message.endswith(_ENDS) else "."
        return f"{file}: it cannot be imported. {message}{end}"
