"""The grade of one learner in the forms that instructors' systems take."""
from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from winnow.grading.feedback import Feedback

FORMS = ("gradescope", "classroom50", "prairielearn", "autolab",
         "coderunner", "pawtograder")
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


def render(form: str, told: Feedback,
           environment: Mapping[str, str] = _NO_VARIABLES
           ) -> Mapping[str, str]:
    """Return the files of a form, each with its path and its text.

    `environment` are the variables by which a system says what is graded.
    Raises `CannotDo` where one is missing.
    """
    room = import_module(f".{form}", __name__)
    files: Mapping[str, str] = room.render(told, environment)
    return files
