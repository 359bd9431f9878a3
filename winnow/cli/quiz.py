"""`winnow quiz`: the questions of the lessons, again after some days."""
from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from winnow.course import anki
from winnow.course.learner import learner
from winnow.course.pages import lessons
from winnow.course.recall import Question, Recall, questions_of, recall
from winnow.model.errors import CannotDo
from winnow.reports.terminal import ASCII, Style, tamed

from . import typed

AT_ONCE = 10


class NotKept(CannotDo):
    """Why it could not be kept what was known, in one sentence."""


def deck(path: Path) -> str:
    """Write the questions of all lessons for Anki; return what to do then."""
    every = questions_of(lessons())
    anki.write(path, every)
    return (f"{path} has {len(every)} cards. In Anki: File, Import. Imported "
            "again, it replaces the texts, and Anki keeps what you know.\n")


def quiz(of_all: bool, count: int | None, style: Style) -> str:
    """Ask what is due, on a terminal; return what is left to say.

    Elsewhere nobody can answer, and the questions alone are returned.
    """
    every, today, kept_so_far = lessons(), date.today(), recall()
    kept_so_far.follow(questions_of(every))
    done = learner()
    asked_of = [each for each in every if of_all or done.is_done(each.name)]
    if not asked_of:
        return (
            "No lesson is done yet, so there is no question. "
            f"{typed.winnow('quiz', '--all')} asks about all lessons; "
            f"{typed.winnow('lessons', '--done', 'N')} ticks off what you "
            "have read.\n")
    due = kept_so_far.due(questions_of(asked_of), today)
    now = due[:count or AT_ONCE]
    said = [*_clock(kept_so_far, today)]
    if not _can_be_asked():
        return "\n".join([*said, *_listed(now, due)]) + "\n"
    for each in said:
        _show(each, style)
    answered = _ask(now, kept_so_far, today, style)
    left = len(due) - answered
    return "\n".join(_closing(answered, left, kept_so_far,
                              questions_of(asked_of), today)) + "\n"


def _can_be_asked() -> bool:
    """Tell whether somebody reads the questions and can type an answer."""
    return sys.stdin is not None and (
        sys.stdin.isatty() and sys.stdout.isatty())


def _clock(kept_so_far: Recall, today: date) -> Iterator[str]:
    """Yield what is said where the clock was put back."""
    later = kept_so_far.later_than(today)
    if later:
        yield (f"{len(later)} {_plural(len(later), 'question')} had been "
               f"asked on a later day than today, {today}: the clock was put "
               "back. They are due now.")


def _listed(now: Sequence[Question], due: Sequence[Question]
            ) -> Iterator[str]:
    """Yield the questions that are due, for whoever cannot be asked."""
    if not due:
        yield "No question is due today."
        return
    yield (f"{len(due)} {_plural(len(due), 'question')} due"
           + (f", of which these are {len(now)}:" if len(now) < len(due)
              else ":"))
    yield ""
    for each in now:
        yield f"  Lesson {each.lesson.number}: {each.text}"
    yield ""
    yield (f"On a terminal, {typed.winnow('quiz')} shows the answers, and "
           "keeps what you knew.")


def _ask(now: Sequence[Question], kept_so_far: Recall, today: date,
         style: Style) -> int:
    """Ask questions until the last, or until nobody wants more; count them.

    Raises `NotKept` at the first answer that cannot be kept.
    """
    for number, each in enumerate(now, 1):
        _show("\n" + style.paint(
            "quiet", f"{number} of {len(now)} · lesson {each.lesson.number}, "
            f"{each.lesson.title}"), style)
        _show(style.paint("strong", each.text), style)
        if _reply("Enter shows the answer, q ends: ") in (None, "q"):
            return number - 1
        _show(_wrapped(each.answer, style), style)
        reply = _reply("Did you know it? y or n, q ends: ")
        while reply not in ("y", "n", "q", None):
            reply = _reply("y or n, please; q ends: ")
        if reply in ("q", None):
            return number - 1
        try:
            kept_so_far.note(each, reply == "y", today)
        except OSError as error:
            raise NotKept(f"What you know cannot be kept in "
                          f"{kept_so_far.file}: {error.strerror}.") from error
    return len(now)


def _reply(asks: str) -> str | None:
    """Return what is typed, in small letters; None at its end, or Ctrl-C."""
    try:
        return input(asks).strip().lower()[:1]
    except (EOFError, KeyboardInterrupt):
        print()
        return None


def _show(text: str, style: Style) -> None:
    """Print a text at once."""
    text = tamed(text, with_colour=style.colour)
    print(text.translate(ASCII) if style.ascii else text, flush=True)


def _wrapped(answer: str, style: Style) -> str:
    """Return an answer in lines, its paragraphs apart, links as addresses."""
    answer = re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r"\1 (\2)", answer)
    return "\n\n".join(style.wrapped("", " ".join(part.split()), 0)
                       for part in answer.split("\n\n"))


def _closing(answered: int, left: int, kept_so_far: Recall,
             questions: Sequence[Question], today: date) -> Iterator[str]:
    """Yield what was done, and when the next question is due."""
    if left:
        yield (f"{answered} answered, {left} still due: "
               f"{typed.winnow('quiz')} goes on.")
        return
    days = [(kept_so_far.asked[each.key].due - today).days
            for each in questions if each.key in kept_so_far.asked]
    if not days:
        yield "There is no question in these lessons."
    else:
        yield (f"{answered} answered. The next is due in {min(days)} "
               f"{_plural(min(days), 'day')}." if answered else
               f"No question is due today. The next is due in {min(days)} "
               f"{_plural(min(days), 'day')}.")


def _plural(count: int, word: str) -> str:
    """Return a word as it is for a number of things."""
    return word if count == 1 else f"{word}s"
