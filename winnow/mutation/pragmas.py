"""Which lines `# pragma: no cover` and `# pragma: no mutate` leave out.

The rules are coverage.py's (its `exclude_lines`): a comment counts for the
whole statement that it is in; where that opens a block, for the block; on a
decorator or a `def`, for the whole function.
"""
from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

REASON = "A comment leaves it out: `# pragma: no cover` or `no mutate`."
_PRAGMA = re.compile(r"#.*\bpragma\b[:\s].*\bno\s*(?:cover|mutate)\b",
                     re.IGNORECASE)
_BLANK = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT,
          tokenize.ENCODING, tokenize.ENDMARKER}


class _Line(NamedTuple):
    """A logical line: the numbers of its lines, and what is in it.

    `depth` counts the blocks around it.
    """

    numbers: range
    depth: int
    is_marked: bool
    is_decorator: bool
    opens_block: bool


def lines_left_out(source: str) -> frozenset[int]:
    """Return the numbers, from 1, of the lines that comments leave out.

    The text is that of a module that Python can parse.
    """
    if "pragma" not in source.lower():
        return frozenset()
    found: set[int] = set()
    block: int | None = None  # The depth at which a block was left out.
    is_decorated = False
    for line in _logical_lines(source):
        if block is not None and line.depth <= block:
            block = None
        if not (block is not None or line.is_marked or is_decorated):
            continue
        found.update(line.numbers)
        is_decorated = line.is_decorator
        if line.opens_block and block is None:
            block = line.depth
    return frozenset(found)


def _logical_lines(source: str) -> Iterator[_Line]:
    """Yield the logical lines of a module as they come."""
    depth, first, marked = 0, 0, False
    before = start = ""
    # A tree counts a lone carriage return as the end of a line, too.
    text = re.sub(r"\r\n?", "\n", source)
    for token in _tokens(text):
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            depth += 1 if token.type == tokenize.INDENT else -1
        elif token.type == tokenize.COMMENT:
            # One on a line of its own is in no statement.
            marked |= bool(first and _PRAGMA.search(token.string))
        elif token.type == tokenize.NEWLINE:
            yield _Line(range(first, token.start[0] + 1), depth, marked,
                        start == "@", before == ":")
            first, marked = 0, False
        elif token.type not in _BLANK:
            if not first:
                first, start = token.start[0], token.string
            before = token.string


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens of a text, up to one that only the parser knows."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError):
        return
