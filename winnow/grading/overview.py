"""What a class has in common: what is missed, what is wrong, what to teach."""
from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from .grades import Grade
from .marks import Mark
from .policy import EXTRA, REFACTORINGS, REQUIRED

_CODE = re.compile(r"`[^`]*`|“[^”]*”|\b\d+\b")
_NUMBER = re.compile(r"^(\d+)_")


@dataclass(frozen=True)
class Shared:
    """A fault, a refactoring, a problem or a piece of coaching of many.

    `learners` are the identifiers of those who miss the fault, break on the
    refactoring, or have the problem.
    """

    name: str
    part: str
    title: str
    learners: tuple[str, ...]
    lesson: str = ""
    is_secret: bool = False


@dataclass(frozen=True)
class MissedLesson:
    """A page of the course, and the faults that it is about.

    `misses` counts each learner once for each of the faults, `required` only
    for those that are required.
    """

    name: str
    title: str
    misses: int
    required: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """What there is to say of a class, the most frequent first."""

    grades: Sequence[Grade]
    faults: tuple[Shared, ...]
    refactorings: tuple[Shared, ...]
    problems: tuple[Shared, ...]
    coaching: tuple[Shared, ...]
    lessons: tuple[MissedLesson, ...]
    groups: tuple[tuple[str, ...], ...]

    @property
    def judged(self) -> list[Grade]:
        """The grades that a report is the reason of."""
        return [grade for grade in self.grades if grade.items]

    @property
    def others(self) -> list[Grade]:
        """The grades of those that could not be judged."""
        return [grade for grade in self.grades if not grade.items]

    @property
    def points(self) -> list[Fraction]:
        """The points of those who have some, the lowest first."""
        return sorted(grade.points for grade in self.grades
                      if grade.points is not None)

    @property
    def median(self) -> Fraction:
        """The points in the middle."""
        return Fraction(median(self.points))

    @property
    def mean(self) -> Fraction:
        """The points of all, evenly shared."""
        return sum(self.points, Fraction(0)) / len(self.points)

    def spread(self) -> list[tuple[str, int]]:
        """Return how many have which tenth of the points, the lowest first.

        Whoever has more than all of them is in the last.
        """
        tenths = Counter(
            max(0, min(9, int(10 * grade.points / grade.possible)))
            for grade in self.grades if grade.points is not None)
        return [(f"{10 * tenth}–{10 * tenth + (9 if tenth < 9 else 10)} %",
                 tenths[tenth]) for tenth in range(10)]


def overview(grades: Sequence[Grade]) -> Overview:
    """Return what there is to say of the grades of a class."""
    faults = _marked(grades, (REQUIRED, EXTRA))
    return Overview(grades, faults, _marked(grades, (REFACTORINGS,)),
                    _problems(grades), _coaching(grades), _lessons(faults),
                    _groups(grades))


def _marked(grades: Iterable[Grade], parts: Iterable[str]
            ) -> tuple[Shared, ...]:
    """Return the faults or refactorings, with those who do not manage them.
    """
    found: dict[str, tuple[str, Mark]] = {}
    learners: dict[str, list[str]] = defaultdict(list)
    for grade in grades:
        for item in grade.items:
            for mark in item.marks if item.name in parts else ():
                found.setdefault(mark.name, (item.name, mark))
                if not mark.is_good:
                    learners[mark.name].append(grade.identifier)
    rows = [Shared(name, part, mark.title, tuple(learners[name]), mark.lesson,
                   mark.is_secret) for name, (part, mark) in found.items()]
    return tuple(sorted(rows, key=lambda row: -len(row.learners)))


def _problems(grades: Iterable[Grade]) -> tuple[Shared, ...]:
    """Return the kinds of problems, each with the first one as an example."""
    examples: dict[str, str] = {}
    learners: dict[str, dict[str, None]] = defaultdict(dict)
    for grade in grades:
        for row in (grade.record.report or {}).get("problems", ()):
            said = f"{row['detail']} {row['advice']}".strip()
            examples.setdefault(row["kind"], said)
            learners[row["kind"]][grade.identifier] = None
    return _most_first(Shared(kind, "problem", said, tuple(learners[kind]))
                       for kind, said in examples.items())


def _coaching(grades: Iterable[Grade]) -> tuple[Shared, ...]:
    """Return what failing tests show that their authors believe.

    Sentences are the same if they differ in names and numbers alone.
    """
    examples: dict[str, str] = {}
    learners: dict[str, dict[str, None]] = defaultdict(dict)
    for grade in grades:
        for row in (grade.record.report or {}).get("tests", ()):
            if row["coaching"]:
                alike = _CODE.sub("…", row["coaching"])
                examples.setdefault(alike, row["coaching"])
                learners[alike][grade.identifier] = None
    return _most_first(Shared(alike, "coaching", said, tuple(learners[alike]))
                       for alike, said in examples.items())


def _most_first(rows: Iterable[Shared]) -> tuple[Shared, ...]:
    """Return rows by how many learners they concern."""
    return tuple(sorted(rows, key=lambda row: -len(row.learners)))


def _lessons(faults: Iterable[Shared]) -> tuple[MissedLesson, ...]:
    """Return the lessons on what is missed, by how much required is missed.

    Or a lesson would come first for its many extra faults, which hardly
    anybody catches.
    """
    rows: dict[str, list[Shared]] = defaultdict(list)
    for fault in faults:
        if fault.lesson and fault.learners:
            rows[fault.lesson].append(fault)
    return tuple(sorted((
        MissedLesson(name, lesson_title(name), sum(
            len(fault.learners) for fault in missed),
            sum(len(fault.learners) for fault in missed
                if fault.part == REQUIRED),
            tuple(fault.name for fault in missed))
        for name, missed in rows.items()),
        key=lambda row: (-row.required, -row.misses)))


def lesson_title(name: str) -> str:
    """Return what the page of a lesson is called, read off its file's name.
    """
    number = _NUMBER.match(name)
    title = _NUMBER.sub("", name).replace("_", " ")
    return f"Lesson {int(number[1])}: {title}" if number else title


def _groups(grades: Iterable[Grade]) -> tuple[tuple[str, ...], ...]:
    """Return the identifiers of those whose files are equal, by groups."""
    first: dict[str, list[str]] = {}
    for grade in grades:
        same_as = grade.record.same_as
        if same_as and same_as != grade.identifier:
            first.setdefault(same_as, [same_as]).append(grade.identifier)
    return tuple(sorted((tuple(group) for group in first.values()),
                        key=lambda group: -len(group)))
