from acme.money import cents
from acme.tax import tax


def test_cents():
    assert cents(1.5) == 150


def test_tax():
    assert tax(10) == 190
