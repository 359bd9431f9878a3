"""What leads from page to page: before, next, the time, and what is needed.

`python -m lessons.engine.navigation` writes it into each lesson, below the
heading and as the last paragraph, and the times into the map. A test holds
that nothing would change.
"""
from __future__ import annotations

import re
from collections.abc import Sequence

from lessons.engine.pages import FOLDER
from winnow.course.pages import Lesson, lessons

MAP = "[all lessons](README.md)"
README = FOLDER / "README.md"
_TOP = re.compile(r"\A(# .*\n)\n(?:\*\*Reading:\*\* (?:.+\n)+\n)?")
_TIMES = re.compile(r"takes from \d+ to \d+ minutes")
_FOOT = re.compile(r"\n(?:Next: |You have read the last lesson)"
                   r"(?:.+\n)+\Z")


def text_of(lesson: Lesson, every: Sequence[Lesson]) -> str:
    """Return a lesson's page with the right lines at its top and foot."""
    place = every.index(lesson)
    before = every[place - 1] if place else None
    after = every[place + 1] if place + 1 < len(every) else None
    of_name = {each.name: each for each in every}
    needs = [of_name[name] for name in lesson.needs]
    time = f"**Reading:** {lesson.minutes} minutes, without the exercise."
    needed = " ".join(["**Needs:**", *(
        f"[lesson {each.number}]({each.path.name})"
        f"{',' if each is not needs[-1] else '.'}" for each in needs)])
    ways = " · ".join([
        *([f"← {_link(before)}"] if before else []),
        *([f"{_link(after)} →"] if after else []), MAP])
    top = "\n".join([time, *([needed] if needs else []), ways])
    foot = "\n".join([f"Next: {_link(after)}." if after else _LAST,
                      *([f"Back: {_link(before)}."] if before else []), ""])
    text = _TOP.sub(lambda found: f"{found[1]}\n{top}\n\n", lesson.text)
    above = _FOOT.sub("", text).rstrip("\n")  # A new page has no foot yet.
    return f"{above}\n\n{foot}All lessons are on [the map](README.md).\n"


_LAST = """\
You have read the last lesson. `winnow lessons` says what is left, and the
tasks of [an exercise](../docs/exercises.md) come next."""


def of_readme(text: str, every: Sequence[Lesson]) -> str:
    """Return the map with the time of the shortest lesson and the longest."""
    times = [lesson.minutes for lesson in every]
    return _TIMES.sub(f"takes from {min(times)} to {max(times)} minutes",
                      text)


def _link(lesson: Lesson) -> str:
    """Return a link with the number and the title."""
    return f"[{lesson.number}. {lesson.title}]({lesson.path.name})"


def main() -> None:
    """Write what has changed."""
    every = lessons()
    for lesson in every:
        text = text_of(lesson, every)
        if text != lesson.text:
            lesson.path.write_text(text, "utf-8")
            print(lesson.path.name)
    README.write_text(of_readme(README.read_text("utf-8"), every), "utf-8")


if __name__ == "__main__":
    main()
