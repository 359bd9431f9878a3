"""What is known of the place at which an expression is."""
from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from winnow.mutation.source_text import Change

Changes = Iterator[Change]
# operator: its pattern, the heir, and whether the heir lets less through
ORDER = {
    ast.Lt: (r"<", "<=", ">=", False), ast.LtE: (r"<=", "<", ">", True),
    ast.Gt: (r">", ">=", "<=", False), ast.GtE: (r">=", ">", "<", True),
}
EQUAL = {
    ast.Eq: (r"==", "!="), ast.NotEq: (r"!=|<>", "=="),
    ast.In: (r"\bin\b", "not in"), ast.NotIn: (r"\bnot[\s\\]+in\b", "in"),
    ast.Is: (r"\bis\b", "is not"), ast.IsNot: (r"\bis[\s\\]+not\b", "is"),
}
ARITHMETIC = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"), ast.FloorDiv: ("//", "/"), ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"), ast.LShift: ("<<", ">>"), ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.BitXor: ("^", "&"),
}


@dataclass(frozen=True)
class Context:
    """What the code around an expression has to do with it.

    `attributes` names for each attribute of `self` another one like it,
    `exchanged` those that were exchanged in this function, and `texts` the
    variables that are known to hold a text or a list.
    """

    attributes: Mapping[str, str]
    texts: frozenset[str] = frozenset()
    wording: bool = False
    counts: bool = False
    at_import: bool = False
    exchanged: set[str] = field(default_factory=set)


def other_text(value: str | bytes) -> object:
    """Return nothing for a text, or a character in place of one."""
    other = " " if not value else "" if len(value) > 1 else (
        "-" if value in ("_", b"_") else "_")
    return other if isinstance(value, str) else other.encode()


def literal_at(value: object, old: str) -> str:
    """Return a value as code, in the quotes of what stood there."""
    code = repr(value)
    if isinstance(value, str) and '"' in old and not set("\\\"'") & set(value):
        return f'"{code[1:-1]}"'
    return code
