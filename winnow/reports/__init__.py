"""A report in the forms in which people and programs read it."""
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winnow.checking.outcomes import Report
    from .terminal import Style

# Each is a room beside this one, and only the one that is asked for loads.
FORMATS = ("text", "json", "junit", "markdown", "html")


def render(report: Report, form: str, style: Style) -> str:
    """Return a report in one of the forms."""
    text: str = import_module(f".{form}", __name__).render(report, style)
    return text
