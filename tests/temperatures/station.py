"""What a weather station says of its day."""
from collections.abc import Sequence

from scales import mean, to_fahrenheit


def summary(readings: Sequence[float]) -> str:
    """Return the mean of a day's readings in words."""
    return f"{to_fahrenheit(mean(readings)):.1f} F"
