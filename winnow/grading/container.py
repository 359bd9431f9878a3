"""One submission graded where a platform's own container is the sandbox.

`python -m winnow.grading.container /autograder` is what Gradescope's
`run_autograder` starts; `classroom50` is called by an `autograder.py`. The
learner's code runs in a process of its own, under Gradescope as a user who
can write no result; its report comes back through a pipe.
"""
from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from winnow.model.errors import CannotDo
from winnow.subjects.faults_toml import load

from .feedback import Feedback, feedback
from .formats import gradescope, render
from .grades import grade_class
from .policy_file import read_policy
from .records import Record, Submission
from .whole_files import write_whole

USER = "student"
# Gradescope ends what takes ten minutes, and Classroom 50 after fifteen.
_SECONDS = 540
# A report is some 100 kB. More is no report.
_MOST_BYTES = 2 ** 26
_CANNOT_RUN = 2


class Account(NamedTuple):
    """A user as whom learners' code runs."""

    uid: int
    gid: int


def classroom50(bundle: Path) -> int:
    """Grade the checkout that is the working directory; return the status.

    It is 0 if a result is there, whatever it says: another one is taken for
    an error of the infrastructure.
    """
    here = Path.cwd()
    try:
        told = graded(here, bundle, None, os.environ.get("OWNER", ""), None)
        files = render("classroom50", told, os.environ)
        for name, text in files.items():
            write_whole(here / name, text.encode("utf-8", "replace"))
    except CannotDo as error:
        print(f"::error::{error}", file=sys.stderr)
        return 1
    return 0


def gradescope_run(root: Path) -> int:
    """Grade what Gradescope has put into its folder; return the status."""
    results = root / "results" / "results.json"
    write_whole(results, gradescope.first_result().encode("ascii"))
    try:
        user = account(os.environ.get("WINNOW_USER", USER)) if (
            os.geteuid() == 0) else None
    except CannotDo as error:
        write_whole(results, _refused(error))
        return 0
    if user:
        results.parent.chmod(0o700)
        for name in ("grading.toml", "run_autograder", "setup.sh"):
            if (root / "source" / name).exists():
                (root / "source" / name).chmod(0o600)
    try:
        told = graded(root / "submission", root / "source", user, "learner",
                      gradescope.hours_late(_metadata(root)))
        files = render("gradescope", told)
    except CannotDo as error:
        write_whole(results, _refused(error))
        return 0
    for name, text in files.items():
        write_whole(results.parent / name, text.encode("ascii"))
    return 0


def account(name: str) -> Account:
    """Return a user of this machine by name, or by number.

    Raises `CannotDo` where there is none, or it is root: whatever runs as the
    user is ended after each submission.
    """
    try:
        found = Account(int(name), int(name)) if name.isdigit() else Account(
            *pwd.getpwnam(name)[2:4])
    except KeyError as error:
        raise CannotDo(f"There is no user {name} in this container: setup.sh "
                       "makes one.") from error
    if found.uid == 0:
        raise CannotDo("Learners' code may not run as root.")
    return found


def _refused(error: CannotDo) -> bytes:
    """Return a result that says why there is no other."""
    return json.dumps({
        "score": 0, "output": f"This could not be graded: {error} Tell your "
        "instructor.", "output_format": "text", "tests": []}).encode("ascii")


def graded(submission: Path, bundle: Path, user: Account | None, name: str,
           late: float | None) -> Feedback:
    """Return what the learner may see of one submission.

    `bundle` has the exercise, and the policy if there is one. Raises
    `CannotDo` where these are wrong.
    """
    grading = bundle / "grading.toml"
    policy = read_policy(grading if grading.exists() else None)
    exercise = load(bundle / "exercise")
    handed_in = Submission(name or "learner", name, str(submission), late=late)
    record = _judged(handed_in, submission, bundle, user)
    return feedback(grade_class([record], policy, exercise)[0], policy)


def _metadata(root: Path) -> Mapping[str, Any]:
    """Return what Gradescope says of a submission, as far as it can be read.
    """
    try:
        found: Mapping[str, Any] = json.loads(
            (root / "submission_metadata.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _judged(submission: Submission, folder: Path, bundle: Path,
            user: Account | None) -> Record:
    """Return a submission with its report, or with why there is none."""
    with _copied(folder, user) as copy:
        status, out, said = _checked(copy, bundle, user)
    if status in (0, 1):
        try:
            report = json.loads(out)
            if report["schema"] == "winnow/report/v1":
                return Record(submission, report=report)
        except (ValueError, KeyError, TypeError):
            pass
        return Record(submission, problem="The tests left no report.")
    if status == _CANNOT_RUN:
        problem = said.removeprefix("winnow: ").replace(
            str(copy), "submission")
        return Record(Submission(
            submission.identifier, submission.name, submission.source,
            late=submission.late, problem=problem), problem=problem)
    return Record(submission, problem="The tests took too long, or ended the "
                  "process that judges them.")


@contextmanager
def _copied(folder: Path, user: Account | None) -> Iterator[Path]:
    """Give a copy of a folder that belongs to a user, and take it away."""
    with tempfile.TemporaryDirectory(
            prefix="winnow-", ignore_cleanup_errors=True) as above:
        copy = Path(above) / "submission"
        try:
            shutil.copytree(folder, copy, symlinks=True,
                            ignore=shutil.ignore_patterns(".git"))
            for path in (Path(above), copy, *copy.rglob("*")) if user else ():
                os.chown(path, *(user or ()), follow_symlinks=False)
        except OSError as error:
            raise CannotDo(
                f"The submission cannot be copied: {error}.") from error
        yield copy


def _checked(copy: Path, bundle: Path, user: Account | None
             ) -> tuple[int, str, str]:
    """Check a copy in a process of its own: its status, and what it wrote.

    The learner's code may leave processes: all of the group, and all of the
    user's, are ended before anything is believed to be finished.
    """
    try:
        done = _started(copy, bundle, user)
    except OSError as error:
        raise CannotDo(f"{error.filename or sys.executable} cannot be started "
                       f"for the learner: {error.strerror}.") from error
    try:
        out, said = done.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        out, said = b"", b""
    finally:
        _end(done, user)
    return (done.wait(), out[:_MOST_BYTES].decode("utf-8", "replace"),
            " ".join(said[-4096:].decode("utf-8", "replace").split()))


def _started(copy: Path, bundle: Path, user: Account | None
             ) -> subprocess.Popen[bytes]:
    """Start the check of a copy.

    It starts in the folder above, for Python imports first from where it is.
    """
    home = copy.parent
    path = [each for each in sys.path if Path(each).is_relative_to(bundle)]
    return subprocess.Popen(
        [sys.executable, "-m", "winnow", "check", str(copy), "--exercise",
         str(bundle / "exercise"), "--jobs", "1", "--format", "json"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, cwd=home, start_new_session=True,
        user=user and user.uid, group=user and user.gid,
        extra_groups=[] if user else None,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8",
             "HOME": str(home), "TMPDIR": str(home),
             "PYTHONPATH": os.pathsep.join([str(bundle), *path])})


def _end(process: subprocess.Popen[bytes], user: Account | None) -> None:
    """End a process with its group, and all else of a user."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    if user:  # A process may have left the group, but not the user.
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", "import os; os.kill(-1, 9)"],
            user=user.uid, group=user.gid, extra_groups=[],
            stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(gradescope_run(Path(sys.argv[1])))
