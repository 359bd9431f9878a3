"""Taxes."""
from acme.money import cents


def tax(euros, rate=19):
    """Return the tax in cents."""
    return cents(euros) * rate // 100
