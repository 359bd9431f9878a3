"""The key of a verdict: a hash of everything that it rests on."""
from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Mapping
from functools import cache

from winnow.model.exercise import Exercise

from .judge import Terms
from .versions import own_hash, versions


def key_of(files: Mapping[str, bytes], terms: str) -> str:
    """Return the key of a submission's verdict, from its names and bytes.

    Nothing is made equal that differs, be it an end of line or a comment:
    lines, rules and problems in a report rest on it.
    """
    digest = hashlib.sha256(terms.encode())
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def of_terms(terms: Terms, modules: Mapping[str, bytes]) -> str:
    """Return a hash of what all submissions of a class are judged by.

    It is the exercise or the `modules`, Winnow itself, Python with its
    libraries, the limits and the sandbox: not the policy, which is for
    verdicts that are known.
    """
    return _hash([
        _of_exercise(terms.exercise) if terms.exercise else {
            name: hashlib.sha256(content).hexdigest()
            for name, content in modules.items()},
        dict(terms.options), terms.seconds, list(terms.sandbox), of_python()])


def of_exercise(exercise: Exercise) -> str:
    """Return a hash of an exercise: its modules, faults and refactorings."""
    return _hash(_of_exercise(exercise))


def _of_exercise(exercise: Exercise) -> object:
    """Return what an exercise is, but for where it lies on the disk."""
    return [[name, repr(value)] for name, value in sorted(
        vars(exercise).items()) if name != "folder"]


@cache
def of_python() -> str:
    """Return a hash of Winnow, of Python and of what is installed."""
    return _hash([own_hash(), sys.version, platform.platform(),
                  dict(versions())])


def _hash(value: object) -> str:
    """Return a hash of plain data."""
    return hashlib.sha256(json.dumps(
        value, sort_keys=True, default=repr).encode()).hexdigest()
