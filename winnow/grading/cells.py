"""Cells of a CSV file that no spreadsheet takes for a formula."""
from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What begins a formula in Excel, LibreOffice or Google Sheets; a tab or a
# line end before it is skipped by some (OWASP, "CSV Injection").
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def safe(text: str) -> str:
    """Return a text for one cell, on one line; a formula gets an apostrophe.
    """
    plain = _CONTROL.sub(" ", text)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(plain):
        return f"'{plain}"
    return plain


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV: UTF-8, commas, quoted where it must be."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")
