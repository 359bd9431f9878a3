"""What several forms share: sentences on a mark, and points as JSON has them.
"""
from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from winnow.grading.feedback import Feedback
from winnow.grading.grades import Item
from winnow.grading.marks import Mark
from winnow.reports.terminal import tamed


def said(mark: Mark) -> str:
    """Return what there is to say of a mark besides its name, as text."""
    parts = [mark.title]
    if not mark.is_good:
        parts += [mark.why, mark.hint, mark.detail]
    return tamed("\n".join(part for part in parts if part))


def missed(item: Item, most: int = 50_000) -> str:
    """Return the marks of an item that are not good, a block each."""
    blocks = [f"{mark.name}\n{said(mark)}".strip() for mark in item.marks
              if not mark.is_good]
    return tamed("\n\n".join(blocks))[:most]


def overall(told: Feedback) -> str:
    """Return what is said of the whole: the summary, what costs points, and
    what else to change.
    """
    advice = (" ".join(filter(None, (each.title, each.advice, each.where)))
              for each in told.advice)
    return tamed("\n".join([told.summary, *told.notes, *advice]))


def as_text(value: dict[str, Any]) -> str:
    """Return an object as JSON in ASCII, which no system misreads."""
    return json.dumps(value, indent=1, allow_nan=False) + "\n"


def numbered(items: Iterable[Item]) -> Iterable[tuple[str, Item]]:
    """Yield the parts of a grade, each with its number as text."""
    return ((str(number), item) for number, item in enumerate(items, 1))
