"""The last lines of output that Autolab reads scores from: docs/lab.md.

Autolab puts quotes around each `word:` of the last line before it parses it,
inside strings too (assessment_autograde_core.rb): no string here has one.
The name of the problem must be that of the site: AUTOLAB_PROBLEM.
"""
from __future__ import annotations

import json
import re
from collections.abc import Mapping

from winnow.grading.class_data import number
from winnow.grading.feedback import Feedback

from .shared import said

_WORD = re.compile(r"(\w):")


def render(told: Feedback, environment: Mapping[str, str]
           ) -> Mapping[str, str]:
    """Return two lines: what is shown test by test, and the scores."""
    problem = _plain(environment.get("AUTOLAB_PROBLEM") or "Tests")
    stages = {item.title: {
        _plain(mark.name): {"passed": mark.is_good,
                            "hint": _plain(said(mark))}
        for mark in item.marks} for item in told.items}
    shown = {"_presentation": "semantic", "stages": [*stages], **stages}
    score = number(told.score)
    scores = {"scores": {problem: score}, "scoreboard": [score]}
    return {"autolab.txt": f"{json.dumps(shown)}\n{json.dumps(scores)}\n"}


def _plain(text: str) -> str:
    """Return a text without a word right before a colon."""
    return _WORD.sub(r"\1 :", text)
