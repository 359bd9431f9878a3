"""How it is found out what the author of a failing test may believe.

- the clues: the message, the line it names, the test, and the whole file
- a confusion needs all the signs of one of its sets
- what is certain comes first, then a fault on which the test passes
- of several faults, the one that fits the rest of the suite best
- chance and errors are not taken for beliefs
- a way to write a test that nobody thought of costs the report nothing
"""
import re
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from tests.support.checking import write
from winnow.checking import coaching
from winnow.checking.causes.failure import Reader
from winnow.checking.causes.known_modules import NOTHING, KnownModules
from winnow.checking.coaching import (
    Confusion,
    OnFault,
    Sign,
    advised,
    coach,
    confusions,
)
from winnow.model.exercise import Fault
from winnow.model.findings import Problem
from winnow.model.outcome import Outcome

SUITE = '''import os
if os.name:
    def test_if():
        pass
try:
    def test_try(): pass
finally:
    pass
def test_get():
    before()
    call(  # a comment
        1,
        2)
def test_get_1():
    for x in y:
        inner(x)
async def test_async():
    pass
class TestA(Base):
    def test_get(self):
        assert 'A'
    def test_only(self):
        pass
class Base:
    def test_get(self):
        assert 'Base'
    def test_of_base(self):
        pass
'''
SPAM = "NameError: name 'spam' is not defined"
FAILED = "test_a.py, line 1: AssertionError: 1 != 2"


def row(says: str, certain: bool = True, **signs: str) -> Confusion:
    """Return a confusion with one set of signs."""
    return Confusion("name", "Title", says, "source", (Sign({
        where: re.compile(text, re.MULTILINE)
        for where, text in signs.items()}),), certain)


class Coach:
    """Coaches one test of a file by a table that stands for the real one."""

    def __init__(self, place: Path, patch: pytest.MonkeyPatch) -> None:
        """Let there be the file, and an empty table."""
        write(place / "below", {"test_b.py": SUITE})
        write(place, {"test_a.py": SUITE, "test_bad.py": "def (",
                      "test_nul.py": b"x = '\0'", "test_odd.py": "x = '\\d'",
                      "test_deep.py": "-" * 99_999 + "1",
                      "test_raw.py": b"\xe9"})
        self._patch = patch
        self.files = {name: place / name for name in (
            "test_a.py", "below/test_b.py", "test_bad.py", "test_nul.py",
            "test_odd.py", "test_deep.py", "test_raw.py", "test_gone.py")}

    def told(self, rows: list[Confusion], test: str = "test_a.test_get",
             message: str | None = FAILED, status: str = "failed",
             on_faults: tuple[OnFault, ...] = ()) -> str | None:
        """Return what a test is told by a table of these rows."""
        self._patch.setattr(coaching, "confusions", lambda: tuple(rows))
        return coach({test: Outcome(status, message)}, self.files,
                     on_faults).get(test)

    def clue(self, where: str, test: str = "test_a.test_get",
             message: str | None = FAILED) -> str | None:
        """Return the text in which signs of a kind are sought."""
        return self.told([row("{all}", **{where: r"(?P<all>[\s\S]*)"})],
                         test, message)


@pytest.fixture(name="coached")
def coached_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Coach:
    """Give a coach with a table and a folder of its own."""
    return Coach(tmp_path, monkeypatch)


@pytest.mark.parametrize(("message", "clue"), [
    ("test_a.py, line 9: E: x", "def test_get():"),
    ("test_a.py, line 10: E: x", "before()"),
    ("test_a.py, line 11: E: x", "call(1, 2)"),
    ("test_a.py, line 13: E: x", "call(1, 2)"),
    ("test_a.py, line 16: E: x", "inner(x)"),
    ("setUp: test_a.py, line 10: E: x", "before()"),
    ("below/test_b.py, line 16: E: x", "inner(x)"),
    ("test_a.py, line 99: E: x", ""),
    ("test_a.py, line 7: E: x", "try:"),
    ("client.py, line 10: E: x", ""),
    ("E: test_a.py, line x: y", ""),
    ("1 != 2", ""),
    (None, ""),
])
def test_the_line_is_the_innermost_statement_there(
        message: str | None, clue: str, coached: Coach) -> None:
    """As Python would write it, without comments; none, if none is named."""
    told = coached.clue("line", message=message) or ""

    assert told.split("\n")[0] == clue


@pytest.mark.parametrize(("test", "begins"), [
    ("test_a.test_if", "def test_if()"),
    ("test_a.test_try", "def test_try()"),
    ("test_a.test_get", "def test_get():\n    before"),
    ("test_a.test_get_0", "def test_get():\n    before"),
    ("test_a.test_get_2_a\nb", "def test_get():\n    before"),
    ("test_a.test_get[1.5-\n]", "def test_get():\n    before"),
    ("test_a.test_get_1", "def test_get_1()"),
    ("test_a.test_get_1_0", "def test_get_1()"),
    ("test_a.test_get_1_x", "def test_get():\n    before"),
    ("test_a.test_async", "async def test_async()"),
    ("test_a.TestA.test_get", "def test_get(self):\n    assert 'A'"),
    ("test_a.TestA_0_x.test_get_3", "def test_get(self):\n    assert 'A'"),
    ("test_a.Base.test_get", "def test_get(self):\n    assert 'Base'"),
    ("test_a.TestA.test_of_base", "def test_of_base(self)"),
    ("below.test_b.TestA.test_only", "def test_only(self)"),
    ("test_b.TestA.test_only", "def test_only(self)"),
    ("test_a.test_getter", "import os"),
    ("test_aa.test_if", "import os"),
    ("test_a.py", "import os"),
])
def test_the_test_is_the_function_that_its_id_means(
        test: str, begins: str, coached: Coach) -> None:
    """Or the line, where there is none: of a file it is its import."""
    place = "below/test_b.py" if "test_b" in test else "test_a.py"

    told = coached.clue("test", test, f"{place}, line 1: E: x")

    assert told and told.startswith(begins)


def test_the_file_is_the_one_in_which_the_test_stands(coached: Coach) -> None:
    """It is read once; one that cannot be read has no code."""
    whole = coached.clue("file")

    assert whole and whole.startswith("import os\nif os.name:\n")
    assert "a comment" not in whole
    assert coached.clue("file", "below.test_b.test_if") == whole
    assert coached.clue("file", "test_a.py") == whole
    assert coached.clue("file", "below/test_b.py") == whole
    for name in ("bad", "nul", "deep", "raw", "gone", "other"):
        assert coached.clue("file", f"test_{name}.test_a") is None
        assert coached.told([row("{all}", file="(?P<all>^$)")],
                            f"test_{name}.test_a") is None
        assert coached.told([row("nothing", file="^$")],
                            f"test_{name}.test_a") == "nothing"


@pytest.mark.filterwarnings("error")
def test_what_python_warns_of_is_no_trouble(coached: Coach) -> None:
    """It would stand in the middle of a report."""
    assert coached.clue("file", "test_odd.test_a") == "x = '\\\\d'"


@pytest.mark.parametrize(("message", "clue"), [
    ("1 != 2", "1 != 2"), (None, "failed"), ("", None)])
def test_the_message_is_that_of_the_outcome(
        message: str | None, clue: str | None, coached: Coach) -> None:
    """Or how it ended, where there is none."""
    assert coached.clue("message", message=message) == (clue or "failed")


@pytest.mark.parametrize(("rows", "says"), [
    ([row("one", message="1 !="), row("two", message="1 !=")], "one"),
    ([row("one", message="2 !="), row("two", message="1 !=")], "two"),
    ([row("one", message="1 !=", test="^def"), row("two", test="")], "one"),
    ([row("one", message="1 !=", test="^class"), row("two", test="")], "two"),
    ([row("one", certain=False, test=""), row("two", test="")], "two"),
    ([row("one", certain=False, test="")], "one"),
    ([row("{a} {b}", message="(?P<a>1)", test="(?P<b>get)")], "1 get"),
    ([Confusion("n", "t", "or", "s", (
        Sign({"message": re.compile("nowhere")}),
        Sign({"test": re.compile("get")})), True)], "or"),
    ([Confusion("n", "t", "{gives}", "s", (Sign(
        {"message": re.compile("1 !=")}, "values.own_data"),), True)], None),
    ([row("one", message="nowhere")], None),
    ([], None),
])
def test_the_first_confusion_with_all_of_its_signs_is_told(
        rows: list[Confusion], says: str | None, coached: Coach) -> None:
    """Those that are certain come before those that are likely."""
    assert coached.told(rows) == says


@pytest.mark.parametrize(("status", "is_told"), [
    ("failed", True), ("error", True), ("passed", False), ("skipped", False),
    ("hung", False), ("crashed", False)])
def test_only_a_test_that_fails_is_told(
        status: str, is_told: bool, coached: Coach) -> None:
    """The others are told elsewhere what is to be done."""
    assert (coached.told([row("one", message="")], status=status)
            == "one") is is_told


def test_each_test_gets_its_own_words(coached: Coach) -> None:
    """Those that have none are left out."""
    tests = {"test_a.test_if": Outcome("passed"),
             "test_a.test_get": Outcome("failed", "x"),
             "test_a.test_try": Outcome("failed", SPAM),
             "test_a.test_get_1": Outcome(
                 "error", SPAM.replace("spam", "eggs"))}

    told = coach(tests, coached.files)

    assert told.keys() == {"test_a.test_try", "test_a.test_get_1"}
    assert "no spam there" in told["test_a.test_try"]
    assert "no eggs there" in told["test_a.test_get_1"]


def test_two_tests_of_a_file_are_both_found_there(
        coached: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the file is read but once."""
    monkeypatch.setattr(coaching, "confusions", lambda: (
        row("{name}", test=r"def (?P<name>\w+)"),))

    assert coach({f"test_a.{name}": Outcome("failed") for name in (
        "test_if", "test_try", "test_async")}, coached.files) == {
        f"test_a.{name}": name for name in (
            "test_if", "test_try", "test_async")}


def test_what_is_too_deep_to_be_written_has_no_text(
        coached: Coach, tmp_path: Path) -> None:
    """Python reads deeper than it can write."""
    write(tmp_path, {"test_sum.py": "x = 1" + " + 1" * 900})
    coached.files["test_sum.py"] = tmp_path / "test_sum.py"

    assert coached.clue("file", "test_sum.test_a") is None


def test_the_table_is_read_whole() -> None:
    """Each row's parts are the texts that stand there, and its patterns."""
    first, = (each for each in confusions()
              if each.name == "mock-value-called")

    assert first.source == "testing-cabal/mock #322"
    assert first.title == "A mock's count that is called"
    assert first.lesson == "16_checks_that_cannot_fail"
    assert first.certain and not all(each.certain for each in confusions())
    assert all(pattern.flags & re.MULTILINE for each in confusions()
               for sign in each.signs for pattern in sign.patterns.values())
    for each in (first, OnFault(fault("one"), "line 1 of m.py", {})):
        with pytest.raises(FrozenInstanceError):
            setattr(each, "place", "")


@pytest.mark.parametrize(("message", "parts"), [
    ("test_a.py, line 10: E: x", ("", 10, "E", "x")),
    ("setUpClass: below/test_b.py, line 9: a.b.E: x: y\nz",
     ("setUpClass", 9, "E", "x: y\nz")),
    ("tearDown: KeyError: 'a'", ("tearDown", 0, "KeyError", "'a'")),
    ("StopIteration", ("", 0, "StopIteration", "")),
    ("test_a.py, line 1: StopIteration", ("", 1, "StopIteration", "")),
    ("fixture 'x' not found", ("", 0, "", "fixture 'x' not found")),
    ("1 != 2", ("", 0, "", "1 != 2")),
    ("failed", ("", 0, "failed", "")),
])
def test_a_message_is_taken_apart(
        message: str, parts: tuple[str, int, str, str]) -> None:
    """The fixture, the line, the error without its module, and its words."""
    failure = Reader({}, NOTHING, {}, None).failure("t", "error", message)

    assert (failure.phase, failure.line, failure.error,
            failure.words) == parts


def test_what_an_error_showed_is_found_by_the_test_or_by_the_place() -> None:
    """Of another error in the same test it says nothing."""
    facts = {"kinds": ["KeyError", "LookupError"]}
    shown = {"t.T.test_a": facts, "t.py, line 3: KeyError": facts,
             "t.T.test_b": facts}
    reader = Reader({}, NOTHING, shown, None)

    found = {name: bool(reader.failure(name, "error", message).facts)
             for name, message in {
                 "t.T.test_a": "KeyError: 1", "t.T.test_b": "LookupError: 1",
                 "t.T.test_c": "setUpClass: t.py, line 3: KeyError: 1",
                 "t.T.test_d": "t.py, line 4: KeyError: 1"}.items()}

    assert found == {"t.T.test_a": True, "t.T.test_b": False,
                     "t.T.test_c": True, "t.T.test_d": False}


@pytest.mark.parametrize(("problem", "advice"), [
    (Problem("import", "test_a.py", "x", "old"), "new"),
    (Problem("import", "test_b.py", "x", "old"), "old"),
    (Problem("leak", "test_a.py", "x", "old"), "old"),
])
def test_a_file_that_cannot_be_imported_gets_its_advice(
        problem: Problem, advice: str) -> None:
    """What was advised before stays where nothing is said."""
    found, = advised([problem], {"test_a.py": "new"})

    assert (found.advice, found.kind, found.test) == (
        advice, problem.kind, problem.test)


def fault(name: str, level: str = "core") -> Fault:
    """Return a fault of which only its name, level and text matter."""
    return Fault(name=name, module="m", old="a", new="b", level=level,
                 caught_at="unit", breaks=f"It is {name}.", hint="h",
                 witness="w")


def run_of(passing: str) -> dict[str, Outcome]:
    """Return the run of tests a to e in which these letters pass."""
    return {f"t.T.{letter}": Outcome(
        "passed" if letter in passing else "failed") for letter in "abcde"}


def answer(on_faults: Mapping[Fault, str], on_refactoring: str = "",
           status: str = "failed") -> str | None:
    """Return what test a is told; what passes is given by letters."""
    tests = {"t.T.a": Outcome(status, "t.py, line 1: AssertionError: 1 != 2")}
    return coach(tests, {}, [
        OnFault(each, "line 1 of m.py", run_of(letters))
        for each, letters in on_faults.items()],
        [run_of(on_refactoring)]).get("t.T.a")


@pytest.mark.parametrize(("on_faults", "chosen"), [
    ({"one": "b", "two": "a"}, "two"),
    ({"one": "a", "two": "abc"}, "two"),
    ({"one": "abc", "two": "a"}, "one"),
    ({"beyond": "ab", "two": "ac"}, "two"),
    ({"beyond": "abc", "two": "ac"}, "beyond"),
    ({"one": "ab", "two": "ac"}, "one"),
    ({"one": "bcde"}, None),
    ({}, None),
])
def test_of_several_faults_the_one_that_fits_the_suite_best(
        on_faults: dict[str, str], chosen: str | None) -> None:
    """Where most tests pass; then one of the tasks; then the table's order."""
    text = answer({
        fault(name, "beyond" if name == "beyond" else "core"): passes
        for name, passes in on_faults.items()})

    assert (f"It is {chosen}." in text) if text else chosen is None


def test_an_error_is_no_belief() -> None:
    """Such a test passes on a fault for any reason, or none."""
    assert "It is one." in (answer({fault("one"): "a"}) or "")
    assert answer({fault("one"): "a"}, status="error") is None


def test_an_assertion_of_the_modules_is_no_belief() -> None:
    """It is an error of theirs: the test itself has asserted nothing."""
    subject = KnownModules({"m": "assert False"}, {"m": "m.py"}, ["m"])
    step = {"line": 1, "function": "f", "given": {}}

    told = [coach({"t.T.a": Outcome("failed", "t.py, line 1: E: 1")}, {}, [
        OnFault(fault("one"), "line 1 of m.py", run_of("a"))],
        subject=subject, shown={"t.T.a": {
            "kinds": ["E"], "ends": ["m", "f"], "steps": [
                {**step, "file": "t.py"}, {**step, "file": file}]}})
        for file in ("t.py", "m.py")]

    assert "It is one." in told[0]["t.T.a"]
    assert "It is one." not in told[1].get("t.T.a", "")


def test_what_passes_on_correct_code_too_is_no_belief() -> None:
    """By chance, or by how the code is written: no fault explains it."""
    assert "It is one." in (answer({fault("one"): "a"}, "bc") or "")
    assert answer({fault("one"): "a"}, "abc") is None


def test_a_fault_is_told_with_its_right_place() -> None:
    """It stands between what is certain and what is likely."""
    assert answer({fault("one"): "a"}) == (
        "This test passes on a module with a fault, so the fault is what it "
        "asks for: “It is one.” The right code is at line 1 of m.py: "
        "expect what it does.")


def test_the_lesson_is_named_where_there_is_one(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """On the confusion, or on the fault."""
    on_rows = replace(fault("one"), lesson="03_rows")
    assert (answer({on_rows: "a"}) or "").endswith(" Lesson: 03_rows.")

    monkeypatch.setattr(coaching, "confusions", lambda: (
        replace(row("Look.", message=""), lesson="05_names"),))

    assert answer({on_rows: "a"}) == "Look. Lesson: 05_names."


@pytest.mark.parametrize(("certain", "says"), [(True, "row"), (False, "This")])
def test_a_fault_explains_more_than_what_is_likely(
        certain: bool, says: str, coached: Coach) -> None:
    """And less than what is certain."""
    on_fault = OnFault(fault("one"), "line 1 of m.py",
                       {"test_a.test_get": Outcome("passed")})

    told = coached.told([row("row", certain, test="")], on_faults=(on_fault,))

    assert told and told.startswith(says)


def test_a_cause_that_fails_says_nothing(
        coached: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of the others is told all the same."""
    def broken(name: str) -> None:
        """Stand for a cause that meets what it does not know."""
        raise ZeroDivisionError(name)

    monkeypatch.setattr("winnow.checking.causes.cause", broken)
    rows = [Confusion("n", "t", "says", "s", (Sign(
        {"message": re.compile("1 !=")}, "values.own_data"),), True),
        row("other", message="2 !=")]
    monkeypatch.setattr(coaching, "confusions", lambda: tuple(rows))

    assert coach({"test_a.test_if": Outcome("failed", "1 != 1"),
                  "test_a.test_get": Outcome("failed", "2 != 1")},
                 coached.files) == {"test_a.test_get": "other"}
