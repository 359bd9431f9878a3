"""A grade book is filled, and nothing else of it changes.

- as Canvas, Moodle, Brightspace and spreadsheets export it: with their
  delimiters, quotes, line ends, encodings and decimal signs
- who is not there, or twice, or not graded, is named
- a file that is no such table is told, and nothing is written
"""
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.grading.made_records import record, ungradable
from winnow.grading.gradebook import Filled, fill
from winnow.grading.grades import Grade
from winnow.model.errors import CannotDo


def grade(identifier: str, name: str, points: Fraction | float | None,
          details: Mapping[str, str] | None = None) -> Grade:
    """Return a learner's grade, out of 66."""
    made = replace(ungradable(), submission=record(
        identifier=identifier, name=name, details=details or {}).submission)
    return Grade(made, points if points is None else Fraction(str(points)),
                 Fraction(66))


ALICE = grade("alice", "Alice Doe", 41.5, {"email": "Alice@uni.example"})
BOB = grade("bob", "Bob Ng", 7, {"email": "bob@uni.example"})
COLUMN = "Tests of the client (48213)"

CANVAS = f'''\
Student,ID,SIS User ID,SIS Login ID,Section,{COLUMN},Final\r
    Points Possible,,,,,66,(read only)\r
"Doe, Alice",1,,alice@uni.example,"Section ""1""",,\r
"Ng, Bob",2,,bob@uni.example,Section 1,3,A\r
"Student, Test",9,,f00,Section 1,,\r
'''


def filled(tmp_path: Path, data: bytes, by: str = "SIS Login ID",
           column: str = COLUMN,
           grades: tuple[Grade, ...] = (ALICE, BOB)) -> tuple[bytes, Filled]:
    """Fill a grade book; return what is in the new one, and what was told."""
    book = tmp_path / "book.csv"
    book.write_bytes(data)
    said = fill(book, tmp_path / "new.csv", grades, by=by.split(" + "),
                column=column)
    assert book.read_bytes() == data
    return (tmp_path / "new.csv").read_bytes(), said


def test_canvas_is_filled_and_nothing_else_changes(tmp_path: Path) -> None:
    """Found by login; the row of points and the test student stay."""
    new, said = filled(tmp_path, CANVAS.encode())

    assert new.decode() == CANVAS.replace(
        '"Section ""1""",,', '"Section ""1""",41.5,').replace(",3,A", ",7,A")
    assert said == Filled(2, missing=("f00",))


FORMS = {
    "a semicolon": ("name;id;grade\nx;alice;\ny;bob;3\n",
                    "name;id;grade\nx;alice;41,5\ny;bob;7\n"),
    "a semicolon, dots": ("a;id;grade\n1.5;alice;\ny;bob;3\n",
                          "a;id;grade\n1.5;alice;41.5\ny;bob;7\n"),
    "a tab": ("name\tid\tgrade\nx\talice\t\n", "name\tid\tgrade\nx\talice\t"
              "41.5\n"),
    "decimal commas": ('a,id,grade\n"3,5",alice,\n',
                       'a,id,grade\n"3,5",alice,"41,5"\n'),
    "all quoted": ('"id","grade"\n"alice",""\n',
                   '"id","grade"\n"alice","41.5"\n'),
    "no last line end": ("id,grade\nalice,", "id,grade\nalice,41.5"),
    "line ends of a Mac": ("id,grade\ralice,\r", "id,grade\ralice,41.5\r"),
    "mixed line ends": ("id,grade\r\nalice,\nzoe,\r\n",
                        "id,grade\r\nalice,41.5\nzoe,\r\n"),
    "a short row": ("id,name,grade\nalice\nzoe,x,\n",
                    "id,name,grade\nalice,,41.5\nzoe,x,\n"),
    "line end in a cell": ('id,note,grade\nalice,"two\nlines",\n',
                           'id,note,grade\nalice,"two\nlines",41.5\n'),
    "spaces": ("id , grade\n alice ,\n", "id , grade\n alice ,41.5\n"),
    "other case": ("id,grade\nALICE,\n", "id,grade\nALICE,41.5\n"),
    "Excel's own line": ("sep=;\nid;grade\nalice;\n",
                         "sep=;\nid;grade\nalice;41,5\n"),
    "blank lines": ("\n\nid,grade\n\nalice,\n,\n",
                    "\n\nid,grade\n\nalice,41.5\n,\n"),
    "a formula elsewhere": ("id,x,grade\nalice,=1+1,\n",
                            "id,x,grade\nalice,=1+1,41.5\n"),
    "by e-mail": ("id,grade\nalice@UNI.example,\n",
                  "id,grade\nalice@UNI.example,41.5\n"),
    "by name": ("id,grade\nAlice  Doe,\n", "id,grade\nAlice  Doe,41.5\n"),
    "Brightspace": (
        "OrgDefinedId,id,grade,End-of-Line Indicator\n#1,alice,,#\n",
        "OrgDefinedId,id,grade,End-of-Line Indicator\n#1,alice,41.5,#\n"),
}


@pytest.mark.parametrize(("old", "new"), FORMS.values(), ids=FORMS)
def test_a_table_keeps_its_form(old: str, new: str, tmp_path: Path) -> None:
    """The one number is all that is new."""
    assert filled(tmp_path, old.encode(), "id", "grade")[0] == new.encode()


def test_moodle_has_names_in_two_columns(tmp_path: Path) -> None:
    """In any language; neither of them tells who it is."""
    book = ("Vorname;Nachname;Aufgabe: Lab 3; Punkte\nAlice;Doe;-;\n"
            "Alice;Ng;-;\nBob;Ng;-;4,5\n;;;\n")

    new, said = filled(tmp_path, book.encode(), "Vorname + Nachname",
                       "Punkte")

    assert new.decode() == book.replace("Doe;-;", "Doe;-;41,5").replace(
        "4,5\n;", "7\n;")
    assert said == Filled(2, missing=("Alice Ng",))


@pytest.mark.parametrize(("encoding", "bom"), [
    ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1252", b""),
    ("latin-1", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_an_encoding_is_kept(
        encoding: str, bom: bytes, tmp_path: Path) -> None:
    """And names in it are read: here, by the name itself."""
    odd = "\x81" if encoding == "latin-1" else ""
    old = f"id,grade{odd}\nZoë Müller,\nalice,\n"
    zoe = grade("s1", "ZOE\u0308 Müller", 3)

    new, said = filled(tmp_path, bom + old.encode(encoding), "id",
                       f"grade{odd}", (zoe, ALICE))

    assert new == bom + old.replace("Müller,", "Müller,3").replace(
        "alice,", "alice,41.5").encode(encoding)
    assert said.filled == 2


def test_who_is_not_there_is_named(tmp_path: Path) -> None:
    """On both sides; nobody is added, and no cell is emptied."""
    new, said = filled(
        tmp_path, b"id,grade\nalice,5\nzoe,4\ncarl,3\ndora,EX\n", "id",
        "grade", (BOB, grade("carl", "Carl", None), grade("dora", "D", 9),
                  grade("alice", "Alice", 41.5)))

    assert new == b"id,grade\nalice,41.5\nzoe,4\ncarl,3\ndora,EX\n"
    assert (said.unknown, said.missing, said.ungraded, said.excused) == (
        ("Bob Ng",), ("zoe",), ("carl",), ("dora",))
    assert said.sentences() == [
        "1 grade filled in.",
        "1 graded, but in no row of the grade book: Bob Ng.",
        "1 in the grade book, without a submission: zoe.",
        "1 left for you to decide: carl.",
        "1 excused in the grade book, and left so: dora."]


def test_a_name_that_two_have_is_nobodys(tmp_path: Path) -> None:
    """Nobody gets the grade of a namesake, on either side."""
    kims = (grade("k1", "Kim Lee", 1), grade("k2", "Kim Lee", 2), ALICE, BOB)

    new, said = filled(
        tmp_path, b"id,grade\nKim Lee,\nalice,\nalice,\nbob,\n", "id",
        "grade", kims)

    assert new == b"id,grade\nKim Lee,\nalice,\nalice,\nbob,7\n"
    assert said.ambiguous == ("Kim Lee", "alice", "alice")
    assert "twice" in said.sentences()[1]


def test_other_points_than_the_books_are_told(tmp_path: Path) -> None:
    """41.5 of 66 is not 41.5 of 100."""
    _, said = filled(tmp_path, CANVAS.replace(",66,", ",100,").encode())

    assert said.notes == (
        "The grade book has 100 points for this column, and these grades are "
        "of 66: `total` in the policy changes that.",)


WRONG = {
    "no such column": (b"id,grade\nalice,\n", "id", "Grade 1",
                       "Did you mean `grade`"),
    "nothing near": (b"id,grade\nalice,\n", "id", "xyzzy",
                     "It has `id`, `grade`"),
    "no such key": (b"id,grade\nalice,\n", "login", "grade", "no column"),
    "twice": (b"id,grade,grade\nalice,,\n", "id", "grade", "2 columns"),
    "empty": (b"", "id", "grade", "is empty"),
    "blank": (b"\n \n", "id", "grade", "is empty"),
    "a workbook": (b"PK\x03\x04", "id", "grade", "export the grade book"),
    "binary": (b"id,\0grade", "id", "grade", "is no text"),
    "an open quote": (b'id,grade\nalice,"4\n', "id", "grade", "line 2"),
}


@pytest.mark.parametrize(("data", "by", "column", "said"), WRONG.values(),
                         ids=WRONG)
def test_what_is_no_such_table_is_told(
        data: bytes, by: str, column: str, said: str, tmp_path: Path) -> None:
    """In a sentence, and no new grade book is there."""
    with pytest.raises(CannotDo, match=said):
        filled(tmp_path, data, by, column)

    assert not (tmp_path / "new.csv").exists()


def test_a_grade_book_is_not_overwritten(tmp_path: Path) -> None:
    """Nor one that is away written as a new one."""
    book = tmp_path / "book.csv"
    book.write_text("id,grade\n")
    (tmp_path / "same.csv").symlink_to(book)

    for out in (book, tmp_path / "same.csv"):
        with pytest.raises(CannotDo, match="another name"):
            fill(book, out, [ALICE], by=["id"], column="grade")
    with pytest.raises(CannotDo, match="cannot be read"):
        fill(tmp_path / "none.csv", tmp_path / "new.csv", [], by=["id"],
             column="grade")
