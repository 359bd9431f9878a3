"""PrairieLearn's results.json: its docs/externalGrading.md.

Each test has `points` and `max_points`, or none may; `score` is from 0 to 1.
What cannot be judged is not `gradable`, and costs the learner no attempt.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from winnow.grading.class_data import number
from winnow.grading.feedback import Feedback
from winnow.grading.learner_page import line_of

from .shared import as_text, missed, overall


def render(told: Feedback, environment: Mapping[str, str]
           ) -> Mapping[str, str]:
    """Return what goes to /grade/results, which the grader has to make."""
    if not told.is_judged:
        return {"results.json": as_text({
            "gradable": False, "score": 0,
            "format_errors": [overall(told)]})}
    tests: list[dict[str, Any]] = [
        {"name": item.title, "points": number(item.points),
         "max_points": number(item.possible), "message": line_of(item),
         "output": missed(item)} for item in told.items]
    return {"results.json": as_text({
        "gradable": True, "score": float(told.share),
        "message": told.summary, "output": overall(told), "tests": tests})}
