"""What a class has handed in: found in folders and archives, as it is."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from winnow.model.errors import CannotDo

from .archives import ENDS, OF_A_CLASS, is_archive, unpack
from .layouts import HandedIn, gradescope_export, learner_folders, lms
from .records import Submission
from .tree import (
    GRADES,
    is_junk,
    is_test_file,
    read_folder,
    rooted,
    tops,
    why_ungradable,
    with_nested,
)

# Windows knows these as devices, with any ending (Microsoft, "Naming Files").
_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in (
    "com", "lpt") for number in range(1, 10))}
_LONGEST = 60
_EACH = "a folder or an archive for each learner"


class NoSubmission(CannotDo):
    """Why no submission was found, and which layouts there are."""


@dataclass
class Found:
    """The submissions of a class, the layouts they were found in, notes."""

    submissions: list[Submission] = field(default_factory=list)
    layouts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_submissions(paths: Sequence[Path]) -> Found:
    """Return what a class has handed in, below these paths.

    Raises `NoSubmission` where none is found, `CannotDo` where one of the
    paths cannot be read.
    """
    found = Found()
    handed: list[HandedIn] = []
    for path in paths:
        layout, some, odd = _below(path)
        found.layouts.append(f"{path}: {layout}, {_counted(len(some))}")
        found.notes += [f"{path}: {what} was left out." for what in odd]
        handed += some
    found.submissions = sorted(
        _submissions(_merged(handed), found.notes),
        key=lambda each: each.identifier.casefold())
    if not found.submissions:
        raise NoSubmission(
            f"{', '.join(map(str, paths))}: no submission in it. There may be "
            "a folder or an archive for each learner, the files that Canvas "
            "or Moodle names after learners, an export of Gradescope, or "
            "clones of repositories.")
    return found


def _counted(number: int) -> str:
    """Return how many submissions there are, in words."""
    return f"{number} submission{'' if number == 1 else 's'}"


def _below(path: Path) -> tuple[str, list[HandedIn], list[str]]:
    """Return the layout below a path, who handed in, what was left out."""
    if not path.exists():
        raise NoSubmission(f"{path} does not exist.")
    if path.is_dir():
        unpacked = read_folder(path)
    elif is_archive(path.name):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CannotDo(f"{path} cannot be read: {error.strerror}."
                           ) from error
        unpacked = unpack(path.name, content, OF_A_CLASS)
    else:
        raise NoSubmission(f"{path} is neither a folder nor an archive "
                           f"({', '.join(ENDS)}).")
    entries = tops({name: content for name, content in unpacked.files.items()
                    if not is_junk(name)})
    for each in sorted(path.iterdir()) if path.is_dir() else ():
        if (each.is_dir() and not is_junk(each.name)
                and not (each / GRADES).is_dir()):
            entries.setdefault(each.name, {})  # Of an empty folder.
    layout, handed = _recognised(entries, path)
    if path.is_dir():
        learner_folders.note_clones(handed, path)
        if any("commit" in each.details for each in handed):
            layout = "clones of repositories"
    return layout, handed, unpacked.odd


def _recognised(all_of: dict[str, dict[str, bytes]], path: Path
                ) -> tuple[str, list[HandedIn]]:
    """Return the layout of entries by its name, and who handed them in."""
    entries = _without_wrapper(all_of)
    source = str(path)
    if gradescope_export.METADATA in entries:
        return "Gradescope's export", gradescope_export.gradescope(
            entries, source)
    for name, is_one, read in (("Moodle's files", lms.is_moodle, lms.moodle),
                               ("Canvas' files", lms.is_canvas, lms.canvas)):
        if sum(map(is_one, entries)) > len(entries) / 2:
            return name, read(entries, source)
    if any("" in below and is_test_file(entry)
           for entry, below in entries.items()):
        name = path.resolve().name
        return "one submission", [HandedIn(
            name, name, source, {f"{entry}/{rest}" if rest else entry: content
                                 for entry, below in entries.items()
                                 for rest, content in below.items()})]
    return _EACH, learner_folders.a_folder_each(entries, source)


def _without_wrapper(entries: dict[str, dict[str, bytes]]
                     ) -> dict[str, dict[str, bytes]]:
    """Return the entries of the one folder there is, if it holds a class."""
    if len(entries) == 1:
        [below] = entries.values()
        inner = tops(below) if "" not in below else {}
        if gradescope_export.METADATA in inner or len(inner) > 1 and all(
                lms.is_moodle(each) or lms.is_canvas(each)
                or is_archive(each) or "" not in inner[each]
                for each in inner) and not any(
                    is_test_file(path) and path.count("/") == 0
                    for path in below):
            return inner
    return entries


def _merged(handed: Iterable[HandedIn]) -> Iterator[HandedIn]:
    """Yield one for each learner: of two, it is not known which counts."""
    by_key: dict[str, list[HandedIn]] = {}
    for each in handed:
        by_key.setdefault(each.key.casefold(), []).append(each)
    for first, *others in by_key.values():
        if others:
            where = ", ".join(each.source for each in (first, *others))
            first.problem = ("There are several submissions of this learner "
                             f"({where}): leave one.")
            first.files = {}
        yield first


def _submissions(handed: Iterable[HandedIn], notes: list[str]
                 ) -> Iterator[Submission]:
    """Yield what can be graded, and why what cannot be, cannot."""
    taken: set[str] = set()
    for each in handed:
        unpacked, problem = with_nested(each.files)
        files = rooted(unpacked.files)
        notes += [f"{each.source}: {what} was left out."
                  for what in unpacked.odd]
        yield Submission(
            safe_name(each.name, taken), each.name, each.source, files,
            each.late, each.details,
            each.problem or problem or why_ungradable(files))


def safe_name(name: str, taken: set[str]) -> str:
    """Return a name that a folder can have on every system, and note it.

    No two of those that are `taken` differ in upper and lower case alone.
    """
    plain = unicodedata.normalize("NFC", name).encode(
        "utf-8", "replace").decode("utf-8")
    base = re.sub(r"[^\w.@+-]+", "_", plain).strip("._ ")[:_LONGEST] or "_"
    if base.partition(".")[0].casefold() in _DEVICES:
        base = f"{base}_"
    found, number = base, 1
    while found.casefold() in taken:
        number += 1
        found = f"{base}-{number}"
    taken.add(found.casefold())
    return found
