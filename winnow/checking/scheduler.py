"""Which variants run, and which tests run on each."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from winnow.execution.changed_body import ChangedBody, OriginalText
from winnow.execution.job import ANEW, Job, Schedule
from winnow.execution.reach import Reach
from winnow.execution.variant import (
    BodyChange,
    Branching,
    BranchingUntilOneFails,
    Picked,
    Unreached,
    UntilOneFails,
    Variant,
)
from winnow.model.exercise import Edit, Exercise, Fault, Subject
from winnow.model.report import valid_tests

from .ahead import body_of
from .outcomes import Seen

# A test that takes so many seconds, and so many times what half of the tests
# take at most, is taken for one that sets up what others use, too: pytest-
# django makes its database in the first test that asks for one.
_LONG = 0.2
_TIMES = 5


class Scheduler:
    """Makes variants of edits, by what was seen on the right modules.

    Where one test that fails is enough (`is_aimed`), only those run that can
    reach the change. Where an exercise is aimed, integration tests are
    `spared`: on a fault they run later, and only if they have to.
    """

    def __init__(self, subject: Subject, job: Job, reference: Seen,
                 is_aimed: bool, is_quick: bool = False,
                 spares: bool = False) -> None:
        """Read each module's text once."""
        self._subject = subject
        # A test may see of a change what another one has executed, and kept in
        # an object that both use: so all run on a variant, unless they take
        # too long.
        self._picks_tests = isinstance(subject, Exercise) and subject.aimed
        self._job = job
        self._reference = reference
        self._tests = tuple(reference.tests)
        self._reach = None if reference.reached is None else Reach(
            self._tests, reference.reached, reference.shared)
        self._bodies: dict[Edit, ChangedBody | None] = {}
        self._is_aimed = is_aimed
        self._is_quick = is_quick
        self._late = 0 if not is_aimed or isinstance(subject, Exercise) else (
            _after_set_up([reference.took.get(test, 0.0)
                           for test in self._tests]))
        self._valid = frozenset(valid_tests(reference.tests))
        # One that was not seen to assert may show by failing that it does.
        self._spared = frozenset(
            test for test in reference.asserting or () if spares
            and test in self._valid
            and reference.executes.get(test, ((), False))[1])
        self._parts = None if reference.together is None else {
            test: test for test in self._tests} | {
                test: tests[0] for tests in reference.together
                for test in tests}
        self._files = subject.files(subject.sources)
        self._texts = {module: OriginalText(subject.sources[module])
                       for module in subject.modules}

    def variant(self, edit: Edit) -> Variant[Edit]:
        """Return what is to be run; raises `SyntaxError` where it cannot.

        In an exercise that is aimed it is what is to be run first.
        """
        return self.rounds(edit)[0]

    def rounds(self, edit: Edit) -> list[Variant[Edit]]:
        """Return what is to be run, one after the other, until a test fails.

        The tests that are spared are asked last, up to one that fails. Raises
        `SyntaxError`.
        """
        body = self._body(edit)
        change = self._change(edit.module, body) if body else None
        if self._is_aimed:
            return [self._until_one_fails(edit, body, change)]
        if self._picks_tests:
            return self._reaching(edit, body, change)
        return [self._whole(edit, self._job, change)]

    def is_unreached(self, edit: Edit) -> bool:
        """Tell whether no test comes to what an edit changes.

        Raises `SyntaxError`.
        """
        body = self._body(edit)
        return body is not None and self._slots(edit.module, body) == []

    def _body(self, edit: Edit) -> ChangedBody | None:
        """Return the function that an edit changes, read once for each edit.

        Raises `SyntaxError`.
        """
        if edit not in self._bodies:
            self._bodies[edit] = body_of(
                self._texts[edit.module], self._subject.sources[edit.module],
                self._text(edit))
        return self._bodies[edit]

    def _text(self, edit: Edit) -> str:
        """Return the text of the module that an edit changes, as changed."""
        return edit.applied_to(self._subject.sources[edit.module])

    def _edited(self, edit: Edit) -> tuple[str, str]:
        """Return the path and the text of the module that an edit changes."""
        return self._subject.file_of(edit.module), self._text(edit)

    def _whole(self, edit: Edit, job: Job, change: BodyChange | None
               ) -> Variant[Edit]:
        """Return a variant on which all of a job runs."""
        parts = edit, job, self._files, self._edited(edit)
        return Branching(*parts, change=change, picked=self._picked(
            edit)) if change else Variant(*parts)

    def _picked(self, edit: Edit) -> Picked | None:
        """Return the tests that come to an edit, if these alone are enough.

        No test finds what another one has left then, on the right modules.
        Those that belong together run together.
        """
        body = self._body(edit)
        slots = self._slots(edit.module, body) if body else None
        if slots is None or self._parts is None or (
                len(self._tests) in slots):  # What is torn down last.
            return None
        if not slots and isinstance(edit, Fault):
            return None  # No test could notice it there.
        parts = {self._parts[self._tests[slot]] for slot in slots}
        picked = list[str]()
        last = -1
        for number, test in enumerate(self._tests):
            if self._parts[test] in parts:
                if picked and number != last + 1:
                    picked.append(ANEW)
                picked.append(test)
                last = number
        return Picked(tuple(picked), self._valid, isinstance(edit, Fault))

    def _until_one_fails(self, edit: Edit, body: ChangedBody | None,
                         change: BodyChange | None) -> Variant[Edit]:
        """Return a variant of which one test that fails is enough."""
        parts = (edit, replace(self._job, until=self._valid), self._files,
                 self._edited(edit))
        aim = self._aim(edit.module, body) if body else None
        if aim == ():
            return Unreached(*parts)
        if aim is None and self._is_quick or not self._tests:
            return Variant(*parts)
        if aim is None or change is None:
            return UntilOneFails(*parts, order=self._tests, aim=aim,
                                 in_order=self._is_quick)
        return BranchingUntilOneFails(
            *parts, change=change, order=self._tests, aim=aim,
            in_order=self._is_quick,
            shares=isinstance(self._subject, Exercise),
            sets_up=bool(body and self._reach and self._reach.sets_up(
                edit.module, body.swapped)))

    def _reaching(self, edit: Edit, body: ChangedBody | None,
                  change: BodyChange | None) -> list[Variant[Edit]]:
        """Return rounds in which those tests alone run that reach an edit."""
        slots = self._slots(edit.module, body) if body else None
        spared = self._spared if isinstance(edit, Fault) else frozenset()
        if slots is None and not spared:
            return [self._whole(edit, self._job, change)]
        tests = self._tests if slots is None else [
            self._tests[slot] for slot in slots if slot < len(self._tests)]
        now = tuple(test for test in tests if test not in spared)
        later = tuple(test for test in tests if test in spared)
        schedules = [Schedule(now)] * bool(now) + [
            Schedule(later, until_one_fails=True)] * bool(later)
        at_once = change and BodyChange(change.body, 0, ())
        rounds = [self._whole(edit, replace(self._job, schedule=each), at_once)
                  for each in schedules]
        return rounds or [Unreached(
            edit, replace(self._job, schedule=Schedule(())), self._files,
            self._edited(edit))]

    def _aim(self, module: str, body: ChangedBody) -> tuple[str, ...] | None:
        """Return the valid tests that reach a function.

        None where that is not known, or where only others reach it: what is
        torn down after one of those may fail for a valid test all the same.
        """
        slots = self._slots(module, body)
        if slots is None:
            return None
        aim = tuple(self._tests[slot] for slot in slots
                    if slot < len(self._tests)
                    and self._tests[slot] in self._valid)
        return None if slots and not aim else aim

    def _change(self, module: str, body: ChangedBody) -> BodyChange | None:
        """Return how a function's change is made while the tests run.

        Where one test that fails is enough, those that can tell run alone, so
        none needs to have run before. What fails is held there against the
        right code, so it does no harm if a clone has another number. Those
        run before that set up what takes long, unless they can tell, too.
        """
        seen = self._reference
        if not body.swapped or not (
                seen.forks if self._is_aimed else seen.branches):
            return None
        slots = self._slots(module, body, body.swapped)
        if slots is None:
            return None
        since = min(slots, default=0)
        if self._is_aimed:
            since = self._late if since >= self._late else 0
        return BodyChange(body, since, self._tests[:since])

    def _slots(self, module: str, body: ChangedBody, around: str = ""
               ) -> list[int] | None:
        """Return when a change is reached; None: at import, or unknown.

        If a function `around` the changed one is named, any of it counts.
        """
        if self._reach is None:
            return None
        if around not in ("", body.name):
            return self._reach.slots(module, around)
        return self._reach.slots(module, body.name, body.segment)


def _after_set_up(took: Sequence[float]) -> int:
    """Return the place after the first test that sets up much; 0 if none does.
    """
    usual = sorted(took)[len(took) // 2] if took else 0.0
    return next((place for place, seconds in enumerate(took, 1)
                 if seconds >= max(_LONG, _TIMES * usual)), 0)
