"""What a class gets: a table, a page, data, and a report for each learner."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from winnow.model.errors import CannotDo
from winnow.model.exercise import Subject

from . import cells, learner_page
from .amounts import decimal
from .class_data import as_json, class_object, learner_object
from .class_page import as_page
from .feedback import feedback
from .grades import Grade, grade_class, hours_late
from .overview import overview
from .policy import PARTS, Policy
from .records import Record
from .whole_files import write_whole

_HEAD = ("student_id", "name", "email", "score", "max_score", "raw_score",
         "late_hours")
_LAST = ("notes", "problem", "same_as", "sandbox", "source", "winnow_key")


def write_class(out: Path, records: Sequence[Record], policy: Policy, *,
                title: str, subject: Subject | None = None) -> list[Grade]:
    """Write all that a class gets into a folder, and return the grades.

    Each file is replaced whole, and only if it differs; the same records and
    policy give the same bytes. Nothing is deleted. `subject` is what the
    class was to test: with it, reports say what each fault breaks. Raises
    `CannotDo` where something cannot be written.
    """
    for record in records:
        _check_identifier(record.submission.identifier)
    grades = grade_class(records, policy, subject)
    for grade in grades:
        told = feedback(grade, policy)
        folder = out / "learners" / grade.identifier
        write_whole(folder / "report.json", as_json(learner_object(told)))
        write_whole(folder / "report.md", learner_page.as_markdown(
            told, title).encode("utf-8", "replace"))
        write_whole(folder / "report.html", learner_page.as_html(
            told, title).encode("ascii"))
    seen = overview(grades)
    write_whole(out / "class.json", as_json(class_object(seen, title)))
    write_whole(out / "report.html", as_page(seen, title).encode("ascii"))
    write_whole(out / "grades.csv", as_table(grades))
    return grades


def as_table(grades: Sequence[Grade]) -> bytes:
    """Return the grades as CSV: a row for each learner."""
    parts = [name for name in PARTS if any(
        item.name == name for grade in grades for item in grade.items)]
    head = [*_HEAD, *(f"{name}{end}" for name in parts
                      for end in ("_points", "_good", "_of")), *_LAST]
    return cells.table(head, ([*_row(grade, parts)] for grade in grades))


def _row(grade: Grade, parts: Sequence[str]) -> Iterator[str]:
    """Yield the cells of one learner."""
    submission, record = grade.record.submission, grade.record
    yield from (grade.identifier, grade.name,
                submission.details.get("email", ""), decimal(grade.points),
                decimal(grade.possible),
                decimal(grade.raw) if grade.items else "",
                decimal(hours_late(record)))
    items = {item.name: item for item in grade.items}
    for name in parts:
        item = items.get(name)
        yield from (("", "", "") if item is None else (
            decimal(item.points), str(item.good), str(item.every)))
    yield from (" ".join(grade.notes), grade.reason, record.same_as,
                record.sandbox, submission.source, record.key)


def _check_identifier(identifier: str) -> None:
    """Refuse an identifier that would lead out of the learners' folder."""
    if (not identifier or identifier in (".", "..")
            or any(each in identifier for each in "/\\\0")):
        raise CannotDo(f"{identifier!r} cannot be the name of a learner's "
                       "folder.")
