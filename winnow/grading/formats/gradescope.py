"""Gradescope's results.json: gradescope-autograders.readthedocs.io, "Specs".

- `score` at the top overrides the sum of the tests: caps and lateness are in
  it, and no test says so
- a fault is a test without points, which Gradescope shows as passed or failed
- no test is hidden: if one is, learners do not see their total
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from winnow.grading.class_data import number
from winnow.grading.feedback import Feedback
from winnow.grading.grades import Item
from winnow.grading.learner_page import line_of

from .shared import as_text, numbered, overall, said


def render(told: Feedback, environment: Mapping[str, str]
           ) -> Mapping[str, str]:
    """Return what goes to /autograder/results."""
    return {"results.json": as_text({
        "score": number(told.score), "output": overall(told),
        "output_format": "text", "test_output_format": "text",
        "test_name_format": "text", "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"winnow": "learner/v1", "key": told.key},
        "tests": [test for place, item in numbered(told.items)
                  for test in _tests(place, item)]})}


def first_result() -> str:
    """Return a result for the time before there is one, and if none comes."""
    return as_text({"score": 0, "output": "The tests were not graded to the "
                    "end. Hand them in again, or ask your instructor.",
                    "output_format": "text", "tests": []})


def hours_late(metadata: Mapping[str, Any]) -> float | None:
    """Return how late a submission is, by its submission_metadata.json.

    It is None where nothing says so. The late due date is the last moment to
    hand in; what is late begins at the due date.
    """
    try:
        at = _time(metadata["created_at"])
        due = _time(metadata["assignment"]["due_date"])
        return max(0.0, (at - due).total_seconds() / 3600)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _time(text: str) -> datetime:
    """Return a moment; Python 3.10 reads neither Z nor odd fractions."""
    head, sign, zone = text.strip().replace("Z", "+00:00").rpartition(
        "+" if "+" in text or text.strip().endswith("Z") else "-")
    whole, _, fraction = head.partition(".")
    digits = f"{fraction[:6]:0<6}"
    return datetime.fromisoformat(f"{whole}.{digits}{sign}{zone}")


def _tests(place: str, item: Item) -> Iterator[dict[str, Any]]:
    """Yield a part of a grade, with its points, and then its marks."""
    is_full = item.points >= item.possible
    part: dict[str, Any] = {
        "name": item.title, "number": place, "output": line_of(item),
        "status": "passed" if is_full else "failed"}
    if not item.is_bonus:  # Or the sum of `max_score` would be too large.
        part |= {"score": number(item.points),
                 "max_score": number(item.possible)}
    yield part
    for at, mark in enumerate(item.marks, 1):
        yield {"name": mark.name, "number": f"{place}.{at}",
               "status": "passed" if mark.is_good else "failed",
               "output": said(mark), "tags": [item.name]}
