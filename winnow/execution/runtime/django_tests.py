"""What `python manage.py test` does around the tests, done around pytest's.

See `DiscoverRunner.run_tests` in Django's documentation, "Advanced testing
topics". So the tests of a project that does not use pytest-django can run.
"""
from __future__ import annotations

import traceback
from collections.abc import Generator
from importlib import import_module
from typing import Any

import pytest

from winnow.execution.runtime.recorder import Recorder

from ..django_project import MANAGER
from ..event import FileBegins, Unviable

# In the memory of the process. Any other is shared by the runs that go on at
# the same time, and one of them would delete what another one needs.
_OWN_DATABASE = "django.db.backends.sqlite3"


class Managed:
    """A plugin of pytest's that sets up what Django's tests need."""

    def __init__(self, stage: Recorder) -> None:
        """Tell the stage what cannot be set up."""
        self._stage = stage
        self._is_needed = False

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Load the applications, before any file of tests is imported."""
        self._is_needed = not session.config.pluginmanager.hasplugin("django")
        if not self._is_needed:
            return  # pytest-django is there, and does all of this.
        self._stage.emit(FileBegins(MANAGER))
        try:
            import_module("django").setup()
        except Exception as error:
            for frame, _ in traceback.walk_tb(error.__traceback__):
                self._blame(frame.f_code.co_filename, error)
            raise pytest.UsageError(
                "Django cannot be set up: "
                f"{self._stage.message(error)}") from error

    def _blame(self, file: str, error: Exception) -> None:
        """Tell that a module of those tested is what cannot be loaded."""
        for module, path in self._stage.job.modules.items():
            if file == str(self._stage.job.folder / path):
                self._stage.emit(Unviable(
                    module, f"{type(error).__name__}: {error}"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Set up Django's databases for all tests, and take them down."""
        if not self._is_needed:
            return (yield)
        settings: Any = import_module("django.conf").settings
        for database in settings.DATABASES.values():
            if database.get("ENGINE", "") not in (
                    "", "django.db.backends.dummy", _OWN_DATABASE):
                raise pytest.UsageError(
                    f"Django's database is not SQLite: {database['ENGINE']}")
        runner: Any = import_module("django.test.utils").get_runner(settings)(
            verbosity=0, interactive=False)
        runner.setup_test_environment()
        databases = runner.setup_databases()
        try:
            return (yield)
        finally:
            runner.teardown_databases(databases)
            runner.teardown_test_environment()
