"""A terminal that reports are printed on, by rich: colours, width, wrapping.

Only where there is one is rich imported, and only after the check: the process
that checks is cloned, and a clone holds no module that tests did not import.
"""
from __future__ import annotations

import re
from typing import NoReturn, TextIO

from rich.ansi import AnsiDecoder
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

# Sentences are no longer on wide screens, and no shorter on narrow ones, where
# the terminal breaks lines itself.
_WIDEST, _NARROWEST = 100, 30
_SPACES = str.maketrans(dict.fromkeys("\n\x0b\x0c\r", " "))


class _Console(Console):
    """A console whose reader may close a pipe: whoever prints sees to it."""

    def on_broken_pipe(self) -> NoReturn:
        """Go on with the error; rich would end Python with status 1."""
        raise


class Screen:
    """What is known of a terminal; rich knows old Windows consoles, too."""

    def __init__(self, stream: TextIO) -> None:
        """Take a stream that leads to a terminal, or is taken for one."""
        self._console = _Console(file=stream, highlight=False)
        self.colour = bool(
            self._console.color_system and not self._console.no_color)
        self.width = min(max(self._console.width, _NARROWEST), _WIDEST)

    @staticmethod
    def fill(text: str, width: int) -> str:
        """Return a text in lines of so many columns; no word is broken.

        As `textwrap` does it, but a character of Chinese, say, takes two
        columns. Where rich wraps a text, it breaks or cuts long words.
        """
        lines = [""]
        for word in re.findall(
                " *[^ ]+", text.expandtabs().translate(_SPACES)):
            if lines[-1] and cell_len(lines[-1] + word) > width:
                lines.append(word.lstrip())
            else:
                lines[-1] += word
        return "\n".join(lines)

    def clear(self) -> None:
        """Clear all that it shows."""
        self._console.clear()

    def print(self, text: str) -> None:
        """Print a text as this terminal can show it.

        Its colours are those of ANSI. Lines that do not fit stay one line, so
        that a name or a command can be copied.
        """
        if not self.colour:
            self._console.file.write(text)
            return
        decoder = AnsiDecoder()
        lines = [decoder.decode_line(line) for line in text.split("\n")]
        self._console.print(Text("\n").join(lines), soft_wrap=True, end="")
