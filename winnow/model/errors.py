"""Why a command cannot do what it was asked: a sentence for a person."""
from __future__ import annotations


class CannotDo(Exception):
    """Why a command cannot do what it was asked for, in one sentence."""


class BrokenExercise(CannotDo):
    """What is wrong with an exercise: the file, the entry and the reason."""


class NothingToCheck(CannotDo):
    """Why there is no suite at the paths given, in one sentence."""


class NothingChanged(CannotDo):
    """That nothing has changed which could be checked, in one sentence."""


class CannotRun(CannotDo):
    """Why no test of a suite could be run, in one sentence."""
