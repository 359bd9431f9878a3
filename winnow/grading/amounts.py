"""How many of some things, and how exact numbers are written."""
from __future__ import annotations

from fractions import Fraction
from functools import lru_cache


class Amount:
    """How many of some things: a number, or a share of them in per cent."""

    def __init__(self, value: Fraction, is_share: bool = False) -> None:
        """Take a number; whether it is a share of a hundred."""
        self.value, self.is_share = value, is_share

    def of(self, every: int) -> Fraction:
        """Return how many that is, where there are so many in all.

        It is no more than there are: "35" of 30 is all of them.
        """
        if self.is_share:
            return self.value * every / 100
        return min(self.value, Fraction(every))


def rounded(value: Fraction, step: Fraction) -> Fraction:
    """Return the nearest multiple of a step; what is half-way goes up."""
    return (value / step + Fraction(1, 2)) // 1 * step


@lru_cache(maxsize=2000)
def decimal(value: Fraction | None, places: int = 2) -> str:
    """Return a number as it is written, with a dot; None is empty."""
    if value is None:
        return ""
    whole = rounded(value * 10 ** places, Fraction(1)).numerator
    sign, digits = "-" * (whole < 0), f"{abs(whole):0{places + 1}d}"
    text = f"{sign}{digits[:-places]}.{digits[-places:]}"
    return text.rstrip("0").rstrip(".")
