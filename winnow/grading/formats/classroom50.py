"""Classroom 50's result.json, `classroom50/result/v1`, for an autograder.py.

Source: schemas/result-v1.schema.json and wiki/Advanced-Autograding.md of
github.com/foundation50/classroom50. Keys have hyphens, scores are whole
numbers and no more than the most, and the top level has no other key.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from fractions import Fraction
from typing import Any

from winnow.grading.amounts import rounded
from winnow.grading.feedback import Feedback
from winnow.grading.grades import Item
from winnow.grading.learner_page import as_markdown
from winnow.model.errors import CannotDo

from .shared import as_text, missed, said

_NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL",
           "RELEASE_URL")
_TAG = re.compile(r"submit/(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)Z")


def render(told: Feedback, environment: Mapping[str, str]
           ) -> Mapping[str, str]:
    """Return what an autograder leaves in the learner's checkout.

    The runner stamps `owner`, `assignment_type` and `datetime` again.
    """
    owner = environment.get("OWNER") or environment.get("USERNAME")
    missing = [name for name in _NEEDED if not environment.get(name)]
    if missing or not owner:
        raise CannotDo(
            f"{', '.join([*missing, *([] if owner else ['OWNER'])])} is not "
            "set: the form classroom50 is written in Classroom 50's runner, "
            "which sets it.")
    tag = environment["SUBMISSION_TAG"]
    possible = _whole(told.possible)
    return {
        "result.json": as_text({
            "schema": "classroom50/result/v1",
            "classroom": environment["CLASSROOM"],
            "assignment": environment["ASSIGNMENT"],
            "assignment_type": environment.get(
                "ASSIGNMENT_TYPE") or "individual",
            "owner": owner, "submission": tag,
            "commit": environment["COMMIT_URL"],
            "release": environment["RELEASE_URL"],
            "review": (environment.get("REVIEW_URL")
                       or environment["COMMIT_URL"]),
            "datetime": _moment(tag),
            "score": min(_whole(told.score), possible),
            "max-score": possible,
            "tests": [test for item in told.items for test in _tests(item)]}),
        "release-body.md": as_markdown(told, environment["ASSIGNMENT"])}


def _tests(item: Item) -> Iterator[dict[str, Any]]:
    """Yield a part of a grade, and then its marks, which have no points."""
    possible = _whole(item.possible)
    yield {"test-name": item.title, "passed": item.points >= item.possible,
           "score": min(_whole(item.points), possible),
           "max-score": possible, "message": missed(item, 5_000)}
    for mark in item.marks:
        yield {"test-name": mark.name, "passed": mark.is_good, "score": 0,
               "max-score": 0, "message": said(mark)}


def _whole(points: Fraction) -> int:
    """Return points as a whole number; what is half-way goes up."""
    return rounded(points, Fraction(1)).numerator


def _moment(tag: str) -> str:
    """Return when a tag was made; the present where it does not say so."""
    found = _TAG.match(tag)
    if found:
        return f"{found[1]}{found[2]}:{found[3]}:{found[4]}Z"
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
