"""What a class is about: an exercise, or modules of the instructor's own."""
from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from winnow.checking.check import exercise_for
from winnow.model.errors import CannotDo
from winnow.model.exercise import Exercise
from winnow.subjects.requirements import require
from winnow.suites import discovery

from .records import Submission
from .tree import is_junk

# So many submissions are read to see what all of them are about.
_ENOUGH = 25


def exercise_of(submissions: Iterable[Submission], wanted: str | None
                ) -> Exercise:
    """Return the exercise that is named, or that most submissions import.

    Raises `CannotDo` where there is none, or where its libraries are missing.
    """
    found: dict[str, Exercise] = {}
    votes = Counter[str]()
    why: CannotDo | None = None
    gradable = (each for each in submissions if not each.problem)
    for each in islice(gradable, _ENOUGH):
        with tempfile.TemporaryDirectory() as folder:
            try:
                lay(each.files, Path(folder))
                exercise = exercise_for(
                    discovery.find([Path(folder)]), wanted)
            except CannotDo as error:
                why = error
                continue
            found[exercise.name] = exercise
            votes[exercise.name] += 1
    if not votes:
        if wanted is not None:
            from winnow.subjects.faults_toml import named
            return named(wanted)
        raise CannotDo(
            "No submission imports a module of an exercise: name the one that "
            f"they are about with --exercise.{f' ({why})' if why else ''}")
    exercise = found[votes.most_common(1)[0][0]]
    require(exercise)
    return exercise


def modules_of(paths: Sequence[str]) -> dict[str, bytes]:
    """Return the files of modules and packages by where tests find them.

    A module is beside the tests, whatever folder it is in here.
    """
    found: dict[str, bytes] = {}
    for text in paths:
        path = Path(text)
        if not path.exists():
            raise CannotDo(f"{text} does not exist.")
        files = [path] if path.is_file() else sorted(
            each for each in path.rglob("*") if each.is_file())
        for each in files:
            name = each.relative_to(path.parent).as_posix()
            if not is_junk(name):
                found[name] = each.read_bytes()
    return found


def with_modules(submissions: Iterable[Submission],
                 modules: Mapping[str, bytes]) -> list[Submission]:
    """Return submissions with the instructor's modules in place of theirs."""
    return [each if each.problem else
            replace(each, files={**each.files, **modules})
            for each in submissions]


def lay(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a submission's files below a folder.

    Raises `CannotDo` where this system cannot have such files.
    """
    for name, content in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise CannotDo(f"Its file {name} cannot be written here: {why}."
                           ) from error
