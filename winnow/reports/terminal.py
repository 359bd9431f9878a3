"""How a report is printed: its colours, its columns, and how much of it."""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import fill

WIDTH = 80
# So many of what is missed are shown unless all are asked for.
AT_ONCE = 3
ASCII = str.maketrans({"✓": "+", "✗": "x", "→": ">", "·": "-", "…": "...",
                       "“": '"', "”": '"', "’": "'"})
# What would move a terminal's cursor, or worse: a test's name may hold it.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]|\x1b(?!\[[0-9;]*m)")
_CONTROL_OR_COLOUR = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COLOURS = {"good": "32", "bad": "31", "quiet": "2", "strong": "1"}


def _filled(text: str, width: int) -> str:
    """Return a text in lines of so many characters; no word is broken."""
    return fill(text, width, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True)
class Style:
    """How to print: with colour or not, in full or not, in ASCII or not.

    With `rules` each place that breaks one is shown, else they are counted;
    with `matrix` what each test does on each fault. `fill` breaks a text into
    lines of a width: a terminal has one that knows of wide characters.
    """

    colour: bool = False
    everything: bool = False
    ascii: bool = False
    rules: bool = False
    matrix: bool = False
    width: int = WIDTH
    fill: Callable[[str, int], str] = _filled

    def paint(self, how: str, text: str) -> str:
        """Return a text in a colour, where there are colours."""
        if not self.colour:
            return text
        return f"\x1b[{_COLOURS[how]}m{text}\x1b[0m"

    def wrapped(self, first: str, text: str, indent: int) -> str:
        """Return a text in lines that fit, after a first mark."""
        filled = self.fill(text, self.width - indent)
        return first + filled.replace("\n", "\n" + " " * indent)


def tamed(text: str, with_colour: bool = False) -> str:
    """Return a text without control characters, but for those of colours."""
    return (_CONTROL if with_colour else _CONTROL_OR_COLOUR).sub("?", text)
