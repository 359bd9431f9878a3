"""A pytest plugin: `pytest --winnow` ends with what the tests would miss.

Every pytest of the environment loads it: so it imports no other room, and
without `--winnow` it does nothing. The check is a process of its own, since
that of pytest has loaded modules, patches and threads.
"""
from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from winnow import WITHIN

# As the script `winnow` starts, and not `python -m`: a module of the learner's
# must not be taken for one of Python's.
_START = ("import os, sys; "
          "sys.path[0] = sys.path[0] or os.path.dirname(sys.executable); "
          "from winnow.__main__ import main; sys.exit(main())")
# What a check is given as it stands, and what it may be given several times.
_OPTIONS = {"module": "make faults for a module of your own; may be given "
                      "more than once",
            "exercise": "the exercise (default: the one that the tests "
                        "import)",
            "level": "only the faults of this level, core or beyond"}
_CHECKED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
# The options with which pytest runs only some of the tests.
_SELECTING = ("keyword", "markexpr", "deselect", "lf")
_CANNOT_RUN = 2


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let pytest take what the check may be asked for."""
    group = parser.getgroup("winnow", "what your tests would miss (winnow)")
    group.addoption(
        "--winnow", action="store_true",
        help="check the files of tests that ran, as `winnow check` does, and "
        "print its report. Where pytest's own exit status is 0, it becomes "
        "that of the check: 1 something to fix was found, 2 it could not "
        "run.")
    for name, text in _OPTIONS.items():
        group.addoption(
            f"--winnow-{name}", action="append", default=[],
            metavar={"module": "FILE", "exercise": "DIR|NAME"}.get(
                name, name.upper()), help=f"with --winnow: {text}")
    group.addoption(
        "--winnow-all", action="store_true",
        help="with --winnow: show every fault that was missed, not three")


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the run if a check was asked for, here and not within one."""
    asked = [name for name in (*_OPTIONS, "all")
             if config.getoption(f"winnow_{name}")]
    if not config.getoption("winnow"):
        for name in asked:
            raise pytest.UsageError(f"--winnow-{name} goes only with --winnow")
    elif not (hasattr(config, "workerinput")  # As xdist marks its workers.
              or os.environ.get(WITHIN)):
        config.pluginmanager.register(_Check(config))


class _Check:
    """Notes which files' tests run, and has them checked at the end."""

    def __init__(self, config: pytest.Config) -> None:
        """Take what pytest was asked for."""
        self._config = config
        self._files: dict[Path, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the file of a test; with xdist, too, all are heard here."""
        path = self._config.rootpath / report.nodeid.partition("::")[0]
        self._files[Path(os.path.normpath(path))] = None

    # An old-style wrapper, which every pluggy knows.
    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(
            self, session: pytest.Session) -> Generator[None, None, None]:
        """Check when all else is said, and let the exit status tell."""
        yield
        self._reporter = self._config.pluginmanager.get_plugin(
            "terminalreporter")
        why_not = self._why_not(session)
        if why_not:
            self._say(f"nothing was checked: {why_not}.")
            return
        if self._reporter:
            self._reporter.section("winnow")
        status = self._checked()
        if session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = status

    def _why_not(self, session: pytest.Session) -> str:
        """Return why there is nothing to check, if there is nothing."""
        if self._config.getoption("collectonly"):
            return "no test ran"
        if session.exitstatus not in _CHECKED or (
                session.shouldfail or session.shouldstop):
            return ("pytest found no test"
                    if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
                    else "pytest stopped before its end")
        return "" if self._tests() else "no test in a file of tests ran"

    def _tests(self) -> list[Path]:
        """Return the files of tests; a doctest may stand in any other."""
        patterns = self._config.getini("python_files")
        here = self._config.invocation_params.dir
        named = {here / argument.partition("::")[0]
                 for argument in self._config.args}
        return sorted(file for file in self._files if file.suffix == ".py" and
                      (file in named or any(map(file.match, patterns))))

    def _checked(self) -> int:
        """Run the check; return its exit status."""
        here = self._config.invocation_params.dir
        files = self._tests()
        elsewhere = [file for file in files if file.parent != here]
        if len(elsewhere) < len(files) and not self._config.getoption(
                "winnow_module"):
            files = [file for file in files if file.parent == here]
            for folder in sorted({file.parent for file in elsewhere}):
                self._say(f"the tests in {os.path.relpath(folder, here)} were "
                          "not checked: it is one folder at a time.")
        if self._is_selection():
            self._say("whole files are checked, also the tests in them that "
                      "were not chosen.")
        return _status_of([*self._options(), *(
            os.path.relpath(file, here) for file in files)], here)

    def _is_selection(self) -> bool:
        """Tell whether not all tests of the files were to run."""
        return (any("::" in argument for argument in self._config.args)
                or any(getattr(self._config.option, name, None)
                       for name in _SELECTING))

    def _options(self) -> Iterator[str]:
        """Yield the check's options as they were given to pytest."""
        for name in _OPTIONS:
            for value in self._config.getoption(f"winnow_{name}"):
                yield f"--{name}={value}"
        if self._config.getoption("winnow_all"):
            yield "--all"

    def _say(self, sentence: str) -> None:
        """Print a line, also where pytest has no terminal to print it on."""
        line = f"winnow: {sentence}"
        if self._reporter:
            self._reporter.write_line(line)
        else:
            print(line)


def _status_of(arguments: list[str], folder: Path) -> int:
    """Run a check in a folder; return its exit status, 2 if it is stopped."""
    import subprocess  # Only who asks for a check pays for it.
    command = [sys.executable, "-c", _START, "check", *arguments]
    try:
        sys.stdout.flush()
        sys.stdout.fileno()
        target: int | None = None
    except (OSError, ValueError, AttributeError):
        target = subprocess.PIPE  # pytest runs where print is no file.
    process = subprocess.Popen(
        command, cwd=folder, stdout=target or sys.stdout, text=True,
        stderr=subprocess.STDOUT if target else None, encoding="utf-8")
    while True:
        try:
            said = process.communicate()[0]
            break
        except KeyboardInterrupt:
            process.terminate()  # It clears up, and ends.
    if said:
        print(said, end="")
    return process.returncode if process.returncode in (0, 1) else _CANNOT_RUN
