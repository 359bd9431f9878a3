"""The folder of a class: verdicts by their keys, each whole or not there."""
from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from winnow.model.errors import CannotDo

try:
    import fcntl
except ImportError:  # Windows has none: two runs at a time are not noticed.
    fcntl = None  # type: ignore[assignment]

_SCHEMA, _VERDICT = "winnow/class-folder/v1", "winnow/verdict/v1"


class BadFolder(CannotDo):
    """Why a folder cannot hold the grades of a class, and what to do."""


class ClassFolder:
    """Verdicts that are known, in `.winnow` in the folder of a class.

    It is what a run that was cut off goes on from. Files alone say what is
    done: no clock is asked.
    """

    def __init__(self, out: Path, subject: str) -> None:
        """Take the folder, and what the class is about."""
        self._out = out
        self._subject = subject
        self._place = out / ".winnow"
        self._verdicts = self._place / "verdicts"
        self._lock: int | None = None

    def __enter__(self) -> ClassFolder:
        """Make the folder, or check that it is this class's; lock it."""
        try:
            self._check()
            self._verdicts.mkdir(parents=True, exist_ok=True)
            self._take()
            if not (self._place / "class.json").exists():
                self._write(self._place / "class.json", {
                    "schema": _SCHEMA, "subject": self._subject})
        except OSError as error:
            raise _cannot_write(self._out, error) from error
        for left in self._place.rglob(".*.part"):
            left.unlink(missing_ok=True)  # Of a run that was cut off.
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        """Let others use the folder."""
        if self._lock is not None:
            os.close(self._lock)

    def _check(self) -> None:
        """Refuse a folder that is in use for something else."""
        if not self._out.exists():
            return
        if not self._out.is_dir():
            raise BadFolder(f"{self._out} is a file: name a folder with "
                            "--out.")
        if not self._place.is_dir():
            if any(self._out.iterdir()):
                raise BadFolder(
                    f"{self._out} holds other files already: name a new "
                    "folder with --out, or an empty one.")
            return
        known = self._read(self._place / "class.json")
        if known is None:
            return  # It was cut off before anything was known.
        if known.get("schema") != _SCHEMA:
            raise BadFolder(
                f"{self._out} was written by another version of Winnow "
                f"({known.get('schema')}): name a new folder with --out.")
        if known.get("subject") != self._subject:
            raise BadFolder(
                f"{self._out} holds the grades of another class, on "
                f"{known.get('subject')}, and this one is on {self._subject}:"
                " name a new folder with --out.")

    def _take(self) -> None:
        """Lock the folder for as long as this process lives."""
        if fcntl is None:
            return
        self._lock = os.open(self._place / "lock", os.O_RDWR | os.O_CREAT,
                             0o666)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            self._lock = None
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                return  # A file system without locks.
            raise BadFolder(f"Another winnow grade is at work in {self._out}:"
                            " wait until it has ended.") from error

    def known(self, key: str, identifier: str) -> dict[str, Any] | None:
        """Return what is known under a key, or of this learner alone.

        What is not whole, or no verdict, is as if it were not there.
        """
        for name in (key, f"{key}.{identifier}"):
            found = self._read(self._verdicts / f"{name}.json")
            if (found is not None and found.get("schema") == _VERDICT
                    and found.get("key") == key
                    and isinstance(found.get("report"), (dict, type(None)))
                    and isinstance(found.get("problem"), str)
                    and isinstance(found.get("sandbox"), str)):
                return found
        return None

    def keep(self, key: str, verdict: Mapping[str, Any], own: str = ""
             ) -> None:
        """Keep a verdict: for all who have its key, or for one learner."""
        name = f"{key}.{own}" if own else key
        self._write(self._verdicts / f"{name}.json",
                    {"schema": _VERDICT, "key": key, **verdict})

    def _read(self, path: Path) -> dict[str, Any] | None:
        """Return the object in a file; None if there is none."""
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def _write(self, path: Path, value: object) -> None:
        """Write a file beside its place, then let it take that."""
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with open(beside, "w", encoding="ascii") as file:
                file.write(json.dumps(value, sort_keys=True) + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> BadFolder:
    """Return the sentence on what could not be written."""
    return BadFolder(
        f"{error.filename or path} cannot be written: {error.strerror}. What "
        "was judged so far is kept, and the same command goes on from there.")
