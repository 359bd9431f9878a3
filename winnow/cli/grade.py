"""`winnow grade`: a class found, judged, graded, and what is said of it."""
from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from winnow.grading import formats, judge, judging, roster, subject
from winnow.grading.bundle import write_bundle
from winnow.grading.class_folder import ClassFolder
from winnow.grading.cluster import Cluster, judge_on
from winnow.grading.feedback import feedback
from winnow.grading.gradebook import fill
from winnow.grading.outputs import write_class
from winnow.grading.policy import Policy
from winnow.grading.policy_file import read_policy
from winnow.grading.records import Record, Submission
from winnow.grading.submission_key import of_terms
from winnow.grading.submissions import Found, find_submissions
from winnow.grading.whole_files import write_whole
from winnow.model.exercise import Exercise
from winnow.reports.terminal import ASCII
from winnow.subjects.faults_toml import named
from winnow.system.processes import processors
from winnow.system.streams import can_print, complain

from .output import standard
from .progress import Progress

# So many lines of a kind are printed; the rest is in the files.
_MOST = 12


@dataclass(frozen=True)
class _Class:
    """A class to be graded: what was found, and what it is judged by."""

    found: Found
    exercise: Exercise | None
    terms: judge.Terms
    keys: str
    why_not_best: str

    @property
    def about(self) -> str:
        """What all submissions are about, in words."""
        return (f"the exercise {self.exercise.name}" if self.exercise
                else f"the modules {', '.join(self.terms.modules)}")

    @property
    def title(self) -> str:
        """What the pages about the class are called."""
        return (self.exercise.title if self.exercise
                else ", ".join(self.terms.modules))


def grade_or_bundle(options: argparse.Namespace) -> int:
    """Do what was asked for; return the exit status."""
    judge.need_clones("winnow grade")
    out = standard()
    if options.bundle:
        out.write(bundle(options))
        return 0
    is_plain = not can_print("✗…", out.stream)
    try:
        has_all = grade(options, lambda text: out.write(
            text.translate(ASCII) if is_plain else text))
    except KeyboardInterrupt:
        complain("\nwinnow: stopped; nothing is left running. What was judged "
                 "is kept: the same command goes on from there.\n")
        return 130
    return 0 if has_all else 1


def grade(options: argparse.Namespace, say: Callable[[str], object]) -> bool:
    """Grade a class; tell whether each submission has a grade.

    `say` hears what is printed.
    """
    policy = read_policy(Path(options.policy) if options.policy else None)
    found = _found(options)
    say(_lines(_shown(found, options.dry_run)))
    if options.dry_run:
        return True
    folder = Path(options.out)
    with _cluster(options) as workers:
        one = _class(found, options, workers)
        if one.exercise:
            policy.against(one.exercise)
        say(_lines(_told(one, workers)))
        with ClassFolder(folder, one.about) as store:
            records, judged = _records(one, store, options, workers)
            told = _write(folder, records, policy, one, options)
    say(_lines(_summary(records, judged)))
    say(_lines(told))
    return not any(each.problem for each in records)


def _cluster(options: argparse.Namespace) -> AbstractContextManager[
        Cluster | None]:
    """Return the cluster that is to judge, to be entered; None for none."""
    return Cluster(options.dask) if options.dask else nullcontext()


def _records(one: _Class, store: ClassFolder, options: argparse.Namespace,
             workers: Cluster | None) -> tuple[list[Record], int]:
    """Return what is found out of each, and how many were judged for it."""
    if options.try_policy:
        return judging.known_records(
            one.found.submissions, store, one.keys), 0
    with Progress(sys.stderr, "submissions", "Judging…") as progress:
        if workers:
            return judge_on(workers, one.found.submissions, one.terms, store,
                            one.keys, progress, options.again)
        return judging.judge_class(
            one.found.submissions, one.terms, store, one.keys,
            options.jobs or processors(), progress, options.again)


def _write(out: Path, records: Sequence[Record], policy: Policy, one: _Class,
           options: argparse.Namespace) -> list[str]:
    """Write everything that is made of the records: this is the one place.

    Returns sentences on it.
    """
    grades = write_class(out, records, policy, title=one.title,
                         subject=one.exercise)
    told = ["", f"Written to {out}: grades.csv, and report.html to look at."]
    for form in options.format or ():
        for each in grades:
            files = formats.render(form, feedback(each, policy), os.environ)
            for name, text in files.items():
                write_whole(out / form / each.identifier / name,
                            text.encode())
        told.append(f"{out / form} has a folder for each learner.")
    if options.into:
        book = Path(options.into)
        filled = fill(book, out / book.name, grades, by=options.by,
                      column=options.column)
        told += [f"{out / book.name}:",
                 *(f"  {each}" for each in filled.sentences())]
    return told


def bundle(options: argparse.Namespace) -> str:
    """Write what a system needs to grade by itself; return what to say."""
    out = Path(options.out)
    write_bundle(options.bundle, out, exercise=named(options.exercise),
                 policy=Path(options.policy) if options.policy else None)
    return f"Written to {out}.\n"


def _found(options: argparse.Namespace) -> Found:
    """Return the submissions, with a row for each learner of the roster."""
    found = find_submissions([Path(path) for path in options.paths])
    if options.roster:
        found.submissions, notes = roster.with_roster(
            found.submissions, Path(options.roster))
        found.notes += notes
    return found


def _class(found: Found, options: argparse.Namespace,
           workers: Cluster | None) -> _Class:
    """Return all that a class is judged by, checked as far as possible."""
    modules = subject.modules_of(options.module or ())
    exercise = None
    if modules:
        found.submissions = subject.with_modules(found.submissions, modules)
    else:
        exercise = subject.exercise_of(found.submissions, options.exercise)
    wanted = shlex.split(options.sandbox or "")
    sandbox, why = (workers.sandbox(wanted) if workers
                    else judge.chosen(wanted))
    terms = judge.Terms(
        exercise, tuple(Path(path).name for path in options.module or ()),
        {"timeout": options.timeout, "memory": options.memory,
         "matrix": options.matrix, "level": options.level,
         "quick": not options.matrix},
        options.time_limit, sandbox, tuple(
            Path(path).absolute() for path in (*options.paths, options.out)))
    return _Class(found, exercise, terms, of_terms(terms, modules), why)


def _shown(found: Found, is_all: bool) -> Iterator[str]:
    """Yield what was found, before anything of it runs."""
    yield from found.layouts
    if is_all:
        for each in found.submissions:
            yield f"  {each.identifier}{_as_told(each)}"
            if each.problem:
                yield f"      ✗ {each.problem}"
            else:
                yield f"      {', '.join(sorted(each.files)[:_MOST])}"
    yield from _some(found.notes)


def _as_told(submission: Submission) -> str:
    """Return what a system tells of a submission besides its files."""
    told = [*([submission.name] if submission.name != submission.identifier
              else []),
            *([f"late {submission.details['late']}"]
              if "late" in submission.details else []),
            *([f"commit {submission.details['commit'][:10]}"]
              if "commit" in submission.details else [])]
    return f" ({', '.join(told)})" if told else ""


def _told(one: _Class, workers: Cluster | None) -> Iterator[str]:
    """Yield what they are judged by, and what contains them."""
    yield f"They are about {one.about}."
    if workers:
        yield f"They are judged by {workers}."
    contains = ("Your own command" if one.terms.is_command
                else one.terms.sandbox[0])
    yield (f"{contains} contains each of them."
           if one.terms.sandbox[0] != "limits" else
           "No sandbox contains them: their code can read and change your "
           f"files{' on the workers' if workers else ''}. Grade strangers' "
           "submissions on a machine that you can throw away.")
    if one.why_not_best:
        yield f"({one.why_not_best[0].upper()}{one.why_not_best[1:]}.)"


def _summary(records: Sequence[Record], judged: int) -> Iterator[str]:
    """Yield what came of the class."""
    bad = [each for each in records if each.problem]
    same = sum(bool(each.same_as) for each in records)
    known = len(records) - judged - same - sum(
        not each.key for each in records)
    parts = [f"{judged} judged now"]
    if known > 0:
        parts.append(f"{known} known from before")
    if same:
        parts.append(f"{same} equal to another")
    yield ""
    yield (f"{len(records)} submission{'' if len(records) == 1 else 's'}: "
           f"{', '.join(parts)}")
    yield from _some([f"  ✗ {each.submission.identifier}: "
                      f"{each.problem.splitlines()[0]}" for each in bad])
    for held in sorted({each.sandbox for each in records
                        if "not held" in each.sandbox}):
        yield f"Contained by {held}."


def _lines(lines: Iterable[str]) -> str:
    """Return lines as one text."""
    return "".join(f"{line}\n" for line in lines)


def _some(lines: Sequence[str]) -> Iterator[str]:
    """Yield the first lines, and how many more there are."""
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"  … and {len(lines) - _MOST} more"
