"""Numbers, the quick part of which is C."""
import _fast


def area(side):
    """Return four times the half, that is twice."""
    if side < 0:
        raise ValueError(side)
    return _fast.twice(side) + 1
