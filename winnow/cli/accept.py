"""Accepts a fault that was missed, with a reason: `winnow accept`."""
from __future__ import annotations

from datetime import date
from pathlib import Path

from winnow.model.exercise import Mutant
from winnow.reports.terminal import Style
from winnow.subjects.accepted import CannotAccept, accept, shown
from winnow.system.folders import normal

from .explain import entries_of, named_entry


def accepted(name: str, module: Path, why: str) -> str:
    """Write that a fault of a module is accepted; return what to print.

    Raises `NothingToExplain` where there is no such fault, and
    `CannotAccept`.
    """
    entries = entries_of(module)
    entry = named_entry(name, entries, module)
    fault = entry.edit
    assert isinstance(fault, Mutant)
    _check_package(name, fault, module)
    file = accept(fault, [each.edit for each in entries
                          if isinstance(each.edit, Mutant)],
                  entry.source, module, why, date.today().isoformat())
    return Style().wrapped("", (
        f"{fault.name} ({module}, line {entry.line}) is accepted: checks "
        f"leave it out. The reason is in {shown(file.parent)}."), 0) + "\n"


def _check_package(name: str, fault: Mutant, module: Path) -> None:
    """Refuse a fault of another module of the same name.

    A report names the packages around a module.
    """
    packages = [*filter(None, name.removesuffix(fault.name).split("."))]
    around = list(normal(module).parts[:-1])
    if module.stem == "__init__":
        around.pop()
    if packages and around[-len(packages):] != packages:
        given = ".".join((*packages, fault.module))
        raise CannotAccept(
            f"{name} is a fault of {given}, and {module} is not that module: "
            "name the file that the report names.")
