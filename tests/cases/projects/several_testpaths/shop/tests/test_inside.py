from shop import price


def test_inside():
    assert price(1, 1) == 1
