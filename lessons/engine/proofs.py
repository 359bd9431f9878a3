"""Proves exercises: the start misses what the page says, the solution not.

A block marked `<!-- start: misses A, B; breaks C; shows D -->` is where a
learner begins: a suite that misses the faults A and B, that breaks on the
refactoring C, in which the checker shows a problem of the kind D. What it
says to a test that fails is the confusion E in `believes E`. The block marked
`<!-- solution -->` does none of it, and all of its tests pass. Neither breaks
on a refactoring or has a problem that the mark does not name, and neither
breaks a rule, but for those of files: a block is no file.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.engine.pages import Block, Page
from winnow.checking.check import check
from winnow.checking.coaching import Confusion, confusions
from winnow.checking.options import Options
from winnow.model.errors import CannotDo
from winnow.model.report import Report
from winnow.subjects.faults_toml import bundled, load

_NONE = Confusion("", "", "", "", (), True)
CLAIMS = ("misses", "breaks", "shows", "believes")
# What is shown of a suite that is tried on a few of the faults alone.
_OF_FEW_FAULTS = {"catches-nothing", "executes-nothing"}
# What a block of a page need not have.
_OF_FILES = {"shebang", "executable", "docstring", "annotation"}


@dataclass(frozen=True)
class Proof:
    """One exercise: the line of its start, what it claims, and both suites."""

    line: int
    claims: dict[str, tuple[str, ...]]
    start: dict[str, str]
    solution: dict[str, str]

    def failures(self, folder: Path) -> Iterator[tuple[int, str]]:
        """Yield what does not hold, trying both suites below a folder."""
        if not self.solution:
            yield self.line, "the exercise has no solution"
            return
        if not any(self.claims.values()):
            yield self.line, ("the mark `start` says nothing that holds of "
                              f"it: one of {', '.join(CLAIMS)}")
        try:
            before = self._report(folder / "start", self.start)
            after = self._report(folder / "solution", self.solution)
        except CannotDo as error:
            yield self.line, f"the exercise cannot be checked: {error}"
            return
        wrong = [f"the solution's {test} fails on the right modules: "
                 f"{after.tests[test].message}" for test in after.invalid]
        if not (after.valid or wrong):
            wrong.append("the solution has no test that passes")
        wrong = wrong or [*self._untrue(before, after),
                          *self._unnamed("start", before),
                          *self._unnamed("solution", after)]
        for said in wrong:
            yield self.line, said

    def _unnamed(self, suite: str, report: Report) -> Iterator[str]:
        """Yield what the checker says of a suite and the mark does not."""
        for claim in ("breaks", "shows"):
            said = _said(claim, report) - {*self.claims.get(claim, ())}
            for name in sorted(said - _OF_FEW_FAULTS):
                yield f"the {suite} {claim} {name}, which the mark hides"
        for each in report.rules:
            if each.rule not in _OF_FILES:
                yield f"the {suite} breaks a rule: {each.message}"

    def _untrue(self, before: Report, after: Report) -> Iterator[str]:
        """Yield the claims that are not true before, or still true after."""
        for claim, names in self.claims.items():
            of_start, of_solution = _said(claim, before), _said(claim, after)
            for name in names:
                if name not in of_start:
                    yield (f"the start {claim} not {name}, but "
                           f"{', '.join(sorted(of_start)) or 0}")
                if name in of_solution:
                    yield f"the solution still {claim} {name}"

    def _report(self, folder: Path, files: dict[str, str]) -> Report:
        """Return what the checker says, on the faults that are named."""
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        # What catches none of a few faults may well catch another.
        needs_all = "catches-nothing" in self.claims.get("shows", ()) or (
            "believes" in self.claims)
        only = None if needs_all else frozenset(
            [*self.claims.get("misses", ()), *REFACTORINGS])
        # A machine that is busy must not make a test look endless.
        return check([folder], Options(only=only, jobs=1, timeout=30))


# All that there are, of every exercise: each suite has to tolerate them.
REFACTORINGS = frozenset(
    each.name for folder in bundled().values()
    for each in load(folder).refactorings)


def proofs_of(page: Page) -> Iterator[Proof]:
    """Yield the exercises of a page."""
    starts: list[Block] = []
    solutions: list[Block] = []
    for block in page.blocks:
        if "start" in block.marks:
            if solutions:
                yield _proof(starts, solutions)
                starts, solutions = [], []
            starts.append(block)
        elif "solution" in block.marks:
            solutions.append(block)
    if starts or solutions:
        yield _proof(starts, solutions)


def _proof(starts: list[Block], solutions: list[Block]) -> Proof:
    """Put an exercise together from its blocks."""
    claims: dict[str, list[str]] = {}
    for block in starts:
        for part in filter(None, block.marks["start"].split(";")):
            claim, _, names = part.strip().partition(" ")
            claims.setdefault(claim, []).extend(
                name.strip() for name in names.split(",") if name.strip())
    return Proof(
        (starts or solutions)[0].line,
        {claim: tuple(names) for claim, names in claims.items()},
        {block.file or "test_lesson.py": block.code for block in starts},
        {block.file or "test_lesson.py": block.code for block in solutions})


def _said(claim: str, report: Report) -> set[str]:
    """Return all of which a claim would be true."""
    if claim == "misses":
        return {each.fault.name for each in report.missed}
    if claim == "breaks":
        return {each.refactoring.name for each in report.broken}
    if claim == "shows":
        return {each.kind for each in report.problems}
    if claim == "believes":
        return {row_of(text) for text in report.coaching.values()}
    return set()


@lru_cache(maxsize=None)
def row_of(coaching: str) -> str:
    """Return the confusion whose words a test was told; empty if none.

    Where the words of several fit, those with the fewest {names} to fill.
    """
    text = coaching.partition(" Lesson: ")[0]
    return max((row for row in confusions()
                if _as_said(row.says).fullmatch(text)), default=_NONE,
               key=lambda row: len(re.sub(r"\{\w+\}", "", row.says))).name


@lru_cache(maxsize=None)
def _as_said(says: str) -> re.Pattern[str]:
    """Return what the words of a confusion look like, its {names} filled."""
    return re.compile("(?s:.*?)".join(
        re.escape(part.replace("{{", "{").replace("}}", "}"))
        for part in re.split(r"(?<!\{)\{\w+\}(?!\})", says)))
