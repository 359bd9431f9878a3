"""A class and a learner as JSON: `winnow/class/v1`, `winnow/learner/v1`."""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from .amounts import decimal
from .feedback import Feedback
from .grades import Grade, Item, hours_late
from .overview import Overview, Shared
from .policy import EXTRA, REQUIRED

_SEPARATOR = ",\n"
CLASS, LEARNER = "winnow/class/v1", "winnow/learner/v1"


def class_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `class.json`."""
    return _schema("class")


def learner_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a learner's `report.json`."""
    return _schema("learner")


def as_json(value: Mapping[str, Any]) -> bytes:
    """Return an object as JSON in ASCII: a line for each entry of a list.

    Python indents at a tenth of the speed, which a class would notice.
    """
    parts = [f" {json.dumps(key)}: {_lines(each)}"
             for key, each in value.items()]
    return f"{{\n{_SEPARATOR.join(parts)}\n}}\n".encode("ascii")


def _lines(value: object) -> str:
    """Return a value on one line, or a list on one for each entry."""
    if isinstance(value, list) and value:
        rows = _SEPARATOR.join(f"  {json.dumps(row)}" for row in value)
        return f"[\n{rows}]"
    return json.dumps(value)


def class_object(overview: Overview, title: str) -> dict[str, Any]:
    """Return all that is known of a class, for its instructor."""
    exercises = {(grade.record.report or {}).get("exercise")
                 for grade in overview.judged}
    return {
        "schema": CLASS, "title": title,
        "exercise": exercises.pop() if len(exercises) == 1 else None,
        "learners": [_learner(grade) for grade in overview.grades],
        "faults": [{
            **_shared(row), "part": row.part, "lesson": row.lesson or None,
            "secret": row.is_secret} for row in overview.faults],
        "refactorings": [*map(_shared, overview.refactorings)],
        "problems": [*map(_shared, overview.problems)],
        "coaching": [{"text": row.title, "learners": [*row.learners]}
                     for row in overview.coaching],
        "lessons": [{"name": row.name, "misses": row.misses,
                     "required": row.required,
                     "faults": [*row.faults]} for row in overview.lessons],
        "groups": [[*group] for group in overview.groups],
    }


def learner_object(told: Feedback) -> dict[str, Any]:
    """Return what a learner may see."""
    return {
        "schema": LEARNER, "id": told.identifier, "name": told.name,
        "points": number(told.points), "possible": number(told.possible),
        "summary": told.summary, "notes": [*told.notes],
        "items": [{**_item(item), "title": item.title, "marks": [
            {"name": mark.name, "good": mark.is_good, "title": mark.title,
             "hint": mark.hint, "detail": mark.detail, "why": mark.why,
             "lesson": mark.lesson or None, "tests": [*mark.tests],
             "change": [*mark.change]} for mark in item.marks]}
            for item in told.items],
        "advice": [{"kind": each.kind, "title": each.title,
                    "advice": each.advice, "where": each.where}
                   for each in told.advice],
    }


def number(value: Fraction | None) -> float | int | None:
    """Return points as JSON has them, rounded to four places."""
    if value is None:
        return None
    text = decimal(value, 4)
    return float(text) if "." in text else int(text)


def _schema(name: str) -> dict[str, Any]:
    """Return one of the two published schemas."""
    path = Path(__file__).with_name(f"{name}.v1.schema.json")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _shared(row: Shared) -> dict[str, Any]:
    """Return what concerns several learners."""
    return {"name": row.name, "title": row.title,
            "learners": [*row.learners]}


def _learner(grade: Grade) -> dict[str, Any]:
    """Return one learner with the grade, and what is behind it."""
    record = grade.record
    return {
        "id": grade.identifier, "name": grade.name,
        "points": number(grade.points), "possible": number(grade.possible),
        "raw": number(grade.raw), "reason": grade.reason,
        "notes": [*grade.notes], "items": [*map(_item, grade.items)],
        "caught": [*_caught(grade.items)],
        "late_hours": number(hours_late(record)), "same_as": record.same_as,
        "key": record.key, "sandbox": record.sandbox,
        "source": record.submission.source,
        "details": dict(record.submission.details),
    }


def _item(item: Item) -> dict[str, Any]:
    """Return one part of a grade, in counts and points."""
    return {"name": item.name, "points": number(item.points),
            "possible": number(item.possible), "good": item.good,
            "of": item.every, "bonus": item.is_bonus}


def _caught(items: Iterable[Item]) -> Iterable[str]:
    """Yield the names of the faults that are caught."""
    for item in items:
        if item.name in (REQUIRED, EXTRA):
            yield from (mark.name for mark in item.marks if mark.is_good)
