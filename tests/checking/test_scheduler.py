"""Where variants branch off: after what takes long to set up, if they may."""
from collections.abc import Sequence

import pytest

from winnow.checking.scheduler import _after_set_up


@pytest.mark.parametrize(("took", "place"), [
    ([], 0), ([0.1, 0.01, 0.01], 0), ([0.3, 0.01, 0.01], 1),
    ([0.01, 0.01, 3.0, 2.0, 0.01], 3), ([0.3, 0.1, 0.1, 0.1], 0),
    ([2.0, 2.0, 2.1], 0), ([0.4], 0)])
def test_the_first_test_that_takes_much_longer_sets_up_for_others(
        took: Sequence[float], place: int) -> None:
    """Where all take as long, each does so by itself."""
    assert _after_set_up(took) == place
