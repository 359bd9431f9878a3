"""Which variants there are, and what of the suite has to run on each."""
from __future__ import annotations

from .exercise import Edit, Exercise
from .stage import Job
from .swap import Body, Text
from .trace import slots_reaching
from .variant import Change, Variant
from .verdict import Seen, valid_tests


class Planner:
    """Makes variants of edits, by what was seen on the right modules.

    Where one test that fails is enough (`is_aimed`), only those run that can
    reach the change.
    """

    def __init__(self, exercise: Exercise, job: Job, reference: Seen,
                 is_aimed: bool, is_quick: bool = False) -> None:
        """Read each module's text once."""
        self._exercise = exercise
        self._job = job
        self._reference = reference
        self._tests = tuple(reference.tests)
        self._is_aimed = is_aimed
        self._is_quick = is_quick
        self._valid = frozenset(valid_tests(reference.tests))
        self._files = exercise.files(exercise.sources)
        self._texts = {module: Text(exercise.sources[module])
                       for module in exercise.modules}

    def variant(self, edit: Edit) -> Variant[Edit]:
        """Return what is to be run; raises `SyntaxError` where it cannot."""
        text = edit.applied_to(self._exercise.sources[edit.module])
        body = self._texts[edit.module].changed_body(text)
        return Variant(
            edit, self.whole(), self._files,
            (self._exercise.file_of(edit.module), text),
            self._change(edit.module, body) if body else None,
            self._tests if self._is_aimed else (), self._is_quick)

    def whole(self) -> Job:
        """Return the job that runs all tests, or until one is enough."""
        return self._job.until_one_of(self._valid) if self._is_aimed else (
            self._job)

    def _change(self, module: str, body: Body) -> Change | None:
        """Return how a function's change is made while the tests run."""
        reached = self._reference.reached
        if reached is None:
            return None
        slots = slots_reaching(module, body.name, reached)
        if slots is None:
            return None
        since = min(slots, default=0)
        aim = tuple(self._tests[slot] for slot in slots
                    if slot < len(self._tests)
                    and self._tests[slot] in self._valid)
        return Change(body, since, self._tests[:since], bool(slots),
                      aim if self._is_aimed else None)
