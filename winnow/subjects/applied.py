"""A made fault in your own file: put in, noted beside it, and taken out."""
from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from winnow.model.errors import CannotDo
from winnow.model.exercise import Mutant
from winnow.system.processes import uninterrupted

from .changes import git

# What the note beside a changed file is called, after the file's own name.
NOTE = ".winnow-applied"
_BOM = b"\xef\xbb\xbf"


class NotApplied(CannotDo):
    """Why a fault was not put into a file, or not taken out."""


@dataclass(frozen=True)
class _Note:
    """What stands beside a file: the fault, the text without, and a hash."""

    fault: str
    line: int
    old: str
    new: str
    original: str
    changed: str

    @staticmethod
    def of(path: Path) -> _Note | None:
        """Return the note beside a file, if there is one."""
        note = beside(path)
        try:
            return _Note(**json.loads(note.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            raise NotApplied(f"{note} cannot be read: compare {path} with "
                             "what git has, then delete that file.") from None


def beside(path: Path) -> Path:
    """Return where the note on a file is, if a fault is in it."""
    path = Path(os.path.realpath(path))
    return path.with_name(path.name + NOTE)


def refuse(path: Path) -> None:
    """Refuse a file that has a fault of ours in it."""
    if beside(path).exists():
        note = _Note.of(path)
        assert note
        raise NotApplied(f"{path} has the fault {note.fault} in it: "
                         "winnow apply --undo takes it out.")


def put_in(path: Path, fault: Mutant, source: str, is_forced: bool) -> int:
    """Change a file as a fault does; return the line of the change.

    The rest stays byte for byte. Raises `NotApplied` where the file could
    not be had back from git, unless that `is_forced`.
    """
    refuse(path)
    if not is_forced and (why := _why_unsafe(path)):
        raise NotApplied(f"{path} {why}: commit it first, or use --force.")
    before = path.read_bytes()
    after = _changed(before, fault)
    # What the tests were judged on is the text as Python reads it.
    if _as_read(after) != fault.applied_to(source):
        raise NotApplied(f"{path} has changed while it was read: try again.")
    line = fault.line_in(source)
    note = _Note(fault.name, line, fault.old, fault.new,
                 before.decode("utf-8"), _hash(after))
    with uninterrupted():
        _replace(beside(path), json.dumps(vars(note), indent=1).encode())
        try:
            _replace(path, after)
        except OSError:
            beside(path).unlink()
            raise
    return line


def take_out(path: Path) -> tuple[str, int]:
    """Give a file its text back; return which fault was in which line.

    Raises `NotApplied` where none is, or the file was changed since.
    """
    note = _Note.of(path)
    if note is None:
        raise NotApplied(f"{path} has no fault in it.")
    original = note.original.encode("utf-8")
    now = path.read_bytes()
    if now != original and _hash(now) != note.changed:
        raise NotApplied(
            f"{path} has changed since {note.fault} was put in, and was left "
            f"as it is. In line {note.line} or near it, {note.new!r} was "
            f"{note.old!r}: correct that, then delete {beside(path).name}.")
    with uninterrupted():
        if now != original:
            _replace(path, original)
        beside(path).unlink()
    return note.fault, note.line


def _why_unsafe(path: Path) -> str:
    """Return why git could not give a file back; nothing if it could."""
    folder, name = path.absolute().parent, path.name
    if git(folder, "rev-parse", "--git-dir").returncode:
        return "is in no git repository"
    if git(folder, "ls-files", "--error-unmatch", "--", name).returncode:
        return "is not known to git"
    if git(folder, "status", "--porcelain", "--", name).stdout:
        return "has changes that are not committed"
    return ""


def _changed(data: bytes, fault: Mutant) -> bytes:
    """Return a file's bytes with a change, in the file's own line ends."""
    bom = _BOM if data.startswith(_BOM) else b""
    text = data[len(bom):].decode("utf-8")
    start = _place(text, fault.start)
    end = _place(text, fault.start + len(fault.old))
    first = re.search(r"\r\n?|\n", text)
    new = fault.new.replace("\n", first[0] if first else "\n")
    return bom + (text[:start] + new + text[end:]).encode("utf-8")


def _place(text: str, at: int) -> int:
    """Return where in a text is what Python, for which CRLF is one, counts.
    """
    for number, end in enumerate(re.finditer("\r\n", text)):
        if end.start() - number >= at:
            return at + number
    return at + text.count("\r\n")


def _as_read(data: bytes) -> str:
    """Return a text as Python reads it: without BOM, each line's end `\\n`."""
    text = data.removeprefix(_BOM).decode("utf-8")
    return re.sub(r"\r\n?", "\n", text)


def _hash(data: bytes) -> str:
    """Return what tells whether a file is as it was."""
    return hashlib.sha256(data).hexdigest()


def _replace(path: Path, data: bytes) -> None:
    """Put bytes in a file's place, whole or not at all.

    Python takes compiled code for current by the size of its source and the
    second of its last change (PEP 3147): another second has to come.
    """
    place = Path(os.path.realpath(path))
    aside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        aside.write_bytes(data)
        if place.exists():
            shutil.copymode(place, aside)
            was = int(place.stat().st_mtime)
            if int(aside.stat().st_mtime) <= was:
                os.utime(aside, (was + 1, was + 1))
        os.replace(aside, place)
    finally:
        aside.unlink(missing_ok=True)
