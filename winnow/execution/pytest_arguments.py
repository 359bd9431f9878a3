"""Explains why pytest could not run a suite, and what to do."""
from __future__ import annotations

import re
from collections.abc import Callable

from .pytest_settings import Settings, words_in

# Of what pytest says of itself, the rest is for who develops it.
_MOST = 200
_CONFTEST = re.compile(r"ImportError while loading conftest '([^']+)'\.\n")
_PLUGIN = re.compile(r'Error while loading plugin "([^"]+)"\.\n')
# Where an import failed, in a file of the project.
_PLACE = re.compile(r"""^([^/\\\s]\S*):(\d+):\ in\ .*
                    |^File\ "([^/\\"][^"]*)",\ line\ (\d+)$""",
                    re.MULTILINE | re.VERBOSE)
_TRY = "`python -m pytest` says more."


def why_not(reason: str, settings: Settings, options: str) -> str:
    """Return the sentence for what pytest said when it ended by itself.

    `options` are a person's own, of PYTEST_ADDOPTS.
    """
    said = reason.removeprefix("pytest: ")
    if found := _CONFTEST.search(said):
        return _of_conftest(found[1], said[found.end():])
    if found := _PLUGIN.match(said):
        return f"pytest cannot load the plugin {found[1]}: {_last_line(said)}"
    for sign, sentence in _SENTENCES:
        found = sign.search(said)
        if found:
            return sentence(found[1].strip(" ."), settings, options)
    said = " ".join(said.split())
    said = said.removeprefix("ERROR: ").rstrip(".")
    said = f"{said[:_MOST]}…" if len(said) > _MOST else f"{said}."
    return f"pytest cannot run the tests: {said} {_TRY}"


def _of_conftest(file: str, said: str) -> str:
    """Return the sentence for a conftest.py that cannot be imported."""
    places = [list(filter(None, groups)) for groups in _PLACE.findall(said)]
    where = "{}, line {}: ".format(*places[-1]) if places else ""
    return f"{file}: it cannot be imported. {where}{_last_line(said)}"


def _last_line(said: str) -> str:
    """Return the last line, where Python names an error."""
    return said.strip().rpartition("\n")[2].strip(" .") + "."


def _unknown_options(what: str, settings: Settings, options: str) -> str:
    """Return the sentence for options that no plugin knows."""
    first = what.split()[0] if what.split() else what
    where = ("PYTEST_ADDOPTS" if first in words_in(options)
             else settings.file or "the settings")
    return (f"pytest does not know {what}, which {where} asks for. Install "
            "the plugin that has this option, or take the option out.")


def _missing_plugins(what: str, settings: Settings, options: str) -> str:
    """Return the sentence for plugins that settings require."""
    names = [re.split(r"[<>=!~;\[ ]", each.strip())[0]
             for each in what.split(",")]
    return (f"{settings.file or 'A setting'} requires plugins of pytest that "
            f"are not installed here ({what}): python -m pip install "
            f"{' '.join(names)}")


def _unknown_key(what: str, settings: Settings, options: str) -> str:
    """Return the sentence for a setting that no plugin knows."""
    return (f"pytest does not know the setting {what} in "
            f"{settings.file or 'its settings'}, and runs in strict mode. "
            "Install the plugin that it is for, or take it out.")


def _no_plugin(what: str, settings: Settings, options: str) -> str:
    """Return the sentence for a plugin that cannot be imported."""
    return (f"pytest cannot import the plugin {what}. Install it, or do not "
            "ask for it (with -p, PYTEST_PLUGINS or pytest_plugins).")


def _no_hook(what: str, settings: Settings, options: str) -> str:
    """Return the sentence for a hook in a conftest.py without its plugin."""
    return (f"A conftest.py has the hook {what}, which no plugin of pytest's "
            "that is installed here knows. Install its plugin, or take the "
            "hook out.")


def _no_django(what: str, settings: Settings, options: str) -> str:
    """Return the sentence for a Django project that cannot be set up."""
    return (f"Django cannot be set up: {what}. `python manage.py test` says "
            "more.")


def _shared_database(what: str, settings: Settings, options: str) -> str:
    """Return the sentence for a database that runs would share."""
    return ("Winnow runs the tests several times at once, and all of these "
            f"runs would share Django's one test database ({what}). With "
            "SQLite each has its own: give the tests such settings.")


_SENTENCES: tuple[tuple[re.Pattern[str],
                        Callable[[str, Settings, str], str]], ...] = (
    (re.compile(r"unrecognized arguments: (.+)"),
     _unknown_options),
    (re.compile(r"Django cannot be set up: (.+)"), _no_django),
    (re.compile(r"Django's database is not SQLite: (.+)"), _shared_database),
    (re.compile(r"Missing required plugins: (.+)"), _missing_plugins),
    (re.compile(r"Unknown config option: (\S+)"), _unknown_key),
    (re.compile(r'Error importing plugin "([^"]+)"'), _no_plugin),
    (re.compile(r"unknown hook '(\w+)'"), _no_hook))
