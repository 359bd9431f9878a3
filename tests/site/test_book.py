"""The EPUB: any reader of books can open it.

- it is a zip whose first file names its type, and is not compressed
- all that its spine and its manifest name is in it, and each page is XML
- a link leads to a page of the book, and to a place on it
- EPUBCheck has nothing to say, where it is installed
- answers stand at the end of the page that asks, and are linked with it
"""
import posixpath
import shutil
import subprocess
import xml.etree.ElementTree as xml
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest

from tests.site.conftest import DIST
from winnow.course.pages import lessons

OPF = "{http://www.idpf.org/2007/opf}"
HTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def book() -> Iterator[zipfile.ZipFile]:
    """Open the book."""
    with zipfile.ZipFile(DIST / "winnow.epub") as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(book: zipfile.ZipFile) -> dict[str, xml.Element]:
    """Give each page of the spine, and the list of all, as XML.

    Each has its name in the book.
    """
    container = xml.fromstring(book.read("META-INF/container.xml"))
    [root] = container.iter(
        "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile")
    path = root.attrib["full-path"]
    package = xml.fromstring(book.read(path))
    items = {each.attrib["id"]: posixpath.join(
        posixpath.dirname(path), unquote(each.attrib["href"]))
        for each in package.iter(f"{OPF}item")}
    assert {*items.values()} <= {*book.namelist()}
    listed = [each.attrib["id"] for each in package.iter(f"{OPF}item")
              if each.get("properties") == "nav"]
    spine = [each.attrib["idref"] for each in package.iter(f"{OPF}itemref")]
    return {items[key]: xml.fromstring(book.read(items[key]))
            for key in (*spine, *listed)}


def test_its_first_file_says_what_it_is(book: zipfile.ZipFile) -> None:
    """As a reader looks for it, at the beginning of the zip."""
    first = book.infolist()[0]

    assert book.testzip() is None
    assert (first.filename, first.compress_type) == (
        "mimetype", zipfile.ZIP_STORED)
    assert book.read(first) == b"application/epub+zip"


@pytest.mark.soak
def test_epubcheck_finds_nothing() -> None:
    """Debian's package is a program of Java's."""
    checker, java = shutil.which("epubcheck"), shutil.which("java")
    if not (checker and java):
        pytest.skip("epubcheck is not installed")

    done = subprocess.run(
        [java, "-jar", checker, "--failonwarnings",
         str(DIST / "winnow.epub")], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)

    assert done.returncode == 0, done.stdout


def test_answers_stand_at_the_end(pages: dict[str, xml.Element]) -> None:
    """Of each lesson, as many as it folds; nothing is folded or a script."""
    for name, page in pages.items():
        assert {each.tag for each in page.iter()}.isdisjoint(
            {f"{HTML}script", f"{HTML}details"}), name

    for lesson in lessons():
        page = pages[f"lessons/{lesson.path.stem}.xhtml"]
        order = [each.attrib["id"] for each in page.iter()
                 if "id" in each.attrib]
        asked = [each for each in order if each.startswith("question-")]
        answers = order[order.index("answers") + 1:]
        assert len(asked) == lesson.text.count("<details>"), lesson.name
        assert [*map(asked_by, answers)] == asked, lesson.name


def asked_by(answer: str) -> str:
    """Return what an answer, by its name, is the answer to."""
    return answer.replace("answer-", "question-")


def test_its_links_lead_somewhere(pages: dict[str, xml.Element]) -> None:
    """To a page that the book has, and to a place on it."""
    places = {name: {each.attrib["id"] for each in page.iter()
                     if "id" in each.attrib} for name, page in pages.items()}
    broken = []
    for name, page in pages.items():
        for link in page.iter(f"{HTML}a"):
            target = urlsplit(link.attrib.get("href", ""))
            if target.scheme:
                continue
            path = posixpath.normpath(posixpath.join(
                posixpath.dirname(name), unquote(target.path))
            ) if target.path else name
            if path not in places or (
                    target.fragment and target.fragment not in places[path]):
                broken.append((name, link.attrib.get("href")))

    assert len(pages) > 60
    assert broken == []
