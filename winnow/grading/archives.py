"""Zips and tars, unpacked into memory: nothing in them gets to the disk.

What leads out of the archive, links and devices are left out and named. What
would fill the memory is refused, by what is really unpacked: the sizes that
an archive claims may be lies.
"""
from __future__ import annotations

import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from winnow.model.errors import CannotDo

_CHUNK = 2 ** 16
# Text shrinks to a tenth, and what is the same all over to a thousandth.
_MOST_RATIO, _RATIO_FROM = 150, 2 ** 23
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
ENDS = (".zip", *_TARS)


class BadArchive(CannotDo):
    """Why an archive cannot be unpacked, in one sentence."""


@dataclass(frozen=True)
class Room:
    """How much may be unpacked: so many bytes, in so many files."""

    most_bytes: int
    most_files: int


@dataclass
class Unpacked:
    """The files of an archive or a folder by their paths.

    `odd` says in a phrase each what was not taken.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)


# A class of 3,000, and what one learner hands in.
OF_A_CLASS = Room(2 ** 30, 200_000)
OF_A_LEARNER = Room(20 * 2 ** 20, 2_000)


def is_archive(name: str) -> bool:
    """Tell whether a file's name says that it is a zip or a tar."""
    return name.lower().endswith(ENDS)


def stem(name: str) -> str:
    """Return an archive's name without what says that it is one."""
    for end in sorted(ENDS, key=len, reverse=True):
        if name.lower().endswith(end):
            return name[:-len(end)]
    return name


def unpack(name: str, content: bytes, room: Room) -> Unpacked:
    """Return what is in an archive; raises `BadArchive`."""
    found = Unpacked()
    left = room.most_bytes
    parts = (_of_zip if name.lower().endswith(".zip") else _of_tar)
    try:
        for path, chunks in parts(content, found):
            if len(found.files) >= room.most_files:
                raise BadArchive(f"{name} holds more than {room.most_files} "
                                 "files.")
            text = bytearray()
            for chunk in chunks:
                text += chunk
                if len(text) > left:
                    raise BadArchive(f"{name} unpacks to more than "
                                     f"{room.most_bytes // 2 ** 20} MB.")
            left -= len(text)
            used = room.most_bytes - left
            if used > _RATIO_FROM and used > _MOST_RATIO * len(content):
                raise BadArchive(f"{name} is a bomb: it unpacks to more than "
                                 f"{_MOST_RATIO} times its size.")
            found.files[path] = bytes(text)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError,
            NotImplementedError, RuntimeError, OSError, ValueError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise BadArchive(f"{name} cannot be unpacked: {why}.") from error
    return found


_Part = tuple[str, Iterator[bytes]]


def _of_zip(content: bytes, found: Unpacked) -> Iterator[_Part]:
    """Yield the files of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            kind = stat.S_IFMT(entry.external_attr >> 16)
            path = _inside(_zip_name(entry), found, kind)
            if path:
                with archive.open(entry) as file:
                    yield path, _chunks(file)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what is in a file, a part at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return a name as it was meant; many zips do not say it is UTF-8.

    Python takes such a name for code page 437, as the format has it
    (APPNOTE.TXT, appendix D).
    """
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _of_tar(content: bytes, found: Unpacked) -> Iterator[_Part]:
    """Yield the files of a tar, whatever it is compressed with."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|*",
                      errors="surrogateescape") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            kind = (0 if entry.isreg() else stat.S_IFLNK
                    if entry.islnk() or entry.issym() else stat.S_IFCHR)
            path = _inside(entry.name, found, kind)
            if path:
                file = archive.extractfile(entry)
                assert file
                yield path, _chunks(file)


def _inside(name: str, found: Unpacked, kind: int) -> str:
    """Return a path that stays inside; nothing, and note it, if it does not.

    `kind` is the kind of file, as in a file's mode; 0 where nothing says so.
    """
    if kind == stat.S_IFLNK:
        found.odd.append(f"the link {name}")
        return ""
    if kind not in (0, stat.S_IFREG):
        found.odd.append(f"{name}, which is no plain file")
        return ""
    parts = name.replace("\\", "/").split("/")
    if (".." in parts or parts[0] == "" or "\0" in name
            or re.fullmatch(r"[A-Za-z]:", parts[0])):
        found.odd.append(f"{name}, which leads out of the archive")
        return ""
    return "/".join(part for part in parts if part not in ("", "."))
