"""What was printed, beside what a page shows.

A line of three dots on the page stands for any lines, three dots at the end
of a line for the rest of it. Times, addresses,
folders, carets and the lines of Python's own files are taken for the same.
"""
from __future__ import annotations

import re
import sys

# The outputs were recorded under this Python; others word some otherwise.
RECORDED = (3, 11)
IS_RECORDED = sys.version_info[:2] == RECORDED
_SAME = [(re.compile(pattern), same) for pattern, same in (
    (r"\b\d+\.\d+ ?s(?:econds)?\b", "T s"),
    (r"\bid='\d+'", "id='N'"),
    (r"\b0x[0-9a-fA-F]+\b", "0xN"),
    (r'File "[^"]*?[\\/](?:lib|Lib|site-packages)[\\/][^"]*?'
     r'([^"\\/]+)", line \d+', r'File "\1", line N'),
    (r'File "(mock|case|_callers)\.py", line \d+', r'File "\1.py", line N'),
    (r'(File ")[^"]*[\\/]([^"\\/]+")', r"\1\2"),
    (r"([=_-])\1{2,}", r"\1\1\1"),
)]
_CARETS = re.compile(r"\s*[~^]+\s*")


def lines_of(text: str) -> list[str]:
    """Return the lines of an output, without what differs by chance."""
    for pattern, same in _SAME:
        text = pattern.sub(same, text)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return [line for line in lines if not line or
            not _CARETS.fullmatch(line)]


def differs(shown: str, printed: str) -> int | None:
    """Return which line of a page's output was not printed; None if all were.

    The lines are counted from 0. One past the last means that more was
    printed than is shown.
    """
    rest = lines_of(printed)
    is_open = False
    for number, line in enumerate(shown.rstrip("\n").splitlines()):
        if line.strip() in ("...", "…"):
            is_open = True
            continue
        for wanted in lines_of(line) if line.strip() else [""]:
            while is_open and rest and not _fits(rest[0], wanted):
                rest.pop(0)
            if not rest or not _fits(rest.pop(0), wanted):
                return number
            is_open = False
    if any(rest) and not is_open:
        return len(shown.rstrip("\n").splitlines())
    return None


def _fits(printed: str, shown: str) -> bool:
    """Tell whether a line was printed as it is shown, or as it begins."""
    if shown.endswith("..."):
        return printed.startswith(shown[:-3])
    return printed == shown
