"""A class judged by a cluster of Dask: whoever ends, the grades are the same.

The clusters are real, of processes on this machine; `make soak` runs this.

- a worker is killed, all are, the scheduler is, or who asks for the grades:
  that run or the next ends with the files of one machine
- with no worker left, no scheduler, or other versions, a sentence says so
- what the manual says of Slurm makes a job that starts such workers
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.grading.classes import (
    GOOD,
    HEAD,
    RED,
    Graded,
    content,
    grade,
    grading,
    in_a_test,
    made_class,
)

pytestmark = pytest.mark.soak
ROOT = Path(__file__).resolve().parent.parent.parent
SLOWLY = in_a_test("import time\ntime.sleep(1)")
SUITES = {**{f"slow{number}": SLOWLY + f"# {number}\n" for number in range(9)},
          "good": GOOD, "same": GOOD, "weak": HEAD, "red": RED, "empty": ""}


class Running(NamedTuple):
    """A cluster: the address of its scheduler, and the process of that."""

    address: str
    scheduler: "subprocess.Popen[str]"

    def workers(self) -> list[int]:
        """Return the processes of the workers that there are."""
        distributed = pytest.importorskip("distributed")
        with distributed.Client(self.address, set_as_default=False) as client:
            return [*client.run(os.getpid).values()]


@contextmanager
def running(workers: int) -> Iterator[Running]:
    """Start a cluster, and end it."""
    pytest.importorskip("distributed")
    with subprocess.Popen(
            [sys.executable, "-m", "tests.grading.local_cluster",
             str(workers)], cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin and process.stdout
        try:
            yield Running(process.stdout.readline().strip(), process)
        finally:
            process.stdin.close()
            process.wait(60)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the exercise, and a class."""
    return made_class(tmp_path_factory.mktemp("class"), SUITES)


@pytest.fixture(scope="module")
def alone(place: Path) -> Graded:
    """Give the class, graded on this machine alone."""
    done = grade(place / "class", "--exercise", place / "scales",
                 out=place / "grades")
    assert (done.status, done.err) == (1, "")
    return done


@pytest.fixture(scope="module")
def cluster() -> Iterator[Running]:
    """Give a cluster of two workers."""
    with running(2) as started:
        yield started


def words(place: Path, address: str) -> list[object]:
    """Return what grades the class on a cluster."""
    return [place / "class", "--exercise", place / "scales", "--dask",
            address]


def wait_for(out: Path, number: int) -> None:
    """Wait until so many verdicts are kept."""
    kept = out / ".winnow" / "verdicts"
    for _ in range(1200):
        if kept.is_dir() and len([*kept.glob("*.json")]) >= number:
            return
        time.sleep(0.1)
    raise AssertionError(f"{number} verdicts are not kept after two minutes")


def test_a_class_is_judged_as_on_one_machine(
        place: Path, alone: Graded, cluster: Running, tmp_path: Path) -> None:
    """Each file has the same bytes; the next run, here, judges nothing."""
    out = tmp_path / "grades"
    done = grade(*words(place, cluster.address), out=out)
    again = grade(place / "class", "--exercise", place / "scales", out=out)

    assert (done.status, done.err) == (alone.status, "")
    assert content(out) == content(alone.folder)
    assert "They are judged by 2 workers of the scheduler at tcp" in done.out
    assert "0 judged now, 12 known from before" in again.out


@pytest.mark.parametrize("times, number", [(1, 1), (3, 2)])
def test_workers_that_are_killed_are_replaced(
        place: Path, alone: Graded, cluster: Running, tmp_path: Path,
        times: int, number: int) -> None:
    """Or all of them, again and again."""
    out = tmp_path / "grades"
    with grading(*words(place, cluster.address), out=out) as process:
        for each in range(1, times + 1):
            wait_for(out, each)
            for pid in cluster.workers()[:number]:
                os.kill(pid, signal.SIGKILL)
        assert process.wait(300) == alone.status

    assert content(out) == content(alone.folder)


def test_who_asks_is_killed(place: Path, alone: Graded, cluster: Running,
                            tmp_path: Path) -> None:
    """The next run goes on."""
    out = tmp_path / "grades"
    with grading(*words(place, cluster.address), out=out) as process:
        wait_for(out, 2)
        process.kill()
    last = grade(*words(place, cluster.address), out=out)

    assert int(re.search(r"(\d+) known from", last.out)[1]) >= 2
    assert content(out) == content(alone.folder)


def test_the_scheduler_is_killed(place: Path, alone: Graded, tmp_path: Path
                                 ) -> None:
    """And with it its workers; what they have started ends, too."""
    out = tmp_path / "grades"
    with running(2) as doomed:
        workers = doomed.workers()
        with grading(*words(place, doomed.address), out=out) as process:
            wait_for(out, 2)
            doomed.scheduler.kill()
            _, said = process.communicate(timeout=120)
    grade(place / "class", "--exercise", place / "scales", out=out)

    assert process.returncode == 2
    assert said == (f"winnow: The scheduler at {doomed.address} is gone. What "
                    "was judged so far is kept, and the same command goes on "
                    "from there.\n")
    assert content(out) == content(alone.folder)
    assert not any(map(is_there, workers))


def is_there(pid: int) -> bool:
    """Tell whether a process is there, after a while."""
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return False
        time.sleep(0.1)
    return True


def test_no_worker_is_left(place: Path, alone: Graded, tmp_path: Path
                           ) -> None:
    """After a minute without one the run ends, and another goes on."""
    out = tmp_path / "grades"
    with running(0) as empty:
        with plain_worker(empty) as lonely, grading(
                *words(place, empty.address), out=out) as process:
            wait_for(out, 2)
            lonely.kill()
            _, said = process.communicate(timeout=180)
        with plain_worker(empty):
            grade(*words(place, empty.address), out=out)

    assert process.returncode == 2
    assert "No worker is left at tcp" in said and said.count("\n") == 1
    assert content(out) == content(alone.folder)


@contextmanager
def plain_worker(cluster: Running, **more: str
                 ) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a worker that nobody replaces; it joins while others wait."""
    with subprocess.Popen(
            [sys.executable, "-c", "from distributed.cli.dask_worker import "
             "main; main()", cluster.address, "--no-nanny", "--nthreads", "1",
             "--no-dashboard"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=os.sep,  # Nothing is there.
            env={**os.environ, **more}) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_worker_with_another_winnow_is_refused(
        place: Path, cluster: Running, tmp_path: Path) -> None:
    """Whether it is there before the run, or comes later."""
    shutil.copytree(ROOT / "winnow", tmp_path / "winnow",
                    ignore=shutil.ignore_patterns("__pycache__"))
    with open(tmp_path / "winnow" / "__init__.py", "a") as file:
        file.write("\n# Another one.\n")
    out = tmp_path / "grades"
    with running(0) as other, plain_worker(other, PYTHONPATH=str(tmp_path)):
        refused = grade(*words(place, other.address), out=out)
    with running(1) as mixed, grading(
            *words(place, mixed.address), out=out) as process:
        wait_for(out, 1)
        with plain_worker(mixed, PYTHONPATH=str(tmp_path)):
            _, said = process.communicate(timeout=120)

    assert refused.status == 2 and refused.err.count("\n") == 1
    assert re.search(r"has Winnow \S+ \(\w{8}\) \(here ", refused.err)
    assert (process.returncode, said) == (
        2, "winnow: A worker that came later has other versions of Winnow, "
        "Python or packages than this machine: start all from the same "
        "environment.\n")


def nothing_listens() -> str:
    """Return an address at which nobody is."""
    return "tcp://127.0.0.1:9"


@pytest.mark.parametrize("address, says", [
    (nothing_listens, "No scheduler of Dask answers at tcp://127.0.0.1:9: "),
    (lambda: "nowhere://x", "No scheduler of Dask answers at nowhere://x: ")])
def test_no_scheduler_is_a_sentence(
        place: Path, tmp_path: Path, address: Callable[[], str], says: str
        ) -> None:
    """And nothing is written."""
    pytest.importorskip("distributed")
    done = grade(*words(place, address()), out=tmp_path / "grades")

    assert (done.status, done.out.count("\n")) == (2, 1)
    assert says in done.err and done.err.count("\n") == 1
    assert not (tmp_path / "grades").exists()


def test_the_manual_starts_workers_by_slurm(tmp_path: Path) -> None:
    """Its lines make a job; where there is Slurm, sbatch takes that."""
    pytest.importorskip("dask_jobqueue")
    page = (ROOT / "docs" / "grading.md").read_text("utf-8")
    [block] = re.findall(r"```python\n(from dask_jobqueue.*?)```", page,
                         re.DOTALL)
    above, _, _ = block.partition("cluster.scale")

    done = subprocess.run(
        [sys.executable, "-c", above + "print(cluster.job_script())"],
        cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "#SBATCH --cpus-per-task=1" in done.stdout
    assert re.search(r"distributed\.cli\.dask_worker tcp://\S+ .*"
                     r"--nthreads 1", done.stdout), done.stdout
