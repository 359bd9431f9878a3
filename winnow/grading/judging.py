"""Judges a class: each submission once, some at a time, as far as it comes."""
from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, NoReturn

from winnow.checking.isolation import FLAKY
from winnow.model.errors import CannotDo

from .class_folder import ClassFolder
from .judge import Judge, Terms
from .records import Record, Submission
from .submission_key import key_of
from .task import packed, unpacked

Told = Callable[[int, int], None]
# From `task.packed` files to the answer of a judge, as JSON.
Ask = Callable[[bytes], bytes]


def _raised(error: Exception) -> NoReturn:
    """Raise what a task has failed with."""
    raise error


class Judges:
    """Processes that judge, one for each that is at work at a time."""

    def __init__(self, terms: Terms, number: int) -> None:
        """Have so many; each is started when it is first needed."""
        self._all = [Judge(terms, slot) for slot in range(number)]
        self._free: queue.SimpleQueue[Judge] = queue.SimpleQueue()
        for each in self._all:
            self._free.put(each)

    def ask(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Return what the next judge that is free says of a submission."""
        judge = self._free.get()
        try:
            return judge.judge(files)
        finally:
            self._free.put(judge)

    def judged(self, task: bytes) -> bytes:
        """Return the same as JSON, asked in bytes as `task.judged` is."""
        return json.dumps(self.ask(unpacked(task))).encode()

    def close(self) -> None:
        """End them all, whatever they are at."""
        for each in self._all:
            each.close()


@dataclass
class _Group:
    """Submissions under one key: the first is judged for all of them."""

    key: str
    members: list[Submission] = field(default_factory=list)


class Hooks(NamedTuple):
    """What is done on the way: where an executor is, and what can go wrong.

    `told` hears how many are done. `look` is called every so often, and may
    raise what ends it all. `failed` returns an answer in place of what a task
    has failed with, or raises.
    """

    told: Told = lambda done, of: None
    look: Callable[[], None] = lambda: None
    failed: Callable[[Exception], dict[str, Any]] = _raised


@dataclass
class Judging:
    """The records of a class, as they become known.

    An executor calls `ask`, here or on another machine.
    """

    store: ClassFolder
    terms: str
    ask: Ask
    hooks: Hooks = Hooks()
    is_afresh: bool = False
    records: dict[str, Record] = field(default_factory=dict)
    judged: int = 0

    def run(self, submissions: Sequence[Submission], executor: Executor
            ) -> list[Record]:
        """Return the record of each submission, in their order.

        What is known is not judged again, unless all is to be judged
        `is_afresh`.
        """
        waiting = []
        for group in self._groups(submissions):
            if not self._settled(group):
                waiting.append(group)
        of = len(submissions)
        self.hooks.told(len(self.records), of)
        work: dict[Future[bytes], _Group] = {}

        def begin(group: _Group) -> None:
            """Have the first of a group judged."""
            work[executor.submit(
                self.ask, packed(group.members[0].files))] = group

        try:
            for group in waiting:
                begin(group)
            while work:
                done, _ = wait(work, timeout=0.5,
                               return_when=FIRST_COMPLETED)
                for each in done:
                    for rest in self._note(work.pop(each), self._said(each)):
                        begin(rest)
                self.hooks.told(len(self.records), of)
                self.hooks.look()
        finally:
            for each in work:
                each.cancel()
        return [self.records[each.identifier] for each in submissions]

    def _said(self, task: Future[bytes]) -> Mapping[str, Any]:
        """Return the answer of a task that is done, or has failed."""
        try:
            answer = json.loads(task.result())
        except CannotDo:
            raise
        except Exception as error:
            return self.hooks.failed(error)
        if not isinstance(answer, dict):
            raise TypeError("an answer is no object")
        return answer

    def _groups(self, submissions: Iterable[Submission]) -> Iterable[_Group]:
        """Return those that are equal together; note what is no work."""
        groups: dict[str, _Group] = {}
        for each in submissions:
            if each.problem:
                self.records[each.identifier] = Record(
                    each, problem=each.problem)
                continue
            key = key_of(each.files, self.terms)
            groups.setdefault(key, _Group(key)).members.append(each)
        return groups.values()

    def _settled(self, group: _Group) -> bool:
        """Tell whether all of a group are known already; note those."""
        left = []
        first = group.members[0]
        for each in group.members:
            known = None if self.is_afresh else self.store.known(
                group.key, each.identifier)
            if known is None:
                left.append(each)
            else:
                self._put(each, group.key, known, first)
        group.members = left
        return not left

    def _note(self, group: _Group, answer: Mapping[str, Any]
              ) -> Iterable[_Group]:
        """Keep a verdict as it comes; return who has to be judged alone.

        A flaky verdict is one learner's: for another it may come out
        otherwise.
        """
        self.judged += 1
        first, *others = group.members
        verdict = {"report": answer.get("report"),
                   "problem": _problem(answer),
                   "is_learners": bool(answer.get("is_learners")),
                   "sandbox": answer.get("sandbox", "")}
        is_flaky = _is_flaky(verdict["report"])
        # What was not the learner's doing may end otherwise the next time.
        if verdict["report"] is not None or verdict["is_learners"]:
            self.store.keep(group.key, verdict,
                            first.identifier if is_flaky else "")
        self._put(first, group.key, verdict, first)
        if is_flaky:
            return [_Group(group.key, [each]) for each in others]
        for each in others:
            self._put(each, group.key, verdict, first)
        return []

    def _put(self, submission: Submission, key: str,
             verdict: Mapping[str, Any], first: Submission) -> None:
        """Note the record of one submission."""
        problem = verdict["problem"]
        same = (first.identifier if first is not submission
                and not _is_flaky(verdict["report"]) else "")
        if verdict["report"] is None and verdict.get("is_learners"):
            submission = replace(submission, problem=problem)
        self.records[submission.identifier] = Record(
            submission, key, verdict["report"], problem, verdict["sandbox"],
            same)


def judge_class(submissions: Sequence[Submission], terms: Terms,
                store: ClassFolder, keys: str, jobs: int, told: Told,
                is_afresh: bool = False) -> tuple[list[Record], int]:
    """Return the records of a class, judged in threads of this process.

    Also tells how many submissions were judged. Whatever ends it, what came
    until then is kept.
    """
    judges = Judges(terms, jobs)
    judging = Judging(store, keys, judges.judged, Hooks(told), is_afresh)
    executor = ThreadPoolExecutor(jobs)
    try:
        return judging.run(submissions, executor), judging.judged
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        judges.close()


def known_records(submissions: Sequence[Submission], store: ClassFolder,
                  keys: str) -> list[Record]:
    """Return the records of a class that was judged before.

    Raises `CannotDo` where one of them was not.
    """
    def refuse(task: bytes) -> bytes:
        """Judge nothing of them."""
        raise CannotDo(
            "Not all of these submissions were judged before as they are "
            "now: run the same command without --try-policy first.")

    with ThreadPoolExecutor(1) as executor:
        return Judging(store, keys, refuse).run(submissions, executor)


def _problem(answer: Mapping[str, Any]) -> str:
    """Return why there is no report, or nothing."""
    if "bug" in answer:
        return f"It could not be judged: {answer['bug']}."
    return str(answer.get("problem", ""))


def _is_flaky(report: Mapping[str, Any] | None) -> bool:
    """Tell whether a test of a report passes at one time and fails next."""
    return report is not None and any(
        each.get("message") == FLAKY for each in report["tests"])
