"""Fills one column of the grade book that a learning platform exported.

Canvas, Moodle, Brightspace and spreadsheets differ in their columns; what
they export they also import. So one column of that file is filled, by another
that says who is who, and every other byte stays as it is.
"""
from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path

from winnow.reports.wording import count

from . import csv_text
from .amounts import decimal
from .csv_text import Cell, Text, WrongTable
from .grades import Grade
from .whole_files import write_whole

# Canvas has this row below the headings (lib/gradebook_importer.rb).
_POSSIBLE = "points possible"
# ... and this in the cell of who is excused.
_EXCUSED = "ex"
_DOT, _COMMA = re.compile(r"-?\d+\.\d+"), re.compile(r"-?\d+,\d+")
_SHOWN = 10
# What a column that was asked for weighs: more than all that were not.
_ASKED = 10_000


@dataclass(frozen=True)
class Filled:
    """What became of a grade book.

    `unknown` are the learners with a grade whom no row names, `missing` the
    rows that no learner with a submission belongs to; `ungraded` learners
    have no points yet, `ambiguous` are cells that name two, and `excused`
    rows were excused before: all of these are left as they were.
    """

    filled: int
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """Return what to tell the instructor, a line each."""
        told = [f"{count(self.filled, 'grade')} filled in."]
        for names, what in (
                (self.unknown, "graded, but in no row of the grade book"),
                (self.missing, "in the grade book, without a submission"),
                (self.ungraded, "left for you to decide"),
                (self.excused, "excused in the grade book, and left so"),
                (self.ambiguous, "left empty, for the grade book or the class "
                 "has that name twice")):
            if names:
                more = len(names) - _SHOWN
                rest = f" and {more} more" if more > 0 else ""
                told.append(f"{len(names)} {what}: "
                            f"{', '.join(names[:_SHOWN])}{rest}.")
        return [*told, *self.notes]


def fill(book: Path, out: Path, grades: Sequence[Grade], *,
         by: Sequence[str], column: str) -> Filled:
    """Write a grade book with one column filled; say what could not be.

    A learner is found where the cell in the column `by` is the identifier,
    another detail of the submission, such as the e-mail address, or the name;
    of several columns, such as first and last names, it is all cells in turn.
    Raises `CannotDo` where the file is no table, lacks a column or has it
    twice, or where it would be overwritten.
    """
    if out.resolve() == book.resolve():
        raise WrongTable(f"{book} would be overwritten: give the new grade "
                         "book another name.")
    text = csv_text.read(book)
    rows, delimiter = _rows(text, [*by, column])
    *keys, target = (_place(text, rows[0], name) for name in (*by, column))
    comma = _has_commas(rows, delimiter)
    finder = _Finder(grades)
    twice = Counter(_plain(_key(row, keys)) for row in rows[1:])
    changes: dict[tuple[int, int], str] = {}
    told: dict[str, list[str]] = defaultdict(list)
    found: set[str] = set()
    for row in _learners(rows[1:], keys):
        who = _key(row, keys)
        alike = finder.find(who)
        found.update(grade.identifier for grade in alike)
        if not alike:
            told["missing"].append(who)
        elif len(alike) > 1 or twice[_plain(who)] > 1:
            told["ambiguous"].append(who)
        elif alike[0].points is None:
            told["ungraded"].append(who)
        elif len(row) > target and _plain(row[target].value) == _EXCUSED:
            told["excused"].append(who)
        else:
            place, new = _written(row, target, alike[0].points, delimiter,
                                  comma)
            changes[place] = new
    write_whole(out, text.changed(changes))
    return Filled(
        len(changes), tuple(each.name for each in grades
                            if each.identifier not in found),
        notes=tuple(_mismatch(rows, target, grades)),
        **{kind: tuple(names) for kind, names in told.items()})


def _rows(text: Text, wanted: Sequence[str]
          ) -> tuple[list[list[Cell]], str]:
    """Return the rows from the headings on, and what parts their cells.

    It is the one with which all wanted columns are there, or else with which
    there are most, so that what is missing can be named.
    """
    best: tuple[int, list[list[Cell]], str] = (0, [], "")
    wrong = None
    for delimiter in text.delimiters:
        try:
            rows = text.rows(delimiter)
        except WrongTable as error:
            wrong = error
            continue
        while rows and not any(cell.value.strip() for cell in rows[0]):
            rows.pop(0)
        if not rows:
            continue
        names = [cell.value.strip() for cell in rows[0]]
        rank = len(names) + _ASKED * sum(
            each.strip() in names for each in wanted)
        if rank > best[0]:
            best = (rank, rows, delimiter)
    if wrong and best[0] < len(wanted) * _ASKED:
        raise wrong
    if not best[1]:
        raise WrongTable(f"{text.path} is empty.")
    return best[1], best[2]


def _place(text: Text, head: Sequence[Cell], name: str) -> int:
    """Return which column has a name; raises `WrongTable`."""
    names = [cell.value.strip() for cell in head]
    times = names.count(name.strip())
    if times == 1:
        return names.index(name.strip())
    if times:
        raise WrongTable(f"{text.path} has {times} columns `{name}`: rename "
                         "one of them.")
    near = get_close_matches(name, names, 1)
    meant = (f"Did you mean `{near[0]}`?" if near else "It has "
             + ", ".join(f"`{each}`" for each in names if each) + ".")
    raise WrongTable(f"{text.path} has no column `{name}`. {meant}")


def _key(row: Sequence[Cell], keys: Sequence[int]) -> str:
    """Return what a row calls its learner; nothing if it is too short."""
    return " ".join(" ".join(row[key].value for key in keys).split()) if (
        len(row) > max(keys)) else ""


def _learners(rows: Iterable[list[Cell]], keys: Sequence[int]
              ) -> Iterator[list[Cell]]:
    """Yield the rows that are about a learner."""
    for row in rows:
        if (_key(row, keys)
                and not _plain(row[0].value).startswith(_POSSIBLE)):
            yield row


def _has_commas(rows: Iterable[Sequence[Cell]], delimiter: str) -> bool:
    """Tell whether a decimal comma is meant: by the numbers that are there.

    Without any, a semicolon between cells speaks for it: that is how systems
    write where the comma is taken.
    """
    values = [cell.value.strip() for row in rows for cell in row]
    commas = sum(bool(_COMMA.fullmatch(value)) for value in values)
    dots = sum(bool(_DOT.fullmatch(value)) for value in values)
    return commas > dots or (commas == dots and delimiter == ";")


def _written(row: Sequence[Cell], target: int, points: Fraction,
             delimiter: str, comma: bool) -> tuple[tuple[int, int], str]:
    """Return which text of a row becomes which, so that it has the points.
    """
    number = decimal(points).replace(".", "," if comma else ".")
    cell = row[min(target, len(row) - 1)]
    quoted = delimiter in number or (target < len(row) and cell.is_quoted)
    new = f'"{number}"' if quoted else number
    if target < len(row):
        return (cell.start, cell.end), new
    return (cell.end, cell.end), delimiter * (target - len(row) + 1) + new


def _mismatch(rows: Sequence[Sequence[Cell]], target: int,
              grades: Sequence[Grade]) -> Iterator[str]:
    """Yield a warning if the grade book counts in other points."""
    for row in rows[1:]:
        if (len(row) > target
                and _plain(row[0].value).startswith(_POSSIBLE) and grades):
            there = row[target].value.strip().replace(",", ".")
            ours = grades[0].possible
            if re.fullmatch(r"\d+(\.\d+)?", there) and (
                    Fraction(there) != ours):
                yield (f"The grade book has {there} points for this column, "
                       f"and these grades are of {decimal(ours)}: `total` in "
                       "the policy changes that.")


def _plain(value: str) -> str:
    """Return a value as it is compared: however it is spaced or composed."""
    return " ".join(unicodedata.normalize("NFC", value).casefold().split())


class _Finder:
    """Finds learners by what a grade book calls them."""

    def __init__(self, grades: Sequence[Grade]) -> None:
        """Take the learners of a class."""
        self._by: list[Mapping[str, list[Grade]]] = [
            self._index(grades, values) for values in (
                lambda each: [each.identifier],
                lambda each: each.record.submission.details.values(),
                lambda each: [each.name])]

    def find(self, value: str) -> list[Grade]:
        """Return those whom a value names, by the best that names any."""
        return next((index[_plain(value)] for index in self._by
                     if _plain(value) in index), [])

    @staticmethod
    def _index(grades: Sequence[Grade],
               values: Callable[[Grade], Iterable[str]]
               ) -> Mapping[str, list[Grade]]:
        """Return the learners by some of their values."""
        found: dict[str, list[Grade]] = {}
        for grade in grades:
            for value in {_plain(each) for each in values(grade)}:
                if value:
                    found.setdefault(value, []).append(grade)
        return found
