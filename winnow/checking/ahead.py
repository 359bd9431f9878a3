"""What each check of an exercise would work out, worked out once.

A process that clones itself for many submissions does this before the first.
"""
from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from winnow.execution.changed_body import ChangedBody, OriginalText
from winnow.execution.runtime.imports import make_ahead
from winnow.execution.runtime.probes import with_probes
from winnow.model.exercise import Exercise
from winnow.suites.analysis import SuiteAnalysis
from winnow.suites.discovery import find

_SUITE = '''"""Tests."""
import unittest


class TestSum(unittest.TestCase):
    """Tests of sum."""

    def test_sum(self) -> None:
        """A sum."""
        self.assertEqual(sum([1, 2]), 3)
'''
_bodies: dict[tuple[str, str], ChangedBody | None] = {}


def prepare(exercise: Exercise) -> None:
    """Find the function that each edit changes; compile all there is."""
    for module, source in exercise.sources.items():
        text = source.encode()
        _compile(text)
        make_ahead((text, module), partial(with_probes, text, "", module))
    _read_a_suite()
    originals = {module: OriginalText(source)
                 for module, source in exercise.sources.items()}
    for edit in (*exercise.faults, *exercise.refactorings):
        source = exercise.sources[edit.module]
        changed = edit.applied_to(source)
        try:
            body = originals[edit.module].changed_body(changed)
        except SyntaxError:
            continue  # The check says of which entry.
        _bodies[source, changed] = body
        if body is None or not body.swapped:
            _compile(changed.encode())
        else:
            _compile(body.old)
            _compile(body.new)


def _read_a_suite() -> None:
    """Read a suite once, so that the patterns that find things are compiled.
    """
    with suppress(OSError), TemporaryDirectory() as folder:
        Path(folder, "test_it.py").write_text(_SUITE, "utf-8")
        suite = find([Path(folder)])
        SuiteAnalysis({file.path.name: file for file in suite.files},
                      suite.folder, {}, rules=True).ahead()


def _compile(text: str | bytes) -> None:
    """Compile a text: bytes for a module's file, else a function's."""
    make_ahead(text, lambda: compile(text, "", "exec", dont_inherit=True))


def body_of(original: OriginalText, source: str, changed: str
            ) -> ChangedBody | None:
    """Return the function that alone is changed; raises `SyntaxError`."""
    if (source, changed) in _bodies:
        return _bodies[source, changed]
    return original.changed_body(changed)
