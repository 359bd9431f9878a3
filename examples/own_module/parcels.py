"""Parcels: what it costs to send them."""
import sys

HEAVIEST = 30000
DEAREST = 1900
CHUNK_SIZE = 64 * 1024

if sys.version_info < (3, 0):
    range = xrange  # noqa: F821


def postage(grams):
    """Return what a parcel costs, in cents."""
    if grams > HEAVIEST:
        raise ValueError("too heavy")
    price = 450 + grams // 20
    if price > DEAREST:
        price = DEAREST
    return price


def together(parcels):
    """Return what parcels cost that are sent together, in cents."""
    return sum(postage(grams) for grams in list(parcels))


def show(parcels):  # pragma: no cover
    """Print what each parcel costs."""
    for grams in parcels:
        print(grams, postage(grams))
