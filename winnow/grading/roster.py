"""The list of a class: who should have handed something in."""
from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from winnow.model.errors import CannotDo

from .records import Submission
from .submissions import safe_name

NOTHING = "Nothing was handed in."
# Headings under which lists have what tells one learner from another.
_IDS = ("id", "identifier", "login", "username", "user", "sis login id",
        "github_username", "email", "sid", "student id", "id number",
        "email address", "student number")
_NAMES = ("name", "student", "full name", "student name", "learner")
_FIRST_NAMES = ("first name", "firstname", "given name")
_LAST_NAMES = ("last name", "lastname", "surname", "family name")
_SEPARATORS = ",;\t"


class BadRoster(CannotDo):
    """What is wrong with a list of learners, and in which line."""


@dataclass(frozen=True)
class _Learner:
    """One line of the list: who it is, and all that it says."""

    identifier: str
    name: str
    cells: tuple[str, ...]
    line: int


def with_roster(submissions: Sequence[Submission], path: Path
                ) -> tuple[list[Submission], list[str]]:
    """Return a row for each learner of a list, and for who is not on it.

    A learner is found by any cell of the line, or two that are side by side.
    Also returns sentences on who is not on the list. Raises `BadRoster`, also
    where nobody is: all would be said to have handed nothing in.
    """
    learners = _read(path)
    by_cell: dict[str, _Learner | None] = {}
    for learner in learners:
        for cell in {_plain(each) for each in _spellings(learner)} - {""}:
            # What two lines have in common tells nobody.
            by_cell[cell] = None if cell in by_cell else learner
    mine: dict[_Learner, list[Submission]] = {}
    strangers = []
    for each in submissions:
        if found := _found(each, by_cell):
            mine.setdefault(found, []).append(each)
        else:
            strangers.append(each)
    if len(strangers) > 1 and not mine:  # One alone may be a guest.
        raise BadRoster(
            f"Of {len(strangers)} submissions, none is of anybody on {path}, "
            f"the first of {strangers[0].name}: is it the list of this class, "
            "and has it a column with names, logins or addresses?")
    taken: set[str] = set()
    rows = [_row(learner, mine.get(learner, []),
                 safe_name(learner.identifier, taken))
            for learner in learners]
    rows += [replace(each, identifier=safe_name(each.identifier, taken))
             for each in strangers]
    return rows, [f"{each.name} ({each.source}) is not on {path.name}."
                  for each in strangers]


def _row(learner: _Learner, own: Sequence[Submission], identifier: str
         ) -> Submission:
    """Return what a learner has handed in, or that it was not one thing."""
    if not own:
        return Submission(identifier, learner.name or learner.identifier, "",
                          problem=NOTHING)
    first = replace(own[0], identifier=identifier,
                    name=learner.name or own[0].name)
    if len(own) == 1:
        return first
    return replace(first, files={}, problem=(
        "There are several submissions of this learner ("
        f"{', '.join(each.source for each in own)}): leave one."))


def _found(submission: Submission, by_cell: dict[str, _Learner | None]
           ) -> _Learner | None:
    """Return the line that a submission is of; None where it is of none."""
    for text in (submission.details.get("id", ""),
                 submission.details.get("email", ""), submission.name,
                 submission.identifier, *submission.details.values()):
        if found := by_cell.get(_plain(text)):
            return found
    return None


def _spellings(learner: _Learner) -> Iterable[str]:
    """Yield what a learner may be called: each cell, names in both orders."""
    for cell in learner.cells:
        yield cell
        last, comma, first = cell.partition(",")
        if comma:
            yield f"{first} {last}"
        else:
            *firsts, last = cell.split() or [""]
            yield f"{last} {' '.join(firsts)}"
    # Moodle has first names in one column and last names in the next.
    for one, other in zip(learner.cells, learner.cells[1:]):
        if one and other:
            yield f"{one} {other}"
            yield f"{other} {one}"


def _plain(text: str) -> str:
    """Return the letters and digits of a text: Canvas writes no others."""
    return "".join(each for each in text.casefold() if each.isalnum())


def _read(path: Path) -> list[_Learner]:
    """Return the learners of a list; raises `BadRoster`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadRoster(f"{path} cannot be read: {error.strerror}."
                        ) from error
    text = _decoded(content)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = [(number, row) for number, row in _rows(text, separator)
                if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadRoster(f"{path} is no table: {error}.") from error
    if len(rows) < 2:
        raise BadRoster(f"{path} names no learner: it needs a line with "
                        "headings, and one for each learner.")
    heads = [cell.strip().casefold() for cell in rows[0][1]]
    at = _columns(heads, _IDS)
    names = _columns(heads, _NAMES) or _columns(
        heads, _FIRST_NAMES, _LAST_NAMES)
    return [*_learners(path, rows[1:], at[0] if at else _telling(rows[1:]),
                       names)]


def _columns(heads: Sequence[str], *kinds: Sequence[str]) -> list[int]:
    """Return the column of each kind: the first of its headings there is."""
    return [heads.index(found[0]) for kind in kinds
            if (found := [each for each in kind if each in heads])]


def _telling(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """Return the first column that tells all learners apart; else the first.

    Headings may be in any language.
    """
    for at in range(min(len(row) for _, row in rows)):
        cells = {row[at].strip().casefold() for _, row in rows} - {""}
        if len(cells) == len(rows):
            return at
    return 0


def _rows(text: str, separator: str) -> Iterable[tuple[int, list[str]]]:
    """Yield each row of a table with its line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for row in reader:
        yield reader.line_num, row


def _learners(path: Path, rows: Iterable[tuple[int, list[str]]], at: int,
              names: Sequence[int]) -> Iterable[_Learner]:
    """Yield the learner of each row; refuse one who is there twice."""
    lines: dict[str, int] = {}
    for line, row in rows:
        cells = tuple(cell.strip() for cell in row)
        identifier = cells[at] if at < len(cells) else ""
        if not identifier:
            raise BadRoster(f"{path}, line {line}: the learner's identifier "
                            f"is empty (column {at + 1}).")
        if identifier.casefold() in lines:
            raise BadRoster(
                f"{path}, line {line}: {identifier} is there twice, first in "
                f"line {lines[identifier.casefold()]}. Delete one.")
        lines[identifier.casefold()] = line
        name = " ".join(cells[each] for each in names
                        if each < len(cells)).strip()
        yield _Learner(identifier, name, cells, line)


def _decoded(content: bytes) -> str:
    """Return a file's text; what is no UTF-8 is what Excel writes."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
