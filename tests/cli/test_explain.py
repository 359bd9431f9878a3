"""What `winnow explain` says of a fault, and of an entry that is broken.

- what it shows is what a witness really gives, on both modules
- a witness may hang, end Python, start a process: it is ended, and told of
- an unknown name is answered by those that are near
"""
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.checking import (
    PATIENCE,
    TEMPERATURES,
    WINNOW,
    Ran,
    run,
    write,
)
from winnow.cli.explain import LONGEST, explain, in_steps, shortened
from winnow.model.exercise import Exercise
from winnow.reports.text import Style
from winnow.subjects.faults_toml import bundled, load
from winnow.subjects.witness import evaluate
from winnow.subjects.witness_process import results

EXERCISE = load(TEMPERATURES)
GITHUB = load(bundled()["github"])
SCALES = str(TEMPERATURES / "scales.py")


def explained(place: Path, *arguments: str, **environment: str) -> Ran:
    """Return what `winnow explain` does in a folder of its own."""
    write(place / "learner", {})
    ran = run([WINNOW, "explain", *arguments], place, environment,
              fresh=False)
    ran.assert_tidy()
    return ran


@pytest.mark.parametrize(("arguments", "says"), [
    (("nested-map-error-names-first-key",),
     ("nested-map-error-names-first-key · core · utils.py, line 21",
      "The error names the first key, though a later one was missing.",
      "- raise KeyError(key)", "+ raise KeyError(path[0])",
      'utils.access_nested_map({"a": {}}, ("a", "b"))',
      "right: raises KeyError('b')", "faulty: raises KeyError('a')",
      "Hint: What does the exception carry when it is the second key",
      "A unit test can catch it.")),
    (("clients-share-their-answers",),
     ("an integration test at least",
      "right: gives [{", "faulty: gives [{")),
    (("public-repos-by-loop",),
     ("public-repos-by-loop · refactoring · client.py",
      "It is correct, and keeps this: The same names in the same order",
      "- return [", "+ return names")),
    (("mean-is-the-sum", "--exercise", str(TEMPERATURES)),
     ("core · scales.py, line 14", "right: gives 10.0", "faulty: gives 20")),
    (("scales.mean:exception", "--module", SCALES),
     (f"made · {SCALES}, line 13", "has become `RuntimeError`",
      '- raise ValueError("no reading")')),
    (("weather.scales.mean:exception", "--module", SCALES),
     ("scales.mean:exception · made",)),
    ((), ("The GitHub organisation client", "utils.py · core",
          "client.py · beyond", "client.py · refactoring",
          "org-not-memoized `org` is fetched again")),
    (("--exercise", str(TEMPERATURES)),
     ("Temperatures", "scales.py · core zero-is-zero Water freezes")),
    (("--module", SCALES), ("scales.mean:exception `ValueError` has",)),
], ids=["core", "integration", "refactoring", "another exercise", "made",
        "made in a package", "list", "list of another", "list of made"])
@pytest.mark.by_turns
def test_an_entry_is_shown(arguments: tuple[str, ...], says: tuple[str, ...],
                           tmp_path: Path) -> None:
    """Name, place, difference, witness and hint; or all names."""
    ran = explained(tmp_path, *arguments)

    assert (ran.status, ran.err) == (0, "")
    assert [words for words in says if words not in ran.said] == [], ran.out
    assert [line for line in ran.out.splitlines()
            if line != line.rstrip()] == []


def test_every_name_of_an_exercise_is_listed() -> None:
    """The faults and the refactorings, each once, core faults first."""
    text, is_sound = explain(None, "github", None, Style())

    edits = (*GITHUB.faults, *GITHUB.refactorings)
    assert is_sound
    assert sorted(line.strip() for line in text.splitlines()
                  if line[:3].strip() and line.startswith("  ")) == sorted(
                      edit.name for edit in edits)
    assert text.index("utils.py · core") < text.index("utils.py · beyond")
    assert text.index("client.py · beyond") < text.index("· refactoring")


@pytest.mark.parametrize(("arguments", "says"), [
    (("zero-is-nero", "--exercise", str(TEMPERATURES)),
     "There is no fault zero-is-nero. Did you mean zero-is-zero?"),
    (("qqq",), "There is no fault qqq. Without a name, winnow explain lists"),
    (("scales.mean:exception",), "scales.mean:exception --module FILE"),
    (("a:b", "--module", SCALES), "There is no fault a:b."),
    (("a", "--module", "none.py"), "There is no module none.py."),
    (("a", "--exercise", "none"), "none is neither a folder with a faults"),
    (("a", "--exercise", "none", "--module", SCALES), "not allowed with"),
])
def test_what_cannot_be_explained_is_said_in_a_sentence(
        arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    """On standard error, with exit status 2."""
    ran = explained(tmp_path, *arguments)

    assert (ran.status, ran.out) == (2, "")
    assert says in ran.said


@pytest.mark.parametrize("name", [fault.name for fault in EXERCISE.faults])
def test_a_witness_gives_what_it_gives_elsewhere(name: str) -> None:
    """The process apart makes no difference."""
    fault, = (fault for fault in EXERCISE.faults if fault.name == name)

    found = results(EXERCISE, fault)

    assert found == [
        evaluate(fault.witness, sources, EXERCISE.modules)
        for sources in (EXERCISE.sources, EXERCISE.sources_with(fault))]
    assert found[0] != found[1]


def with_witness(witness: str) -> Exercise:
    """Return the exercise with another witness of its first fault."""
    first, *others = EXERCISE.faults
    return replace(EXERCISE, faults=(
        replace(first, witness=witness), *others))


@pytest.mark.parametrize(("witness", "found"), [
    ("1 +", ["fails It is not Python: invalid syntax."]),
    ("exit(3)", ["fails It ends in SystemExit(3)."]),
    ("__import__('os')._exit(0)", ["fails It ended Python."]),
    ("__import__('time').sleep(60)",
     ["fails It did not end within 1 seconds."]),
    ("next(x for x in iter(int, 1) if x)",
     ["fails It did not end within 1 seconds."]),
    pytest.param(
        "len(bytearray(2 ** 32))", ["raises MemoryError()"] * 2,
        marks=pytest.mark.skipif(sys.platform == "darwin",
                                 reason="macOS sets no such limit")),
    ("print(1)", ["value None"] * 2),
    ("__import__('os').path.basename(__import__('os').getcwd())[:7]",
     ["value 'winnow-'"] * 2),
    ("__import__('subprocess').Popen(['sleep', '60']).returncode",
     ["value None"] * 2),
    ("scales.kelvin", ["raises AttributeError(\"module 'scales' has no "
                       "attribute 'kelvin'\")"] * 2),
    ("__import__('socket').create_connection(('192.0.2.1', 80))",
     ["raises OSError('a witness has no network')"] * 2),
    ("__import__('notes').LIMIT", ["value 7"] * 2),
    ("scales.to_fahrenheit(0) or exit()",
     ["value 32.0", "fails It ends in SystemExit(None)."]),
])
@pytest.mark.by_turns
def test_a_witness_does_no_harm(witness: str, found: list[str],
                                tmp_path: Path) -> None:
    """It is ended, with all that it began, and what came of it is told."""
    (tmp_path / "notes.py").write_text("LIMIT = 7\n")
    exercise = replace(with_witness(witness), folder=tmp_path)

    # What does not hang has the time that a loaded machine takes.
    seconds = 1 if "within" in found[0] else PATIENCE

    assert results(exercise, exercise.faults[0], seconds) == found
    assert [path.name for path in tmp_path.iterdir()] == ["notes.py"]


def test_a_module_that_is_not_python_is_told_of() -> None:
    """The witness is not blamed for it."""
    exercise = replace(EXERCISE, sources={
        **EXERCISE.sources, "station": "def ("})

    found, = results(exercise, exercise.faults[0])

    assert found.startswith("fails station.py is not Python:")


def table_with(place: Path, witness: str) -> str:
    """Make an exercise whose first witness is another; return its folder."""
    files = {path.name: path.read_text() for path in TEMPERATURES.iterdir()
             if path.is_file()}
    files["faults.toml"] = files["faults.toml"].replace(
        '"scales.to_fahrenheit(0)"', f"'''{witness}'''")
    return str(write(place / "exercise", files))


@pytest.mark.parametrize(("witness", "says"), [
    ("1 +", ("right: It is not Python:", "The witness cannot be evaluated")),
    ("1", ("right: gives 1", "faulty: gives 1", "does not tell them apart")),
    ('__import__("subprocess").Popen(["sleep", "60"]).returncode',
     ("right: gives None", "does not tell them apart")),
])
def test_a_broken_witness_gets_a_sentence(
        witness: str, says: tuple[str, ...], tmp_path: Path) -> None:
    """The rest is shown all the same, and the exit status is 1."""
    ran = explained(tmp_path, "zero-is-zero", "--exercise",
                    table_with(tmp_path, witness))

    assert (ran.status, ran.err) == (1, "")
    for words in (*says, "faults.toml has to be corrected", "+ return celsius",
                  "Hint: At what temperature"):
        assert words in ran.said


def test_a_lesson_is_named_where_there_is_one(tmp_path: Path) -> None:
    """It stands behind the hint."""
    folder = Path(table_with(tmp_path, "scales.to_fahrenheit(0)"))
    table = (folder / "faults.toml").read_text()
    (folder / "faults.toml").write_text(table.replace(
        "witness", 'lesson = "07_zero"\nwitness', 1))

    ran = explained(tmp_path, "zero-is-zero", "--exercise", str(folder))

    assert ran.out.endswith("Lesson: 07_zero\n")


def test_it_can_be_stopped_while_a_witness_hangs(tmp_path: Path) -> None:
    """Nothing goes on, and nothing is left."""
    write(tmp_path / "learner", {})
    folder = table_with(tmp_path, '__import__("time").sleep(60)')

    ran = run([WINNOW, "explain", "zero-is-zero", "--exercise", folder],
              tmp_path, signals=iter([(0.5, signal.SIGINT)]))

    assert ran.status == 130
    ran.assert_tidy()


def test_colours_and_characters_are_those_of_the_terminal(
        tmp_path: Path) -> None:
    """Red and green on a terminal, ASCII where there is nothing else."""
    coloured, _ = explain("zero-is-zero", str(TEMPERATURES), None,
                          Style(colour=True))
    ran = explained(tmp_path, "zero-is-zero", "--exercise", str(TEMPERATURES),
                    PYTHONIOENCODING="ascii")

    for code, words in (("31", "-    return"), ("32", "+    return")):
        assert f"\x1b[{code}m{words}" in coloured
    assert "\x1b" not in ran.out
    assert ran.out.startswith("zero-is-zero - core - scales.py, line 7\n")


@pytest.mark.parametrize(("value", "other", "shown"), [
    ("32.0", "0.0", "32.0"),
    ("a" * LONGEST, "b", "a" * LONGEST),
    ("a" * 999, "b", "a" * LONGEST + "…"),
    ("a" * 999 + "b", "a" * 999 + "c", "…" + "a" * (LONGEST - 1) + "b"),
    ("a" * 500 + "b" * 500, "a" * 1000,
     "…" + "a" * (LONGEST // 3) + "b" * (LONGEST - LONGEST // 3) + "…"),
    ("a" * 999, "a" * 500, "…" + "a" * LONGEST + "…"),
])
def test_a_long_value_is_shown_where_it_differs(
        value: str, other: str, shown: str) -> None:
    """What both have in common can be left out."""
    assert shortened(value, other) == shown


@pytest.mark.parametrize(("witness", "lines"), [
    ("f(1)", ["f(1)"]),
    ("[a := [1], f(a), a][2]", ["a = [1]", "f(a)", "a"]),
    ("(a := [1], f(a), a)[-1]", ["a = [1]", "f(a)", "a"]),
    ("[a := [1], b := 2, f(a), b][2:]", ["a = [1]", "b = 2", "[f(a), b]"]),
    ("[a := [1], f(a)]", ["a = [1]", "[a, f(a)]"]),
    ("f([0])\nand [a := [1], f(a), a][2]",
     ["f([0])", "a = [1]", "f(a)", "a"]),
    ("[f([1]), f([2])]", ["[f([1]), f([2])]"]),
    ("[f([1]), f([2])][0]", ["[f([1]), f([2])][0]"]),
    ("f([1,\n   2])", ["f([1,\n   2])"]),
    ("f(", ["f("]),
])
def test_a_witness_is_shown_step_by_step(
        witness: str, lines: list[str]) -> None:
    """And the last step has the value of the whole."""
    assert in_steps(witness) == lines
    if witness != "f(":
        whole, steps = (
            {"f": lambda some: some.append(9) or len(some)}
            if "[" in witness else {"f": str} for _ in range(2))
        exec("\n".join(lines[:-1]), steps)
        assert eval(lines[-1], steps) == eval(f"({witness})", whole)
