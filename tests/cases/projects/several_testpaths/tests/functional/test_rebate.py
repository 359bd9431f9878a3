from shop import rebate


def test_rebate():
    assert (rebate(10), rebate(11)) == (10, 10)
