"""What was missed is tried again, many faults at a time.

- which faults are in the modules together
- how the one is found on which a test fails, and when all are tried
- what is told of it
"""
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from winnow.checking.confirmation import (
    SAMPLE,
    Confirmation,
    Together,
    confirmed,
    grouped,
)
from winnow.checking.nearest import OnRight, first_tried
from winnow.execution.job import Job
from winnow.execution.result import Run
from winnow.execution.variant import Variant
from winnow.model.exercise import Edit, Mutant, Subject
from winnow.model.outcome import Ending

TEXT = "abcdefghijklmnopqrstuvwxyz\n"


def fault(letter: str, function: str | None = None, old: str = "") -> Mutant:
    """Return the fault by which a letter of the module becomes a capital."""
    old = old or letter
    return Mutant(name=letter, module="m", old=old, new=old.upper(),
                  breaks="", start=TEXT.index(old), function=function)


def subject(faults: Sequence[Mutant]) -> Subject:
    """Return the module with these faults."""
    return Subject(title="", folder=Path(), modules=("m",),
                   sources={"m": TEXT}, faults=tuple(faults))


class Suite:
    """A suite that fails on some letters, however many others are changed."""

    def __init__(self, fails_on: str) -> None:
        """Remember what was run."""
        self.fails_on = fails_on
        self.rounds: list[list[str]] = []

    def run_all(self, variants: Sequence[Variant[Together]]
                ) -> Iterator[tuple[Together, Run]]:
        """Run each variant."""
        changed = ["".join(letter for letter in each.right["m.py"]
                           if letter.isupper()) for each in variants]
        self.rounds.append(changed)
        for each, letters in zip(variants, changed):
            failed = any(letter in letters.lower() for letter in self.fails_on)
            yield each.key, Run([["end", "t", "failed", ""]] * failed,
                                Ending.DONE)

    def confirmed(self, faults: Sequence[Mutant]) -> Confirmation:
        """Return what comes of it."""
        return confirmed(
            faults, subject(faults), Job(Path(), (), "pytest", {"m": "m.py"}),
            ["t"], self.run_all, lambda fault, run: not run.events)


def test_no_two_faults_of_a_function_are_together() -> None:
    """Nor two of which one changes what the other one does."""
    faults = [fault("a", "f"), fault("b", "f"), fault("c", "g"),
              fault("d"), fault("x", "h", "xy"), fault("y", "i")]

    groups = [[each.name for each in group.faults]
              for group in grouped(faults)]

    assert groups == [["a", "c", "d", "x"], ["y"], ["b"]]
    assert grouped([]) == []


def test_all_are_tried_at_once_where_no_test_fails() -> None:
    """As many as fit into the sample."""
    suite = Suite("")
    faults = [fault(letter, letter) for letter in "abcde"] + [
        fault(letter, "a") for letter in "xyz"]

    result = suite.confirmed(faults)

    assert suite.rounds == [["ABCDE"]]
    assert SAMPLE == 1
    assert (result.missed, result.tried, result.differing) == (8, 5, {})
    assert [*result.notes()] == []


def test_the_one_that_differs_is_found_and_all_are_tried_then() -> None:
    """By halves; what did not fit into the sample comes after."""
    suite = Suite("dz")
    faults = [fault(letter, letter) for letter in "abcde"] + [
        fault(letter, "a") for letter in "xyz"]

    result = suite.confirmed(faults)

    assert suite.rounds == [["ABCDE"], ["AB", "CDE"], ["C", "DE"],
                            ["D", "E"], ["X", "Y", "Z"]]
    assert {each.name for each in result.differing} == {"d", "z"}
    assert [*result.notes()] == [
        "8 of the 8 missed faults were tried again with the whole suite in a "
        "fresh process. On 2, tests failed that do not come to the change."]


def test_what_fails_together_alone_is_missed() -> None:
    """Each was tried by itself then."""
    class Both(Suite):
        """A suite that fails only where two faults meet."""

        def run_all(self, variants: Sequence[Variant[Together]]
                    ) -> Iterator[tuple[Together, Run]]:
            """Run each variant."""
            for each in variants:
                met = {"A", "B"} <= set(each.right["m.py"])
                yield each.key, Run([["end", "t", "failed", ""]] * met,
                                    Ending.DONE)

    result = Both("").confirmed([fault("a", "f"), fault("b", "g")])

    assert result.differing == {}


# What is executed at the import runs on one file of tests first.
FILES = ("test_a.py", "test_b.py")
VALID = frozenset({"test_a.one", "test_a.two", "test_b.one"})


def tried(on_fault: Sequence[Sequence[str]], on_right: Sequence[Sequence[str]],
          nearest: Sequence[str] = ("test_a.one", "test_b.one", "test_a.two"),
          files: Sequence[str] = FILES) -> tuple[list[str], list[str]]:
    """Return the faults that are caught, and the files that ran on them."""
    ran: list[str] = []

    def run_all(variants: Sequence[Variant[Edit | OnRight]]
                ) -> Iterator[tuple[Edit | OnRight, Run]]:
        """Run each variant."""
        for each in variants:
            is_right = isinstance(each.key, OnRight)
            assert is_right == (each.edited is None)
            ran.extend(each.job.files)
            yield each.key, Run([[*event, ""] if event[0] == "end" else
                                 [*event] for event in (
                on_right if is_right else on_fault)], Ending.DONE)

    variant: Variant[Edit] = Variant(
        fault("a"), Job(Path(), FILES, "pytest", {"m": "m.py"}),
        {"m.py": TEXT}, ("m.py", "A"))
    found = first_tried([variant], lambda edit: nearest, files, VALID, run_all)
    return [each.name for each in found], ran


PASSES = [["start", "test_a.one"], ["start", "test_a.two"]]
FAILS = [["start", "test_a.one"], ["end", "test_a.one", "failed"]]


@pytest.mark.parametrize(("on_fault", "on_right", "caught"), [
    (FAILS, PASSES, ["a"]), (PASSES, PASSES, []), (FAILS, FAILS, []),
    (FAILS, [["start", "test_a.two"]], []), ([], PASSES, []),
])
def test_a_fault_is_caught_by_what_passes_on_the_right_modules(
        on_fault: list[list[str]], on_right: list[list[str]],
        caught: list[str]) -> None:
    """In the same file, alone; any other waits for the whole suite."""
    assert tried(on_fault, on_right) == (caught, ["test_a.py", "test_a.py"])


def test_where_no_file_is_near_nothing_is_tried() -> None:
    """Nor where there is only one, which is the whole suite."""
    assert tried(FAILS, PASSES, ()) == ([], [])
    assert tried(FAILS, PASSES, ("other.one",)) == ([], [])
    assert tried(FAILS, PASSES, files=FILES[:1]) == ([], [])
