"""A report as JUnit XML, for the pages of a CI system.

Elements and attributes are those of the schema that Jenkins' xunit plugin
holds such files against (junit-10.xsd), which others read as well.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from winnow.model.identifier import TestId
from winnow.model.outcome import Status, Verdict
from winnow.model.report import FaultVerdict, Report

from . import wording
from .terminal import Style

# XML 1.0 has no way to write these, not even by their numbers.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(report: Report, style: Style) -> str:
    """Return a report as XML, in ASCII so that any pipe takes it.

    Each test, fault, refactoring and problem is a test case; what asks for
    nothing stands in the output of the last suite. Times but the whole one
    are not known.
    """
    root = Element("testsuites", name="winnow",
                   time=f"{report.seconds:.3f}")
    for name, cases in (
            ("tests", _tests(report)),
            ("faults", _faults(report, False)),
            ("doubtful", _faults(report, True)),
            ("refactorings", _refactorings(report)),
            ("problems", _problems(report))):
        if name != "doubtful" or report.doubtful:
            _suite(root, name, cases)
    if besides := "\n".join(_besides(report)):
        SubElement(root[-1], "system-out").text = _legal(besides)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(each.get(key, 0)) for each in root)))
    ElementTree.indent(root, " ")
    xml: bytes = ElementTree.tostring(root, "us-ascii", xml_declaration=True)
    return xml.decode("ascii") + "\n"


def _suite(root: Element, name: str, cases: Iterable[Element]) -> None:
    """Add a suite with its cases, and with how many of them ended how."""
    suite = SubElement(root, "testsuite", name=f"winnow.{name}")
    suite.extend(cases)
    suite.set("tests", str(len(suite)))
    for key, kind in _COUNTED.items():
        suite.set(key, str(len(suite.findall(f"testcase/{kind}"))))


def _case(group: str, name: str, kind: str = "", says: str = "",
          message: str = "", body: Iterable[str] = ()) -> Element:
    """Return a case, and how it ended where it did not pass."""
    case = Element("testcase", classname=_legal(group), name=_legal(name))
    if kind:
        # A reader of messages shows one line; the rest is in the body.
        first, _, _ = message.partition("\n")
        ended = SubElement(case, kind, type=says, message=_legal(first))
        ended.text = _legal("\n".join([message, *body]))
    return case


def _tests(report: Report) -> Iterator[Element]:
    """Yield the learner's tests."""
    for test, outcome in report.tests.items():
        group, _, name = _parted(test)
        status = outcome.status
        kind = {Status.PASSED: "", Status.SKIPPED: "skipped",
                Status.FAILED: "failure"}.get(
            status, "error")
        message = wording.reason(outcome)
        coaching = report.coaching.get(test)
        yield _case(group, name, kind, status, message,
                    [coaching] if coaching else [])


def _parted(test: str) -> tuple[str, str, str]:
    """Return a test's class and its name; a row of pytest's may have dots."""
    whole, row = TestId.of(test)
    group, dot, name = whole.rpartition(".")
    return group, dot, name + row


def _faults(report: Report, doubtful: bool) -> Iterator[Element]:
    """Yield the faults; where no test is valid, none was tried in earnest.

    Those that were missed and may be equivalent are counted apart.
    """
    apart = {each.fault.name for each in report.doubtful}
    for each in report.faults:
        fault = each.fault
        if (fault.name in apart) is not doubtful:
            continue
        if not report.valid:
            yield _case(fault.module, fault.name, "skipped", "not judged",
                        f"No test passes on {wording.right(report)}.")
        elif each.outcome == Verdict.CAUGHT:
            yield _case(fault.module, fault.name)
        else:
            kind = "failure" if each.outcome == Verdict.MISSED else "error"
            yield _case(fault.module, fault.name, kind, each.outcome,
                        fault.breaks, _about(each, report))


def _about(each: FaultVerdict, report: Report) -> Iterator[str]:
    """Yield what helps with a fault: a hint, its place, what it changes."""
    fault = each.fault
    if hint := wording.hint(report, each):
        yield hint
    if doubt := wording.doubt(each):
        yield doubt
    yield wording.place(report.subject.file_of(fault.module), each.line)
    if wording.is_made(fault):
        yield from wording.difference(fault,
                                      report.subject.sources[fault.module])


def _refactorings(report: Report) -> Iterator[Element]:
    """Yield the correct changes; one that breaks a test is a failure."""
    for each in report.refactorings:
        refactoring = each.refactoring
        yield _case(
            refactoring.module, refactoring.name,
            "failure" if each.broken else "", "broken", refactoring.keeps,
            [wording.knows_too_much(" and ".join(each.broken))])


def _problems(report: Report) -> Iterator[Element]:
    """Yield what is to be mended besides."""
    for each in report.problems:
        place = wording.place(each.file, each.line)
        yield _case(each.kind, each.test or place or each.kind, "failure",
                    each.kind, wording.said(each),
                    filter(None, [each.advice, place]))


def _besides(report: Report) -> Iterator[str]:
    """Yield broken rules and notes, which do not make a check fail."""
    yield from report.notes
    for each in report.rules:
        yield f"{each.file}:{each.line} {each.rule}: {each.message}"


def _legal(text: str) -> str:
    """Return a text without what no XML may hold."""
    return _FORBIDDEN.sub("", text)
