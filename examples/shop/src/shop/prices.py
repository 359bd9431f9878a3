"""What things cost."""
from typing import Iterable


def total(prices: Iterable[int], rebate: int = 0) -> int:
    """Return the sum of some prices in cents, less a rebate in per cent.

    From 100 euros on, the rebate is at least 5 per cent.
    """
    if not 0 <= rebate <= 100:
        raise ValueError(f"{rebate} is no rebate in per cent")
    whole = sum(prices)
    if whole >= 10_000:
        rebate = max(rebate, 5)
    return whole - whole * rebate // 100
