"""The last check of your own modules, looked at again: `winnow results`."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from winnow.checking import kept_verdicts
from winnow.checking.kept_verdicts import Store
from winnow.model.errors import CannotDo
from winnow.model.report import Report
from winnow.model.stored_report import NotReadable, as_text, from_text
from winnow.system.cache_folder import cache_folder

from .output import written

_CHECK = "Check with --module first."


def keeping(folder: Path, output: str | None) -> Store:
    """Return where verdicts and the last report of a project are kept."""
    return Store(_base(), folder, written(output) if output else ())


def _base() -> Path:
    """Return the folder of what is kept of all projects."""
    return cache_folder() / "modules"


def keep(report: Report, output: str | None) -> None:
    """Keep a report on modules to look at again."""
    keeping(report.subject.folder, output).save_report(as_text(
        report, datetime.now().isoformat(" ", "minutes")))


def last(here: Path) -> Report:
    """Return the last report on the project that a folder is in.

    It says when it was made, and which files are not as they were then.
    """
    store = _found(here)
    try:
        report, when = from_text(store.report.read_text("utf-8", "replace"))
    except NotReadable:
        raise CannotDo(f"{store.report} is no report that this version of "
                       f"Winnow has written. {_CHECK}") from None
    return replace(report, notes=(
        *report.notes, f"This is what the check of {when} has found.",
        *_changed(report)))


def forget(here: Path) -> str:
    """Delete what is kept of the project that a folder is in; say so."""
    store = _found(here)
    store.forget()
    return (f"What was kept of {store.project} is deleted: {store.folder}\n")


def _found(here: Path) -> Store:
    """Return what is kept of the project that a folder is in."""
    store = kept_verdicts.around(_base(), here)
    if store is None:
        raise CannotDo(f"No check is kept of {here}, nor of a folder around "
                       f"it. {_CHECK}")
    return store


def _changed(report: Report) -> list[str]:
    """Return a sentence on the modules that are not as they were, if any."""
    subject = report.subject
    names = [subject.file_of(module) for module in report.concerns
             if _text(subject.folder / subject.file_of(module))
             != _lines(subject.sources[module])]
    if not names:
        return []
    which = ", ".join(names[:3]) + (
        f" and {len(names) - 3} more" if len(names) > 3 else "")
    return [f"Changed since then: {which}. Lines may have moved."]


def _text(path: Path) -> list[str] | None:
    """Return the lines of a file, however they end; None if it is gone."""
    try:
        return _lines(path.read_text("utf-8-sig", "replace"))
    except OSError:
        return None


def _lines(text: str) -> list[str]:
    """Return the lines of a text, however they end."""
    return text.removeprefix("\ufeff").splitlines()
