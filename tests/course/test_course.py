"""The loop of a lesson: start, check, hint, solution, reset, and the list.

- every lesson, through these very commands: its start misses exactly what its
  page says, each wrong try too, and its solution ends in "done"
- what is printed can be typed; what is kept is kept, and nothing is lost
- the reader of pages finds what the course's own parser of Markdown finds
"""
import errno
import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lessons.engine.pages import lessons as pages
from lessons.engine.pages import read
from lessons.engine.proofs import row_of
from tests.support.checking import Typed, write
from winnow.course import kept
from winnow.course.pages import CLAIMS, UNNAMED, Lesson, lessons
from winnow.reports.terminal import Style

LESSONS = lessons()
# In the quick tests: two files, a confusion with a problem, a refactoring.
SAMPLE = {"return_value_is_a_chain", "errors_are_behaviour",
          "what_assertions_freeze"}
FIRST = next(each for each in LESSONS if each.name == "a_test_can_fail")


def said(report: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return what a report says, by the kinds of claims of a mark."""
    return {
        "misses": {each["name"] for each in report["faults"]
                   if each["outcome"] != "caught"},
        "breaks": {each["name"] for each in report["refactorings"]
                   if not each["tolerated"]},
        "shows": {each["kind"] for each in report["problems"]},
        "believes": {row_of(each["coaching"]) for each in report["tests"]
                     if each["coaching"]}}


def checked(typed: Typed) -> tuple[int, dict[str, set[str]]]:
    """Check this folder; return the status, and what is said of the tests."""
    status = typed("check", "--format", "json", "--timeout", "30")
    report = json.loads(typed.out)
    assert (report["rules"], report["notes"]) == ([], [])
    return status, said(report)


def claimed(claims: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """Return what a mark claims, as a report is read."""
    return {claim: {*claims.get(claim, ())} for claim in CLAIMS}


# These take CI's time, as do those that are about the registration, whose
# servers the tests of another file may use at the same time.
SOAKED = {"before_the_first_lesson", "memoization", "fixtures",
          "output_logs_time_numbers", "properties_of_many",
          "other_kinds_of_tests", "flaky_slow_interfering", "ci",
          "what_do_your_tests_miss", "make_a_fault"}


def mark_of(lesson: Lesson) -> list[pytest.MarkDecorator]:
    """Return how often a lesson is tried: always, in CI, or seldom."""
    if lesson.name in SAMPLE:
        return []
    if lesson.name in SOAKED or lesson.exercise.name == "registration":
        return [pytest.mark.soak]
    return [pytest.mark.slow]


@pytest.mark.parametrize("lesson", [
    pytest.param(each, id=each.name, marks=mark_of(each))
    for each in LESSONS])
def test_a_lesson_can_be_begun_and_finished(
        lesson: Lesson, typed: Typed) -> None:
    """As its page says, with no problem or refactoring besides."""
    begun = {**lesson.start}
    assert typed("start", "--lesson", str(lesson.number)) == 0
    os.chdir(f"lesson-{lesson.number}")
    assert checked(typed) == (1, claimed(lesson.claims))

    for wrong in lesson.tries:
        write(Path(), {**begun, **wrong.files})
        assert checked(typed) == (1, claimed(wrong.claims))

    write(Path(), begun)
    for number in range(1, 4):
        assert typed("hint") == 0
        assert f"Lesson {lesson.number}: hint {number} of 3" in typed.out
    assert "That was the last one." in typed.out
    assert typed("solution") == 2
    assert f"Lesson {lesson.number} is not done yet." in typed.err

    write(Path(), {**lesson.solution})
    assert typed("check", "--timeout", "30") == 0
    assert f"\nLesson {lesson.number} done.\n" in typed.out
    assert typed("solution") == 0
    assert all(code in typed.out for code in lesson.solution.values())
    assert typed("lessons") == 0
    assert f"1 of {len(LESSONS)} lessons done" in typed.out
    assert f"✓ {lesson.number:2}. {lesson.title}" in typed.out

    assert typed("reset") == 0
    for name, text in begun.items():
        assert Path(name).read_text("utf-8") == text
        assert Path(f"{name}.old1").read_text("utf-8") == (
            lesson.solution[name])


def test_the_sample_has_what_there_is_to_be_claimed() -> None:
    """So the quick tests try each kind of claim, and two files."""
    sample = [each for each in LESSONS if each.name in SAMPLE]

    assert {claim for each in sample for claim in each.claims} == {*CLAIMS}
    assert any(len(each.start) > 1 for each in sample)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.name)
def test_a_page_is_read_as_the_courses_own_parser_reads_it(
        lesson: Lesson) -> None:
    """Each marked block, with its file; and there is something to do."""
    blocks = read(lesson.path).blocks
    marked = {mark: {block.file or UNNAMED: block.code for block in blocks
                     if mark in block.marks}
              for mark in ("start", "solution")}

    assert marked == {"start": lesson.start, "solution": lesson.solution}
    assert [[*each.files.values()] for each in lesson.tries] == [
        [block.code] for block in blocks if "wrong try" in block.marks]
    assert lesson.start and lesson.task and lesson.title
    assert len(lesson.hints) == 2
    assert 5 <= lesson.minutes <= 10
    assert "<" not in lesson.task.replace("<module>", "")


def test_the_lessons_are_those_of_the_course() -> None:
    """They are read in the order of their numbers, without a gap."""
    assert sorted(each.path for each in LESSONS) == [
        path for path in pages() if path.name[0].isdigit()]
    assert [each.number for each in LESSONS] == [*range(len(LESSONS))]


def test_a_lesson_comes_after_those_that_it_needs() -> None:
    """And the map has them in that order."""
    names = [each.name for each in LESSONS]
    for place, lesson in enumerate(LESSONS):
        assert {*names[:place]} >= {*lesson.needs}, lesson.name
    mapped = [link for _, link in
              read(pages()[0].with_name("README.md")).links
              if link[:2].isdigit()]
    assert [*dict.fromkeys(mapped)] == [each.path.name for each in LESSONS]


def test_what_a_lesson_says_to_type_can_be_typed(typed: Typed) -> None:
    """From the folder that it names, in the order that it names them."""
    assert typed("start", "--lesson", "1", "my lesson") == 0
    lines = [shlex.split(line) for line in typed.out.splitlines()
             if line.startswith("  ")]

    assert lines[0] == ["cd", "my lesson"]
    os.chdir(lines[0][1])
    assert [typed(*words[1:]) for words in lines[1:]] == [1, 0]
    page = Path("TASK.md").read_text("utf-8").split("`")[-2]
    assert Path(page) == FIRST.path


def test_a_lesson_is_checked_from_outside_too(typed: Typed) -> None:
    """The commands that are printed name its folder."""
    typed("start", "--lesson", "1")
    assert typed("check", "lesson-1") == 1
    hint = re.findall(r"^A hint: winnow (.*)$", typed.out, re.MULTILINE)
    assert [typed(*shlex.split(line)) for line in hint] == [0]
    assert "2 more: winnow hint --in lesson-1" in typed.out

    write(Path("lesson-1"), FIRST.solution)
    assert typed("check", "lesson-1") == 0
    line, = re.findall("solution: winnow (.*)$", typed.out, re.MULTILINE)
    assert typed(*shlex.split(line)) == 0


def test_the_next_lesson_goes_beside_this_one(typed: Typed) -> None:
    """It would be a part of this one within it."""
    typed("start", "--lesson", "1")
    os.chdir("lesson-1")

    assert typed("start", "--lesson", "2") == 0
    assert f"  cd {Path(os.pardir, 'lesson-2')}\n" in typed.out
    assert Path(os.pardir, "lesson-2", "TASK.md").is_file()


def test_who_names_an_exercise_means_all_of_it(typed: Typed) -> None:
    """So the folder of a lesson can be checked as a whole, too."""
    typed("start", "--lesson", "1")
    os.chdir("lesson-1")

    assert typed("check", "--exercise", "github", "--format", "json") == 1
    assert len(json.loads(typed.out)["faults"]) > 10


def test_a_lesson_without_its_tests_is_not_done(typed: Typed) -> None:
    """What no file of tests is about any more counts as missed."""
    lesson = next(each for each in LESSONS if len(each.start) > 1)
    typed("start", "--lesson", str(lesson.number), "here")
    write(Path("here"), lesson.solution)
    (Path("here") / [*lesson.solution][-1]).unlink()

    assert typed("check", "here") == 1
    assert "✗ 1 of 3 faults caught" in typed.out


def test_settings_around_a_lesson_are_not_its_own(typed: Typed) -> None:
    """Those of a project in which it was begun are about other modules."""
    write(Path(), {"shop.py": "A = 1\n", "pyproject.toml": (
        '[tool.winnow]\nmodules = ["shop.py"]\nfail-under = 0\n')})
    typed("start", "--lesson", "1")
    os.chdir("lesson-1")

    assert typed("check") == 1
    assert "Lesson 1: A test can fail · test_utils.py" in typed.out


def test_reset_keeps_what_was_there_however_often(typed: Typed) -> None:
    """Each under a name of its own, which no runner takes for tests."""
    typed("start", "--lesson", "1")
    os.chdir("lesson-1")
    for number in (1, 2):
        write(Path(), {"test_utils.py": f"# {number}\n", "test_mine.py": ""})
        assert typed("reset") == 0
        assert f"yours is now test_utils.py.old{number}." in typed.out
        assert "test_mine.py is your own" in typed.out

    assert typed("reset") == 0
    assert "All files are as they were" in typed.out
    assert [Path(f"test_utils.py.old{n}").read_text() for n in (1, 2)] == [
        "# 1\n", "# 2\n"]


def test_a_lesson_is_ticked_off(typed: Typed) -> None:
    """By its number or its name, several at once; the list goes on there."""
    assert typed("lessons", "--done", "0") == 0
    assert typed("lessons", "--done", LESSONS[1].name, "2") == 0
    assert typed.out.count("is ticked off.") == 2
    assert typed("lessons", "--done", "3", "x") == 2
    typed("lessons")

    assert f"3 of {len(LESSONS)} lessons done" in typed.out
    assert "Next: winnow start --lesson 3" in typed.out


@pytest.mark.slow
def test_what_two_files_miss_alike_is_said_once(typed: Typed) -> None:
    """In the task, and in the hint with the line; that keeps its indents."""
    lesson = next(each for each in LESSONS if each.number == 8)
    assert typed("start", "--lesson", "8") == 0
    task = Path("lesson-8", "TASK.md").read_text("utf-8")
    typed("hint", "3", "--in", "lesson-8")
    two = typed.out
    typed("lessons")
    listed = typed.out
    typed("start", "--lesson", "9")
    typed("hint", "3", "--in", "lesson-9")

    for name in lesson.claims["misses"]:
        assert task.count(f"`{name}`") == 1
        assert two.count(f"{name}, ") == 1
    assert "That was the last one." in two
    assert "needs lessons 8 and 9\n" in listed
    assert "    + try:\n    +     return requests.get(url)" in typed.out


def test_a_hint_is_filled_anew_as_wide_as_a_report(typed: Typed) -> None:
    """However long its lines are on the page."""
    lesson = next(each for each in LESSONS if each.hints and len(
        each.hints[0].split()) > 25 and "\n\n" not in each.hints[0]
        and "```" not in each.hints[0])
    typed("start", "--lesson", str(lesson.number))
    typed("hint", "--in", f"lesson-{lesson.number}")

    lines = typed.out.split("\n\n")[1].splitlines()
    assert " ".join(lines) == " ".join(lesson.hints[0].split())
    for line, following in zip(lines, lines[1:]):
        assert len(f"{line} {following.split()[0]}") > Style().width


@pytest.mark.slow
def test_what_was_done_elsewhere_is_taken_over(typed: Typed) -> None:
    """Days alone, of lessons that there are; what is done stays as it is."""
    name, other = LESSONS[0].name, LESSONS[1].name
    write(Path(), {"progress.json": json.dumps({"winnow": 1, "lessons": {
        name: {"done": "2026-11-29", "begun": "elsewhere"},
        other: {"done": "yesterday"}, "unknown": {"done": "2026-11-29"},
        "odd": "2026-11-29"}, "code": {name: {"files": {}}}})})

    assert typed("lessons", "--import", "progress.json") == 0
    assert (f"Ticked off: lesson {LESSONS[0].number}. winnow lessons shows"
            in typed.out)
    assert typed("lessons", "--import", "progress.json") == 0
    assert "Nothing in it was new." in typed.out
    typed("lessons")
    assert f"1 of {len(LESSONS)} lessons done" in typed.out
    assert "elsewhere" not in typed.out


@pytest.mark.parametrize(("words", "says"), [
    (("lessons", "--import", "no.json"), "There is no file no.json: export"),
    (("lessons", "--import", "full/mine.txt"), "is not as Winnow writes it"),
    (("lessons", "--import", "full"), "full cannot be read: "),
    (("start", "--lesson", "99"), "There is no lesson 99: there are 0 to"),
    (("start", "--lesson", "side efect"), "did you mean {} (What a "
     "call".format(next(each.number for each in LESSONS
                        if each.name == "side_effect"))),
    (("start", "--lesson", "1", "full"), "full is not empty (mine.txt), and "
     "nothing was written. Choose another folder: winnow start --lesson 1 "),
    (("start", "--lesson", "1", "full/mine.txt"), "is no folder."),
    (("start", "--lesson", "1", "begun"), "begun is the folder of an exercise "
     "already: winnow reset --in begun begins it anew."),
    (("start", "--lesson", "2", "begun"), "begun is the folder of another "
     "lesson, a_test_can_fail, and nothing was written. Choose another "
     "folder: winnow start --lesson 2 DIR."),
    (("lessons", "--done", "x"), "There is no lesson x: there are 0 to"),
    (("hint",), "This folder is of no lesson and of no exercise (there is no "
     ".winnow.json): begin one with winnow start --lesson 0."),
    (("solution", "--in", "full"), "full is of no lesson"),
    (("reset", "--in", "nowhere"), "nowhere is of no lesson"),
    (("hint", "9", "--in", "begun"), "There is no hint 9: there are 1 to 3."),
    (("hint", "--task", "1", "--in", "begun"), "which has no tasks."),
    (("check", "--task", "1", "full"), "--task goes only in a folder"),
    (("check", "broken"), "is not as Winnow writes it, and was left as it "),
    (("hint", "--in", "broken"), "is not as Winnow writes it"),
    (("check", "newer"), "is of a newer Winnow (form 2): update Winnow, or"),
    (("check", "gone"), "names the lesson gone, which this Winnow does not"),
])
def test_what_cannot_be_done_is_said_in_a_sentence(
        words: tuple[str, ...], says: str, typed: Typed) -> None:
    """The status is 2, and nothing is touched."""
    typed("start", "--lesson", "1", "begun")
    state = json.loads(Path("begun", ".winnow.json").read_text("utf-8"))
    write(Path(), {
        "full/mine.txt": "", "broken/.winnow.json": "{}",
        "newer/.winnow.json": json.dumps({**state, "winnow": 2}),
        "gone/.winnow.json": json.dumps({**state, "lesson": "gone"})})
    before = everything()

    assert typed(*words) == 2
    assert says in typed.err
    assert typed.out == "" and len(typed.err.splitlines()) == 1
    assert everything() == before


def everything() -> dict[Path, bytes]:
    """Return what all files below this folder say."""
    return {path: path.read_bytes() for path in Path().rglob("*")
            if path.is_file()}


@pytest.mark.parametrize("text", [
    "", "[]", "{", "[" * 100000, '{"winnow": 1}', '{"winnow": "1"}',
    '{"winnow": 2}', '{"winnow": 1, "lessons": []}', "\0"])
def test_a_broken_list_of_lessons_is_left_as_it_is(
        text: str, typed: Typed, tmp_path: Path) -> None:
    """A lesson can be begun and done without it, and says why."""
    file = tmp_path / "state" / "winnow" / "course.json"
    write(tmp_path, {"state/winnow/course.json": text})

    assert typed("lessons") == 2
    assert str(file) in typed.err and len(typed.err.splitlines()) == 1
    assert typed("lessons", "--done", "1") == 2
    assert typed("start", "--lesson", "1") == 0
    assert str(file) in typed.out
    assert file.read_text() == text


def test_a_folder_from_before_its_lesson_had_this_number_goes_on(
        typed: Typed) -> None:
    """What was kept by a number is of the lesson that the folder names."""
    typed("start", "--lesson", "1")
    os.chdir("lesson-1")
    state = json.loads(Path(".winnow.json").read_text("utf-8"))
    write(Path(), {".winnow.json": json.dumps({
        **state, "hints": {"lesson 91": 2}, "done": ["lesson 91"]})})

    assert typed("hint") == 0
    assert "Lesson 1: hint 3 of 3" in typed.out
    assert typed("solution") == 0
    state = json.loads(Path(".winnow.json").read_text("utf-8"))
    assert (state["hints"], state["done"]) == (
        {"lesson a_test_can_fail": 3}, ["lesson a_test_can_fail"])


@pytest.mark.slow
def test_in_a_folder_that_may_not_be_written_to_nothing_is_lost(
        typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check still judges; what could not be kept is said."""
    def refuse(*_: object) -> None:
        """Do as a system does where all is read-only."""
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    typed("start", "--lesson", "1")
    os.chdir("lesson-1")
    write(Path(), FIRST.solution)
    before = everything()
    monkeypatch.setattr(kept, "write", refuse)
    monkeypatch.setattr(os, "rename", refuse)
    typed.is_replaced = True

    assert typed("check") == 0
    assert "How far you are cannot be kept in .winnow.json: Read-only" in (
        " ".join(typed.out.split()))
    assert typed("reset") == 2
    assert "Read-only file system. Nothing was changed." in typed.err
    assert typed("hint") == 2
    assert ".winnow.json cannot be written: Read-only file system." in (
        typed.err)
    assert everything() == before
