"""Small files in which it is kept how far a learner has come.

One is in the folder of a lesson or an exercise; the other, of all lessons, is
where the system keeps what programs want to find again. Both are JSON with a
number of their form, and neither leaves the machine. What is not as Winnow
writes it is left as it is.
"""
from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from winnow.model.errors import CannotDo

# The form of both files: a file of a newer one is not touched.
FORM = 1
IN_FOLDER = ".winnow.json"


class BrokenState(CannotDo):
    """What is wrong with a file of ours, and what to do, in one sentence."""


def of_user() -> Path:
    """Return the file of all lessons, as the system would have it.

    platformdirs does no more here than this, for two folders that it would
    have to be installed for. The variable is of the XDG Base Directory
    Specification, and holds everywhere, so that a test can set it.
    """
    home = Path(os.path.expanduser("~"))
    if os.environ.get("XDG_STATE_HOME"):
        base = Path(os.environ["XDG_STATE_HOME"])
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    elif os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData"
                    / "Local")
    else:
        base = home / ".local" / "state"
    return base / "winnow" / "course.json"


def read(path: Path, shape: Mapping[str, type], helps: str
         ) -> dict[str, Any] | None:
    """Return what a file says; None where there is none.

    `shape` has the type of each value, by its key; `helps` says what to do
    where the file is broken: then `BrokenState` is raised.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BrokenState(
            f"{path} cannot be read: {error.strerror}.") from error
    try:
        found = json.loads(text)
        form = found["winnow"]
        if isinstance(form, int) and form > FORM:
            raise BrokenState(f"{path} is of a newer Winnow (form {form}): "
                              f"update Winnow, or {helps}")
        if form != FORM or any(not isinstance(found[key], kind)
                               for key, kind in shape.items()):
            raise KeyError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BrokenState(
            f"{path} is not as Winnow writes it, and was left as it is: "
            f"{helps}") from None
    return {key: found[key] for key in shape}


def as_text(values: Mapping[str, object]) -> str:
    """Return what a file says as it is written."""
    return json.dumps({"winnow": FORM, **values}, indent=1) + "\n"


def write(path: Path, values: Mapping[str, object]) -> None:
    """Write a file whole or not at all; raises `OSError`."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_text(as_text(values), encoding="utf-8")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
