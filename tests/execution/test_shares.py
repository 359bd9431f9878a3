"""What is certain of a variant's run, and what has to run again.

A test that fails out of its order counts if it passes so on the right modules.
"""
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest

from winnow.execution.changed_body import ChangedBody
from winnow.execution.event import Finished, Started
from winnow.execution.job import Job, Schedule
from winnow.execution.result import Run
from winnow.execution.shares import (
    Branches,
    Control,
    FailsFirst,
    Learned,
    LikelyFirst,
    Share,
    Whole,
    parted,
)
from winnow.execution.variant import (
    BodyChange,
    Branching,
    BranchingUntilOneFails,
    UntilOneFails,
    Variant,
)
from winnow.model.outcome import Ending, Status

ORDER = ("a", "b", "c")
JOB = Job(Path(), ("t.py",), "pytest", {"m": "m.py"}, until=frozenset(ORDER))
PARTS = "fault", JOB, {"m.py": "right"}, ("m.py", "wrong")
WHOLE = Whole(Variant(*PARTS))


def sought(*aim: str) -> UntilOneFails[str]:
    """Return a variant; where none can tell for sure, it is any test."""
    return UntilOneFails(*PARTS, order=ORDER, aim=aim or None)


def ran(*tests: str, fails: bool = False, ended: Ending = Ending.DONE) -> Run:
    """Return a run of these tests, of which the last may fail."""
    failed = [Finished(tests[-1], Status.FAILED, None)] if fails else []
    return Run([*map(Started, tests), *failed], ended)


def scheduled(*tests: str) -> Schedule:
    """Return the schedule of a job in which these tests run."""
    return Schedule(tests)


CERTAIN: list[Share[str]] = []


@pytest.mark.parametrize(("share", "run", "again"), [
    (WHOLE, ran("a", "b", "c"), CERTAIN),
    (WHOLE, ran("a", fails=True), CERTAIN),
    (LikelyFirst(sought("b", "c")), ran("b", "c"), CERTAIN),
    (LikelyFirst(sought("b", "a")), ran(ended=Ending.HUNG), CERTAIN),
    (LikelyFirst(sought("a", "b")), ran("a", "b", fails=True), CERTAIN),
    (LikelyFirst(sought()), ran("a", "b", "c"), CERTAIN),
    (LikelyFirst(sought()), ran("a", "b"), [WHOLE]),
    (LikelyFirst(sought("c", "b")), ran("c", "b", fails=True),
     [FailsFirst(sought("c", "b"), "b")]),
    (LikelyFirst(sought("c")), ran("c", fails=True),
     [Control(sought("c"), ("c",), ran("c", fails=True))]),
    (FailsFirst(sought("c", "b"), "b"), ran("b", fails=True),
     [Control(sought("c", "b"), ("b",), ran("b", fails=True))]),
    (FailsFirst(sought("c", "a"), "a"), ran("a", fails=True), CERTAIN),
    # Alone it passes, and nothing is known of the others.
    (FailsFirst(sought("c", "a"), "a"), ran("a"), [WHOLE]),
    (FailsFirst(sought("c", "b"), "b"), ran("b"), [WHOLE]),
    (FailsFirst(sought("c", "b"), "b"), ran(), [WHOLE]),
    (Control(sought("c"), ("c",), ran("c", fails=True)), ran("c"), CERTAIN),
    (Control(sought("c"), ("c",), ran("c", fails=True)),
     ran("c", fails=True), [WHOLE]),
    (Control(sought("c"), ("c",), ran("c", fails=True)),
     ran("c", ended=Ending.HUNG), [WHOLE]),
])
def test_a_run_is_certain_or_runs_again(
        share: Share[str], run: Run, again: list[Share[str]]) -> None:
    """What is certain is yielded: of a control, the run that was doubted."""
    waiting: deque[Share[str]] = deque()

    found = list(share.settled({0: run}, Learned(), waiting))

    assert [*waiting] == again
    assert [each for _, each in found] == ([] if again else [
        share.doubted if isinstance(share, Control) else run])


@pytest.mark.parametrize(("holds", "again"), [(True, []), (False, [WHOLE])])
def test_what_is_known_of_a_test_alone_is_not_asked_again(
        holds: bool, again: list[Share[str]]) -> None:
    """Whichever fault it was on which it failed first."""
    waiting: deque[Share[str]] = deque()
    learned = Learned(holds={("c",): holds})

    found = list(LikelyFirst(sought("c")).settled(
        {0: ran("c", fails=True)}, learned, waiting))

    assert (len(found), [*waiting]) == (not again, again)
    assert learned.killers == {"m.py": "c"}


def test_what_failed_last_on_a_module_runs_first() -> None:
    """If it comes to this change, too."""
    share, learned = LikelyFirst(sought("b", "c")), Learned()
    assert share.job(learned).schedule == scheduled("b", "c")

    learned.killers["m.py"] = "c"
    assert share.job(learned).schedule == scheduled("c", "b")
    assert LikelyFirst(sought()).job(learned).schedule == scheduled(
        "c", "a", "b")

    learned.killers["m.py"] = "a"
    assert share.job(learned).schedule == scheduled("b", "c")
    assert WHOLE.job(learned).schedule is None


def test_what_branches_off_shares_a_process_and_any_other_has_its_own(
        ) -> None:
    """Of those, the ones that branch off first come first."""
    body = ChangedBody("f", "f", "", "")
    late: Branching[str] = Branching(*PARTS, change=BodyChange(body, 2, ORDER))
    soon = BranchingUntilOneFails(
        *PARTS, change=BodyChange(body, 0, ()), order=ORDER, aim=("a",))
    in_order = UntilOneFails(*PARTS, order=ORDER, aim=("a",), in_order=True)

    shares = parted([late, sought("a"), soon, in_order], 1)

    assert shares == [Branches([soon, late]), LikelyFirst(sought("a")),
                      Whole(in_order)]


def test_what_did_not_branch_off_runs_from_the_start() -> None:
    """A variant of which one failure is enough stays one."""
    change = BodyChange(None, 0, ())
    whole: Branching[str] = Branching(*PARTS, change=change)
    until = BranchingUntilOneFails(
        *PARTS, change=change, order=ORDER, aim=("b",))
    waiting: deque[Share[str]] = deque()

    found = list(Branches([whole, until, whole]).settled(
        {2: ran("a", fails=True)}, Learned(), waiting))

    assert found == [(whole, ran("a", fails=True))]
    assert [*waiting] == [WHOLE, LikelyFirst(sought("b"))]


def test_what_could_not_branch_off_later_does_so_before_the_first_test(
        ) -> None:
    """Unless it was to do so before; others run from the start."""
    body = ChangedBody("f", "f", "", "")
    late = BranchingUntilOneFails(
        *PARTS, change=BodyChange(body, 2, ORDER[:2]), order=ORDER,
        aim=("c",))
    soon = replace(late, change=BodyChange(body, 0, ()))
    told = replace(late, key="told")
    run = Run(ended=Ending.DONE)
    waiting: deque[Share[str]] = deque()

    said = [*Branches([told, late, soon]).settled(
        {0: run}, Learned(), waiting)]

    assert said == [(told, run)]
    assert [*waiting] == [LikelyFirst(soon.unbranched()), Branches([soon])]
