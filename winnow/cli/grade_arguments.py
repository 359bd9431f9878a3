"""What `winnow grade` takes on the command line."""
from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from winnow.system.processes import MOST_SECONDS

from . import argument_types as types
from . import shared_arguments as shared

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

# As winnow.grading has them, which is not loaded before it is needed.
FORMS = ("gradescope", "classroom50", "prairielearn", "autolab",
         "coderunner", "pawtograder")
BUNDLES = ("gradescope", "classroom50")
SANDBOX = ("what contains the code: bubblewrap, landlock, limits, or a "
           "command to start Python with, such as 'firejail --net=none' "
           "(default: the first of these that works)")


def add_grade(commands: _Commands) -> None:
    """Add the command that grades a class."""
    grade = commands.add_parser(
        "grade", help="grade a whole class: what would each learner's tests "
        "miss?",
        description="Finds the submissions of a class, judges each in a "
        "sandbox, and writes grades, a page about the class and a report for "
        "each learner. What is judged is kept: the same command goes on where "
        "it was cut off, and judges again only what has changed.",
        epilog="Exit status: 0 each submission has a grade; 1 some could not "
        "be graded, each with its reason; 2 it could not run; 3 Winnow itself "
        "has a bug.")
    grade.add_argument(
        "paths", metavar="PATH", nargs="*",
        help="where the submissions are: a folder, a zip or a tar")
    about = grade.add_mutually_exclusive_group()
    shared.add_exercise(about, "the one that most tests import")
    about.add_argument(
        "--module", metavar="FILE|PACKAGE", action="append",
        help="in place of an exercise: make faults for this module of yours, "
        "which is put beside each learner's tests; may be given more than "
        "once")
    _add_class(grade)
    _add_judging(grade)
    _add_forms(grade)


def _add_class(grade: argparse.ArgumentParser) -> None:
    """Add what there is to say of the class, and where grades go."""
    grade.add_argument(
        "-o", "--out", metavar="DIR",
        help="the folder for grades and reports (default: grades); with "
        "--bundle, the file")
    grade.add_argument(
        "--roster", metavar="FILE",
        help="a CSV with a line for each learner: who handed nothing in is "
        "named")
    grade.add_argument(
        "--policy", metavar="FILE",
        help="what a grade is made of, as TOML (default: a built-in one)")
    grade.add_argument(
        "--dry-run", action="store_true",
        help="show which submissions were found, and run nothing")
    grade.add_argument(
        "--try-policy", action="store_true",
        help="write the grades anew from verdicts that are known, and judge "
        "nothing")


def _add_judging(grade: argparse.ArgumentParser) -> None:
    """Add how submissions are judged."""
    how = grade.add_argument_group("how submissions are judged")
    how.add_argument("--sandbox", metavar="KIND|COMMAND", help=SANDBOX)
    how.add_argument(
        "--again", action="store_true",
        help="judge everything again, whatever is known")
    how.add_argument(
        "--matrix", action="store_true",
        help="try every test on each fault, where one that fails would be "
        "enough")
    shared.add_level(how)
    shared.add_jobs(how, "submissions", "one a processor")
    how.add_argument(
        "--dask", metavar="ADDRESS",
        help="let the workers of this scheduler of Dask judge, such as "
        "tcp://10.0.0.5:8786")
    shared.add_limits(how)
    grade.set_defaults(timeout=MOST_SECONDS, memory=shared.GB)
    how.add_argument(
        "--time-limit", metavar="S", type=types.seconds, default=300.0,
        help="seconds that a submission may take altogether (default: 300)")


def _add_forms(grade: argparse.ArgumentParser) -> None:
    """Add the forms of other systems."""
    forms = grade.add_argument_group("forms of other systems")
    forms.add_argument(
        "--into", metavar="FILE",
        help="fill this grade book, a CSV that your system exported, and "
        "write it to the folder of the grades")
    forms.add_argument(
        "--by", metavar="COLUMN", action="append",
        help="with --into: the column that tells the learner; given twice, "
        "the first name and the last name, say")
    forms.add_argument(
        "--column", metavar="COLUMN",
        help="with --into: the column to fill")
    forms.add_argument(
        "--format", metavar="NAME", action="append", choices=FORMS,
        help="write each grade in the form of this system, too: "
        f"{', '.join(FORMS)}; may be given more than once")
    forms.add_argument(
        "--bundle", metavar="NAME", choices=BUNDLES,
        help="grade nothing, and write what this system needs to grade by "
        f"itself: {' or '.join(BUNDLES)}")


def check_grade(parser: argparse.ArgumentParser,
                options: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    if options.into and not (options.by and options.column):
        parser.error("--into needs --by and --column")
    if (options.by or options.column) and not options.into:
        parser.error("--by and --column go only with --into")
    if options.try_policy and (options.again or options.dry_run):
        parser.error("--try-policy judges nothing: it goes neither with "
                     "--again nor with --dry-run")
    if options.dask and (options.jobs or options.try_policy):
        parser.error("--dask goes neither with --try-policy, which judges "
                     "nothing, nor with --jobs: each thread of a worker "
                     "judges one submission at a time")
    if options.bundle and (options.paths or not options.exercise):
        parser.error("--bundle needs --exercise, and no submissions")
    if not options.paths and not options.bundle:
        parser.error("name the folder or the archive with the submissions")
    options.out = options.out or (
        f"{options.bundle}.zip" if options.bundle else "grades")
