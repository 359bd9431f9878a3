"""A CSV file as text in which each cell has its place, to change no other.

Python's own csv module gives values, and writes all of a file in one style:
quotes, line ends and spaces would not come back as they were.
"""
from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow.model.errors import CannotDo

DELIMITERS = (",", ";", "\t", "|")
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le",
         codecs.BOM_UTF16_BE: "utf-16-be"}
# Excel takes a first line like this for the delimiter of the file.
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")


class WrongTable(CannotDo):
    """Why a file is no table that can be filled, in one sentence."""


@dataclass(frozen=True)
class Cell:
    """The value of a cell, and from where to where its text reaches."""

    value: str
    start: int
    end: int
    is_quoted: bool = False


@dataclass(frozen=True)
class Text:
    """The text of a file, and how it becomes bytes again."""

    path: Path
    text: str
    bom: bytes
    encoding: str

    def rows(self, delimiter: str) -> list[list[Cell]]:
        """Return the cells of each line; raises `WrongTable`."""
        given = _SEPARATOR.match(self.text)
        at, rows = given.end() if given else 0, []
        while at < len(self.text):
            row, at = self._row(at, delimiter)
            rows.append(row)
        return rows

    @property
    def delimiters(self) -> Sequence[str]:
        """What may part the cells: what the file says itself, or all."""
        given = _SEPARATOR.match(self.text)
        return (given[1],) if given else DELIMITERS

    def changed(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with other texts at some places."""
        parts, done = [], 0
        for (start, end), new in sorted(cells.items()):
            parts += [self.text[done:start], new]
            done = end
        text = "".join([*parts, self.text[done:]])
        return self.bom + text.encode(self.encoding)

    def _row(self, at: int, delimiter: str) -> tuple[list[Cell], int]:
        """Return the cells from a place on, and where the next line begins.
        """
        row = []
        while True:
            cell = self._cell(at, delimiter)
            row.append(cell)
            after = self.text[cell.end:cell.end + 1]
            if after != delimiter:
                end = _LINE_END.match(self.text, cell.end)
                return row, end.end() if end else len(self.text)
            at = cell.end + 1

    def _cell(self, at: int, delimiter: str) -> Cell:
        """Return the cell that begins at a place."""
        if not self.text.startswith('"', at):
            end = re.compile(rf"[{re.escape(delimiter)}\r\n]").search(
                self.text, at)
            stop = end.start() if end else len(self.text)
            return Cell(self.text[at:stop], at, stop)
        close = at + 1
        while True:
            close = self.text.find('"', close)
            if close < 0:
                line = self.text.count("\n", 0, at) + 1
                raise WrongTable(f"{self.path}, line {line}: a quotation mark "
                                 "is opened and never closed.")
            if not self.text.startswith('""', close):
                break
            close += 2
        rest = self._cell_end(close + 1, delimiter)
        value = self.text[at + 1:close].replace('""', '"')
        return Cell(value + self.text[close + 1:rest], at, rest, True)

    def _cell_end(self, at: int, delimiter: str) -> int:
        """Return where a cell ends whose closing quote is before a place."""
        while at < len(self.text) and self.text[at] not in (
                delimiter, "\r", "\n"):
            at += 1
        return at


def read(path: Path) -> Text:
    """Return the text of a CSV file; raises `WrongTable`.

    Without a byte order mark it is UTF-8, or else what Windows and older
    systems write in western Europe.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongTable(
            f"{path} cannot be read: {error.strerror}.") from error
    if data.startswith(b"PK"):
        raise WrongTable(f"{path} is an Excel workbook, or another archive: "
                         "export the grade book as CSV.")
    bom = next((mark for mark in _BOMS if data.startswith(mark)), b"")
    body = data[len(bom):]
    for encoding in (_BOMS[bom],) if bom else ("utf-8", "cp1252", "latin-1"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or text.encode(encoding) != body:
            break
        return Text(path, text, bom, encoding)
    raise WrongTable(f"{path} is no text: export the grade book as CSV.")
