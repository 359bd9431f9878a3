"""The questions of the lessons as a deck for Anki."""
from __future__ import annotations

import html
import os
import re
from collections.abc import Sequence
from pathlib import Path

from winnow.model.errors import CannotDo

from .recall import Question

# Drawn once: by these, Anki knows the deck and its cards again.
_DECK, _MODEL = 1733194081, 1733194082
_NAME = "Winnow: the course"


class NoDeck(CannotDo):
    """Why there is no deck, in one sentence."""


def write(path: Path, questions: Sequence[Question]) -> None:
    """Write a deck, whole or not at all; raises `NoDeck`.

    A card is known by its question's key: a deck that is imported once more
    replaces the texts, and Anki keeps what was learnt.
    """
    if not path.name or path.is_dir():
        raise NoDeck(f"{path} cannot be written: it is a folder.")
    try:
        import genanki  # type: ignore[import-untyped]
    except ImportError:
        raise NoDeck("A deck for Anki needs genanki: python -m pip install "
                     "genanki") from None
    model = genanki.Model(
        _MODEL, _NAME, fields=[{"name": name} for name in (
            "Question", "Answer", "Lesson")],
        templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": (
            "{{FrontSide}}<hr id=answer>{{Answer}}<p><small>{{Lesson}}"
            "</small></p>")}])
    deck = genanki.Deck(_DECK, _NAME)
    for each in questions:
        lesson = each.lesson
        deck.add_note(genanki.Note(
            model, [as_html(each.text), as_html(each.answer), html.escape(
                f"Lesson {lesson.number}: {lesson.title}")],
            guid=genanki.guid_for(each.key)))
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        genanki.Package(deck).write_to_file(str(beside))
        os.replace(beside, path)
    except OSError as error:
        raise NoDeck(f"{path} cannot be written: {error.strerror}."
                     ) from error
    finally:
        beside.unlink(missing_ok=True)


def as_html(text: str) -> str:
    """Return Markdown of an answer as HTML: paragraphs, code and emphasis.

    Links lead to pages that Anki does not have: only their words stay.
    """
    parts = []
    for paragraph in re.split(r"\n{2,}", text.strip()):
        line = html.escape(" ".join(paragraph.split()), quote=False)
        line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)
        line = re.sub(r"`([^`]*)`", r"<code>\1</code>", line)
        line = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", line)
        parts.append(f"<p>{line}</p>")
    return "".join(parts)
