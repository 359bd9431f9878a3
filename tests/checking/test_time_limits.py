"""How long a test may take on a fault: --timeout and --timeout-factor.

- the limits of each test, as figures
- a test that hangs on a fault is ended by them, in every backend
- the option is named where a limit is met
"""
import json
from pathlib import Path

import pytest

from tests.support.checking import WINNOW, run, write
from winnow.execution.event import Event, FileBegins, Finished, Started
from winnow.execution.result import Limits
from winnow.model.outcome import Status
from winnow.suites.discovery import find

TOOK = {"quick": 0.01, "slow": 4.0}
BY_FACTOR = Limits(5, 5, factor=10).for_variants(9, True, TOOK)
WITHOUT = Limits(5, 5).for_variants(0.2, False, TOOK)


@pytest.mark.parametrize(("event", "busy", "waiting"), [
    (Started("quick"), 1, 5), (Started("slow"), 40, 40),
    (Started("new"), 40, 40), (Finished("quick", Status.FAILED, None), 40, 40),
    (FileBegins("test_a.py"), 40, 40)], ids=[
        "quick", "slow", "new", "at its end", "at an import"])
def test_with_a_factor_each_test_has_its_own_limit(
        event: Event, busy: float, waiting: float) -> None:
    """Of a test not seen before, and besides tests, that of the slowest."""
    assert BY_FACTOR.busy_after(event) == busy
    assert BY_FACTOR.waiting_after(event) == waiting


def test_whoever_waits_outside_waits_as_for_the_slowest() -> None:
    """Since it is not heard there which test is on; 5 s at least."""
    few = Limits(60, 60, factor=2).for_variants(9, False, {"quick": 0.01})

    assert (BY_FACTOR.busy, BY_FACTOR.waiting) == (40, 40)
    assert (few.busy, few.waiting) == (5, 5)


def test_without_a_factor_all_wait_as_long() -> None:
    """As --timeout says, or what the suite took."""
    for event in (Started("quick"), Started("slow")):
        assert WITHOUT.waiting_after(event) == WITHOUT.waiting == 5
    assert Limits(5, 5, factor=3).for_variants(1, False, {}).waiting == 10


@pytest.mark.parametrize(("timeout", "test", "busy"), [
    (5, "at once", 1), (5, "quick", 2.6), (5, "slow", 4), (5, "new", 4),
    (20, "at once", 4), (20, "quick", 10.4), (20, "new", 16),
    (1, "at once", 0.2)])
def test_without_a_factor_a_test_computes_by_what_it_took(
        timeout: float, test: str, busy: float) -> None:
    """And by what the slowest took; --timeout scales that.

    What is not known of a test by itself, the suite's time says.
    """
    limits = Limits(timeout, timeout).for_variants(
        0.4, False, {"at once": 0.01, "quick": 0.1, "slow": 0.2})

    assert limits.busy_after(Started(test)) == pytest.approx(busy)


def test_a_suite_with_an_alarm_is_not_cut_short() -> None:
    """The alarm may be about to end a test that computes."""
    limits = Limits(5, 5).for_variants(0.2, True, {"quick": 0.01})

    assert limits.busy_after(Started("quick")) == limits.busy == 5


@pytest.mark.parametrize(("limits", "number", "said"), [
    (WITHOUT, 0, []),
    (WITHOUT, 1, ["On a fault a test did not end in time, which is not "
                  "called caught. --timeout gives each test more."]),
    (BY_FACTOR, 2, ["On 2 faults a test did not end in time, which is not "
                    "called caught. --timeout-factor 20 gives each test "
                    "more."])])
def test_the_option_is_named_where_a_limit_is_met(
        limits: Limits, number: int, said: list[str]) -> None:
    """Nothing is said where none was."""
    assert limits.on_hung(number) == said


COUNT = '''def down(number):
    while number > 0:
        number = number - 1
    return number
'''
SUITE = '''import time
from count import down


def test_down():
    assert down(2) == 0


def test_slow():
    time.sleep(1.5)
'''


@pytest.mark.parametrize("pool", ["fork", "spawn", "inline"])
@pytest.mark.slow
def test_a_test_that_hangs_on_a_fault_is_ended(
        pool: str, tmp_path: Path) -> None:
    """Long before the slowest test would be."""
    write(tmp_path / "learner", {
        "count.py": COUNT, "test_count.py": SUITE, "pytest.ini": "[pytest]"})

    ran = run([WINNOW, "check", "learner", "--module", "learner/count.py",
               "--timeout-factor", "20", "--format", "json"], tmp_path,
              {"WINNOW_POOL": pool})

    ran.assert_tidy()
    report = json.loads(ran.out)
    hung = [fault["name"] for fault in report["faults"]
            if fault["outcome"] == "hung"]
    assert hung == ["count.down:operator"], report["faults"]
    assert any("--timeout-factor 40" in note for note in report["notes"])
    assert report["seconds"] < 30 * len(report["faults"])


@pytest.mark.parametrize(("text", "has"), [
    ("def test_request_timeout():\n    pass\n", False),
    ("class TestTimeout:\n    pass\n", False),
    ("signal.alarm(1)\n", True),
    ("@pytest.mark.timeout(3)\ndef test_it():\n    pass\n", True),
    ("def test_timeout():\n    signal.setitimer(0, 1)\n", True),
    ("set_timeout(1)\n", True), ("Timer(1, end)\n", True)])
def test_an_alarm_is_not_the_name_of_a_test(
        text: str, has: bool, tmp_path: Path) -> None:
    """A test may be about a time-out without having one."""
    write(tmp_path, {"test_it.py": text + "import unittest\n"})

    assert find([tmp_path]).has_alarm() is has
