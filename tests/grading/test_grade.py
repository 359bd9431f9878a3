"""`winnow grade`: the same verdicts as single checks, once each, for ever.

- verdicts are those of `winnow check`, in whatever order they come
- equal submissions are judged once, and flaky ones each for itself
- killed at any moment, the next run ends with the same files
- what changed is judged again, and nothing else; no clock is asked
- a folder of another class, a full disk, Ctrl-C twice, no bubblewrap: each is
  a sentence and the right exit status
"""
import errno
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.grading.classes import (
    GOOD,
    HEAD,
    RED,
    Graded,
    content,
    grade,
    grading,
    handed_in,
    in_a_test,
    made_class,
    verdict,
    works,
)
from winnow.checking.check import check
from winnow.checking.isolation import FLAKY
from winnow.checking.options import Options
from winnow.cli import grade_arguments, main
from winnow.grading import bundle, formats, judge
from winnow.grading.class_folder import BadFolder, ClassFolder
from winnow.grading.judging import Judging
from winnow.grading.records import Record, Submission
from winnow.reports import json_report

CRASHES = in_a_test("import os\nos._exit(3)")
HANGS = in_a_test("while True:\n    pass")
BROKEN = "def broken(:\n"
NEEDS_OTHERS = GOOD + '''
    seen = []

    def test_zz(self):
        """It passes after another test."""
        self.assertTrue(self.seen or not self.seen.append(1))
'''
SUITES = {"ada": GOOD, "bob": HEAD, "cara": GOOD, "dan": RED, "eve": BROKEN,
          "fay": CRASHES, "gil": "", "hal": HANGS, "ida": NEEDS_OTHERS}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the exercise, and a class of nine."""
    return made_class(tmp_path_factory.mktemp("class"), SUITES)


@pytest.fixture(scope="module")
def graded(place: Path) -> Graded:
    """Give the class, graded."""
    return run(place, place / "grades")


def run(place: Path, out: Path, *words: object, **more: Any) -> Graded:
    """Grade the class of a folder."""
    return grade(place / "class", "--exercise", place / "scales",
                 "--timeout", 1, *words, out=out, **more)


def copied(place: Path, folder: Path) -> Path:
    """Return another folder with the same class, and its grades."""
    shutil.copytree(place, folder)
    return folder


@pytest.mark.parametrize("name", ["ada", "bob", "dan", "fay", "hal", "ida"])
@pytest.mark.by_turns("slow")
def test_a_verdict_is_that_of_a_single_check(place: Path, graded: Graded,
                                             name: str) -> None:
    """With the whole matrix, in a process of its own."""
    alone = json_report.as_object(check(
        [place / "class" / name],
        Options(str(place / "scales"), timeout=1, jobs=1)))

    assert verdict(graded.reports()[name]) == verdict(alone)


def test_a_class_is_graded(graded: Graded) -> None:
    """Each has a row; who cannot be graded has a reason."""
    found = graded.verdicts()

    assert graded.status == 1
    assert "9 submissions: 7 judged now, 1 equal to another" in graded.out
    assert {name: each["points"] for name, each in found.items()
            if name in ("ada", "bob", "dan", "eve", "gil")} == {
        "ada": 100, "bob": 61.1, "dan": 0, "eve": 0, "gil": 0}
    assert found["cara"]["same_as"] == "ada"
    assert found["gil"]["reason"] == "It is empty."
    assert "test_scales.py" in found["eve"]["reason"]


def test_what_is_known_is_not_judged_again(place: Path, graded: Graded,
                                           tmp_path: Path) -> None:
    """Whatever the clock says; the policy is no part of a verdict."""
    here = copied(place, tmp_path / "copy")
    for number, path in enumerate(here.rglob("*")):
        os.utime(path, (number % 2 * 4e9, number % 2 * 4e9))
    policy = tmp_path / "grading.toml"
    policy.write_text("total = 10\n")

    again = run(here, here / "grades")
    other = run(here, here / "grades", "--policy", policy, "--try-policy")

    assert "0 judged now, 7 known from before" in again.out
    assert (again.status, other.status) == (1, 1), other.err
    assert other.verdicts()["ada"]["points"] == 10


def test_what_has_changed_is_judged_again(place: Path, graded: Graded,
                                          tmp_path: Path) -> None:
    """And what another limit concerns: all of it."""
    here = copied(place, tmp_path / "copy")
    (here / "class" / "bob" / "test_scales.py").write_text(HEAD + "\n")
    (here / "class" / "gil" / "test_scales.py").write_text(GOOD)

    again = run(here, here / "grades")
    tried = run(here, here / "grades", "--time-limit", 200, "--try-policy")

    assert "1 judged now, 6 known from before, 2 equal" in again.out
    assert again.verdicts()["gil"]["points"] == 100
    assert (tried.status, "without --try-policy first" in tried.err) == (
        2, True)


def killed(place: Path, out: Path, seconds: float) -> None:
    """Kill a run at some moment, as a machine does that loses its power."""
    with grading(place / "class", "--exercise", place / "scales", "--timeout",
                 1, out=out):
        time.sleep(seconds)


@pytest.mark.parametrize("times", [
    pytest.param(2, marks=pytest.mark.slow),
    pytest.param(20, marks=pytest.mark.soak)])
def test_after_a_kill_the_next_run_ends_with_the_same_files(
        place: Path, graded: Graded, tmp_path: Path, times: int) -> None:
    """Whatever moment it was; nothing is left running or half written."""
    chance = random.Random(times)
    out = tmp_path / "grades"
    for _ in range(times):
        killed(place, out, chance.uniform(0.5, 6))

    last = run(place, out)

    assert content(last.folder) == content(graded.folder)
    assert not [*out.rglob("*.part")]


def test_ctrl_c_twice_is_answered_once(place: Path, tmp_path: Path) -> None:
    """What was judged is kept; the sentence says how to go on."""
    kept = tmp_path / "out" / ".winnow" / "verdicts"
    with grading(place / "class", "--exercise", place / "scales",
                 out=tmp_path / "out") as process:
        for _ in range(600):
            if kept.is_dir() and any(kept.iterdir()):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert said.strip() == (
        "winnow: stopped; nothing is left running. What was judged is kept: "
        "the same command goes on from there.")


def other_class(out: Path) -> None:
    """Make the folder that of another class."""
    with ClassFolder(out, "the exercise github"):
        pass


def other_version(out: Path) -> None:
    """Make the folder that of a Winnow to come."""
    other_class(out)
    (out / ".winnow" / "class.json").write_text('{"schema": "v9"}')


def other_files(out: Path) -> None:
    """Put something of somebody's into the folder."""
    out.mkdir()
    (out / "thesis.tex").write_text("x")


@pytest.mark.parametrize("prepare, says", [
    (other_class, "holds the grades of another class, on the exercise github"),
    (other_version, "was written by another version of Winnow (v9)"),
    (other_files, "holds other files already"),
    (lambda out: out.write_text("x"), "is a file"),
])
def test_a_folder_of_something_else_is_left_alone(
        place: Path, tmp_path: Path, prepare: Callable[[Path], object],
        says: str) -> None:
    """Whatever it holds, it holds afterwards."""
    out = tmp_path / "grades"
    prepare(out)
    before = sorted(map(str, out.rglob("*")))

    done = run(place, out)

    assert done.status == 2
    assert done.err.startswith("winnow: ") and done.err.count("\n") == 1
    assert says in done.err and "--out" in done.err
    assert sorted(map(str, out.rglob("*"))) == before


def test_two_runs_at_a_time_are_one_too_many(place: Path, tmp_path: Path
                                             ) -> None:
    """The second is told."""
    with ClassFolder(tmp_path / "grades", "the exercise scales"):
        done = run(place, tmp_path / "grades")

    assert (done.status, "Another winnow grade is at work" in done.err) == (
        2, True)


@pytest.mark.parametrize("words, says", [
    (["--sandbox", "bubblewrap"], "bubblewrap is not installed"),
    (["--sandbox", "no-such-command -x"], "no-such-command is neither"),
    (["--sandbox", "false"], "false does not work here"),
])
def test_a_sandbox_that_is_asked_for_has_to_work(
        place: Path, tmp_path: Path, words: Sequence[str], says: str) -> None:
    """Nothing is judged in a weaker one unasked."""
    folder = os.path.dirname(shutil.which("false") or "/bin/false")
    tools = tmp_path / "tools"
    tools.mkdir()
    os.symlink(os.path.join(folder, "false"), tools / "false")

    done = run(place, tmp_path / "grades", *words, env={"PATH": str(tools)})

    assert done.status == 2
    assert says in done.err and done.err.count("\n") == 1


def test_without_bubblewrap_the_next_best_is_said(place: Path, tmp_path: Path
                                                  ) -> None:
    """And what it does not hold."""
    done = grade(place / "class" / "bob", "--exercise", place / "scales",
                 out=tmp_path / "grades", env={"PATH": str(tmp_path)})

    kind = "landlock" if works("landlock") else "limits"
    assert "(Bubblewrap is not installed" in done.out
    assert f"Contained by {kind} (not held: " in done.out


def test_a_command_of_ones_own_may_be_the_sandbox(place: Path, tmp_path: Path
                                                  ) -> None:
    """It starts a process for each submission."""
    if not shutil.which("nice"):
        pytest.skip("there is no nice here")

    handed_in(tmp_path / "class", {"ada": GOOD, "bob": HEAD})
    done = grade(tmp_path / "class", "--exercise", place / "scales",
                 "--sandbox", "nice -n 1", out=tmp_path / "grades")

    assert "Your own command contains each of them." in done.out
    assert {each["sandbox"] for each in done.verdicts().values()} == {
        "nice -n 1"}


def test_a_dry_run_writes_and_judges_nothing(place: Path, tmp_path: Path
                                             ) -> None:
    """It shows what was found."""
    done = run(place, tmp_path / "grades", "--dry-run")

    assert done.status == 0
    assert "  ada\n      test_scales.py\n" in done.out
    assert "  gil\n      ✗ It is empty.\n" in done.out
    assert not (tmp_path / "grades").exists()


def test_the_forms_and_bundles_are_those_that_there_are() -> None:
    """The command line does not load them to say their names."""
    assert grade_arguments.FORMS == formats.FORMS
    assert grade_arguments.BUNDLES == bundle.BUNDLES


@pytest.mark.parametrize("words, says", [
    (["--by", "id"], "--by and --column go only with --into"),
    (["--into", "x.csv"], "--into needs --by and --column"),
    (["--try-policy", "--again"], "--try-policy judges nothing"),
    (["--bundle", "gradescope"], "--bundle needs --exercise"),
    (["--format", "paper"], "invalid choice"),
    (["--roster", "nowhere.csv"], "nowhere.csv cannot be read"),
    (["--policy", "nowhere.toml"], "nowhere.toml"),
    (["--exercise", "nowhere"], "nowhere is neither a folder"),
])
def test_what_cannot_be_asked_for_is_a_sentence(
        place: Path, tmp_path: Path, words: Sequence[str], says: str) -> None:
    """And nothing is judged or written."""
    done = grade(place / "class", *words, out=tmp_path / "grades")

    assert (done.status, done.err.count("Traceback")) == (2, 0)
    assert says in done.err
    assert not (tmp_path / "grades").exists()


def test_a_grade_book_and_a_form_are_filled(place: Path, graded: Graded,
                                            tmp_path: Path) -> None:
    """From the verdicts that are known."""
    here = copied(place, tmp_path / "copy")
    book = tmp_path / "book.csv"
    book.write_text("login,name,tests\nada,Ada,\nzoe,Zoë,\n", "utf-8")

    done = run(here, here / "grades", "--try-policy", "--into", book, "--by",
               "login", "--column", "tests", "--format", "gradescope")

    assert done.status == 1, done.err
    assert "ada,Ada,100\n" in (here / "grades" / "book.csv").read_text("utf-8")
    assert (here / "grades" / "gradescope" / "bob" / "results.json").is_file()


@pytest.mark.parametrize("words", [
    ["grade", "class"], ["check", "--sandbox", "best"]])
def test_where_no_process_can_be_cloned_it_is_said(
        words: list[str], monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    """As on Windows."""
    monkeypatch.setattr(judge, "CAN_CLONE", False)
    monkeypatch.setattr(main, "stop_at_signals", lambda: None)

    assert main.run(words) == 2
    assert "on Windows, use WSL" in capsys.readouterr().err


class Answers:
    """A judge that says what it is given, and counts how often."""

    def __init__(self, *outcomes: Mapping[str, Any]) -> None:
        """Take what to say, one after the other; the last for ever."""
        self.outcomes = [*outcomes]
        self.asked = 0

    def __call__(self, task: bytes) -> bytes:
        """Say the next."""
        self.asked += 1
        return json.dumps(self.outcomes[
            min(self.asked, len(self.outcomes)) - 1]).encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ClassFolder]:
    """Give a folder for verdicts."""
    with ClassFolder(tmp_path / "grades", "a class") as opened:
        yield opened


def records(store: ClassFolder, answers: Answers) -> list[Record]:
    """Judge three submissions, two of them equal."""
    one = Submission("a", "a", "a", {"test_a.py": b"1"})
    with ThreadPoolExecutor(1) as executor:
        return Judging(store, "terms", answers).run(
            [one, replace(one, identifier="b"),
             replace(one, identifier="c", files={"test_a.py": b"2"})],
            executor)


def report(message: object = None) -> Mapping[str, Any]:
    """Return the answer of a judge: a report with one test."""
    return {"report": {"tests": [{"message": message}]}, "sandbox": "x"}


@pytest.mark.slow
def test_what_takes_too_long_is_for_the_instructor_to_decide(
        place: Path, tmp_path: Path) -> None:
    """The machine may have been busy: nobody has 0 points for that."""
    sleeps = HEAD.replace("self.assert", "import time; time.sleep(4);"
                          " self.assert")
    handed_in(tmp_path / "class", {"ada": sleeps, "bob": ""})

    done = grade(tmp_path / "class", "--exercise", place / "scales",
                 "--time-limit", 2, out=tmp_path / "grades")

    found = done.verdicts()
    assert "not done within 2 s" in found["ada"]["reason"]
    assert (found["ada"]["points"], found["bob"]["points"]) == (None, 0)


def test_equal_submissions_are_judged_once(store: ClassFolder) -> None:
    """The second is said to be the same as the first."""
    answers = Answers(report())

    first = records(store, answers)
    again = records(store, answers)

    assert answers.asked == 2
    assert [each.same_as for each in first] == ["", "a", ""]
    assert again == first


def test_a_flaky_verdict_is_not_shared(store: ClassFolder) -> None:
    """Each is judged for itself, once; it is kept for itself, too."""
    answers = Answers(report(FLAKY))

    first = records(store, answers)
    again = records(store, answers)

    assert answers.asked == 3
    assert [each.same_as for each in first] == ["", "", ""]
    assert again == first


@pytest.mark.parametrize("answer, says", [
    ({"bug": "OSError: x (y.py, line 1)"},
     "It could not be judged: OSError: x (y.py, line 1)."),
    ({"problem": "It was not done.", "is_learners": False},
     "It was not done."),
])
def test_what_fails_on_our_side_is_not_kept(
        store: ClassFolder, answer: Mapping[str, Any], says: str) -> None:
    """No learner is to blame, and the next run tries again."""
    first = records(store, Answers(answer))
    again = records(store, Answers(report()))

    assert first[0].problem == says
    assert first[0].submission.problem == ""
    assert again[0].report is not None


@pytest.mark.parametrize("text", [
    b"", b"{", b"[]", b'{"schema": "winnow/verdict/v1", "key": "x"}', b"\xff"])
def test_what_is_kept_and_no_verdict_is_judged_again(
        store: ClassFolder, tmp_path: Path, text: bytes) -> None:
    """As where a disk has lost it."""
    records(store, Answers(report()))
    for path in (tmp_path / "grades" / ".winnow" / "verdicts").iterdir():
        path.write_bytes(text)
    answers = Answers(report())

    records(store, answers)

    assert answers.asked == 2


def test_a_full_disk_is_a_sentence_and_loses_nothing(
        store: ClassFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
        ) -> None:
    """No file is there in part."""
    store.keep("first", {"report": None, "problem": "", "sandbox": ""})

    def refuse(number: int) -> None:
        """Fail as a full disk does."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(BadFolder, match="No space left on device. What was "):
        store.keep("second", {"report": None})

    kept = tmp_path / "grades" / ".winnow" / "verdicts"
    assert [path.name for path in kept.iterdir()] == ["first.json"]
