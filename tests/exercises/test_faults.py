"""The table of faults proves itself.

- each change stands on one place of its module, and the variant compiles
- a witness tells its fault from the reference, and is about behaviour
- all witnesses agree on the reference, the refactorings, the plain modules
- no two faults come out the same under all witnesses
- a refactoring rewrites code, and a suite that knows too much breaks on it
- a witness leaves the process as it was, and reaches no network

All exercises are held to it, but for what test_registration.py and
test_robust_client.py hold to be true of theirs by a run of its suites.
"""
import ast
import os
import re
import shutil
import socket
import sys
import tempfile
import unittest
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from unittest import mock

import pytest
import requests

from winnow.model.exercise import Edit, Exercise, Fault, Refactoring
from winnow.subjects.faults_toml import load
from winnow.subjects.witness import evaluate

ROOT = Path(__file__).parents[2]
EXERCISE = load(ROOT)
REGISTRATION = load(ROOT / "registration")
ROBUST_CLIENT = load(ROOT / "robust_client")
ALL = (EXERCISE, REGISTRATION, ROBUST_CLIENT)
OVERSPECIFIED = {"github": ROOT / "examples" / "overspecified",
                 **{each.name: ROOT / "examples" / f"{each.name}_overspecified"
                    for each in ALL[1:]}}
# Whose is an edit of a name.
OF = {edit.name: exercise for exercise in ALL
      for edit in exercise.faults + exercise.refactorings}


def each(kind: str, *edits: Edit) -> pytest.MarkDecorator:
    """Return the mark of a test that is held to each of some edits."""
    return pytest.mark.parametrize(kind, edits,
                                   ids=[edit.name for edit in edits])


each_edit = each("edit", *(edit for exercise in ALL for edit in
                           exercise.faults + exercise.refactorings))
each_fault = each("fault", *(
    fault for exercise in ALL for fault in exercise.faults))
each_refactoring = each("refactoring", *(
    refactoring for exercise in ALL for refactoring in
    exercise.refactorings))


def result_of(fault: Fault, sources: Mapping[str, str]) -> str:
    """Return what the witness of a fault says of these modules.

    It works in a folder of its own, as `winnow explain` has it.
    """
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        try:
            return evaluate(fault.witness, sources, [*sources])
        finally:
            os.chdir(here)


def results_on(sources: Mapping[str, str], exercise: Exercise = EXERCISE,
               module: str | None = None) -> dict[str, str]:
    """Return what the witnesses say of these modules.

    Those of all faults, or of one module's faults alone.
    """
    return {fault.name: result_of(fault, sources)
            for fault in exercise.faults if module in (None, fault.module)}


@pytest.fixture(scope="module")
def right() -> dict[str, str]:
    """Return what every witness says of the reference."""
    return {name: result for exercise in ALL for name, result in
            results_on(exercise.sources, exercise).items()}


def test_no_name_stands_in_two_tables() -> None:
    """So `winnow explain NAME` knows which one is meant."""
    assert len(OF) == sum(len(exercise.faults + exercise.refactorings)
                          for exercise in ALL)


def test_the_table_is_of_the_promised_size() -> None:
    """Some sixty faults, two thirds of them asked for by the tasks."""
    levels = [fault.level for fault in EXERCISE.faults]

    assert len(levels) + len(EXERCISE.refactorings) >= 70
    assert levels.count("core") >= 40
    assert levels.count("beyond") >= 20


@each_edit
def test_a_change_stands_on_one_place_and_compiles(edit: Edit) -> None:
    """The text to change occurs once, and Python reads what comes of it."""
    source = OF[edit.name].sources[edit.module]

    compile(edit.applied_to(source), f"{edit.module}.py", "exec")

    assert source.count(edit.old) == 1


@each_edit
def test_a_variant_keeps_to_the_width_of_a_terminal(edit: Edit) -> None:
    """No line of a variant, which `winnow explain` shows, is too long."""
    variant = edit.applied_to(OF[edit.name].sources[edit.module])

    assert max(map(len, variant.splitlines())) <= 79


@each_fault
def test_a_witness_tells_its_fault_from_the_reference(
        fault: Fault, right: dict[str, str]) -> None:
    """On the faulty module the witness says something else, each time."""
    faulty = OF[fault.name].sources_with(fault)

    results = [result_of(fault, faulty), result_of(fault, faulty)]

    assert results[0] != right[fault.name]
    assert results[0] == results[1]


@each_fault
def test_a_witness_is_about_behaviour(fault: Fault) -> None:
    """Neither source, nor byte code, nor what is private is looked at."""
    private = re.compile(r"inspect|__code__|__dict__|vars\(|_memoized|_org")

    assert not private.search(fault.witness)


@each_refactoring
def test_a_refactoring_keeps_what_every_witness_says(
        refactoring: Refactoring, right: dict[str, str]) -> None:
    """No witness tells a refactoring from the reference.

    Of the second exercise, whose witnesses take longer, those of the module
    are asked; that its suites tolerate it is proved as well.
    """
    exercise = OF[refactoring.name]
    module = refactoring.module if exercise is REGISTRATION else None

    results = results_on(
        exercise.sources_with(refactoring), exercise, module)

    assert results.items() <= right.items()
    assert len(results) >= (1 if module else len(exercise.faults))


def test_plain_modules_of_the_contract_have_no_fault(
        right: dict[str, str]) -> None:
    """The table asks for the contract, and for nothing that we added."""
    plain = {module: (ROOT / "tests" / "plain" / f"{module}.py").read_text()
             for module in EXERCISE.modules}

    results = results_on({**EXERCISE.sources, **plain})

    assert results.items() <= right.items()


def test_no_two_faults_are_the_same_to_all_witnesses() -> None:
    """Every fault differs from every other in what it does."""
    seen: dict[tuple[str, ...], str] = {}

    alike = []
    for fault in EXERCISE.faults:
        results = results_on(EXERCISE.sources_with(fault))
        first = seen.setdefault(tuple(results.values()), fault.name)
        if first != fault.name:
            alike.append((first, fault.name))

    assert alike == []


@each_refactoring
def test_a_refactoring_changes_the_syntax_tree(
        refactoring: Refactoring) -> None:
    """It is more than another layout or another comment."""
    source = OF[refactoring.name].sources[refactoring.module]

    trees = [ast.dump(ast.parse(text))
             for text in (source, refactoring.applied_to(source))]

    assert trees[0] != trees[1]


def overspecified_on(exercise: Exercise, sources: Mapping[str, str],
                     folder: Path) -> unittest.TestResult:
    """Run the suite that knows too much on these modules, in a folder."""
    for module, source in sources.items():
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
    home = OVERSPECIFIED[exercise.name]
    suites = [path.stem for path in home.glob("test_*.py")]
    for suite in suites:
        shutil.copy(home / f"{suite}.py", folder)
    result = unittest.TestResult()
    with mock.patch.dict(sys.modules), \
            mock.patch.object(sys, "path", [str(folder), *sys.path]):
        for name in [*sources, *suites]:
            sys.modules.pop(name, None)
        unittest.defaultTestLoader.loadTestsFromNames(suites).run(result)
    return result


@pytest.mark.parametrize("exercise", ALL, ids=[one.name for one in ALL])
def test_the_overspecified_suite_is_green_on_the_reference(
        exercise: Exercise, tmp_path: Path) -> None:
    """Nothing shows yet that it knows too much."""
    result = overspecified_on(exercise, exercise.sources, tmp_path)

    assert result.wasSuccessful(), result.failures + result.errors
    assert result.testsRun >= len(exercise.refactorings)


@each_refactoring
def test_a_refactoring_breaks_the_overspecified_suite(
        refactoring: Refactoring, tmp_path: Path) -> None:
    """A test of it fails, by an assertion, where nothing is wrong."""
    exercise = OF[refactoring.name]

    result = overspecified_on(
        exercise, exercise.sources_with(refactoring), tmp_path)

    assert result.failures
    assert not result.errors, result.errors


@pytest.mark.parametrize(("witness", "result"), [
    ("\n1 +\n1\n", "value 2"),
    ("[][0]", "raises IndexError('list index out of range')"),
    ("object()", "value <object object>"),
    ("outcome(lambda: {}['b'])", "value \"raises KeyError('b')\""),
    ("utils.get_json('u')", "value {'url': 'u'}"),
    ("web.serve({'u': 1}) and utils.get_json('u')", "value 1"),
    ("web.serve({'u': OSError('down')}) and utils.get_json('u')",
     "raises OSError('down')"),
    ("[utils.get_json('u'), web.calls, web.decoded][1:]",
     "value [[call('u')], ['u']]"),
    ("utils.get_json('u') is utils.get_json('u')", "value False"),
    ("client.get_json is utils.get_json", "value True"),
    ("mock.patch('client.get_json', len)(lambda: client.get_json('u'))()",
     "value 1"),
])
def test_a_witness_sees_modules_mock_and_web(witness: str,
                                             result: str) -> None:
    """Values, exceptions, canned answers and recorded calls come out."""
    assert evaluate(witness, EXERCISE.sources, EXERCISE.modules) == result


@pytest.mark.parametrize("witness", [
    "utils.requests.Session().get('http://host.invalid/', timeout=1)",
    "__import__('socket').socket().connect(('192.0.2.1', 80))",
])
def test_a_witness_reaches_no_network(witness: str) -> None:
    """Neither a name is looked up, nor an address connected to."""
    result = evaluate(witness, EXERCISE.sources, EXERCISE.modules)

    assert "a witness has no network" in result


@pytest.mark.parametrize("witness", ["client.GithubOrgClient('a').org", "1/0"])
def test_a_witness_leaves_the_process_as_it_was(
        witness: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules, `requests.get` and sockets are what they were before."""
    monkeypatch.setitem(sys.modules, "utils", ModuleType("utils"))
    monkeypatch.delitem(sys.modules, "client", raising=False)

    def state() -> list[object]:
        """Return what a witness replaces for a while."""
        return [dict(sys.modules), requests.get, socket.getaddrinfo,
                socket.socket.connect]

    before = state()

    evaluate(witness, EXERCISE.sources, EXERCISE.modules)

    assert state() == before


def test_modules_that_fail_to_start_are_put_away_again() -> None:
    """A module that cannot be executed says so, and does not stay."""
    sources = {"broken_module": "raise LookupError('at import')"}

    with pytest.raises(LookupError, match="at import"):
        evaluate("1", sources, ["broken_module"])

    assert "broken_module" not in sys.modules
