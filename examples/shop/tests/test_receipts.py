"""How a receipt reads, on an example."""
from shop.receipts import receipt


def test_each_thing_has_a_line():
    assert receipt({"tea": 320, "milk": 90}) == (
        "tea: 3.20\nmilk: 0.90\ntotal: 4.10")
