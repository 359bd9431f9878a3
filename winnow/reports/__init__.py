"""A report in the forms in which people and programs read it."""
from __future__ import annotations

from collections.abc import Callable

from ..verdict import Report
from . import json, text

FORMATS: dict[str, Callable[[Report, text.Style], str]] = {
    "text": text.render,
    "json": lambda report, style: json.render(report),
}
