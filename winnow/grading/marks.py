"""What a grade counts one by one: faults, tests, refactorings, rules."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from winnow.model.exercise import AnyFault, Fault, Refactoring, Subject
from winnow.reports.wording import difference

from .policy import EXTRA, REFACTORINGS, REQUIRED, RULES, TESTS, Policy
from .records import Record

_ENDED = {"hung": "The tests hang on it before one fails.",
          "crashed": "The run ends before a test fails.",
          "unviable": "With it, the module cannot be imported."}


class Mark(NamedTuple):
    """One fault, test, refactoring or broken rule, and whether it is good.

    `title` says what it is in a sentence, `hint` what helps, and `detail`
    what was seen, which is shown last of all. `why` says why it is not good
    where that is no matter of the tests. `tests` are the ids of the tests
    that catch a fault, or break on a refactoring; `change` are the lines of
    the module that it changes. It is a tuple for its speed: 1,000 learners
    have 100,000 of them.
    """

    name: str
    is_good: bool
    title: str = ""
    hint: str = ""
    detail: str = ""
    why: str = ""
    lesson: str = ""
    tests: tuple[str, ...] = ()
    is_secret: bool = False
    change: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What all learners of a class are judged by: the names of each part.

    `sentences` are the faults and refactorings themselves, where the subject
    is known, and `changes` the lines that they change; a report has their
    names alone.
    """

    names: Mapping[str, Sequence[str]]
    modules: Mapping[str, str]
    sentences: Mapping[str, AnyFault | Refactoring]
    changes: Mapping[str, tuple[str, ...]]


def known_of(records: Sequence[Record], policy: Policy,
             subject: Subject | None) -> Known:
    """Return what a class is judged by: of its subject, or of its reports.

    Faults that may be equivalent count for nobody, unless the policy wants
    them to: so nobody's grade hangs on one.
    """
    names: dict[str, dict[str, str]] = {
        REQUIRED: {}, EXTRA: {}, REFACTORINGS: {}}
    sentences: dict[str, AnyFault | Refactoring] = {}
    if subject:
        for fault in subject.faults:
            part = EXTRA if getattr(fault, "level", "") == "beyond" else (
                REQUIRED)
            if policy.count_doubtful or not getattr(fault, "doubt", None):
                names[part][fault.name] = fault.module
        names[REFACTORINGS] = {each.name: each.module
                               for each in subject.refactorings}
        sentences = {each.name: each for each in (
            *subject.faults, *subject.refactorings)}
    for record in records if not subject else ():
        for row in (record.report or {}).get("faults", ()):
            part = EXTRA if row["level"] == "beyond" else REQUIRED
            if policy.count_doubtful or not row["doubt"]:
                names[part][row["name"]] = row["module"]
        for row in (record.report or {}).get("refactorings", ()):
            names[REFACTORINGS][row["name"]] = ""
    modules = {name: module for part in names.values()
               for name, module in part.items()}
    changes = {name: tuple(difference(each, subject.sources[each.module]))
               for name, each in sentences.items() if subject}
    return Known({part: [*each] for part, each in names.items()}, modules,
                 sentences, changes)


def marks_of(report: Mapping[str, Any], policy: Policy, known: Known
             ) -> dict[str, tuple[Mark, ...]]:
    """Return what each part of a grade counts, in one report."""
    return {
        **{part: tuple(_fault_marks(report, part, policy, known))
           for part in (REQUIRED, EXTRA)},
        TESTS: tuple(_test_marks(report)),
        REFACTORINGS: tuple(_refactoring_marks(report, known)),
        RULES: tuple(Mark(row["rule"], False, row["message"],
                          detail=f"{row['file']}, line {row['line']}")
                     for row in report["rules"])}


def _fault_marks(report: Mapping[str, Any], part: str, policy: Policy,
                 known: Known) -> Iterator[Mark]:
    """Yield the faults of a part, also those that were never tried."""
    rows = {row["name"]: row for row in report["faults"]}
    for name in known.names[part]:
        row, fault = rows.get(name), known.sentences.get(name)
        module = known.modules[name]
        why = (f"None of the tests imports `{module}`." if row is None
               else "No test executes this." if not row["executed"]
               else _ENDED.get(row["outcome"], ""))
        yield Mark(
            name, row is not None and row["outcome"] == "caught",
            getattr(fault, "breaks", ""), getattr(fault, "hint", ""),
            f"{module}, line {row['line']}" if row else module,
            why, (fault.lesson or "") if isinstance(fault, Fault) else "",
            tuple(row["caught_by"]) if row else (),
            policy.is_secret(name, part), known.changes.get(name, ()))


def _test_marks(report: Mapping[str, Any]) -> Iterator[Mark]:
    """Yield the tests that were not skipped."""
    for row in report["tests"]:
        if row["outcome"] != "skipped":
            yield Mark(row["id"], row["valid"], hint=row["coaching"] or "",
                       detail=row["message"] or "",
                       why="" if row["valid"] else row["outcome"])


def _refactoring_marks(report: Mapping[str, Any], known: Known
                       ) -> Iterator[Mark]:
    """Yield the refactorings; what was never tried was not tolerated."""
    rows = {row["name"]: row for row in report["refactorings"]}
    for name in known.names[REFACTORINGS]:
        row = rows.get(name)
        module = known.modules[name]
        yield Mark(
            name, row is not None and row["tolerated"],
            getattr(known.sentences.get(name), "keeps", ""),
            why="" if row else f"None of the tests imports `{module}`.",
            tests=tuple(row["broken"]) if row else (),
            change=known.changes.get(name, ()))
