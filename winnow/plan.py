"""Which variants there are, and what of the suite has to run on each."""
from __future__ import annotations

from dataclasses import replace

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
        # Of many variants in one clone, one may leave what another begins.
        body = self._texts[edit.module].changed_body(
            text, may_wait=not self._is_aimed)
        variant = Variant(
            edit, self._job, self._files,
            (self._exercise.file_of(edit.module), text),
            self._change(edit.module, body) if body else None)
        if not self._is_aimed:
            return self._reaching(variant, body)
        return replace(
            variant, job=replace(self._job, until=self._valid),
            order=self._tests, in_order=self._is_quick,
            aim=self._aim(edit.module, body) if body else None)

    def _reaching(self, variant: Variant[Edit], body: Body | None
                  ) -> Variant[Edit]:
        """Return a variant on which those tests alone run that reach it.

        So an exercise has it whose tests take long; any other runs them all.
        """
        slots = (self._slots(variant.key.module, body.name)
                 if body and self._exercise.aimed else None)
        if slots is None:
            return variant
        plan = tuple(self._tests[slot] for slot in slots
                     if slot < len(self._tests))
        return replace(
            variant, job=replace(self._job, plan=plan),
            change=variant.change and replace(
                variant.change, since=0, before=()),
            aim=None if plan else ())

    def _aim(self, module: str, body: Body) -> tuple[str, ...] | None:
        """Return the valid tests that reach a function."""
        slots = self._slots(module, body.name)
        return None if slots is None else tuple(
            self._tests[slot] for slot in slots if slot < len(self._tests)
            and self._tests[slot] in self._valid)

    def _change(self, module: str, body: Body) -> Change | None:
        """Return how a function's change is made while the tests run."""
        slots = self._slots(module, body.swapped)
        if slots is None or not body.swapped or not self._reference.branches:
            return None
        since = min(slots, default=0)
        return Change(body, since, self._tests[:since])

    def _slots(self, module: str, name: str) -> list[int] | None:
        """Return when a function is reached; None: at import, or unknown."""
        reached = self._reference.reached
        if reached is None:
            return None
        return slots_reaching(module, name, reached)
