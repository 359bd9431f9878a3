"""A report as one JSON object, `winnow/report/v1`, for programs to read."""
from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from winnow.model.outcome import Outcome
from winnow.model.report import Report, is_core

from . import wording
from .modules_table import rows
from .terminal import Style

SCHEMA = "winnow/report/v1"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every report fulfils."""
    path = Path(__file__).with_name("report.v1.schema.json")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def render(report: Report, style: Style) -> str:
    """Return a report as indented JSON, in ASCII so that any pipe takes it."""
    return json.dumps(as_object(report), indent=1) + "\n"


def as_object(report: Report) -> dict[str, Any]:
    """Return a report as plain dicts and lists."""
    caught = report.caught
    core = [each for each in report.faults if is_core(each.fault)]
    return {
        "schema": SCHEMA,
        "exercise": report.exercise.name if report.exercise else None,
        "goal": _goal(report),
        "modules": [report.subject.file_of(module)
                    for module in report.concerns],
        "complete": report.is_complete,
        "seconds": round(report.seconds, 3),
        "tests": [_test(report, test, outcome)
                  for test, outcome in report.tests.items()],
        "faults": [
            {"name": each.fault.name, "module": each.fault.module,
             "line": each.line, "level": wording.level(each.fault),
             "outcome": each.outcome, "how": each.how,
             "executed": each.is_executed, "doubt": each.doubt or None,
             "caught_by": list(each.caught_by)}
            for each in report.faults],
        "accepted": [
            {"name": each.verdict.fault.name,
             "module": each.verdict.fault.module, "line": each.verdict.line,
             "why": each.why, "date": each.date}
            for each in report.accepted],
        "refactorings": [
            {"name": each.refactoring.name, "tolerated": not each.broken,
             "broken": list(each.broken)}
            for each in report.refactorings],
        "problems": [
            {"kind": each.kind, "test": each.test, "detail": each.detail,
             "advice": each.advice, "file": each.file, "line": each.line}
            for each in report.problems],
        "rules": [
            {"file": each.file, "line": each.line, "rule": each.rule,
             "message": each.message} for each in report.rules],
        "notes": list(report.notes),
        "without_faults": [
            {"module": module, "name": each.name, "line": each.line,
             "reason": each.reason}
            for module, each in getattr(
                report.subject, "without_faults", ())],
        "minimal_suite": list(report.minimal_suite()),
        "summary": {
            "tests": len(report.tests), "valid": len(report.valid),
            "faults": len(report.faults), "caught": len(caught),
            "fail_under": report.fail_under, "is_enough": report.is_enough,
            "doubtful": len(report.doubtful),
            "accepted": len(report.accepted),
            "core": len(core),
            "core_caught": sum(each in caught for each in core),
            "refactorings": len(report.refactorings),
            "tolerated": len(report.refactorings) - len(report.broken),
            "by_module": [
                {"file": row.file, "faults": row.faults, "caught": row.caught}
                for row in rows(report)],
            "by_level": {
                level: {"faults": all_of, "caught": caught}
                for level, (caught, all_of) in report.by_level().items()},
        },
    }


def _goal(report: Report) -> Mapping[str, Any] | None:
    """Return the lesson or the task that the check was limited to."""
    goal = report.goal
    if goal is None:
        return None
    return {"kind": goal.kind.lower(), "number": goal.number,
            "title": goal.title, "done": report.is_clean}


def _test(report: Report, test: str, outcome: Outcome) -> Mapping[str, Any]:
    """Return one test's part of the report."""
    valid = test in report.valid
    entry: dict[str, Any] = {
        "id": test, "valid": valid, "outcome": outcome.status,
        "message": outcome.message, "coaching": report.coaching.get(test),
        "catches": list(report.catches(test)),
    }
    if valid:
        # What a test that failed would have executed is not known.
        names, _ = report.executes.get(test, ((), False))
        entry["executes"] = list(names)
        if report.subject.knows_kinds:
            entry["kind"] = ("integration" if report.is_integrated(test)
                             else "unit")
    return entry
