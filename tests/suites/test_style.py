"""What pycodestyle complains of, and what a person is told to do about it.

- each kind of complaint has its advice
- where the complaint says itself what to do, it stands alone
- the end of a file is the matter of another rule
"""
from pathlib import Path

import pycodestyle
import pytest

from tests.support.checking import write
from winnow.suites.pycodestyle_rule import complaints

BESIDE = ("Line it up with what follows the open bracket, or end the "
          "line there at the bracket and indent this one.")
METHODS = "class A:\n    x = 1\n    def f(self):\n        pass\n"


def told(place: Path, text: str) -> list[tuple[int, str, str]]:
    """Return the line, the code and the advice of each complaint."""
    write(place, {"a.py": text})
    return [(line, words[:4], words.rpartition(". ")[2])
            for line, words in complaints(place / "a.py")]


@pytest.mark.parametrize(("text", "line", "code", "advice"), [
    ("if 1:\n    a = 1\n\tb = 2\n", 3, "E101", "Indent with spaces alone."),
    ("if 1:\n  a = 1\n", 2, "E111", "Indent by four spaces a level."),
    ("if 1 and f(\n    1):\n    pass\n", 2, "E125",
     "Indent it further than what follows."),
    ("print(1,\n  2)\n", 2, "E128", BESIDE),
    ("if (1 and\n    2):\n    pass\n", 2, "E129",
     "Indent it further than what follows."),
    ("f([\n    1,\n      2])\n", 3, "E131", BESIDE),
    ("f( 1)\n", 1, "E201", "Delete the spaces there."),
    ("f (1)\n", 1, "E211", "Delete the spaces there."),
    ("x=1\n", 1, "E225", "Put one space on either side."),
    ("f(1,2)\n", 1, "E231", "Put one space there."),
    ("f(a = 1)\n", 1, "E251", "Delete the spaces on either side of `=`."),
    ("def f(a: int=1):\n    pass\n", 1, "E252",
     "Put one space on either side of `=`."),
    ("#x\n", 1, "E265", "A comment begins with `#` and one space; after "
     "code, put two spaces before it."),
    ("import  os\n", 1, "E271", "Put one space there."),
    (METHODS, 3, "E301", "Put one blank line above it."),
    ("x = 1\ndef f():\n    pass\n", 2, "E302",
     "Put two blank lines above it."),
    ("x = 1\n\n\n\ny = 2\n", 5, "E303", "Delete some of them."),
    ("@f\n\ndef f():\n    pass\n", 3, "E304", "Delete them."),
    ("def f():\n    pass\nx = 1\n", 3, "E305",
     "Put two blank lines above it."),
    ("def f():\n    x = 1\n    def g():\n        pass\n", 3, "E306",
     "Put one blank line above it."),
    ("import a, b\n", 1, "E401", "Give each import a line of its own."),
    ("x = 1\nimport a\n", 2, "E402", "Move it up, below the docstring."),
    (f"x = '{'a' * 80}'\n", 1, "E501", "Break it where a bracket is open."),
    ("f(1, \\\n  2)\n", 1, "E502", "Delete the backslash."),
    ("x = 1; y = 2\n", 1, "E702", "Give each statement a line of its own."),
    ("try:\n    f()\nexcept:\n    g()\n", 3, "E722",
     "Name the exception that you expect."),
    ("l = 1\n", 1, "E741", "Choose a name of several letters."),
    ("if 1:\n\tx = 1\n", 2, "W191", "Indent with spaces alone."),
    ("x = 1 \n", 1, "W291", "Delete the spaces at its end."),
    ("x = '\\d'\n", 1, "W605",
     "Put an r before the quotes, or double the backslash."),
])
def test_a_complaint_comes_with_what_to_do(
        text: str, line: int, code: str, advice: str, tmp_path: Path) -> None:
    """Whatever else stands in the same file."""
    assert (line, code, advice) in told(tmp_path, text)


def test_a_complaint_may_say_itself_what_to_do(tmp_path: Path) -> None:
    """Then nothing is put behind it."""
    write(tmp_path, {"a.py": "f = lambda: 0\n"})

    assert list(complaints(tmp_path / "a.py")) == [(
        1, "E731 do not assign a lambda expression, use a def.")]


@pytest.mark.parametrize("text", [
    "x = 1", "x = 1\n\n\n", "x = 1+1\n", "x = (1\n     + 1)\n", "x = 1\n"])
def test_what_is_off_by_default_is_not_told(
        text: str, tmp_path: Path) -> None:
    """Nor is what is said of the end of a file."""
    assert told(tmp_path, text) == []


def test_complaints_stand_in_the_order_of_their_places(
        tmp_path: Path) -> None:
    """By lines, then within a line."""
    found = told(tmp_path, "x=f( 1)\nimport a, b\n")

    assert [(line, code) for line, code, _ in found] == [
        (1, "E225"), (1, "E201"), (2, "E402"), (2, "E401")]


def test_the_settings_of_its_user_are_not_read(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are another's on another machine."""
    write(tmp_path, {"settings": "[pycodestyle]\nignore = E,W\n"})
    monkeypatch.setattr(pycodestyle, "USER_CONFIG", str(tmp_path / "settings"))

    assert [code for _, code, _ in told(tmp_path, "x=1\n")] == ["E225"]
