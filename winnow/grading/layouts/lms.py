"""Files and folders that Canvas and Moodle have named after learners.

Canvas: `doealice_LATE_1234_56789_test_utils.py`, the first number being the
learner's and the second the file's (its download of submissions). Moodle:
`Alice Doe_1234_assignsubmission_file_test_utils.py`, or a folder of that name
with the files in it (mod/assign, "Download all submissions").
"""
from __future__ import annotations

import re
from collections.abc import Mapping

from . import HandedIn

_CANVAS = re.compile(
    r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<file>\d+)_(?P<rest>.+)",
    re.DOTALL)
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)"
    r"_?(?P<rest>.*)", re.DOTALL)
# Canvas numbers what is handed in again: test_utils-1.py, test_utils-2.py.
_AGAIN = re.compile(r"-(\d+)(?=\.\w+$)")
# What is known of a late submission if nobody says by how much, in hours.
LATE, BY = 1.0, "by an unknown time"


def canvas(entries: Mapping[str, Mapping[str, bytes]], source: str
           ) -> list[HandedIn]:
    """Return the learners that files are named after as Canvas does it."""
    found: dict[str, HandedIn] = {}
    tries: dict[tuple[str, str], int] = {}
    for entry, below in entries.items():
        match = _CANVAS.fullmatch(entry)
        if not match:
            continue
        number = match["id"]
        one = found.setdefault(number, HandedIn(
            number, match["name"], f"{source}/{entry}",
            details={"id": number}))
        if match["late"]:
            one.late, one.details["late"] = LATE, BY
        again = _AGAIN.search(match["rest"])
        name = _AGAIN.sub("", match["rest"])
        time = int(again[1]) if again else 0
        if time >= tries.get((number, name), 0):
            tries[number, name] = time
            for path, content in below.items():
                one.files[f"{name}/{path}" if path else name] = content
    return [*found.values()]


def moodle(entries: Mapping[str, Mapping[str, bytes]], source: str
           ) -> list[HandedIn]:
    """Return the learners that files are named after as Moodle does it."""
    found: dict[str, HandedIn] = {}
    for entry, below in entries.items():
        match = _MOODLE.fullmatch(entry)
        if not match:
            continue
        number = match["id"]
        one = found.setdefault(number, HandedIn(
            number, match["name"], f"{source}/{entry}",
            details={"id": number}))
        if match["kind"] == "onlinetext":
            continue  # What was typed into the page beside the files.
        for path, content in below.items():
            one.files["/".join(filter(None, (match["rest"], path)))] = content
    return [*found.values()]


def is_canvas(entry: str) -> bool:
    """Tell whether a name is one that Canvas has made."""
    return bool(_CANVAS.fullmatch(entry))


def is_moodle(entry: str) -> bool:
    """Tell whether a name is one that Moodle has made."""
    return bool(_MOODLE.fullmatch(entry))
