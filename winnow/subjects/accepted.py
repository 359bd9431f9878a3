"""Which faults you have accepted, and why: `winnow-accepted.toml`.

An entry says what is changed and where by content, not by numbers, so that
it is found again when lines move and faults are numbered anew.
"""
from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.model.errors import CannotDo
from winnow.model.exercise import Mutant
from winnow.system import folders

from .suite_files import MARKS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "winnow-accepted.toml"
_HEAD = ("# Faults that no test has to catch, and why: see `winnow accept "
         "--help`.\n")
_KEYS = ("module", "function", "operator", "old", "new", "line", "why")
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


class CannotAccept(CannotDo):
    """What is wrong with the file of accepted faults, in one sentence."""


@dataclass(frozen=True)
class Content:
    """What a fault changes, and what is around it, without line numbers.

    `line` is all of the lines that it changes; `before` and `after` are the
    nearest lines that are not blank.
    """

    function: str
    operator: str
    old: str
    new: str
    line: str
    before: str
    after: str

    @property
    def key(self) -> tuple[str, ...]:
        """All but what is around it."""
        return (self.function, self.operator, self.old, self.new, self.line)


@dataclass(frozen=True)
class Acceptance:
    """An accepted fault; `number` is the line of the file, in `folder`.

    `place` counts from 1 among faults whose content is the same.
    """

    folder: Path
    number: int
    module: str
    content: Content
    place: int
    why: str
    fault: str = ""
    date: str = ""
    python: str = ""

    @property
    def path(self) -> Path:
        """The path of the module."""
        return self.folder / self.module

    @property
    def where(self) -> str:
        """The file, and the line in it."""
        return f"{shown(self.folder)}, line {self.number}"

    def of(self, faults: Sequence[Mutant], source: str) -> Mutant | None:
        """Return the one among a module's faults that was accepted."""
        alike = _alike(self.content, faults, source)

        def agreement(at: int) -> tuple[int, bool]:
            """Return how well the lines around a fault agree, and its place.
            """
            content = alike[at][1]
            return ((content.before == self.content.before)
                    + (content.after == self.content.after),
                    at + 1 == self.place)

        return alike[max(range(len(alike)), key=agreement)][0] if (
            alike) else None


def content_of(fault: Mutant, source: str) -> Content:
    """Return what identifies a fault, whatever comes before it."""
    place, _, kind = fault.name.removeprefix(fault.module).rpartition(":")
    end = fault.start + len(fault.old)
    begins = source.rfind("\n", 0, fault.start) + 1
    ends = source.find("\n", end)
    ends = len(source) if ends < 0 else ends
    above, below = source[:begins].split("\n"), source[ends:].split("\n")
    return Content(
        place.removeprefix("."), re.sub(r"-\d+$", "", kind),
        _plain(fault.old), _plain(fault.new), _plain(source[begins:ends]),
        next((_plain(line) for line in reversed(above) if line.strip()), ""),
        next((_plain(line) for line in below if line.strip()), ""))


def _alike(content: Content, faults: Iterable[Mutant], source: str
           ) -> list[tuple[Mutant, Content]]:
    """Return the faults that differ from a content in what is around them."""
    near = [fault for fault in faults if _plain(fault.old) == content.old
            and _plain(fault.new) == content.new]
    found = [(fault, content_of(fault, source)) for fault in near]
    return [each for each in found if each[1].key == content.key]


def _plain(text: str) -> str:
    """Return a text on one line, however it was wrapped and indented."""
    return " ".join(text.split())


def home(module: Path, here: Path) -> Path:
    """Return the folder that has, or would get, a module's accepted faults.

    That is where its project begins; without a mark of one, it is the folder
    where you are, or the module's own.
    """
    folder = folders.normal(module).parent
    around = [folder, *folder.parents]
    for each in around:
        if (each / FILE).exists() or not folders.is_broad(each) and any(
                (each / mark).exists() for mark in MARKS):
            return each
    return here if here in around else folder


def shown(folder: Path) -> str:
    """Return the path of a folder's file as you would write it from here."""
    path = folder / FILE
    near = os.path.relpath(path)
    return str(path) if near.startswith(os.pardir) else near


def entries_for(modules: Iterable[Path], here: Path) -> list[Acceptance]:
    """Return what was accepted in the projects of some modules.

    Raises `CannotAccept` where that cannot be read.
    """
    homes = dict.fromkeys(home(module, here) for module in modules)
    return [entry for folder in homes for entry in read(folder)]


def read(folder: Path) -> list[Acceptance]:
    """Return the entries of the file in a folder; none if there is no file.

    Raises `CannotAccept`.
    """
    return parsed(text_in(folder), folder)


def text_in(folder: Path) -> str:
    """Return the text of the file in a folder, with its line ends."""
    path = folder / FILE
    try:
        return path.read_bytes().decode() if path.exists() else ""
    except UnicodeDecodeError as error:
        raise CannotAccept(
            f"{shown(folder)} is not in UTF-8: save it as UTF-8.") from error
    except OSError as error:
        raise CannotAccept(
            f"{shown(folder)} cannot be read: {error.strerror}.") from error


def parsed(text: str, folder: Path) -> list[Acceptance]:
    """Return the entries that a text holds; raises `CannotAccept`."""
    path = shown(folder)
    try:
        table = tomllib.loads(text.removeprefix("\ufeff").replace(
            "\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise CannotAccept(
            f"{path} is not TOML: {error}. Correct it first.") from error
    rows = table.get("accepted", [])
    if not isinstance(rows, list) or not all(
            isinstance(row, dict) for row in rows):
        raise CannotAccept(f"{path}: write each fault under [[accepted]], in "
                           "two pairs of brackets.")
    numbers = [number for number, line in enumerate(text.splitlines(), 1)
               if re.match(r"\s*\[\[\s*accepted\s*\]\]", line)]
    numbers += [1] * len(rows)  # A list may be written in one line, too.
    return [_entry(row, number, folder)
            for row, number in zip(rows, numbers)]


def _entry(row: Mapping[str, Any], number: int, folder: Path) -> Acceptance:
    """Return one entry; raises `CannotAccept`, with its line."""
    where = f"{shown(folder)}, line {number}"
    for key in _KEYS:
        if not isinstance(row.get(key), str):
            raise CannotAccept(
                f"{where}: the entry has no text for `{key}`. Write it again "
                "with winnow accept.")
    if not row["why"].strip():
        raise CannotAccept(f"{where}: `why` is empty. Say why the fault was "
                           "accepted.")
    place = row.get("place", 1)
    return Acceptance(
        folder, number, row["module"], Content(
            row["function"], row["operator"], row["old"], row["new"],
            row["line"], str(row.get("before", "")),
            str(row.get("after", ""))),
        place if type(place) is int else 1, row["why"],
        str(row.get("fault", row["operator"])), str(row.get("date", "")),
        str(row.get("python", PYTHON)))


def accept(fault: Mutant, faults: Sequence[Mutant], source: str,
           module: Path, why: str, today: str) -> Path:
    """Write that a fault of a module is accepted; return the file.

    `faults` are all that are made for the module. Nothing that the file has
    is changed, and it is replaced whole or not at all. Raises
    `CannotAccept`.
    """
    folder = home(module, Path.cwd())
    text = text_in(folder)
    path = folders.normal(module).relative_to(folder).as_posix()
    for entry in parsed(text, folder):
        if entry.module == path and entry.of(faults, source) == fault:
            raise CannotAccept(
                f"{fault.name} is accepted already: {entry.where} says why: "
                f"{entry.why}")
    content = content_of(fault, source)
    alike = [each for each, _ in _alike(content, faults, source)]
    end = "\r\n" if "\r\n" in text else "\n"
    new = "".join((
        text or _HEAD, "" if not text or text.endswith("\n") else end, end,
        end.join(_lines(content, {
            "fault": fault.name, "module": path,
            "place": alike.index(fault) + 1, "why": why, "date": today,
            "python": PYTHON})), end))
    parsed(new, folder)  # What was there may forbid what was added.
    _replace(folder / FILE, new.encode("utf-8", "replace"))
    return folder / FILE


def _lines(content: Content, more: Mapping[str, object]) -> Iterable[str]:
    """Yield the lines of an entry, what a person reads first."""
    values = {"fault": more["fault"], "why": more["why"],
              "date": more["date"], "module": more["module"],
              **vars(content), "place": more["place"],
              "python": more["python"]}
    yield "[[accepted]]"
    for key, value in values.items():
        yield f"{key} = {_toml(value)}"


def _toml(value: object) -> str:
    """Return a value as TOML: JSON's escapes are among TOML's own."""
    if isinstance(value, str):
        value = value.encode("utf-8", "replace").decode()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(path: Path, text: bytes) -> None:
    """Put a text into a file, all of it or nothing; it keeps its mode."""
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        # Another file in its place would not mind that it may not be written.
        if mode is not None and not mode & 0o222:
            raise CannotAccept(
                f"{shown(path.parent)} cannot be written: it is read-only.")
        try:
            beside.write_bytes(text)
            if mode is not None:
                beside.chmod(mode)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CannotAccept(
            f"{shown(path.parent)} cannot be written: {error.strerror}."
        ) from error
