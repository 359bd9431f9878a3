"""`winnow quiz`: what is asked, when it is asked again, and what is kept.

- a question that was known comes back after 1, 3, 7 and more days
- without a terminal, the questions are printed and nothing is kept
- a clock put back, a broken file and a full disk: a sentence, nothing lost
- the deck for Anki has each question, under an id that stays
"""
import errno
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import Typed
from winnow.cli import quiz
from winnow.course import kept
from winnow.course.anki import as_html
from winnow.course.pages import Lesson, lessons
from winnow.course.recall import DAYS, Asked, Recall, questions_of

LESSONS = lessons()
QUESTIONS = questions_of(LESSONS)
TODAY = date(2026, 3, 1)

Answering = Callable[[Sequence[str]], list[str]]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Give a function that sets what is typed, and returns what is asked."""
    def answering(replies: Sequence[str]) -> list[str]:
        """Answer each prompt in turn; after the last the input ends."""
        left, prompts = iter(replies), []

        def answer(prompt: str) -> str:
            """Return the next reply."""
            prompts.append(prompt)
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr(quiz, "_can_be_asked", lambda: True)
        return prompts
    return answering


@pytest.fixture
def state(tmp_path: Path, typed: Typed) -> Path:
    """Give the file in which answers are kept; lesson 5 is done."""
    typed("lessons", "--done", "5")
    return tmp_path / "state" / "winnow" / "quiz.json"


def known(state: Path) -> list[int]:
    """Return how often in a row each answer was known."""
    found = json.loads(state.read_text("utf-8"))["questions"]
    return [each["known"] for each in found.values()]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.name)
def test_each_question_is_read_with_its_own_answer(lesson: Lesson) -> None:
    """As many as there are headings, and no answer has another fold."""
    _, _, section = lesson.text.partition("\n## Check yourself\n")

    assert [text for text, _ in lesson.questions] == [
        line[4:] for line in section.splitlines() if line.startswith("### ")]
    assert len(lesson.questions) >= 2
    for _, answer in lesson.questions:
        assert answer and "<" not in answer


def test_no_two_questions_are_kept_under_one_key() -> None:
    """Or one would be due because of the other."""
    assert len({each.key for each in QUESTIONS}) == len(QUESTIONS)


def test_what_is_known_comes_back_later_and_later(tmp_path: Path) -> None:
    """After one that is not known, all begins again."""
    recall, day, question = Recall(tmp_path / "q", {}), TODAY, QUESTIONS[0]
    for days in (*DAYS, DAYS[-1]):
        recall.note(question, True, day)
        for later in (0, days - 1):
            assert recall.due([question], day + timedelta(later)) == []
        day += timedelta(days)
        assert recall.due([question], day) == [question]

    recall.note(question, False, day)
    assert recall.due([question], day + timedelta(1)) == [question]
    recall.note(question, True, day)
    assert recall.asked[question.key] == Asked(day, 1)


def test_a_question_that_moves_to_another_page_keeps_its_days() -> None:
    """Unless two pages ask it; one that is asked no more is kept, too."""
    one, other = QUESTIONS[0], QUESTIONS[1]
    moved = Recall(Path(), {f"a_page: {one.text}": Asked(TODAY, 3),
                            f"a_page: {other.text}": Asked(TODAY, 2),
                            other.key: Asked(TODAY, 1),
                            "a_page: Gone?": Asked(TODAY, 1)})

    moved.follow(QUESTIONS)

    assert moved.asked == {
        one.key: Asked(TODAY, 3), other.key: Asked(TODAY, 1),
        f"a_page: {other.text}": Asked(TODAY, 2),
        "a_page: Gone?": Asked(TODAY, 1)}
    assert moved.due([one], TODAY) == []


def test_what_was_asked_before_comes_first() -> None:
    """The longest due, and then what is new, in the course's order."""
    asked = {QUESTIONS[2].key: Asked(TODAY - timedelta(2), 0),
             QUESTIONS[3].key: Asked(TODAY - timedelta(9), 1)}

    due = Recall(Path(), asked).due(QUESTIONS[:4], TODAY)

    assert due == [QUESTIONS[3], QUESTIONS[2], *QUESTIONS[:2]]


def test_answers_are_shown_when_asked_for_and_kept(
        typed: Typed, state: Path, answering: Answering) -> None:
    """Enter shows one; what is neither y nor n is asked again."""
    prompts = answering(["", "perhaps", "Y", "", "n"])

    assert typed("quiz") == 0

    one = next(each for each in LESSONS if each.number == 5)
    for text, answer in one.questions:
        assert text in typed.out
        assert answer.split()[-1] in typed.out
    assert len(prompts) == 5
    assert known(state) == [1, 0]
    assert "2 answered. The next is due in 1 day." in typed.out
    assert typed("quiz") == 0
    assert "No question is due today. The next is due in 1 day." in typed.out


@pytest.mark.parametrize("replies", [["q"], [], ["", "q"], [""]])
def test_who_stops_loses_nothing(replies: list[str], typed: Typed,
                                 state: Path, answering: Answering) -> None:
    """By q, or where the input ends; the question stays due."""
    answering(["", "y", *replies])

    assert typed("quiz") == 0

    assert known(state) == [1]
    assert "1 answered, 1 still due: winnow quiz goes on." in typed.out


def test_an_answer_is_shown_without_markdowns_links(
        typed: Typed, state: Path, answering: Answering) -> None:
    """The address is there to be opened."""
    typed("lessons", "--done", "6")
    answering(["", "y"] * 9)

    assert typed("quiz") == 0

    said = " ".join(typed.out.split())
    assert "Meszaros' (http://xunitpatterns.com/Test%20Double.html)" in said


def test_without_a_terminal_questions_are_printed(
        typed: Typed, state: Path) -> None:
    """Without answers, and nothing is kept."""
    assert typed("quiz", "--all", "--count", "3") == 0

    assert f"{len(QUESTIONS)} questions due, of which these are 3:" in (
        typed.out)
    assert all(each.text in typed.out for each in QUESTIONS[:3])
    assert QUESTIONS[0].answer[:30] not in typed.out
    assert not state.exists()


def test_before_any_lesson_is_done_nothing_is_asked(typed: Typed) -> None:
    """It says how to be asked anyway."""
    assert typed("quiz") == 0
    assert "winnow quiz --all asks about all lessons" in typed.out


def test_a_clock_that_was_put_back_is_told(typed: Typed, state: Path) -> None:
    """What was asked on a later day is due, and not only after years."""
    key = next(each.key for each in QUESTIONS if each.lesson.number == 5)
    state.write_text(json.dumps({"winnow": 1, "questions": {
        key: {"asked": "2999-01-01", "known": 3}}}))

    assert typed("quiz") == 0

    assert "1 question had been asked on a later day than today" in typed.out
    assert "2 questions due:" in typed.out


@pytest.mark.parametrize("text", [
    "", "[]", "{", "[" * 100000, '{"winnow": 1}', '{"winnow": 2}',
    '{"winnow": 1, "questions": []}', '{"winnow": 1, "questions": {"a": 1}}',
    '{"winnow": 1, "questions": {"a": {"asked": 1, "known": 1}}}',
    '{"winnow": 1, "questions": {"a": {"asked": "x", "known": 1}}}',
    '{"winnow": 1, "questions": {"a": {"asked": "2026-01-01", "known": -1}}}',
    "\0"])
def test_a_broken_file_is_left_as_it_is(text: str, typed: Typed,
                                        state: Path) -> None:
    """One sentence, with what to do."""
    state.write_text(text)

    assert typed("quiz") == 2

    assert str(state) in typed.err and len(typed.err.splitlines()) == 1
    assert "or rename or delete it" in typed.err or (
        ": rename or delete it, and all questions are new." in typed.err)
    assert state.read_text() == text


def test_what_cannot_be_kept_is_told_at_once(
        typed: Typed, state: Path, answering: Answering,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers ten questions for nothing."""
    def refuse(*_: object) -> None:
        """Do as a system does where all is read-only."""
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(kept, "write", refuse)
    prompts = answering(["", "y", "", "y"])

    assert typed("quiz") == 2
    assert f"What you know cannot be kept in {state}: Read-only" in typed.err
    assert len(prompts) == 2


def notes_in(deck: Path, folder: Path) -> Iterator[tuple[Any, ...]]:
    """Yield what Anki would read: an id and the fields of each note."""
    with zipfile.ZipFile(deck) as package:
        path = package.extract("collection.anki2", folder)
    connection = sqlite3.connect(path)
    yield from connection.execute("SELECT guid, flds FROM notes")
    connection.close()


def test_a_deck_has_each_question_under_an_id_that_stays(
        typed: Typed, tmp_path: Path) -> None:
    """Written again, it has the same ids, so Anki keeps what is learnt."""
    assert typed("quiz", "--anki", "cards.apkg") == 0
    assert f"cards.apkg has {len(QUESTIONS)} cards." in typed.out
    first = dict(notes_in(Path("cards.apkg"), tmp_path / "one"))
    assert typed("quiz", "--anki", "cards.apkg") == 0

    assert first == dict(notes_in(Path("cards.apkg"), tmp_path / "two"))
    assert len(first) == len(QUESTIONS)
    assert [*Path().iterdir()] == [Path("cards.apkg")]


@pytest.mark.parametrize(("name", "says"), [
    ("no/cards.apkg", "no/cards.apkg cannot be written: No such file"),
    (".", ". cannot be written: ")])
def test_a_deck_that_cannot_be_written_is_told(
        name: str, says: str, typed: Typed) -> None:
    """In one sentence, and nothing is left beside it."""
    assert typed("quiz", "--anki", name) == 2
    assert says in typed.err and len(typed.err.splitlines()) == 1
    assert [*Path().iterdir()] == []


def test_without_genanki_it_says_how_to_get_it(
        typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no dependency of the checker."""
    monkeypatch.setitem(__import__("sys").modules, "genanki", None)

    assert typed("quiz", "--anki", "cards.apkg") == 2
    assert "python -m pip install genanki" in typed.err


@pytest.mark.parametrize(("text", "expected"), [
    ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ("`x < 1`", "<p><code>x &lt; 1</code></p>"),
    ("one\ntwo\n\n**three**", "<p>one two</p><p><b>three</b></p>"),
    ("[lesson 3](03.md)", "<p>lesson 3</p>")])
def test_an_answer_is_html_on_a_card(text: str, expected: str) -> None:
    """What Markdown means, and nothing that HTML would take for its own."""
    assert as_html(text) == expected
