"""What a text of the command line is read as: a number, a time, a share."""
from __future__ import annotations

import argparse
import math

# A day: beyond what a timer can count lies nothing that a test would need.
LONGEST = 86_400.0
# In GB: beyond it, no machine has that much.
LARGEST = 2.0 ** 20
# Each process needs a copy of the tests' folder.
MOST_JOBS = 256


def whole(text: str) -> int:
    """Return a whole number; any other text is refused with a sentence."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is not a whole number") from None


def count(text: str) -> int:
    """Return a whole number above 0."""
    number = whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def jobs(text: str) -> int:
    """Return a number of processes; of more, no machine has any use."""
    return min(count(text), MOST_JOBS)


def seconds(text: str) -> float:
    """Return a number of seconds above 0."""
    return min(_above_0(text, "a number of seconds"), LONGEST)


def gigabytes(text: str) -> float:
    """Return a number of gigabytes above 0."""
    return min(_above_0(text, "a number of GB"), LARGEST)


def factor(text: str) -> float:
    """Return by how much a time is multiplied: 1 or more."""
    number = min(_above_0(text, "a number"), LONGEST)
    if number < 1:
        raise argparse.ArgumentTypeError(
            f"{text} is below 1: on a fault, each test would have less time "
            "than it takes without")
    return number


def percent(text: str) -> float:
    """Return a share in per cent, from 0 to 100."""
    number = _number(text, "a number from 0 to 100")
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 100")
    return number


def _above_0(text: str, what: str) -> float:
    """Return a number above 0."""
    number = _number(text, what)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _number(text: str, what: str) -> float:
    """Return a number; infinity is one, for it means no limit."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not {what}") from None
    return -math.inf if math.isnan(number) else number


def operator(text: str) -> str:
    """Return the name of an operator, or a pattern that some match."""
    from winnow.subjects.operators import why_unknown
    if why := why_unknown(text):
        raise argparse.ArgumentTypeError(why)
    return text


def sentence(text: str) -> str:
    """Return a text that says something."""
    if not text.strip():
        raise argparse.ArgumentTypeError(
            "it is empty: say why no test has to catch the fault")
    return " ".join(text.split())
