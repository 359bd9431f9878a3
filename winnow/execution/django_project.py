"""Django projects: what their manage.py says, and what to do without it."""
from __future__ import annotations

import ast
import os
import re
from importlib.util import find_spec
from pathlib import Path

from .pytest_settings import Settings

MANAGER = "manage.py"
VARIABLE = "DJANGO_SETTINGS_MODULE"
# What Django says where nobody has told it what its settings are.
LACKS_SETTINGS = re.compile(
    "settings are not configured|AppRegistryNotReady")


def settings_module(folder: Path) -> str:
    """Return the settings that a project's manage.py names, if it does."""
    try:
        tree = ast.parse((folder / MANAGER).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        match node:
            case (ast.Call(args=[ast.Constant(value=variable),
                                 ast.Constant(value=str(module))])
                  | ast.Assign(targets=[ast.Subscript(
                      slice=ast.Constant(value=variable))],
                      value=ast.Constant(value=str(module)))
                  ) if variable == VARIABLE:
                return module
    return ""


def managed_by(folder: Path) -> str:
    """Return the settings with which `manage.py test` would run the tests.

    Empty where there is no such command.
    """
    module = settings_module(folder) if find_spec("django") else ""
    return module and os.environ.get(VARIABLE, module)


def why_not(settings: Settings) -> str:
    """Return what to do where Django has said that it lacks its settings."""
    if not find_spec("django"):
        return ""
    install = "python -m pip install pytest-django"
    if VARIABLE in settings.values and find_spec("pytest_django"):
        return (f"Django lacks its settings, though {settings.file} says them "
                "to pytest-django: python -m pytest shows what goes wrong "
                "while it loads them.")
    if VARIABLE in settings.values:
        return (f"Django lacks its settings, since {settings.file} says them "
                f"to pytest-django, which is not installed here: {install}")
    module = settings_module(settings.folder) or "the module of your settings"
    return ("Django lacks its settings. pytest-django gives them to the "
            f"tests: {install}, and write into a pytest.ini where the project "
            f"begins: [pytest], below it {VARIABLE} = {module}, and "
            "python_files = test*.py")
