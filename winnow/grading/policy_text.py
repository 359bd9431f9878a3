"""A policy as text: its TOML, and the lines in which its keys are."""
from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from winnow.model.errors import CannotDo

from .amounts import Amount

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MOST, _PLACES = 1_000_000, 9
_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")
_AT_LINE = re.compile(r"^(?P<why>.*) \(at (?:line (?P<line>\d+),.*|end of .*)"
                      r"\)$", re.DOTALL)


class BrokenPolicy(CannotDo):
    """What is wrong with a policy: the file, the line, and what to write."""


class PolicyText:
    """What a policy's file says, and where it says it.

    Numbers are read as they are written: 0.1 is a tenth, exactly.
    """

    def __init__(self, text: str, name: str) -> None:
        """Take the text of a file, and what the file is called."""
        self.name = name
        self._lines = text.splitlines()
        try:
            self.table: dict[str, Any] = tomllib.loads(
                text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise self._not_toml(str(error)) from error
        except RecursionError as error:
            raise self._not_toml("it is nested too deeply") from error

    def _not_toml(self, said: str) -> BrokenPolicy:
        """Return why the text is no TOML, by the line that tomllib names."""
        found = _AT_LINE.match(said)
        line = int(found["line"] or len(self._lines)) if found else 1
        why = found["why"] if found else said
        return BrokenPolicy(f"{self.name}, line {line}: this is not TOML: "
                            f"{why}.")

    def wrong(self, place: str, why: str) -> BrokenPolicy:
        """Return that a key is wrong, named as in `late.per`, with its line.
        """
        end = "" if why.endswith("?") else "."
        return BrokenPolicy(f"{self.name}, line {self.line(place)}: `{place}` "
                            f"{why}{end}")

    def line(self, place: str) -> int:
        """Return the line, from 1, in which a key is set.

        A key of a table is sought below the table's heading; failing that,
        as a dotted key; failing that, the line is that of its table.
        """
        table, _, key = place.rpartition(".")
        heading, found = "", 1
        for number, line in enumerate(self._lines, 1):
            bare = line.split("#")[0].strip()
            if bare.startswith("["):
                heading = bare.strip("[] \t").replace('"', "")
                if heading == place:
                    return number
                if heading == table:
                    found = number
            name = bare.partition("=")[0].replace('"', "").strip()
            name = re.sub(r"\s*\.\s*", ".", name)
            if name and "=" in bare:
                full = f"{heading}.{name}" if heading else name
                if full == place:
                    return number
                if full == table:
                    found = number
        return found

    def known(self, where: str, table: object, keys: Iterable[str]
              ) -> Mapping[str, Any]:
        """Return a table, if it is one, and has no other keys than these."""
        if not isinstance(table, dict):
            raise self.wrong(where, "must be a table: write it as "
                             f"[{where}]")
        for key in table:
            if key not in keys:
                near = get_close_matches(key, [*keys], 1)
                meant = (f"; did you mean `{near[0]}`?" if near else
                         f". It may be {listed([*keys])}")
                raise self.wrong(f"{where}.{key}".lstrip("."),
                                 f"is not known here{meant}")
        return table

    def number(self, place: str, value: object) -> Fraction:
        """Return an exact number from 0 to a million, or near enough to 0.

        1e999999999 is a number too, and would take all memory as a fraction.
        """
        if (isinstance(value, bool) or not isinstance(value, (int, Decimal))
                or not Decimal(value).is_finite()
                or not 0 <= value <= _MOST
                or int(Decimal(value).as_tuple().exponent) < -_PLACES):
            raise self.wrong(place, "must be a number from 0 to 1,000,000, of "
                             f"no more than {_PLACES} decimals")
        return Fraction(value)

    def above_zero(self, place: str, value: object) -> Fraction:
        """Return an exact number above zero."""
        number = self.number(place, value)
        if not number:
            raise self.wrong(place, "must be above 0")
        return number

    def flag(self, place: str, value: object) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            raise self.wrong(place, "must be true or false")
        return value

    def chosen(self, place: str, value: object, among: Iterable[str]) -> str:
        """Return one of some words."""
        if value not in (words := [*among]):
            raise self.wrong(place, f"must be {listed(words, quote=True)}")
        return str(value)

    def amount(self, place: str, value: object) -> Amount:
        """Return how many of some: a number of them, or per cent."""
        if isinstance(value, str) and (share := _SHARE.fullmatch(value)):
            per_cent = Fraction(share[1])
            if per_cent <= 100:
                return Amount(per_cent, True)
        if type(value) is int and value >= 0:
            return Amount(Fraction(value))
        raise self.wrong(place, "must be a whole number, or a share such as "
                         '"90 %"')


def listed(words: list[str], quote: bool = False) -> str:
    """Return words as in "a, b or c"."""
    words = [f'"{word}"' if quote else f"`{word}`" for word in words]
    return f"{', '.join(words[:-1])} or {words[-1]}" if words[1:] else (
        words[0])
