"""Files, arguments and surroundings that are not as they should be.

Each gets one clear sentence and the right exit status, and loses nothing:

- nothing to check: no such path, no tests, tests that no exercise is about
- files that Python cannot read or import: all of them, or one of two
- files of the learner's that hide others: the modules, Python's own
- a broken exercise, an odd environment
"""
import os
from pathlib import Path

import pytest

from tests.support.checking import (
    OF_TEMPERATURES,
    SCALES,
    STATION,
    TEMPERATURES,
    WINNOW,
    Ran,
    Row,
    limited,
    run,
    run_row,
    write,
)

PYTEST = '''
import pytest

from scales import mean


def test_mean():
    assert mean([1, 3]) == 2
'''
LATIN = "# coding: latin-1\nNAME = 'Örebro'\n"


def at_import(statement: str, style: str) -> str:
    """Return a file of tests that does something when it is imported."""
    return f"import os, sys, time\n{style}\n{statement}\n"


# Why a file cannot be imported: what it does there, and what is said of it.
IMPORTS = {
    "a module that is not there":
        ("import nowhere", "No module named 'nowhere'"),
    "a name that is not there":
        ("from scales import kelvin", "cannot import name 'kelvin'"),
    "an exception": ("1 / 0", "ZeroDivisionError"),
    "unittest.main": ("import unittest\nunittest.main()",
                      'below if __name__ == "__main__":'),
    "sys.exit": ("sys.exit(0)", "it ends Python when it is imported"),
    "os._exit": ("os._exit(3)", "exit status 3"),
    "a crash": ("os.abort()", "SIGABRT"),
    "a busy loop": ("while True: pass", "its import did not end"),
    "a sleep": ("time.sleep(3600)", "its import did not end"),
}
NOTHING_TO_CHECK = [
    Row("no such path", {}, 2, ("There is no file or folder nowhere.",),
        arguments=("nowhere",)),
    Row("no such file", {}, 2, ("learner/test_scales.py",),
        arguments=("learner/test_scales.py",)),
    Row("no Python file", {"test_scales.txt": SCALES}, 2,
        ("learner/test_scales.txt is no Python file",),
        arguments=("learner/test_scales.txt",)),
    Row("an empty folder", {}, 2, ("learner holds no file of tests",)),
    Row("a folder without tests", {"scales.py": "", "notes.md": ""}, 2,
        ("learner holds no file of tests",)),
    Row("tests in a subfolder only", {"week_1/test_scales.py": SCALES}, 2,
        ("learner holds no file of tests", "learner/week_1")),
    Row("an empty file", {"test_scales.py": ""}, 2,
        ("test_scales.py: no test in it",)),
    Row("a file without tests", {"test_scales.py": "import scales\n"}, 2,
        ("test_scales.py: no test in it",)),
    Row("a name that cannot be imported", {"test_scales.v2.py": SCALES}, 2,
        ("test_scales.v2.py: it cannot be imported",)),
    Row("tests for another runner", {"test_scales.py": PYTEST}, 2,
        ("test_scales.py: no test in it",),
        arguments=("learner", *OF_TEMPERATURES, "--runner", "unittest")),
    Row("a file skipped as a whole",
        {"test_scales.py": "import pytest\npytest.importorskip('nowhere')\n"},
        2, ("test_scales.py", "skip")),
    Row("tests of no known exercise", {"test_scales.py": SCALES}, 2,
        ("test_scales.py", "github: utils, client"), arguments=("learner",)),
    Row("tests of another exercise", {"test_utils.py": "import utils\n"}, 2,
        ("test_utils.py", "temperatures: scales, station")),
    Row("no such exercise", {"test_scales.py": SCALES}, 2,
        ("temperature is neither a folder with a faults.toml nor",),
        arguments=("learner", "--exercise", "temperature")),
    Row("two folders", {"a/test_scales.py": SCALES,
                        "b/test_scales.py": SCALES}, 2,
        ("learner/a", "learner/b", "check one folder at a time"),
        arguments=("learner/a", "learner/b", *OF_TEMPERATURES)),
]
NOT_PYTHON: dict[str, tuple[str | bytes, str]] = {
    "not Python": ("\n\ndef test_\n", "line 3 is not Python"),
    "not UTF-8": ("import scales\nNAME = 'Örebro'\n".encode("latin-1"),
                  "line 2 is not UTF-8"),
    "UTF-16": (SCALES.encode("utf-16"), "is not UTF-8"),
    "null bytes": (b"import scales\0\n", "not Python"),
    "latin-1, said so, and not Python":
        (f"{LATIN}def test_\n".encode("latin-1"), "line 3 is not Python"),
    "too deep": ("SIZE = " + "(" * 500 + ")" * 500, "not Python"),
}
ALL_BAD = [
    Row(name, {"test_scales.py": text}, 2, ("test_scales.py: ", said))
    for name, (text, said) in NOT_PYTHON.items()
] + [
    Row(f"{name}, {style or 'unittest'}",
        {"test_scales.py": at_import(statement, style)}, 2,
        ("test_scales.py: ", said), arguments=limited([said]))
    for name, (statement, said) in IMPORTS.items()
    for style in ("", "import pytest")
]
ONE_OF_TWO_BAD = [
    Row(f"{name} in one of two, {style or 'unittest'}",
        {"test_scales.py": bad, "test_station.py": f"{style}\n{STATION}"}, 1,
        ("test_scales.py: ", said, "2 of 2 tests pass",
         "4 of 5 faults caught"),
        arguments=limited([said]))
    for style in ("", "import pytest")
    for name, bad, said in [
        ("not Python", *NOT_PYTHON["not Python"]),
        *((name, at_import(statement, style), said)
          for name, (statement, said) in IMPORTS.items()),
    ]
]
READ_ALL_THE_SAME = [
    Row(name, {file: text}, 1, (file, "4 of 4 tests pass"))
    for name, file, text in [
        ("a byte order mark", "test_scales.py", b"\xef\xbb\xbf"
         + SCALES.encode()),
        ("CRLF", "test_scales.py", SCALES.replace("\n", "\r\n")),
        ("latin-1, said so", "test_scales.py",
         (LATIN + SCALES).encode("latin-1")),
        ("a name with spaces", "test_scales (1).py", SCALES),
        ("a name with a letter of Sweden", "test_scales_ö.py", SCALES),
    ]
]
DIFFERS = ("Your own scales.py", "not used")
HIDING = [
    Row("a folder called as the checker's own", {"tmp/test_scales.py": SCALES},
        1, ("4 of 4 tests pass", "3 of 4 faults caught"),
        arguments=("learner/tmp", *OF_TEMPERATURES)),
    Row("a copy that differs", {"test_scales.py": SCALES,
                                "scales.py": "raise OSError('mine')\n"}, 1,
        (*DIFFERS, "4 of 4 tests pass", "3 of 4 faults caught")),
    Row("a copy that is the same",
        {"test_scales.py": SCALES,
         "scales.py": (TEMPERATURES / "scales.py").read_bytes()}, 1,
        ("4 of 4 tests pass",), never=("not used",)),
    Row("a copy with other ends of lines",
        {"test_scales.py": SCALES, "scales.py":
         (TEMPERATURES / "scales.py").read_text().replace("\n", "\r\n")}, 1,
        ("4 of 4 tests pass",), never=("not used",)),
    Row("a package of a module's name",
        {"test_scales.py": SCALES,
         "scales/__init__.py": "raise OSError('mine')\n"}, 1,
        ("4 of 4 tests pass", "3 of 4 faults caught")),
    Row("a copy that stands on the path",
        {"test_scales.py": SCALES, "scales.py": "raise OSError('mine')\n"}, 1,
        (*DIFFERS, "4 of 4 tests pass"),
        environment={"PYTHONPATH": "learner"}),
    Row("a random.py that the tests import",
        {"random.py": "def roll():\n    return 4\n",
         "test_scales.py": "import random\n" + SCALES.replace(
             "mean([1, 3]), 2", "mean([1, 7]), random.roll()")}, 1,
        ("4 of 4 tests pass",)),
    Row("a random.py that they do not import",
        {"random.py": "raise OSError('mine')\n", "test_scales.py": SCALES}, 1,
        ("4 of 4 tests pass",)),
    Row("a json.py that a library falls over",
        {"json.py": "", "test_scales.py": "import requests\n" + SCALES}, 2,
        ("test_scales.py", "json.py")),
    Row("a random.py that pytest falls over",
        {"random.py": "", "test_scales.py": PYTEST}, 2, ("random.py",)),
    Row("a great file beside the tests",
        {"data.csv": bytes(65 * 2 ** 20), "test_scales.py": SCALES}, 1,
        ("4 of 4 tests pass", "Not copied for the tests: data.csv. A copy "
         "holds at most 64 MB"), arguments=(
            "learner", *OF_TEMPERATURES, "--copy-limit", "64")),
]
ENVIRONMENTS = [
    Row(" ".join(f"{name}={value}" for name, value in given.items()),
        {"test_scales.py": text}, 1, says, environment=given)
    for given, text, says in [
        ({"TMPDIR": "/nowhere/at/all"}, SCALES, ("4 of 4 tests pass",)),
        ({"TMPDIR": "/proc"}, SCALES, ("4 of 4 tests pass",)),
        ({"PYTHONOPTIMIZE": "2"}, SCALES, ("4 of 4 tests pass",)),
        ({"PYTHONSAFEPATH": "1"}, SCALES, ("4 of 4 tests pass",)),
        ({"PYTHONWARNINGS": "error"}, SCALES, ("4 of 4 tests pass",)),
        ({"PYTEST_ADDOPTS": "-v --color=yes -x"}, PYTEST,
         ("1 of 1 test pass",)),
        ({"PYTHONIOENCODING": "ascii"}, SCALES.replace("), 2)", "), 3, 'ö')"),
         ("3 of 4 tests pass", "test_scales.TestScales.test_mean")),
        ({"PYTHONIOENCODING": "utf-8"},
         SCALES.replace("), 2)", "), 3, chr(0xD800))"),
         ("3 of 4 tests pass", "test_scales.TestScales.test_mean")),
    ]
] + [
    Row("a time-out of an aeon", {"test_scales.py": SCALES}, 1,
        ("4 of 4 tests pass",),
        arguments=("learner", *OF_TEMPERATURES, "--timeout", "1e300")),
    Row("what Python warns of", {"test_scales.py": SCALES.replace(
        "self.assertEqual(mean([1, 3]), 2)", "assert (mean([]), 2)")}, 1,
        ("3 of 4 tests pass",), never=("SyntaxWarning",)),
]
ROWS = (NOTHING_TO_CHECK + ALL_BAD + ONE_OF_TWO_BAD + READ_ALL_THE_SAME
        + HIDING + ENVIRONMENTS)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
@pytest.mark.by_turns("soak", "slow", "soak")
def test_one_clear_sentence_and_the_right_exit_status(
        row: Row, ran: Ran) -> None:
    """What cannot run is one line of errors; all else is a report.

    What helps with a file is set in below its line.
    """
    ran.assert_as(row)

    if row.status == 2:
        assert ran.out == ""
        assert ran.err.startswith("winnow: ")
        assert [line for line in ran.err.splitlines()[1:]
                if not line.startswith("    ")] == []
    else:
        assert ran.err == ""


@pytest.mark.parametrize(("arguments", "reason"), [
    (["check", "--timeout", "0"], "--timeout"),
    (["check", "--timeout", "soon"],
     "--timeout: soon is not a number of seconds"),
    (["check", "--timeout", "nan"], "--timeout: nan is not above 0"),
    (["check", "--jobs", "0"], "--jobs: 0 is not above 0"),
    (["check", "--jobs", "abc"], "--jobs: abc is not a whole number"),
    (["check", "--sample", "1.5"], "--sample: 1.5 is not a whole number"),
    (["check", "--seed", "x"], "--seed: x is not a whole number"),
    (["check", "--level", "easy"], "--level"),
    (["check", "--runner", "nose"], "--runner"),
    (["check", "--format", "xml"], "--format"),
    (["check", "--loud"], "--loud"),
    (["chekc"], "chekc"),
    ([], "COMMAND"),
], ids=" ".join)
def test_an_option_that_is_wrong_is_named(
        arguments: list[str], reason: str, tmp_path: Path) -> None:
    """The parser of the command line has its own two lines."""
    write(tmp_path / "learner", {})

    ran = run([WINNOW, *arguments], tmp_path, fresh=False)

    ran.assert_tidy()
    assert ran.status == 2
    assert reason in ran.err.splitlines()[-1]


TABLE = (TEMPERATURES / "faults.toml").read_text()
BROKEN_TABLES: dict[str, tuple[str | bytes, list[str]]] = {
    "no TOML": ("title =", ["faults.toml", "not TOML"]),
    "not UTF-8": (TABLE.replace("Temper", "Tömper").encode("latin-1"),
                  ["faults.toml", "not UTF-8"]),
    "a module that is not there":
        (TABLE.replace('"station"]', '"stations"]'), ["stations.py"]),
    "an unknown key": (TABLE.replace("hint =", "hints =", 1),
                       ['fault "zero-is-zero"', "`hints`", "`hint`"]),
    "a text that is not in the module":
        (TABLE.replace("celsius * 9", "celsius*9"),
         ['fault "zero-is-zero"', "0 times in scales.py"]),
    "a fault that is not Python":
        (TABLE.replace('new = "return 0.0"', 'new = "return ("'),
         ['fault "mean-of-none-is-zero"', "scales.py is not Python"]),
    "a refactoring that is not Python":
        (TABLE.replace('new = "32 + celsius', 'new = "(32 + celsius'),
         ['refactoring "fahrenheit-from-32-up"', "scales.py is not Python"]),
    "a refactoring that cannot be imported":
        (TABLE.replace('"32 + celsius * 9 / 5"', "'''0\nimport nowhere'''"),
         ['refactoring "fahrenheit-from-32-up"', "nowhere"]),
}


@pytest.mark.parametrize("kind", BROKEN_TABLES)
def test_a_broken_table_is_said_by_file_entry_and_reason(
        kind: str, tmp_path: Path) -> None:
    """It is the author's mistake: no test of the learner's is blamed."""
    table, says = BROKEN_TABLES[kind]
    modules = {f"../exercise/{path.name}": path.read_bytes()
               for path in TEMPERATURES.glob("*.py")}
    row = Row(kind, {"test_scales.py": SCALES, **modules,
                     "../exercise/faults.toml": table}, 2, tuple(says),
              arguments=("learner", "--exercise", "exercise"))

    ran = run_row(row, tmp_path)

    ran.assert_tidy()
    ran.assert_as(row)
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(("module", "said"), [
    ("def mean(\n", "SyntaxError"),
    ("raise OSError('no disk')\n", "OSError: no disk"),
])
def test_a_broken_module_of_an_exercise_is_named(
        module: str, said: str, tmp_path: Path) -> None:
    """The learner hears that it is not their tests."""
    row = Row("a broken module", {
        "test_scales.py": SCALES, "../exercise/scales.py": module,
        "../exercise/faults.toml": """
            title = "Broken"
            modules = ["scales"]
            [[fault]]
            name = "a-fault"
            module = "scales"
            level = "core"
            caught_at = "unit"
            old = "a"
            new = "b"
            breaks = "Nothing."
            hint = "None."
            witness = "1"
            """}, 2, ("scales", said),
        arguments=("learner", "--exercise", "exercise"))

    ran = run_row(row, tmp_path)

    ran.assert_tidy()
    ran.assert_as(row)
    assert ran.err.count("\n") == 1


def test_a_folder_that_is_read_only_is_checked(tmp_path: Path) -> None:
    """Nothing is written there, so nothing need be writable."""
    learner = write(tmp_path / "learner", {"test_scales.py": SCALES})
    (learner / "test_scales.py").chmod(0o444)
    learner.chmod(0o555)

    ran = run([WINNOW, "check", "learner", *OF_TEMPERATURES], tmp_path)

    learner.chmod(0o755)
    ran.assert_tidy()
    assert "4 of 4 tests pass" in ran.said


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions bind not root")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    """The other file is judged all the same."""
    learner = write(tmp_path / "learner", {"test_scales.py": SCALES,
                                           "test_station.py": STATION})
    (learner / "test_scales.py").chmod(0)

    ran = run_row(Row("no permission", {}, 1, ()), tmp_path)

    ran.assert_tidy()
    assert "test_scales.py: it cannot be read (Permission denied)" in ran.said
    assert "2 of 2 tests pass" in ran.said


def test_the_tests_may_stand_in_the_temporary_folder(tmp_path: Path) -> None:
    """The working copies, which are made there, are not copied in turn."""
    learner = write(tmp_path / "learner", {"test_scales.py": SCALES})

    ran = run([WINNOW, "check", "learner", *OF_TEMPERATURES], tmp_path,
              {"TMPDIR": str(learner)})

    assert [path.name for path in learner.iterdir()] == ["test_scales.py"]
    assert "4 of 4 tests pass" in ran.said
    assert "not copied" not in ran.said


def test_a_link_out_of_the_folder_does_not_lead_astray(
        tmp_path: Path) -> None:
    """However much there is behind it, the tests are found and run."""
    learner = write(tmp_path / "learner", {"test_scales.py": SCALES})
    (learner / "everything").symlink_to("/usr")
    (learner / "itself").symlink_to(learner)
    (learner / "nothing").symlink_to("/nowhere/at/all")

    ran = run([WINNOW, "check", "learner", *OF_TEMPERATURES], tmp_path)

    ran.assert_tidy()
    assert "4 of 4 tests pass" in ran.said


def test_a_folder_is_checked_from_within(tmp_path: Path) -> None:
    """With no path given it is the folder where one stands."""
    write(tmp_path / "learner", {"test_scales.py": SCALES})

    ran = run(["sh", "-c", 'cd learner && "$@"', "sh", WINNOW, "check",
               *OF_TEMPERATURES], tmp_path)

    ran.assert_tidy()
    assert "4 of 4 tests pass" in ran.said
