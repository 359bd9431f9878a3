import pytest

from dice import sides


def test_sides(benchmark):
    assert benchmark(sides, "d6") == 6


@pytest.mark.benchmark(group="wrong")
def test_no_die(benchmark):
    def wrong():
        with pytest.raises(ValueError):
            sides("6")
    benchmark.pedantic(wrong, rounds=3)
