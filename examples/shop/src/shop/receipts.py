"""How a receipt reads."""
from typing import Mapping

from shop.prices import total


def receipt(things: Mapping[str, int]) -> str:
    """Return a line for each thing, and one for the total."""
    lines = [f"{name}: {price / 100:.2f}" for name, price in things.items()]
    return "\n".join([*lines, f"total: {total(things.values()) / 100:.2f}"])
