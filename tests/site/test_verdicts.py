"""The page and the terminal say the same of the same tests.

- of a lesson's tests to begin with, and of its solution, key by key
- of suites of a whole exercise: each of `examples/`
- of faults made in modules of your own, an example among them
"""
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.site.conftest import ROOT
from tests.site.visit import Visit
from tests.support.checking import Typed, write
from winnow.course.pages import Lesson, lessons

# In CI: a test that fails, reaches for the network and shows a confusion.
SAMPLE = {"patch_where_it_is_looked_up"}
# What a page lacks, a lesson's page says: see test_first_lesson.py.
EXERCISES = [each for each in lessons() if each.start
             and each.exercise.name != "registration"]
# Of each folder of `examples/` that has suites of the exercise in a page.
SUITES = [ROOT / "examples" / name for name in ("first_try", "overspecified")
          ] + sorted(path for path in (ROOT / "examples/class").iterdir()
                     if {*path.glob("test_*.py")})
# How the page's Python, a newer one, ends a message that older ones have.
NEWER = " and no __dict__ for setting new attributes"
# Emscripten's number of ENOENT, and Linux'.
NO_FILE = "[Errno 44]", "[Errno 2]"
OWN = {
    "test_scales.py": "from scales import half\n\n\ndef test_half():\n"
                      "    assert half(2) == 1\n",
    "scales.py": '"""Halves."""\n\n\ndef half(number):\n'
                 '    """Return half."""\n    if number > 9:\n'
                 "        return number / 3\n    return number / 2\n"}


def by_hand(typed: Typed, *words: str) -> dict[str, Any]:
    """Return the report of the command, without what is of this moment."""
    typed("check", *words, "--format", "json")
    return alike(json.loads(typed.out))


def alike(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report without how long it took, and which Python it was."""
    kept = {key: value for key, value in report.items() if key != "seconds"}
    return dict(json.loads(
        json.dumps(kept).replace(NEWER, "").replace(*NO_FILE)))


def verdicts(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report without which test has caught a made fault, and how.

    One that fails is enough, and which is tried first, their times decide.
    """
    kept = alike(report)
    for each in (*kept["tests"], *kept["faults"]):
        for key in ("catches", "caught_by", "how"):
            each.pop(key, None)
    return kept


@pytest.mark.parametrize("lesson", [
    pytest.param(each, id=each.name, marks=[] if each.name in SAMPLE
                 else pytest.mark.soak) for each in EXERCISES])
def test_a_lesson_is_judged_as_on_the_terminal(
        lesson: Lesson, guest: Visit, typed: Typed) -> None:
    """What is to begin with is found wanting, and the solution is done."""
    guest.open(f"lessons/{lesson.path.stem}.html")
    typed("start", "--lesson", str(lesson.number))
    os.chdir(f"lesson-{lesson.number}")

    assert alike(guest.check()) == by_hand(typed)

    write(Path(), {**lesson.solution})
    guest.type(lesson.solution)
    assert alike(guest.check()) == by_hand(typed)
    guest.wait_for(f"Lesson {lesson.number} done.")


@pytest.mark.parametrize("folder", [
    pytest.param(each, id=each.name, marks=[] if each.name == "first_try"
                 else pytest.mark.soak) for each in SUITES])
def test_suites_are_judged_as_on_the_terminal(
        folder: Path, guest: Visit, typed: Typed) -> None:
    """A hint is to the first task that is not done; the folder goes home."""
    files = {path.name: path.read_text("utf-8")
             for path in folder.glob("test_*.py")}
    guest.open("site/suites.html")
    guest.shown()
    guest.press("Reset")
    guest.type(files)
    typed("start", "--exercise", "github")
    os.chdir("github")
    write(Path(), files)

    assert alike(guest.check()) == by_hand(typed)

    typed("hint")
    guest.press("Hint")
    guest.wait_for("Hint 1 of")
    words = typed.out.split("\n\n")[1].split()
    assert words[0] in guest.status() and words[-1] in guest.status()
    with zipfile.ZipFile(guest.download("Take home")) as archive:
        assert {name.partition("/")[2]: archive.read(name)
                for name in archive.namelist()} == {
            path.name: path.read_bytes() for path in Path().iterdir()
            if path.is_file()}


@pytest.mark.parametrize("files", [
    pytest.param(OWN, id="two functions"),
    pytest.param({path.name: path.read_text("utf-8") for path in
                  (ROOT / "examples" / "own_module").glob("*.py")},
                 id="an example", marks=pytest.mark.soak)])
def test_your_own_modules_are_judged_as_on_the_terminal(
        files: Mapping[str, str], guest: Visit, typed: Typed) -> None:
    """Faults are made in the page as they are elsewhere."""
    test, module = sorted(files, key=lambda name: name[:5] != "test_")
    write(Path(), {**files})
    guest.open("site/own.html")
    guest.page.get_by_label("Module", exact=True).fill(Path(module).stem)
    guest.page.get_by_label("Module", exact=True).press("Enter")
    guest.type(files)

    assert verdicts(guest.check()) == verdicts(by_hand(
        typed, test, "--module", module))
