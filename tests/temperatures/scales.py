"""Temperatures in one scale and in the other."""
from collections.abc import Sequence


def to_fahrenheit(celsius: float) -> float:
    """Return a temperature in degrees Fahrenheit."""
    return celsius * 9 / 5 + 32


def mean(readings: Sequence[float]) -> float:
    """Return the mean of some readings; of none, a `ValueError`."""
    if not readings:
        raise ValueError("no reading")
    return sum(readings) / len(readings)
