"""One test and one fault: the exit statuses for autograder.io.

- each function, on a report
- the commands: what they print, their exit statuses, and every wrong use
"""
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.grading.classes import GOOD, exercise, handed_in
from tests.grading.classes import RED as RED_SUITE
from tests.grading.made_records import reports
from winnow.cli import main
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


ZERO, COLD = (f"test_scales.TestScales.test_{name}"
              for name in ("zero", "too_cold"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the exercise and some suites."""
    folder = tmp_path_factory.mktemp("single")
    exercise(folder / "scales")
    return handed_in(folder, {
        "good": GOOD, "red": RED_SUITE, "broken": "def x(:\n", "empty": "",
        "slow": GOOD.replace("self.assertA", "while True: pass\n        ")})


def said(words: Sequence[str], place: Path, monkeypatch: pytest.MonkeyPatch,
         capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Return how a command ends in that folder, and what it prints."""
    monkeypatch.chdir(place)
    monkeypatch.setattr(main, "stop_at_signals", lambda: None)
    try:
        status = main.run([*words, "--exercise", "scales"])
    except SystemExit as ended:  # As argparse does.
        assert isinstance(ended.code, int)
        status = ended.code
    return (status, *capsys.readouterr())


@pytest.mark.parametrize("words, status, out", [
    (["list-tests", "good"], 0, f"{COLD}\n{ZERO}\n"),
    (["check", "good", "--test", ZERO, "--test", COLD], 0, ""),
    (["check", "red", "--test", ZERO], 1, ""),
    (["check", "good", "--test", ZERO, "--fault", "takes-off"], 1, ""),
    (["check", "good", "--test", COLD, "--fault", "takes-off"], 0, ""),
    pytest.param(["check", "slow", "--test", ZERO, "--timeout", "1"], 1, "",
                 marks=pytest.mark.slow),
])
def test_a_command_says_it_by_its_status(
        words: Sequence[str], status: int, out: str, place: Path,
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
        ) -> None:
    """And prints nothing, unless it is asked for names."""
    assert said(words, place, monkeypatch, capsys) == (status, out, "")


@pytest.mark.parametrize("words, says", [
    (["list-tests", "broken"], "test_scales.py: line 1 is not Python"),
    (["list-tests", "empty"], "empty holds no file of tests"),
    (["list-tests", "nowhere"], "There is no file or folder nowhere"),
    (["check", "good", "--test", f"{ZERO}s"], f"did you mean {ZERO}?"),
    (["check", "good", "--test", ZERO, "--fault", "takes-of"],
     "There is no fault takes-of"),
    (["check", "good", "--fault", "takes-off"], "--fault goes only with"),
    (["check", "good", "--test", ZERO, "--fault", "a", "--fault", "b"],
     "--test goes with one --fault at a time"),
    (["check", "good", "--test", ZERO, "--watch"],
     "--test prints nothing: --watch goes not with it"),
    (["check", "good", "--test", ZERO, "-o", "x"],
     "--test prints nothing: --output goes not with it"),
    (["check", "good", "--test", ZERO, "--format", "json"],
     "--test prints nothing: --format goes not with it"),
])
def test_a_wrong_use_is_2_and_a_sentence(
        words: Sequence[str], says: str, place: Path,
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
        ) -> None:
    """It is no verdict."""
    status, out, err = said(words, place, monkeypatch, capsys)

    assert (status, out) == (2, "")
    assert says in err
