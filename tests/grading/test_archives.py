"""Archives from strangers: what is taken out of them, and what is refused.

- zips and tars, whatever they are compressed with; names as they were meant
- paths that lead out, links, devices: left out, and named
- bombs, whatever sizes they claim
- what is no archive, or is cut off, or has a password
"""
import io
import os
import stat
import tarfile
import zipfile
from itertools import count

import pytest

from winnow.grading.archives import OF_A_LEARNER, BadArchive, Room, unpack

FILES = {"test_utils.py": b"import utils\n", "data/répertoire.json": b"{}"}


def zipped(files: dict[str, bytes], **options: int) -> bytes:
    """Return a zip of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = options.get(
                "mode", stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content)
    return out.getvalue()


def tarred(files: dict[str, bytes], form: str = "w:gz", kind: bytes =
           tarfile.REGTYPE, link: str = "") -> bytes:
    """Return a tar of files, all of one kind."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=form) as archive:  # type: ignore
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, link
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("name, content", [
    ("a.zip", zipped(FILES)), ("a.tar", tarred(FILES, "w")),
    ("a.tar.gz", tarred(FILES)), ("A.TGZ", tarred(FILES)),
    ("a.tar.bz2", tarred(FILES, "w:bz2")), ("a.tar.xz", tarred(FILES, "w:xz")),
])
def test_the_files_come_out_as_they_went_in(name: str, content: bytes
                                            ) -> None:
    """Names with accents and folders among them."""
    assert unpack(name, content, OF_A_LEARNER).files == FILES


def test_a_name_that_is_utf_8_without_saying_so_is_read_as_such() -> None:
    """As many programs write them."""
    name = "prüfung.py".encode().decode("cp437")
    content = zipped({"x" * len(name): b"1"}).replace(
        b"x" * len(name), "prüfung.py".encode()[:len(name)])

    assert [*unpack("a.zip", content, OF_A_LEARNER).files] == ["prüfung.py"]


OUT = ["../x.py", "/etc/passwd", "a/../../x.py", "C:/x.py", "..\\x.py"]


@pytest.mark.parametrize("path", OUT)
@pytest.mark.parametrize("name, make", [("a.zip", zipped),
                                        ("a.tar.gz", tarred)])
def test_what_leads_out_is_left_out_and_named(name: str, make: object,
                                              path: str) -> None:
    """The rest of the archive is taken."""
    content = make({path: b"1", "test_a.py": b"2"})  # type: ignore

    found = unpack(name, content, OF_A_LEARNER)

    assert found.files == {"test_a.py": b"2"}
    assert found.odd == [f"{path}, which leads out of the archive"]


@pytest.mark.parametrize("name, content, says", [
    ("a.zip", zipped({"x": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777),
     "the link x"),
    ("a.tar", tarred({"x": b""}, "w", tarfile.SYMTYPE, "/etc"), "the link x"),
    ("a.tar", tarred({"x": b""}, "w", tarfile.LNKTYPE, "/etc/passwd"),
     "the link x"),
    ("a.tar", tarred({"x": b""}, "w", tarfile.CHRTYPE),
     "x, which is no plain file"),
    ("a.tar", tarred({"x": b""}, "w", tarfile.FIFOTYPE),
     "x, which is no plain file"),
])
def test_links_and_devices_are_left_out(name: str, content: bytes, says: str
                                        ) -> None:
    """Whatever they lead to."""
    found = unpack(name, content, OF_A_LEARNER)

    assert (found.files, found.odd) == ({}, [says])


def lying(content: bytes) -> bytes:
    """Return a zip that claims each of its files to have one byte."""
    archive = bytearray(content)
    at = archive.find(b"PK\x01\x02")
    archive[at + 24:at + 28] = (1).to_bytes(4, "little")
    return bytes(archive)


ROOM = Room(2 ** 20, 10)


@pytest.mark.parametrize("name, content, room, says", [
    ("a.zip", zipped({"x": bytes(2 ** 21)}), ROOM, "more than 1 MB"),
    ("a.tar.gz", tarred({"x": bytes(2 ** 21)}), ROOM, "more than 1 MB"),
    ("a.zip", zipped({f"{each}.py": b"" for each in range(11)}), ROOM,
     "more than 10 files"),
    ("a.zip", zipped({"x": bytes(2 ** 24)}), OF_A_LEARNER, "is a bomb"),
    ("a.tar.gz", tarred({"x": bytes(2 ** 24)}), OF_A_LEARNER, "is a bomb"),
    ("a.zip", lying(zipped({"x": bytes(2 ** 21)})), ROOM,
     "cannot be unpacked"),
    ("a.zip", b"no archive", ROOM, "cannot be unpacked"),
    ("a.zip", b"", ROOM, "cannot be unpacked"),
    ("a.tar.gz", tarred(FILES)[:60], ROOM, "cannot be unpacked"),
    ("a.zip", zipped(FILES)[:-30], ROOM, "cannot be unpacked"),
], ids=count())  # An archive's bytes have the time in them.
def test_what_cannot_be_unpacked_is_a_sentence(
        name: str, content: bytes, room: Room, says: str) -> None:
    """It names the archive."""
    with pytest.raises(BadArchive, match=f"^{name} .*{says}.*[.]$"):
        unpack(name, content, room)


def test_a_password_is_said() -> None:
    """Python can read no such zip without it."""
    content = bytearray(zipped({"x.py": b"1"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + at] |= 1

    with pytest.raises(BadArchive, match="encrypted|password"):
        unpack("a.zip", bytes(content), OF_A_LEARNER)


def test_nothing_of_it_is_written(tmp_path: object) -> None:
    """An archive is unpacked into memory, whatever its paths."""
    before = sorted(os.listdir())

    unpack("a.zip", zipped({"here.py": b"1"}), OF_A_LEARNER)

    assert sorted(os.listdir()) == before
