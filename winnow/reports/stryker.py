"""A report in the form that Stryker's tools read and its viewer shows.

It is version 2 of the mutation testing report schema
(https://github.com/stryker-mutator/mutation-testing-elements). Lines and
columns count from 1, and columns as JavaScript counts them, in UTF-16.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from winnow import __version__
from winnow.model.exercise import AnyFault, Mutant
from winnow.model.identifier import TestId
from winnow.model.outcome import Verdict
from winnow.model.report import FaultVerdict, Report

from . import wording
from .terminal import Style

# What share of faults is good, and what is not, unless one is asked for: the
# numbers that Stryker itself begins with.
_HIGH, _LOW = 80, 60
_STATUS = {Verdict.CAUGHT: "Killed", Verdict.MISSED: "Survived",
           Verdict.HUNG: "Timeout", Verdict.CRASHED: "RuntimeError",
           Verdict.UNVIABLE: "CompileError"}
_NUMBER = re.compile(r"-\d+$")


def render(report: Report, style: Style) -> str:
    """Return a report as JSON, in ASCII so that any pipe takes it."""
    return json.dumps(as_object(report), indent=1) + "\n"


def as_object(report: Report) -> dict[str, Any]:
    """Return a report as plain dicts and lists."""
    numbers = {test: str(number)
               for number, test in enumerate(report.valid, 1)}
    low = round(report.fail_under) if report.fail_under else _LOW
    return {
        "schemaVersion": "2.0",
        "thresholds": {"high": max(_HIGH, low), "low": low},
        "framework": {"name": "Winnow", "version": __version__},
        "files": {
            report.subject.file_of(module): {
                "language": "python",
                "source": report.subject.sources[module],
                "mutants": [*_mutants(report, module, numbers)]}
            for module in report.concerns},
        "testFiles": {
            file: {"tests": tests}
            for file, tests in _by_file(report, numbers).items()},
    }


def _mutants(report: Report, module: str, numbers: Mapping[str, str]
             ) -> Iterable[dict[str, Any]]:
    """Yield the faults of a module, then those that were accepted."""
    executed_by: dict[str, list[str]] = {}
    for test in report.valid:
        for name in report.executes.get(test, ((), False))[0]:
            executed_by.setdefault(name, []).append(numbers[test])
    for each in report.faults:
        if each.fault.module == module:
            yield _mutant(each, report, numbers, executed_by)
    for accepted in report.accepted:
        if accepted.verdict.fault.module == module:
            yield {**_mutant(accepted.verdict, report, numbers, executed_by),
                   "status": "Ignored", "statusReason": accepted.why}


def _mutant(verdict: FaultVerdict, report: Report, numbers: Mapping[str, str],
            executed_by: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return one fault: where it is, what it changes, what came of it."""
    fault = verdict.fault
    function = getattr(fault, "function", None)
    found: dict[str, Any] = {
        "id": fault.name, "mutatorName": _kind(fault),
        "description": fault.breaks, "replacement": fault.new,
        "location": _location(fault, report.subject.sources[fault.module]),
        "status": _STATUS[verdict.outcome] if verdict.is_executed
        else "NoCoverage",
        "killedBy": [numbers[test] for test in verdict.caught_by
                     if test in numbers]}
    if verdict.outcome != Verdict.CAUGHT and (
            reason := wording.doubt(verdict) or wording.hint(report, verdict)):
        found["statusReason"] = reason
    if function:
        found["coveredBy"] = executed_by.get(f"{fault.module}.{function}", [])
    elif isinstance(fault, Mutant):
        found["static"] = True
    return found


def _kind(fault: AnyFault) -> str:
    """Return what made the fault; of an exercise's, its level."""
    if not isinstance(fault, Mutant):
        return wording.level(fault)
    return _NUMBER.sub("", fault.name.partition(":")[2])


def _location(fault: AnyFault, source: str) -> dict[str, dict[str, int]]:
    """Return where a fault begins, and the place after its last character."""
    start = (fault.start if isinstance(fault, Mutant)
             else source.index(fault.old))
    return {"start": _position(source[:start]),
            "end": _position(source[:start + len(fault.old)])}


def _position(before: str) -> dict[str, int]:
    """Return the place behind a text, as a line and a column."""
    last = before.rpartition("\n")[2]
    return {"line": before.count("\n") + 1,
            "column": len(last.encode("utf-16-le", "surrogatepass")) // 2 + 1}


def _by_file(report: Report, numbers: Mapping[str, str]
             ) -> dict[str, list[dict[str, str]]]:
    """Return the valid tests by their files."""
    found: dict[str, list[dict[str, str]]] = {}
    for test, number in numbers.items():
        file = next((each for each in report.files
                     if TestId.of(test).in_file(each) is not None), "tests")
        found.setdefault(file, []).append({"id": number, "name": test})
    return found
