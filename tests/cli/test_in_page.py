"""What a browser's page asks for, asked here without one.

- a check, a hint and a folder to take home are those of the commands
- what cannot be done is said in a sentence, and nothing is kept of a request
"""
import base64
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import Typed, write
from winnow.cli import in_page
from winnow.course.pages import lessons

LESSON = next(each for each in lessons()
              if each.name == "patch_where_it_is_looked_up")
NUMBER = str(LESSON.number)
START = {"lesson": NUMBER, "files": LESSON.start}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the page's folders where this test may write."""
    monkeypatch.setattr(in_page, "PLACE", tmp_path / "page")
    return tmp_path / "page"


def asked(name: str, request: Any, told: list[str] | None = None,
          counts: list[tuple[int, int]] | None = None) -> dict[str, Any]:
    """Return what is answered to a request."""
    answer = in_page.answer(
        name, json.dumps(request), (told if told is not None else []).append,
        lambda done, of: (counts if counts is not None else []).append(
            (done, of)))
    return dict(json.loads(answer))


def without_time(text: str) -> dict[str, Any]:
    """Return a report without how long it took."""
    return {key: value for key, value in json.loads(text).items()
            if key != "seconds"}


def test_a_check_is_the_commands(typed: Typed) -> None:
    """The same report; the first words come before it."""
    told: list[str] = []
    typed("start", "--lesson", NUMBER)
    os.chdir(f"lesson-{NUMBER}")
    typed("check", "--format", "json")

    counts: list[tuple[int, int]] = []
    answer = asked("check", START, told, counts)

    assert without_time(answer["json"]) == without_time(typed.out)
    assert counts and counts == sorted(counts) and counts[-1][0] >= 4
    assert (answer["clean"], answer["done"]) == (False, False)
    assert "1 of 2 tests pass on the right modules" in told[0]
    assert answer["html"].startswith("<!doctype html>")
    assert "winnow hint" not in answer["html"]


def test_suites_of_a_whole_exercise_are_checked(typed: Typed) -> None:
    """As in a folder of `winnow start`, whose rules on files they keep."""
    typed("start")
    os.chdir("github")
    typed("check", "--format", "json")
    begun = {"exercise": "github", "files": {
        path.name: path.read_text() for path in Path().glob("test_*.py")}}

    answer = asked("check", begun)
    assert without_time(answer["json"]) == without_time(typed.out)

    hint = asked("hint", {**begun, "state": answer["state"]})
    typed("hint")
    assert hint["number"] == 1
    assert " ".join(hint["text"].split()) in " ".join(typed.out.split())


@pytest.mark.slow
def test_what_is_done_and_hinted_is_kept_by_the_page() -> None:
    """The state goes in and comes out; once done, a lesson stays done."""
    first = asked("hint", START)
    second = asked("hint", {**START, "state": first["state"]})
    done = asked("check", {"lesson": NUMBER, "files": LESSON.solution,
                           "state": second["state"]})
    again = asked("check", {**START, "state": done["state"]})

    assert [first["text"], second["text"]] == [*LESSON.hints]
    assert (second["number"], second["of"]) == (2, 3)
    assert (done["clean"], done["done"]) == (True, True)
    assert (again["clean"], again["done"]) == (False, True)
    assert json.loads(again["state"])["hints"] == {
        f"lesson {LESSON.name}": 2}


def test_what_is_taken_home_goes_on(typed: Typed) -> None:
    """All files of the folder that `winnow start` makes, and one's own."""
    state = asked("hint", START)["state"]
    packed = asked("take home", {"lesson": NUMBER, "files": LESSON.solution,
                                 "state": state})

    with zipfile.ZipFile(io.BytesIO(base64.b64decode(packed["zip"]))
                         ) as archive:
        archive.extractall()
    typed("start", "--lesson", NUMBER, "begun")
    assert {each.name for each in Path(f"lesson-{NUMBER}").iterdir()} == {
        each.name for each in Path("begun").iterdir()}
    os.chdir(f"lesson-{NUMBER}")
    assert typed("check") == 0
    assert typed("hint") == 0
    assert "hint 2 of 3" in typed.out


def test_modules_of_your_own_are_checked(typed: Typed) -> None:
    """As `winnow check TESTS --module FILE` does."""
    files = {"test_scales.py": "from scales import half\n\n\n"
             "def test_half():\n    assert half(2) == 1\n",
             "scales.py": "def half(number):\n    return number / 2\n"}
    write(Path(), files)
    typed("check", "--module", "scales.py", "--format", "json")

    assert without_time(asked("check own", {"files": files})["json"]) == (
        without_time(typed.out))


@pytest.mark.parametrize(("name", "request_", "says"), [
    ("check", {"lesson": "99", "files": {}}, "There is no lesson 99"),
    ("check", {**START, "state": "{"}, "is not as Winnow writes it"),
    ("check", {**START, "files": {"test_client.py": "def ("}},
     "test_client.py"),
    ("check own", {"files": {"test_a.py": "", "a.py": "def ("}}, "a.py"),
])
def test_what_cannot_be_done_is_a_sentence(
        name: str, request_: Any, says: str) -> None:
    """Whatever the page hands in; the next request is none the worse."""
    here = Path.cwd()

    assert says in asked(name, request_)["error"]
    assert Path.cwd() == here
