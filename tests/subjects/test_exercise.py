"""An exercise is read whole, or refused in one sentence.

- the good path: what stands in the files, by its names
- every mistake in a table: file, entry and reason
- an edit: what it makes of a module, and the line where it begins
- the exercises that come along, in a checkout and in a wheel
- reading the table costs next to nothing
"""
import dataclasses
import time
from pathlib import Path
from typing import Any

import pytest

from winnow.model.errors import BrokenExercise
from winnow.model.exercise import Edit, Exercise, Fault, Refactoring
from winnow.subjects import faults_toml
from winnow.subjects.faults_toml import bundled, load, named

ROOT = Path(__file__).parents[2]
MODULE = '''"""Tell how warm it is."""


class Gauge:
    """A gauge."""

    def read(self) -> int:
        """Return the temperature."""
        return 21


def warm(degrees: int) -> bool:
    """Tell whether that is warm."""
    return degrees > 20
'''
TABLE = """
name = "thermometer"
title = "A thermometer"
modules = ["gauge"]
support = ["readings"]
libraries = ["requests"]
install = "pip install thermometer"
boundaries = ["gauge.warm", "gauge.Gauge.read"]
outside = ["gauge.Gauge.read"]
aimed = true
sparse = true
environment = { SCALE = "celsius" }

[[fault]]
name = "always-warm"
module = "gauge"
level = "core"
caught_at = "unit"
old = "degrees > 20"
new = "True"
breaks = "Ice is warm."
hint = "How cold is it in your tests?"
witness = "gauge.warm(0)"

[[refactoring]]
name = "the-other-way-round"
module = "gauge"
old = "degrees > 20"
new = "20 < degrees"
keeps = "The same comparison."
"""
FAULT = 'fault "always-warm"'

# What stands in the good table, what in its place, and what must be said.
MISTAKES = {
    "no TOML": (
        'title = "A', 'title = A', "is not TOML: ", "line 3"),
    "one key twice": (
        'title = "A thermometer"', 'title = "A"\ntitle = "B"',
        "is not TOML: ", "line 4"),
    "unknown key": (
        "boundaries =", "boundary =", ": the key `boundary` is unknown",
        "did you mean `boundaries`?"),
    "unknown key like no other": (
        "support =", "xyz =", ": the key `xyz` is unknown"),
    "unknown key of an entry": (
        "hint =", "hints =", FAULT + ": the key `hints` is unknown",
        "did you mean `hint`?"),
    "missing title": (
        'title = "A thermometer"', "", ": the key `title` is missing"),
    "missing key of an entry": (
        'breaks = "Ice is warm."', "",
        FAULT + ": the key `breaks` is missing"),
    "missing name of an entry": (
        'name = "always-warm"', "",
        "fault number 1: the key `name` is missing"),
    "title of the wrong type": (
        '"A thermometer"', "3",
        ": its `title` must be a text that is not empty"),
    "empty title": (
        '"A thermometer"', '" "',
        ": its `title` must be a text that is not empty"),
    "modules of the wrong type": (
        '["gauge"]', '"gauge"', ": its `modules` must be a list"),
    "a module twice": (
        '["gauge"]', '["gauge", "gauge"]',
        ": its `modules` must be a list of different module names"),
    "a module by its file": (
        '["readings"]', '["readings.py"]',
        ": its `support` must be a list of different module names, "
        "without .py"),
    "a module that is no text": (
        '["readings"]', "[1]", ": its `support` must be a list of different"),
    "no modules": (
        '["gauge"]', "[]", ": its `modules` names no module"),
    "a module that is support too": (
        '["readings"]', '["gauge"]',
        ": `gauge` is in `modules` and in `support`"),
    "boundary without a module": (
        '"gauge.warm"', '"warm"',
        ": its `boundaries` must be a list of functions"),
    "boundary that is no text": (
        '"gauge.warm"', "1", ": its `boundaries` must be a list of functions"),
    "boundary in a strange module": (
        '"gauge.warm"', '"gauges.warm"',
        ": the boundary `gauges.warm` is in no module of `modules`",
        "did you mean `gauge`?"),
    "boundary that is no function": (
        '"gauge.warm"', '"gauge.warn"',
        ": the boundary `gauge.warn` is no function of gauge.py",
        "did you mean `warm`?"),
    "second boundary that is no function": (
        '"gauge.Gauge.read"', '"gauge.Gauge.reed"',
        ": the boundary `gauge.Gauge.reed` is no function of gauge.py",
        "did you mean `Gauge.read`?"),
    "boundary that is a class": (
        '"gauge.warm"', '"gauge.Gauge"',
        ": the boundary `gauge.Gauge` is no function of gauge.py",
        "did you mean `Gauge.read`?"),
    "a library by a name that is none": (
        '["requests"]', '["requests[socks]"]',
        ": its `libraries` must be a list of different module names"),
    "an empty way to install": (
        '"pip install thermometer"', '""',
        ": its `install` must be a text that is not empty"),
    "an environment that is no table": (
        '{ SCALE = "celsius" }', '["SCALE=celsius"]',
        ': its `environment` must be a table of texts, as { NAME = "value" }'),
    "a variable that is no text": (
        '"celsius" }', '"celsius", ROOM = 1 }',
        ": its `environment` must be a table of texts"),
    "a variable of no name that a system knows": (
        '{ SCALE = "celsius" }', '{ "A=B" = "1" }',
        ": its `environment` must be a table of texts"),
    "a variable with a null byte": (
        '"celsius"', '"\\u0000"',
        ": its `environment` must be a table of texts"),
    "a flag that is a text": (
        "aimed = true", "aimed = 1", ": its `aimed` must be true or false"),
    "what is outside and no function": (
        'outside = ["gauge.Gauge.read"]', 'outside = ["gauge.Gauge.red"]',
        ": the outside `gauge.Gauge.red` is no function of gauge.py",
        "did you mean `Gauge.read`?"),
    "one pair of brackets": (
        "[[fault]]", "[fault]", ": its `fault` must be written as [[fault]]"),
    "value of an entry of the wrong type": (
        'new = "True"', "new = true", FAULT + ": its `new` must be a text"),
    "empty hint": (
        '"How cold is it in your tests?"', '""',
        FAULT + ": its `hint` must be a text that is not empty"),
    "unknown level": (
        'level = "core"', 'level = "cores"',
        FAULT + ': its `level` is "cores"; it must be one of core, beyond',
        "did you mean `core`?"),
    "unknown place": (
        'caught_at = "unit"', 'caught_at = "units"',
        FAULT + ': its `caught_at` is "units"; it must be one of unit, '
        "integration, contract, end-to-end", "did you mean `unit`?"),
    "name with capitals": (
        '"always-warm"', '"Always-Warm"',
        'fault "Always-Warm": its `name` must be words-like-these'),
    "name with a space": (
        '"always-warm"', '"always warm"',
        'fault "always warm": its `name` must be words-like-these'),
    "name that is taken": (
        '"the-other-way-round"', '"always-warm"',
        'refactoring "always-warm": an entry above has the same `name`'),
    "module that is not listed": (
        'module = "gauge"\nlevel', 'module = "gouge"\nlevel',
        FAULT + ': its `module` is "gouge", which is not in `modules`',
        "did you mean `gauge`?"),
    "module that is support": (
        'module = "gauge"\nlevel', 'module = "readings"\nlevel',
        FAULT + ': its `module` is "readings", which is not in `modules`'),
    "old text that is nowhere": (
        'old = "degrees > 20"\nnew = "True"',
        'old = "degrees > 30"\nnew = "True"',
        FAULT + ": its `old` occurs 0 times in gauge.py; "
        "it must occur exactly once"),
    "old text in two places": (
        'old = "degrees > 20"\nnew = "True"',
        'old = "    return"\nnew = "True"',
        FAULT + ": its `old` occurs 2 times in gauge.py; "
        "it must occur exactly once"),
    "new text that is the old": (
        'new = "20 < degrees"', 'new = "degrees > 20"',
        'refactoring "the-other-way-round": '
        "its `new` is the same as its `old`"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a small exercise that is in order."""
    home = tmp_path / "my_exercise"
    home.mkdir()
    (home / "faults.toml").write_text(TABLE, encoding="utf-8")
    (home / "gauge.py").write_text(MODULE, encoding="utf-8")
    (home / "readings.py").write_text("COLD = -5\n", encoding="utf-8")
    return home


def complaint(folder: Path) -> str:
    """Return what is said of an exercise that is not in order."""
    with pytest.raises(BrokenExercise) as caught:
        load(folder)
    return str(caught.value)


def test_an_exercise_is_what_its_files_say(folder: Path) -> None:
    """Every key comes back, and the text of every module."""
    exercise = load(folder)

    assert (exercise.name, exercise.title) == ("thermometer", "A thermometer")
    assert exercise.folder == folder
    assert exercise.modules == ("gauge",)
    assert exercise.support == ("readings",)
    assert exercise.boundaries == ("gauge.warm", "gauge.Gauge.read")
    assert exercise.aimed and exercise.sparse
    assert exercise.outside == ("gauge.Gauge.read",)
    assert exercise.libraries == ("requests",)
    assert exercise.install == "pip install thermometer"
    assert exercise.environment == {"SCALE": "celsius"}
    assert list(exercise.sources.items()) == [
        ("gauge", MODULE), ("readings", "COLD = -5\n")]
    (fault,), (refactoring,) = exercise.faults, exercise.refactorings
    assert dataclasses.asdict(fault) == {
        "name": "always-warm", "module": "gauge", "level": "core",
        "caught_at": "unit", "old": "degrees > 20", "new": "True",
        "breaks": "Ice is warm.", "hint": "How cold is it in your tests?",
        "witness": "gauge.warm(0)", "lesson": None}
    assert dataclasses.asdict(refactoring) == {
        "name": "the-other-way-round", "module": "gauge",
        "old": "degrees > 20", "new": "20 < degrees",
        "keeps": "The same comparison."}


def test_a_table_needs_a_title_modules_and_a_fault_only(
        folder: Path) -> None:
    """The folder gives the name; all else is as if empty."""
    fault = TABLE[TABLE.index("[[fault]]"):TABLE.index("[[refactoring]]")]
    table = f'title = "A"\nmodules = ["gauge"]\n{fault}'
    (folder / "faults.toml").write_text(table, encoding="utf-8")

    exercise = load(folder)

    assert exercise.name == "my_exercise"
    assert (exercise.support, exercise.boundaries) == ((), ())
    assert (exercise.libraries, exercise.install) == ((), "")
    assert (exercise.outside, exercise.knows_kinds) == ((), False)
    assert (exercise.environment, exercise.aimed) == ({}, False)
    assert not exercise.sparse
    assert exercise.refactorings == ()


def test_an_exercise_made_by_hand_says_no_more_than_it_is_given(
        folder: Path) -> None:
    """As a table that says nothing of its surroundings."""
    exercise = Exercise(name="a", title="A", folder=folder,
                        modules=("gauge",), sources={}, faults=())

    assert (exercise.libraries, exercise.install) == ((), "")
    assert (exercise.environment, exercise.outside) == ({}, ())
    assert (exercise.aimed, exercise.sparse) == (False, False)


@pytest.mark.parametrize("flag", ["aimed", "sparse"])
def test_each_flag_is_its_own(flag: str, folder: Path) -> None:
    """A table may set one, and not the other."""
    (folder / "faults.toml").write_text(
        TABLE.replace(f"{flag} = true\n", ""), encoding="utf-8")

    exercise = load(folder)

    assert {"aimed": exercise.aimed, "sparse": exercise.sparse} == {
        "aimed": True, "sparse": True, flag: False}


@pytest.mark.parametrize(("boundaries", "outside", "knows"), [
    ((), (), False), (("gauge.warm",), (), True), ((), ("gauge.warm",), True)])
def test_kinds_are_known_where_either_is_named(
        boundaries: tuple[str, ...], outside: tuple[str, ...], knows: bool,
        folder: Path) -> None:
    """A boundary between modules, or what leads outside."""
    exercise = dataclasses.replace(
        load(folder), boundaries=boundaries, outside=outside)

    assert exercise.knows_kinds is knows


def test_a_fault_may_name_its_lesson_and_put_nothing_in_place(
        folder: Path) -> None:
    """`lesson` is optional, and `new` alone may be an empty text."""
    table = TABLE.replace('new = "True"', 'new = ""\nlesson = "03_rows"')
    (folder / "faults.toml").write_text(table, encoding="utf-8")

    fault = load(folder).faults[0]

    assert (fault.lesson, fault.new) == ("03_rows", "")


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake(
        folder: Path) -> None:
    """What an editor on Windows writes is read as the same text."""
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert load(folder).sources["gauge"] == MODULE


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(before, after, words)
     for before, after, *words in MISTAKES.values()], ids=MISTAKES)
def test_a_mistake_is_said_in_one_sentence(
        folder: Path, before: str, after: str, words: list[str]) -> None:
    """It names the file, the entry and the reason."""
    path = folder / "faults.toml"
    assert before in TABLE
    path.write_text(TABLE.replace(before, after, 1), encoding="utf-8")

    sentence = complaint(folder)

    assert sentence.startswith(str(path))
    assert "\n" not in sentence and sentence == sentence.strip()
    for word in words:
        assert word in sentence
    assert ("did you mean" in sentence) == ("did you mean" in words[-1])


@pytest.mark.parametrize(("faults", "reason"), [
    ("", "it has no [[fault]]"),
    ("fault = []", "its `fault` must be written as [[fault]]"),
    ("[fault]", "its `fault` must be written as [[fault]]"),
    ("fault = [1]", "its `fault` must be written as [[fault]]"),
    ("fault = [{}, 1]", "its `fault` must be written as [[fault]]"),
])
def test_a_table_without_faults_is_none(
        folder: Path, faults: str, reason: str) -> None:
    """There is nothing to hold a suite against."""
    path = folder / "faults.toml"
    head = TABLE[:TABLE.index("[[fault]]")]
    path.write_text(head + faults, encoding="utf-8")

    assert complaint(folder) == f"{path}: {reason}"


@pytest.mark.parametrize("name", ["faults.toml", "gauge.py", "readings.py"])
def test_a_file_that_is_missing_is_named(folder: Path, name: str) -> None:
    """Without the table, or a module of it, there is no exercise."""
    (folder / name).unlink()

    assert complaint(folder) == (
        f"{folder / name} cannot be read: No such file or directory")


@pytest.mark.parametrize("name", ["faults.toml", "gauge.py", "readings.py"])
def test_a_file_that_is_not_utf8_is_named(folder: Path, name: str) -> None:
    """The byte that cannot be read is named too."""
    (folder / name).write_bytes(b"# caf\xe9\n")

    assert complaint(folder) == f"{folder / name} is not UTF-8: see byte 5"


def test_a_module_that_is_not_python_is_named(folder: Path) -> None:
    """A boundary cannot be looked for where nothing can be read."""
    (folder / "gauge.py").write_text("\ndef warm(:\n", encoding="utf-8")

    assert complaint(folder).startswith(
        f"{folder / 'gauge.py'}, line 2: it is not Python: ")


def test_an_edit_changes_its_module_and_no_other(folder: Path) -> None:
    """The sources of a variant are whole; those of the exercise stay."""
    exercise = load(folder)

    variant = exercise.sources_with(exercise.faults[0])

    assert variant == {
        "gauge": MODULE.replace("degrees > 20", "True"),
        "readings": "COLD = -5\n"}
    assert list(variant) == list(exercise.sources)
    assert exercise.sources["gauge"] == MODULE


def test_sources_are_files_too(folder: Path) -> None:
    """Each module's text goes where Python will look for it."""
    exercise = load(folder)

    assert exercise.files(exercise.sources) == {
        path.name: path.read_text() for path in folder.glob("*.py")}


@pytest.mark.parametrize(("old", "new", "line"), [
    ("one", "two", 1),
    ("three", "3", 3),
    ("one\ntwo\nthree", "one\ntwo\n3", 3),
    ("two\n", "", 2),
    ("three\n", "three\nfour\n", 4),
    ("two", "two\n\ntwo", 3),
])
def test_the_line_of_an_edit_is_the_first_that_differs(
        old: str, new: str, line: int) -> None:
    """Lines that `old` and `new` begin with alike do not count."""
    edit = Edit(name="n", module="m", old=old, new=new)

    assert edit.line_in("one\ntwo\nthree\nlast\n") == line


def test_an_entry_cannot_be_changed(folder: Path) -> None:
    """A table says the same to everyone who reads it."""
    fault: Fault = load(folder).faults[0]

    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(fault, "new", "False")
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(load(folder), "faults", ())


@pytest.mark.parametrize(("kind", "first"), [
    (Edit, "name"), (Fault, "level"), (Refactoring, "keeps")])
def test_an_entry_is_made_by_names_alone(kind: Any, first: str) -> None:
    """So many texts in a row could be taken for one another."""
    named_ones = dict.fromkeys(
        (each.name for each in dataclasses.fields(kind)), "")

    assert kind(**named_ones).name == named_ones.pop(first)
    with pytest.raises(TypeError):
        kind("", **named_ones)


def test_every_entry_of_a_table_is_read(folder: Path) -> None:
    """They stay in order, and each is held against those above."""
    first = TABLE[TABLE.index("[[fault]]"):TABLE.index("[[refactoring]]")]
    path = folder / "faults.toml"

    for name in ("cold", "always-warm", None):
        line = f'name = "{name}"' if name else ""
        path.write_text(TABLE + first.replace('name = "always-warm"', line))
        if name == "cold":
            assert [fault.name for fault in load(folder).faults] == [
                "always-warm", "cold"]
        else:
            assert complaint(folder).startswith(
                f'{path}, fault "{name}": an entry above' if name
                else f"{path}, fault number 2: the key `name` is missing")


def test_a_folder_has_its_name_wherever_one_stands(
        folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen from within, its path is a dot."""
    (folder / "faults.toml").write_text(
        TABLE.replace('name = "thermometer"', ""))
    monkeypatch.chdir(folder)

    assert load(Path()).name == "my_exercise"


def test_an_exercise_is_found_by_its_name_or_its_folder(
        folder: Path) -> None:
    """What is neither is refused, and the names there are given."""
    assert named("github").folder == ROOT
    assert named(str(folder)).title == "A thermometer"
    with pytest.raises(BrokenExercise, match=(
            f"^{folder}x is neither a folder with a faults.toml nor one of "
            r"the exercises that come along \(.*\bgithub\b.*\)\.$")):
        named(f"{folder}x")


def test_a_checkout_brings_its_own_exercise_along() -> None:
    """The GitHub exercise stands beside the package."""
    assert bundled()["github"] == ROOT


def test_a_checkout_brings_along_the_folders_beside_the_package(
        folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The root and its direct subfolders, each by its name."""
    (folder / "winnow").mkdir()
    for name, table in [("second", 'title = "Second"'),
                        ("broken", "title = ["),
                        ("number", "name = 3"),
                        ("deeper/below", 'name = "below"'),
                        ("empty", None)]:
        (folder / name).mkdir(parents=True)
        if table is not None:
            (folder / name / "faults.toml").write_text(table)
    monkeypatch.setattr(faults_toml, "ABOVE", str(folder))

    assert bundled() == {
        "thermometer": folder, "second": folder / "second",
        "broken": folder / "broken", "3": folder / "number"}


def test_a_wheel_brings_its_exercises_along_inside_the_package(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What else lies beside the package is a stranger's."""
    package = tmp_path / "winnow"
    inside = package / "bundled" / "github"
    stranger = tmp_path / "stranger"
    for folder in (inside, stranger):
        folder.mkdir(parents=True)
        (folder / "faults.toml").write_text(
            f'name = "the-{folder.name}"\n\n[[fault]]\nname = not read\n')
    monkeypatch.setattr(faults_toml, "ABOVE", str(tmp_path))

    assert bundled() == {"the-github": inside}


@pytest.mark.parametrize("is_checkout", [True, False])
def test_exercises_come_along_in_the_order_of_the_alphabet(
        is_checkout: bool, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """On any disk, whatever the order in which that lists them."""
    package = tmp_path / "winnow"
    above = tmp_path if is_checkout else package / "bundled"
    for name in "hcaebgdf":
        (above / name).mkdir(parents=True)
        (above / name / "faults.toml").write_text("")
    if is_checkout:
        (tmp_path / "faults.toml").write_text('name = "top"')
    monkeypatch.setattr(faults_toml, "ABOVE", str(tmp_path))

    assert [*bundled()] == ["top"] * is_checkout + [*"abcdefgh"]


def test_reading_the_real_table_takes_no_time_to_speak_of() -> None:
    """The checker pays for it at every start: 5 ms when this was written."""
    seconds = []
    for _ in range(5):
        start = time.process_time()
        load(ROOT)
        seconds.append(time.process_time() - start)

    assert min(seconds) < 0.03
