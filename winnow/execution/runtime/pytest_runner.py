"""Runs a suite as `python -m pytest` does, and tells each test's end."""
from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, cast

import pytest

from winnow import PACKAGE
from winnow.execution.runtime.recorder import Recorder, status_of
from winnow.model.identifier import TestId
from winnow.model.outcome import FINE, Status

from ..event import FileBegins, Finished, Moment, Stopped
from ..job import ANEW, Job
from .audit import listen
from .pytest_switches import Switches

# How often it is told that plugins are being imported, or that rows are being
# collected, in seconds.
_OFTEN = 0.25
# Where in a conftest.py or a plugin an import failed: "FILE:LINE: in ...".
_PLACE = re.compile(r"\S+:\d+: in ")
_NOT_RUN = (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR)


class _PytestRecorder:
    """A pytest plugin that tells what happens to the tests."""

    def __init__(self, stage: Recorder) -> None:
        """Tell the events to this stage."""
        self._stage = stage
        self.is_over = False
        self.is_loading = True
        self.trouble = ""
        self._clock, self._told = monotonic, 0.0
        self._run = 0
        self._round = 0
        self._last = ""
        self._ends: dict[str, tuple[Status, str | None]] = {}
        self._why: dict[tuple[str, str], BaseException] = {}

    def pytest_collection_modifyitems(
            self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out the tests that are not to be run."""
        items[:] = [item for item in items
                    if _named(item.nodeid) not in self._stage.job.without]
        for item in items:  # It would take longer than the test.
            setattr(item, "repr_failure", lambda excinfo: "")

    def pytest_make_parametrize_id(self) -> None:
        """Tell now and then that rows are being named: see `_still`."""
        self._still()

    def pytest_itemcollected(self) -> None:
        """Tell now and then that tests are being collected."""
        self._still()

    def _still(self) -> None:
        """Tell that it goes on, if nothing was told for a while.

        A hundred thousand rows take longer to collect than a test may take.
        """
        now = self._clock()
        if now - self._told > _OFTEN:
            self._told = now
            self._stage.emit(Moment.LOADS)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
            self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Tell that the import of a file begins, and why it failed."""
        self.is_loading = False
        if isinstance(collector, pytest.Module):
            self._stage.emit(FileBegins(self._path(collector)))
        try:
            report = yield
        except BaseException as ending:  # It means to end the whole run.
            self._stage.broken(self._path(collector), ending)
            raise
        call = getattr(report, "call", None)
        if call and call.excinfo:
            error = call.excinfo.value
            if isinstance(error, collector.CollectError):
                error = error.__cause__ or error
            self._stage.broken(self._path(collector), error)
        return report

    def _path(self, collector: pytest.Collector) -> str:
        """Return the path of a file of tests in the folder, with `/`."""
        return Path(os.path.relpath(
            collector.path, self._stage.job.folder)).as_posix()

    def pytest_internalerror(
            self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what went wrong in pytest itself, or in a plugin."""
        self.trouble = f"{excinfo.typename}: {excinfo.value}".strip()

    def pytest_keyboard_interrupt(
            self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell that a test has ended the run."""
        if not isinstance(excinfo.value, pytest.Session.Interrupted):
            message = self._stage.message(excinfo.value)
            self._stage.emit(Stopped(self._stage.test, message))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(
            self, session: pytest.Session
    ) -> Generator[None, object, object]:
        """Tell that all files are imported; note when all tests are over."""
        self._session = session
        self._items = {_named(item.nodeid): item for item in session.items}
        self._stage.ready()
        self._follow(0)
        result = yield
        self.is_over = True
        self._stage.over()
        self._finish_quickly(session)
        return result

    def _finish_quickly(self, session: pytest.Session) -> None:
        """Let none but pytest's runner and the project's own hear the end.

        What others do then, as to write a report of coverage, changes no
        test's outcome and may take longer than all of them.
        """
        manager = session.config.pluginmanager
        folder = str(self._stage.job.folder)
        others = [plugin for plugin in manager.get_plugins()
                  if manager.get_name(plugin) != "runner" and not str(
                      getattr(plugin, "__file__", "")).startswith(folder)]
        setattr(session.config.hook, "pytest_sessionfinish",
                manager.subset_hook_caller("pytest_sessionfinish", others))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Begin a test: it passes unless something else is said."""
        self._ends[nodeid] = (Status.PASSED, None)
        self._stage.start(_named(nodeid))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
            self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what a phase of a test has raised, until it is reported."""
        report = yield
        if call.excinfo:
            self._why[item.nodeid, call.when] = call.excinfo.value
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a phase of a test ended; the first failure is kept.

        That is what pytest would show, whatever a conftest.py made of it; a
        failed subtest is its test's failure.
        """
        ended = self._ends.get(report.nodeid, (Status.PASSED, None))
        error = self._why.pop((report.nodeid, report.when), None)
        if report.failed and ended[0] in FINE:
            self._ends[report.nodeid] = self._failure(report, error)
        elif report.skipped and ended[0] == Status.PASSED:
            if not hasattr(report, "wasxfail"):
                self._ends[report.nodeid] = (Status.SKIPPED, str(error or ""))

    def _failure(self, report: pytest.TestReport,
                 error: BaseException | None) -> tuple[Status, str]:
        """Return how a phase failed, and why, in a learner's words."""
        if isinstance(error, pytest.FixtureLookupError):
            return status_of(error), _first_error(report.longreprtext)
        if error:
            return status_of(error), self._stage.message(error)
        if str(report.longrepr).startswith("[XPASS(strict)]"):
            return Status.FAILED, "It was expected to fail, and passed."
        return Status.FAILED, report.longreprtext

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell how the test ended; hear whether it goes on by a schedule."""
        self._run += 1
        _forget_instance(self._items[_named(nodeid)])
        before = self._stage.schedule
        self._last = _named(nodeid)
        self._stage.end(self._last, *self._ends[nodeid])
        if self._stage.is_over:
            # To stop the session would cost more: it shows where it was.
            del self._session.items[self._run:]
        elif not before or before.one_by_one:
            self._follow(self._run)
        elif self._run == self._round:
            # Another round sets everything up anew; if it cannot, what fails
            # then says so.
            with contextlib.suppress(Exception, pytest.fail.Exception):
                self._session._setupstate.teardown_exact(None)

    def _follow(self, run: int) -> None:
        """Put the tests of a schedule, if there is one, after those run."""
        if not self._stage.schedule:
            return
        names = self._stage.schedule.upcoming()
        while names == [ANEW]:
            self._tear_down(None)
            names = self._stage.schedule.upcoming()
        # The name of one that is not there holds what a fault has changed.
        planned = [self._items[test] for test in names if test in self._items]
        self._session.items[run:] = planned
        self._round = run + len(dict.fromkeys(planned))
        # What the last test has left set up was meant for another one.
        self._tear_down(planned[0] if planned else None)
        if planned and self._stage.schedule.one_by_one:
            # Nobody knows yet which test comes next, and what is set up for
            # several stays, as if it were one beside this one.
            self._session.items.append(cast(pytest.Item, planned[-1].parent))

    def _tear_down(self, following: pytest.Item | None) -> None:
        """Tear down what the next test does not need; tell if that fails."""
        try:
            self._session._setupstate.teardown_exact(following)
        except (Exception, pytest.fail.Exception) as error:
            self._stage.emit(Finished(self._last, status_of(error),
                                      self._stage.message(error) or None))


def run_suite(stage: Recorder) -> None:
    """Collect all files, then run all their tests in order."""
    job, call = stage.job, stage.job.pytest
    call.heed_plugins()
    os.environ["PYTEST_ADDOPTS"] = job.options
    sys.argv = ["pytest"]
    if (job.folder / "conftest.py").is_file():
        stage.emit(FileBegins("conftest.py"))
    said = io.StringIO()
    code: int = pytest.ExitCode.OK
    teller = _PytestRecorder(stage)
    if call.loads_all:
        _tell_of_plugins(stage, teller)
    try:
        with contextlib.redirect_stderr(said), _unless(teller):
            code = pytest.main(
                [*_arguments(job),
                 *(str(job.folder / file) for file in job.files)],
                plugins=[Switches(), teller, *_of_django(stage)])
    except Exception as error:  # So pytest 7 and 8 end, by a bad plugin.
        if teller.is_over:
            raise
        teller.trouble = f"{type(error).__name__}: {error}"
        code = pytest.ExitCode.INTERNAL_ERROR
    if not teller.is_over and code in _NOT_RUN:
        stage.refused(f"pytest: {teller.trouble or _errors(said.getvalue())}")


def _of_django(stage: Recorder) -> Iterator[object]:
    """Yield the plugin that a Django project needs, if this is one."""
    if stage.job.pytest.manages:
        from .django_tests import Managed
        yield Managed(stage)


def _errors(said: str) -> str:
    """Return of what pytest said those lines that tell of an error."""
    lines = [line.removeprefix("E ").strip() for line in said.splitlines()
             if line.startswith("E ") or _PLACE.match(line)
             or "error" in line.lower() and not line.startswith(" ")]
    return "\n".join(lines) or "it ended without a word"


def _arguments(job: Job) -> Iterator[str]:
    """Yield pytest's arguments, but for the files of tests.

    A plugin that the project switches off would not know its options.
    """
    call = job.pytest
    options = {
        # Where it is traced, the probes are laid into the tests' own text.
        "assertion": "--assert=" + (
            "rewrite" if job.explain and not job.trace else "plain"),
        # No file whose end two processes could move.
        "capture": "--capture=sys",
        "cacheprovider":
            f"-ocache_dir={job.above.parent / 'tmp' / 'pytest'}"}
    yield from (f"-pno:{name}" for name in call.off)
    yield from (option for plugin, option in options.items()
                if plugin not in call.blocked and plugin not in call.off)
    if call.manages and not call.settings:
        yield "-opython_files=test*.py"  # As Django looks for them.
    if call.loads_all:
        # Of the plugins that are there, this package alone is imported
        # before pytest is. Settings may make an error of each warning.
        yield ("-Wignore:Module already imported so cannot be rewritten; "
               f"{PACKAGE}")
    if call.knows_winnow:
        yield "-pwinnow.cli.pytest_plugin"
    yield from ("--continue-on-collection-errors", "--maxfail=0",
                f"--rootdir={job.folder}", f"--confcutdir={job.folder}")
    settings = job.folder / call.settings if call.settings else os.devnull
    yield f"-c{settings}"


def _tell_of_plugins(stage: Recorder, teller: _PytestRecorder) -> None:
    """Tell now and then that plugins are still being imported.

    Theirs is no test's time: all of them together may need more.
    """
    told = [monotonic()]

    def hear(event: str, args: tuple[Any, ...]) -> None:
        """Tell of an import."""
        if (event == "import" and teller.is_loading
                and monotonic() - told[0] > _OFTEN):
            told[0] = monotonic()
            stage.emit(Moment.LOADS)

    listen(hear)


def _forget_instance(item: pytest.Item) -> None:
    """Let a test that runs again do so on an object of its own."""
    if vars(item).pop("_instance", None) is not None:
        vars(item).pop("_obj", None)


@contextlib.contextmanager
def _unless(teller: _PytestRecorder) -> Iterator[None]:
    """Mind no error of pytest's own when all tests are over.

    They may have taken away the folder to which it wants to go back, or have
    closed the standard output that it captures.
    """
    try:
        yield
    except (OSError, ValueError):
        if not teller.is_over:
            raise


def _first_error(text: str) -> str:
    """Return the line that pytest marks as the error's."""
    return next((line[1:].strip() for line in text.splitlines()
                 if line.startswith("E")), text)


def _named(nodeid: str) -> str:
    """Return the id by which reports call what pytest calls otherwise."""
    return str(TestId.of_node(nodeid))
