"""Money."""


def cents(euros):
    """Return euros as cents."""
    return round(euros * 100)
