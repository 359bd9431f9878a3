"""Evaluates a witness on the right and on the faulty module."""
from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping

from winnow import ABOVE
from winnow.model.exercise import Exercise, Fault
from winnow.system.processes import MOST_MEMORY, kill

# A witness may take this long, in seconds.
LONGEST = 5.0
_CHILD = "from winnow.subjects.witness import main; main()"


def results(exercise: Exercise, fault: Fault, seconds: float = LONGEST
            ) -> list[str]:
    """Return what comes of a fault's witness, first on the right modules.

    Each is as `witness.evaluate` has it, or a sentence behind `fails`: of a
    witness that is not Python, that hangs, or that ends its process. With the
    first of these it is over.
    """
    found: list[str] = []
    for sources in (exercise.sources, exercise.sources_with(fault)):
        found.append(_result(exercise, fault, sources, seconds))
        if found[-1].startswith("fails "):
            break
    return found


def _result(exercise: Exercise, fault: Fault, sources: Mapping[str, str],
            seconds: float) -> str:
    """Return what comes of a witness on these modules."""
    with tempfile.TemporaryDirectory(
            prefix="winnow-", ignore_cleanup_errors=True) as place:
        asked = {
            "witness": fault.witness, "sources": dict(sources),
            "order": [*exercise.modules, *exercise.support],
            "memory": MOST_MEMORY, "place": place,
            "folder": str(exercise.folder.resolve())}
        with subprocess.Popen(
                [sys.executable, "-c", _CHILD], cwd=ABOVE,
                env={**os.environ, **exercise.environment,
                     "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, encoding="utf-8",
                start_new_session=True) as process:
            try:
                result, _ = process.communicate(json.dumps(asked), seconds)
            except subprocess.TimeoutExpired:
                return f"fails It did not end within {seconds:g} seconds."
            finally:
                kill(process)
    return result or "fails It ended Python."
