"""A submission as a task of any executor, and how a cluster is refused.

- files go there and back, whatever their names are
- a task is judged as here, by a judge that stays warm; in other processes, too
- other versions are refused before anything runs, in words
- the weakest sandbox of all workers is that of the class
- where a judge finds no room, no process or no time, no learner is to blame
"""
import errno
import gc
import json
import os
import pickle
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.grading.classes import GOOD, HEAD, exercise
from winnow.cli import main
from winnow.grading import judge_process, task
from winnow.grading.class_folder import ClassFolder
from winnow.grading.cluster import Cluster, NoCluster, facts
from winnow.grading.judge import Judge, NoSandbox, Terms
from winnow.grading.judging import Judging
from winnow.grading.records import Submission
from winnow.grading.versions import difference, versions
from winnow.subjects.faults_toml import load

ODD = {"test_\udcff.py": b"\xff\x00", "a/ü b.py": b"", "test_x.py": b"1\r\n"}


@pytest.fixture
def terms(tmp_path: Path) -> bytes:
    """Give what the class is judged by, in the sandbox that needs nothing."""
    return task.packed_terms(Terms(
        load(exercise(tmp_path / "scales")), sandbox=("limits",)))


def files(suite: str) -> dict[str, bytes]:
    """Return a submission with one file of tests."""
    return {"test_scales.py": suite.encode()}


def test_files_go_there_and_back() -> None:
    """Names that are no text, too."""
    assert task.unpacked(task.packed(ODD)) == ODD


def test_a_judge_stays_warm_for_the_next_task(terms: bytes) -> None:
    """And who has other versions is asked nothing."""
    outcomes = []
    for suite in (GOOD, HEAD):
        answer = json.loads(task.judged(terms, task.packed(files(suite))))
        outcomes.append([each["outcome"] for each in
                         answer["report"]["faults"]])
        [(theirs, judge)] = [
            (known, each) for each, (known, _) in task._JUDGES._free.items()
            if known == terms]

    assert outcomes == [["caught", "caught"], ["caught", "missed"]]
    with pytest.raises(task.Differs, match="start all from the same"):
        task.judged(b"x" * 32 + terms[32:], task.packed(files(GOOD)))
    assert judge._process is not None
    task._JUDGES._end(judge)
    assert judge._process is None
    assert task._JUDGES.taken(terms) is not judge


@pytest.mark.soak
def test_any_executor_will_do(terms: bytes, tmp_path: Path) -> None:
    """What a task needs can be pickled, and nothing else is asked for."""
    handed_in = [Submission(name, name, name, files(suite))
                 for name, suite in (("a", GOOD), ("b", HEAD), ("c", GOOD))]

    with ClassFolder(tmp_path / "grades", "scales") as store, (
            ProcessPoolExecutor(1, get_context("spawn"))) as executor:
        found = Judging(store, "terms", partial(task.judged, terms)).run(
            handed_in, executor)

    assert [each.report and [row["outcome"] for row in each.report["faults"]]
            for each in found] == [
        ["caught", "caught"], ["caught", "missed"],
        ["caught", "caught"]]
    assert found[2].same_as == "a"


@pytest.mark.parametrize("change, says", [
    ({}, ""),
    ({"pytest": "1.0"}, "pytest 1.0 (here {pytest})"),
    ({"pytest": None}, "no pytest (here {pytest})"),
    ({"numpy-of-mine": "2.1"}, "numpy-of-mine 2.1 (here none)"),
    ({"Winnow": "0.0 (ffffffff)", "Python": "CPython 3.9.1", "jinja2": "1",
      "rich": "2", "requests": "3"},
     "Python CPython 3.9.1 (here {Python}), Winnow 0.0 (ffffffff) (here "
     "{Winnow}), jinja2 1 (here {jinja2}) and 2 more"),
])
def test_how_versions_differ_is_said_in_words(
        change: Mapping[str, Optional[str]], says: str) -> None:
    """No more than three of them."""
    there = {name: version for name, version in {
        **versions(), **change}.items() if version is not None}

    found = difference(there)

    assert sorted(found.split(", ")) == sorted(
        says.format_map(versions()).split(", "))


class Client:
    """A double of Dask's client, whose workers say what they are given."""

    status = "running"

    def __init__(self, **workers: object) -> None:
        """Take what each worker has: facts, or why it has none."""
        self.workers = workers

    def run_on_scheduler(self, function: Callable[..., Any], *words: object
                         ) -> object:
        """Ask the scheduler."""
        return function(*words)

    def run(self, function: Callable[..., Any], *words: object,
            on_error: str) -> dict[str, object]:
        """Ask each worker."""
        assert (function, on_error) == (facts, "return")
        return {**self.workers}

    def nthreads(self) -> dict[str, int]:
        """Return the workers there are."""
        return dict.fromkeys(self.workers, 1)


def cluster(**workers: object) -> Cluster:
    """Return a cluster with these workers."""
    made = Cluster("tcp://there:8786")
    made._client = Client(**workers)
    return made


def worker(sandbox: str, why: str = "", **other: str) -> dict[str, object]:
    """Return what a worker says of itself."""
    return {"versions": {**versions(), **other}, "sandbox": sandbox,
            "why": why}


def test_the_weakest_sandbox_is_that_of_the_class() -> None:
    """Or else a learner's grade would depend on the worker."""
    made = cluster(one=worker("bubblewrap"), two=worker(
        "landlock", "bubblewrap is not installed"), three=worker("bubblewrap"))

    assert made.sandbox([]) == (
        ("landlock",), "on two, bubblewrap is not installed")
    assert made.sandbox(["limits"]) == (("limits",), "")
    assert str(made) == "3 workers of the scheduler at tcp://there:8786"


@pytest.mark.parametrize("workers, says", [
    ({"one": worker("limits", pytest="1.0")}, "one has pytest 1.0 (here "),
    ({"one": ModuleNotFoundError("No module named 'winnow'")},
     "one cannot say what it has (ModuleNotFoundError: No module named "),
    ({str(number): worker("limits", pytest="1.0") for number in range(5)},
     "; and 2 more. Start the scheduler and the workers from the same"),
])
def test_other_versions_are_refused(workers: Mapping[str, object], says: str
                                    ) -> None:
    """Whoever has them is named."""
    with pytest.raises(NoCluster) as refused:
        cluster(**workers).sandbox([])

    assert says in str(refused.value)


def test_a_cluster_that_is_gone_is_said_to_be(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """What was judged is kept."""
    made = cluster()
    made._seen = -100.0  # A minute and more ago, whenever this runs.
    with pytest.raises(NoCluster, match="^No worker is left at tcp://there"):
        made.look()
    monkeypatch.setattr(made._client, "status", "connecting")
    with pytest.raises(NoCluster, match="is gone. What was judged so far is"):
        made.look()
    with pytest.raises(NoCluster, match="is gone. What was judged so far is"):
        made.failed(CancelledError())


@pytest.mark.parametrize("words, says", [
    ([], "--dask needs the package distributed: python -m pip install"),
    (["--jobs", "2"], "nor with --jobs"),
    (["--try-policy"], "--dask goes neither with --try-policy"),
])
def test_what_dask_needs_is_said(
        words: list[str], says: str, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
        ) -> None:
    """And nothing is judged or written."""
    monkeypatch.setattr(main, "stop_at_signals", lambda: None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "test_scales.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)

    try:
        status = main.run(["grade", "class", "--dask", "x:1", *words])
    except SystemExit as ended:
        status = int(ended.code or 0)

    assert status == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "grades").exists()


def warm(terms: bytes) -> judge_process._Warm:
    """Return the process that judges, in this one: no clone is made."""
    own = pickle.loads(zlib.decompress(terms[32:]))
    found = judge_process._begun(json.loads(own.setup(0)))
    gc.unfreeze()
    return found


@pytest.mark.parametrize("number, is_learners", [
    (errno.ENOSPC, False), (errno.EDQUOT, False), (errno.EILSEQ, True)])
def test_no_room_for_files_is_no_learners_doing(
        terms: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        number: int, is_learners: bool) -> None:
    """But a name that no file here can have is."""
    def refuse(*_: object, **__: object) -> None:
        """Fail as a full disk does."""
        raise OSError(number, os.strerror(number))

    judging = warm(terms)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "write_bytes", refuse)
    found = judging._checked({"files": {"test_scales.py": ""}}, tmp_path)
    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    no_folder = json.loads(judging.answer({"files": {}}))

    assert found == {"problem": "Its file test_scales.py cannot be written "
                     f"here: {os.strerror(number)}.",
                     "is_learners": is_learners}
    assert "it has no folder for its files: [Errno" in no_folder["problem"]
    assert no_folder["is_learners"] is False


def test_who_finds_no_process_free_is_tried_again(
        terms: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were there are being ended; some time it is enough."""
    crowded = {"is_crowded": True, "problem": "There is no process free."}
    answers = [crowded, {"problem": "It is judged."}, crowded, crowded,
               crowded, {"problem": "Nobody asks for this."}]
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr(Judge, "_ask", lambda *_: answers.pop(0))
    judge = task._JUDGES.taken(terms)

    assert judge.judge({}) == {"problem": "It is judged."}
    assert judge.judge({}) == crowded
    assert len(answers) == 1


def test_a_judge_that_is_not_started_in_time_is_said_to_be_late(
        terms: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox is not to blame."""
    monkeypatch.setattr("winnow.grading.judge._TO_START", 0.01)

    with pytest.raises(NoSandbox, match="^limits has not started Python with"
                       "in .* minutes: this machine is too busy"):
        task._JUDGES.taken(terms).judge(files(GOOD))
