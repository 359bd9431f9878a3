"""The list of a class: who is on it, in whatever form it was exported.

- a learner is found by name, in both orders, by login, e-mail or number
- who handed nothing in, who is not on the list, who handed in twice
- `;`, a byte order mark, Latin-1, UTF-16, a comma in a name
- what is wrong with it is said with its line
"""
from pathlib import Path

import pytest

from winnow.grading.records import Submission
from winnow.grading.roster import NOTHING, BadRoster, with_roster

LIST = '''Student,ID,SIS Login ID,Section
"Lovelace, Ada",17,al17,1
"de Vries, Zoë",18,zv18,1
Bob,19,bb19,2
'''


def one(name: str, **details: str) -> Submission:
    """Return a submission of somebody."""
    return Submission(name, name, f"class/{name}", {"test_a.py": b"1"},
                      details=details)


def rows(path: Path, *submissions: Submission) -> dict[str, Submission]:
    """Return the rows of a class, by their identifiers."""
    return {each.identifier: each
            for each in with_roster(submissions, path)[0]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the list as a file."""
    (tmp_path / "roster.csv").write_text(LIST, encoding="utf-8")
    return tmp_path / "roster.csv"


@pytest.mark.parametrize("submission", [
    one("Lovelace, Ada"), one("Ada Lovelace"), one("lovelaceada"),
    one("al17"), one("x", id="17"), one("x", user="AL17")])
def test_a_learner_is_found_by_whatever_the_line_has(
        path: Path, submission: Submission) -> None:
    """The name on the list is the learner's from then on."""
    found = rows(path, submission)

    assert [*found] == ["17", "18", "19"]
    assert (found["17"].name, found["17"].problem) == ("Lovelace, Ada", "")
    assert found["18"].problem == found["19"].problem == NOTHING


def test_who_is_not_on_the_list_is_graded_and_named(path: Path) -> None:
    """Somebody may have registered late."""
    found, notes = with_roster([one("Eve")], path)

    assert [each.identifier for each in found] == ["17", "18", "19", "Eve"]
    assert notes == ["Eve (class/Eve) is not on roster.csv."]


def test_two_submissions_of_one_learner_are_a_row_with_a_reason(path: Path
                                                                ) -> None:
    """By name and by login, say."""
    found = rows(path, one("al17"), one("Ada Lovelace"))

    assert found["17"].files == {}
    assert "class/al17, class/Ada Lovelace" in found["17"].problem


def test_what_two_lines_share_tells_nobody(tmp_path: Path) -> None:
    """A first name, or a section."""
    path = tmp_path / "roster.csv"
    path.write_text("id,name\n1,Ada\n2,Ada\n")

    found, notes = with_roster([one("Ada")], path)

    assert len(found) == 3 and len(notes) == 1


@pytest.mark.parametrize("text, learners", [
    ("First name,Surname,ID number,Email address\n"
     "Ada,Lovelace,17,a@x.test\nAda,de Vries,18,b@x.test\n",
     {"17": "Ada Lovelace", "18": "Ada de Vries"}),
    ("Nachname;Vorname;Matrikel\nLovelace;Ada;17\nde Vries;Ada;18\n",
     {"Lovelace": "Ada Lovelace", "de_Vries": "de Vries"}),
    ("Vorname;Nachname;Matrikel\nAda;Lovelace;17\nAda;de Vries;18\n",
     {"Lovelace": "Ada Lovelace", "de_Vries": "de Vries"}),
])
def test_names_in_two_columns_are_one(
        tmp_path: Path, text: str, learners: dict[str, str]) -> None:
    """Whatever language the headings are in; who is alike is told apart."""
    path = tmp_path / "roster.csv"
    path.write_text(text)

    found = rows(path, one("Ada Lovelace"))

    assert {name: each.name for name, each in found.items()} == learners
    assert [each.problem for each in found.values()] == ["", NOTHING]


def test_the_list_of_another_class_is_refused(path: Path) -> None:
    """All of this class would have handed nothing in."""
    with pytest.raises(BadRoster, match="Of 2 submissions, none is of anybody "
                       "on .*roster.csv, the first of Eve: is it the list of"):
        with_roster([one("Eve"), one("Mallory")], path)


@pytest.mark.parametrize("encoding", [
    "utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_forms_of_the_same_list(tmp_path: Path, encoding: str, separator: str
                                ) -> None:
    """As different programs write them."""
    path = tmp_path / "roster.csv"
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in (
        ("ID", "Name"), ("17", "Zoë de Vries"), ("18", "Lovelace, Ada")))
    path.write_bytes(text.encode(encoding))

    found = rows(path, one("zoë de vries"), one("Ada Lovelace"))

    assert [each.problem for each in found.values()] == ["", ""]


@pytest.mark.parametrize("text, says", [
    ("", "names no learner"), ("id,name\n", "names no learner"),
    ("id,name\n1,Ada\n\n2,Bob\n1,Cy\n",
     "line 5: 1 is there twice, first in line 2"),
    ("id,name\n,Ada\n", "line 2: the learner's identifier is empty"),
    (None, "cannot be read: No such file"),
])
def test_what_is_wrong_is_said(tmp_path: Path, text: str, says: str) -> None:
    """With the line."""
    path = tmp_path / "roster.csv"
    if text is not None:
        path.write_text(text)

    with pytest.raises(BadRoster, match=says):
        with_roster([one("Ada")], path)
