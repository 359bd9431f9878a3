"""Accepts a fault that was missed, with a reason: `winnow accept`."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from winnow.model.exercise import Mutant
from winnow.reports.terminal import Style
from winnow.subjects.accepted import CannotAccept, accept, shown
from winnow.system.folders import normal

from .explain import found, made_in


def accepted(name: str, modules: Sequence[Path], why: str) -> str:
    """Write that a fault of some modules is accepted; return what to print.

    Raises `NothingToExplain` where there is no such fault, and
    `CannotAccept`.
    """
    if not modules:
        raise CannotAccept(f"Name the file of {name} too, as in "
                           f"winnow accept {name} --module FILE --why TEXT.")
    entries = list(made_in(modules))
    entry = found(name, entries, True)
    fault, module = entry.edit, Path(entry.file)
    assert isinstance(fault, Mutant)
    _check_package(name, fault, module)
    file = accept(fault, [each.edit for each in entries
                          if isinstance(each.edit, Mutant)
                          and each.file == entry.file],
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
