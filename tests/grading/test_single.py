"""One test and one fault: the exit statuses for autograder.io."""
import pytest

from tests.grading.made_records import reports
from winnow.grading import single
from winnow.model.errors import CannotDo

RED = "test_utils.TestNested.test_a_missing_key_is_none"
GREEN = "test_utils.TestNested.test_follows_a_path"


def test_the_tests_are_listed() -> None:
    """By the ids that the other two commands take."""
    assert single.test_names(reports()["red"]) == [RED, GREEN]


@pytest.mark.parametrize(("tests", "status"), [
    ([GREEN], 0), ([RED], 1), ([GREEN, RED], 1)])
def test_valid_is_0(tests: list[str], status: int) -> None:
    """One that fails on the right modules is enough."""
    assert single.validity(reports()["red"], tests) == status


@pytest.mark.parametrize(("tests", "fault", "status"), [
    ([GREEN], "nested-map-follows-one-key", 1),
    ([GREEN], "nested-map-stops-at-a-leaf", 0),
    ([RED], "nested-map-follows-one-key", 0),
    ([RED, GREEN], "nested-map-follows-one-key", 1)])
def test_exposed_is_1(tests: list[str], fault: str, status: int) -> None:
    """By a valid test alone."""
    assert single.exposure(reports()["red"], tests, fault) == status


def test_what_is_not_there_is_told() -> None:
    """An exit status would be taken for a verdict."""
    with pytest.raises(CannotDo, match="no test x"):
        single.validity(reports()["red"], ["x"])
    with pytest.raises(CannotDo, match="did you mean nested-map-follows-one"):
        single.exposure(reports()["red"], [GREEN], "nested-map-follow-one-key")


def test_a_report_that_is_not_complete_says_nothing() -> None:
    """The test asked for may catch the fault, too."""
    with pytest.raises(CannotDo, match="one that fails was enough"):
        single.exposure({**reports()["red"], "complete": False}, [GREEN],
                        "nested-map-follows-one-key")
