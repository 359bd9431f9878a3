"""What is said where Django has not been told its settings.

- pytest-django is missing, or has its settings and cannot load them
- no file says them: what to write
"""
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from winnow.execution import django_project
from winnow.execution.django_project import VARIABLE, why_not
from winnow.execution.pytest_settings import Settings


@pytest.mark.parametrize(("installed", "says", "sentence"), [
    ({"django"}, {VARIABLE: "shop.settings"},
     "pytest.ini says them to pytest-django, which is not installed here: "),
    ({"django", "pytest_django"}, {VARIABLE: "shop.settings"},
     "though pytest.ini says them to pytest-django: python -m pytest shows"),
    ({"django"}, {}, f"below it {VARIABLE} = the module of your settings"),
])
def test_it_is_said_what_to_do(
        installed: set[str], says: dict[str, str], sentence: str,
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is to be installed that is there."""
    monkeypatch.setattr(
        django_project, "find_spec", lambda name: ModuleSpec(name, None)
        if name in installed else None)

    said = why_not(Settings(folder=tmp_path, file="pytest.ini", values=says))

    assert said.startswith("Django lacks its settings")
    assert sentence in said
    assert ("pip install" in said) is ("pytest_django" not in installed)


def test_without_django_nothing_is_said(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is not Django that lacks them."""
    monkeypatch.setattr(django_project, "find_spec", lambda name: None)

    assert why_not(Settings()) == ""
