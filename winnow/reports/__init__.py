"""A report in the forms in which people and programs read it."""
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winnow.model.report import Report

    from .terminal import Style

# Each is a room beside this one, and only the one that is asked for loads.
FORMATS = ("text", "json", "junit", "markdown", "html", "stryker")
# Two have the names of modules of Python's own.
_ROOMS = {"json": "json_report", "html": "html_report"}


def render(report: Report, form: str, style: Style) -> str:
    """Return a report in one of the forms."""
    room = import_module(f".{_ROOMS.get(form, form)}", __name__)
    text: str = room.render(report, style)
    return text
