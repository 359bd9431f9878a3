"""How pytest is called for a suite: by which settings, with which plugins."""
from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from .pytest_settings import Settings, words_in

# Plugins of pytest's own that seldom decide a verdict, each of which costs
# every run time, and what a project's settings say where they need one.
_SELDOM_NEEDED = {
    "cacheprovider": "cache|--lf|--ff|--nf|last-failed|failed-first|new-first"
                     "|--sw|stepwise",
    "terminal": "addopts|console_output|verbosity",
    "junitxml": "junit", "pastebin": "pastebin", "doctest": "doctest",
    "stepwise": "--sw|stepwise", "faulthandler": "faulthandler",
    "setuponly": "--setup-", "setupplan": "--setup-",
    "unraisableexception": "filterwarnings|-W", "threadexception":
    "filterwarnings|-W"}
# Installed plugins, by the names of their entry points, that change nothing
# unless a test, a conftest.py or an option asks for what they have. Most come
# with Winnow's own extras. Any other may act by itself.
_ASKED_FOR = frozenset({
    "anyio", "hypothesispytest", "pact", "pytest_cov", "pytest_mock",
    "schemathesis", "winnow", "xdist", "xdist.looponfail"})
_AUTOLOAD_OFF = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"


class Plugins(Enum):
    """Which plugins pytest loads: the more, the longer each run takes."""

    FEW = "those of pytest's own that a verdict is likely to depend on"
    OWN = "all of pytest's own"
    ALL = "all of pytest's own, and all that are installed"


@dataclass(frozen=True)
class Call:
    """How pytest is called, apart from the files of tests.

    `settings` is the file by its path in the folder, "" for none. `off` names
    the plugins that are switched off, and `blocked` those that the project
    switches off itself. Installed plugins load if it `loads_all`; without
    that, it `knows_winnow` where the project has options for that plugin. It
    `manages` what Django's manage.py does around the tests.
    """

    settings: str = ""
    off: tuple[str, ...] = ()
    blocked: frozenset[str] = frozenset()
    loads_all: bool = False
    knows_winnow: bool = False
    manages: bool = False

    def heed_plugins(self) -> None:
        """Let pytest load the plugins that are installed only if it may."""
        if not self.loads_all:
            os.environ[_AUTOLOAD_OFF] = "1"


def call(settings: Settings, options: str, plugins: Plugins,
         manages: bool = False) -> Call:
    """Return the call for a project's settings and a person's options."""
    said = f"{settings.said}\n{options}"
    off = [] if plugins is not Plugins.FEW else [
        name for name, words in _SELDOM_NEEDED.items()
        if not re.search(words, said)]
    return Call(
        settings.file, tuple(off),
        frozenset(_blocked([*settings.words("addopts"), *words_in(options)])),
        plugins is Plugins.ALL,
        "--winnow" in said and plugins is not Plugins.ALL, manages)


def _blocked(options: Sequence[str]) -> Iterator[str]:
    """Yield the plugins that options switch off: `-p no:NAME`."""
    for before, option in zip(("", *options), options):
        named = option if before == "-p" else (
            option[2:] if option.startswith("-p") else "")
        if named.strip().startswith("no:"):
            yield named.strip()[3:]


def installed() -> set[str]:
    """Return the names of the plugins that pytest would find and load.

    Winnow's own is not among them.
    """
    if os.environ.get(_AUTOLOAD_OFF):
        return set()
    from importlib import metadata  # Suites that are green need it not.
    return {each.name for each in metadata.entry_points(group="pytest11")
            } - {"winnow"}


def may_act(plugins: set[str]) -> bool:
    """Tell whether one of these plugins may act though nothing asks it to."""
    return not plugins <= _ASKED_FOR
