"""What the pool does with the processes of a backend, whatever that is."""
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from winnow.execution import pool
from winnow.execution.copying import Wanted
from winnow.execution.job import Job
from winnow.execution.result import Limits, Run
from winnow.execution.variant import Variant
from winnow.execution.workspace import Workspace


def stop(works: object) -> list[Any]:
    """Be where a person types Ctrl-C."""
    raise KeyboardInterrupt


def test_all_that_runs_is_ended_when_a_check_is_stopped(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a process that runs one variant, of which nothing is known yet."""
    ended: list[Path] = []

    def begin(job: Job, *_: object) -> SimpleNamespace:
        """Return work that notes its end."""
        end: Callable[[float], dict[int, Run]] = (
            lambda grace: ended.append(job.folder) or {0: Run()})
        return SimpleNamespace(runs=end)

    monkeypatch.setattr(pool, "chosen", lambda: SimpleNamespace(
        most=None, branch=None, begin=begin, over=stop,
        pausing=lambda: lambda: None))
    job = Job(Path(), (), "unittest", {})

    with Workspace(Wanted(tmp_path)) as workspace:
        with pytest.raises(KeyboardInterrupt):
            list(pool.Pool(workspace, 2).run(
                [Variant(key, job, {}) for key in ("one", "two")],
                Limits(1, 1)))

    assert len(set(ended)) == 2
