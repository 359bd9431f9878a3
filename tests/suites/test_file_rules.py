"""The course's rules on files: found where they are broken, and not elsewhere.

- each rule on its own, in a file that keeps all the others
- files that are no text, no Python, empty, or no file
- what pycodestyle says is what the command says where there are no settings
- the report counts the places, and shows them when asked for
"""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.checking import (
    OF_TEMPERATURES,
    SCALES,
    TEMPERATURES,
    Row,
    report_on,
    run_row,
    write,
)
from winnow.model.findings import BrokenRule
from winnow.reports.terminal import Style
from winnow.reports.text_rules import render, summary
from winnow.suites import file_rules

ROOT = Path(__file__).parents[2]
CLEAN = '''#!/usr/bin/env python3
"""Tests of what adds up."""
import unittest
from typing import Any


class TestSums(unittest.TestCase):
    """What adds up, and what does not."""

    def test_one_and_one(self) -> None:
        """Two of them are two."""
        self.assertEqual(1 + 1, 2)

    def test_nested(self) -> None:
        """Nested definitions need no docstring."""
        class Stub:
            def answer(self, *given: Any, key: int = 1) -> int:
                return key

        self.assertEqual(Stub().answer(), 1)
'''
EXEMPLARY = ["utils.py", "client.py", "fixtures.py", "test_utils.py",
             "test_client.py", *(
                 f"{path.parent.name}/{path.name}"
                 for folder in ("registration", "robust_client")
                 for path in sorted((ROOT / folder).glob("*.py")))]


def found(place: Path, content: "str | bytes", mode: int = 0o755
          ) -> list[BrokenRule]:
    """Return what is wrong with a file of this content and mode."""
    path = write(place, {"test_sums.py": content}) / "test_sums.py"
    path.chmod(mode)
    return list(file_rules.broken_rules([path], place))


def with_end(lines: str) -> str:
    """Return the clean file with lines behind it."""
    return f"{CLEAN}\n\n{lines}"


BEHIND = CLEAN.count("\n") + 3  # The first line that `with_end` puts there.


@pytest.mark.parametrize("name", EXEMPLARY)
def test_the_exemplary_files_break_no_rule(name: str) -> None:
    """They are what a learner can look at."""
    assert list(file_rules.broken_rules([ROOT / name], ROOT)) == []


def test_a_clean_file_breaks_no_rule(tmp_path: Path) -> None:
    """So that what the rows below find is what was changed in it."""
    assert found(tmp_path, CLEAN) == []


@pytest.mark.parametrize(("content", "line", "rule", "words"), [
    (CLEAN.replace("#!/usr/bin/env python3", "# Tests."), 1, "shebang",
     "test_sums.py must be `#!/usr/bin/env python3`"),
    (CLEAN.replace("python3", "python"), 1, "shebang", "must be"),
    (CLEAN.replace("#!", "#! "), 1, "shebang", "must be"),
    ("\ufeff" + CLEAN, 1, "shebang", "UTF-8 without BOM"),
    (CLEAN.replace("\n", "\r\n"), 1, "shebang", "line ends of Unix (LF)"),
    (CLEAN.rstrip(), BEHIND - 3, "newline", "press Enter"),
    (CLEAN + "\n", BEHIND - 2, "newline", "with a blank line"),
    (CLEAN + "\n\n", BEHIND - 2, "newline", "with 2 blank lines"),
    (CLEAN.replace('"""Tests of what adds up."""\n', ""), 1, "docstring",
     "The docstring of the file test_sums.py is missing"),
    (CLEAN.replace('"""What adds', '"""what adds'), 7, "docstring",
     "the class `TestSums` does not begin"),
    (CLEAN.replace("Two of them are two.", "Two of them"), 10, "docstring",
     "the function `test_one_and_one` does not end"),
    (CLEAN.replace("Two of them are two.", "Sums."), 10, "docstring",
     "fewer than three words"),
    (CLEAN.replace("Two of them are two.", "Test one and one."), 10,
     "docstring", "`test_one_and_one` is the name again"),
    (with_end("async def total() -> None:\n    pass\n"), BEHIND, "docstring",
     "`total` is missing"),
    (with_end("if unittest:\n    def total() -> None:\n        pass\n"),
     BEHIND + 1, "docstring", "`total` is missing"),
    (CLEAN.replace("one(self) -> None", "one(self)"), 10, "annotation",
     "Write what `test_one_and_one` returns, `-> None` if nothing."),
    (CLEAN.replace("*given: Any, key: int = 1", "*given, key=1"), 17,
     "annotation", "Annotate `given` and `key` of `answer`."),
    (CLEAN.replace("*given: Any, key: int = 1) -> int", "a, b, c)"), 17,
     "annotation", "Annotate `a`, `b` and `c` of `answer` and write what it "
     "returns, `-> None` if nothing."),
    (CLEAN.replace("1 + 1, 2", "1 + 1,2"), 12, "pycodestyle",
     "E231 missing whitespace after ','. Put one space there."),
    (CLEAN.replace("\n\n\nclass", "\n\nclass"), 6, "pycodestyle",
     "E302 expected 2 blank lines, found 1. Put two blank lines above it."),
    (CLEAN.replace("1 + 1, 2", f"len('{'1' * 50}'), 50"), 12, "pycodestyle",
     "E501 line too long (87 > 79 characters). Break it where a bracket"),
    (with_end('def total() -> int:\n\t"""Add it all up."""\n\treturn 1\n'),
     BEHIND + 1, "pycodestyle", "Indent with spaces alone."),
    (CLEAN.replace("1, 2)", "1, 2) "), 12, "pycodestyle",
     "W291 trailing whitespace. Delete the spaces at its end."),
    (CLEAN.replace("TestCase):\n", "TestCase):  # The sums\n").replace(
        "  # The", " # The"), 7, "pycodestyle", "E261"),
])
def test_a_broken_rule_is_found_where_it_is(
        content: str, line: int, rule: str, words: str, tmp_path: Path
        ) -> None:
    """With its line, and with what to do."""
    broken = found(tmp_path, content)

    assert broken and {each.rule for each in broken} == {rule}
    assert (broken[0].file, broken[0].line) == ("test_sums.py", line)
    assert words in broken[0].message


@pytest.mark.parametrize("content", [
    CLEAN.replace("Two of them are two.", "Are two of them two?\n\nYes\n"),
    CLEAN.replace("1 + 1, 2", "(lambda one: one + one)(1), 2"),
    CLEAN.replace("1 + 1, 2", "1 +\n                         1, 2"),
    CLEAN.replace("1 + 1, 2", "1+1, 2"),
    CLEAN.replace("1 + 1, 2)", "1 + 1, 2)  # " + "x" * 50 + "  # noqa"),
], ids=["a question", "a lambda", "a break behind +", "no spaces around +",
        "noqa"])
def test_what_no_rule_forbids_is_let_be(content: str, tmp_path: Path) -> None:
    """A lambda cannot be annotated; W504 and E226 are off by default."""
    assert content != CLEAN
    assert found(tmp_path, content) == []


@pytest.mark.parametrize(("docstring", "name", "complaint"), [
    ("  ", "run", "is missing: say in a sentence what it is for."),
    ("  A suite is run.\n", "run", None),
    ("A suite is run.  ", "run", None),
    ("3 suites are run.", "run", None),
    ("'run' is its name.", "run", None),
    ("(A suite) is run.", "run", "does not begin like a sentence: write a "
     "capital, a number or a name in quotes first."),
    ("_Run the suite._", "run", "does not begin like a sentence: write a "
     "capital, a number or a name in quotes first."),
    ("A suite is run", "run",
     "does not end like a sentence: put a full stop there."),
    ("A suite.", "run",
     "has fewer than three words: say in a sentence what it is for."),
    ("An end of the run.", "EndOfRun",
     "is the name again: say what the name does not."),
    ("A test of the 2 runs.", "test_of_2_runs",
     "is the name again: say what the name does not."),
    ("Is a suite run?", "run", None),
    ("A suite is run:\n\n- once", "run", None),
    ("Run the suite!", "run", None),
])
def test_a_docstring_is_told_what_it_lacks_to_be_a_sentence(
        docstring: str, name: str, complaint: str | None) -> None:
    """The whole of what is said, behind the name of its place."""
    assert file_rules.complaint_about(docstring, name) == complaint


def test_an_empty_file_is_told_what_to_write(tmp_path: Path) -> None:
    """There is no line to be named but the first."""
    newline, = (each for each in found(tmp_path, "\n\n")
                if each.rule == "newline")

    assert (newline.line, newline.message) == (
        1, "test_sums.py is empty: write its docstring and its tests.")


def test_a_file_that_is_not_executable_is_told_the_command(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where the system has no such bit, as on Windows."""
    broken, = found(tmp_path, CLEAN, 0o644)
    monkeypatch.setattr(file_rules, "HAS_MODES", False)

    assert (broken.rule, broken.line) == ("executable", 1)
    assert "run `chmod +x test_sums.py`" in broken.message
    assert found(tmp_path, CLEAN, 0o644) == []


@pytest.mark.parametrize(("content", "broken"), [
    (b"", {"shebang", "newline", "docstring"}),
    (b"\n \n", {"shebang", "newline", "docstring", "pycodestyle"}),
    (b"\xef\xbb\xbf", {"shebang", "newline", "docstring"}),
    (b"def (", {"shebang", "newline"}),
    (CLEAN.encode() + b"\nX = '\xe9'\ndef f(a):pass", {"newline"}),
    (CLEAN.encode() + b"\nX = '\0'\ndef f(a):pass\n", set()),
    (b"#!/usr/bin/env python3\n# coding: latin-1\n"
     b'"""\xe9lan is what it has."""\n', {"docstring"}),
    (b"#!/usr/bin/env python3\n# coding: nonsense\nx=1\n", set()),
    (CLEAN.replace("\n", "\r").encode(), {"shebang"}),
    (CLEAN.encode() + b"\nX = " + b"-" * 99_999 + b"1\n", set()),
], ids=["empty", "blank", "only a BOM", "no Python", "no UTF-8", "a null byte",
        "another coding", "no coding", "old line ends", "too deep"])
def test_an_odd_file_gets_the_rules_that_can_be_told(
        content: bytes, broken: set[str], tmp_path: Path) -> None:
    """The others need a syntax tree."""
    assert {each.rule for each in found(tmp_path, content)} == broken


@pytest.mark.filterwarnings("error")
def test_what_python_warns_of_is_not_printed(tmp_path: Path) -> None:
    """It would stand in the middle of a report."""
    broken, = found(tmp_path, CLEAN.replace("1 + 1, 2", "'\\d', 2"))

    assert (broken.line, broken.message.split()[0]) == (12, "W605")


def test_a_symlink_is_named_as_it_is_and_judged_by_its_target(
        tmp_path: Path) -> None:
    """The bit of a link itself says nothing."""
    write(tmp_path, {"sums.txt": CLEAN})
    link = tmp_path / "test_link.py"
    link.symlink_to("sums.txt")

    before = list(file_rules.broken_rules([link], tmp_path))
    (tmp_path / "sums.txt").chmod(0o755)

    assert [(each.file, each.rule) for each in before] == [
        ("test_link.py", "executable")]
    assert list(file_rules.broken_rules([link], tmp_path)) == []


def test_what_cannot_be_read_breaks_no_rule(tmp_path: Path) -> None:
    """The checker has said so elsewhere; the other files are judged."""
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "dangling.py").symlink_to("nowhere")
    write(tmp_path, {"below/test_sums.py": CLEAN})

    broken = file_rules.broken_rules(
        [tmp_path / name for name in (
            "folder.py", "dangling.py", "gone.py", "below/test_sums.py")],
        tmp_path)

    assert [(each.file, each.rule) for each in broken] == [
        ("below/test_sums.py", "executable")]


def test_the_places_of_a_file_follow_those_of_the_one_before(
        tmp_path: Path) -> None:
    """Within a file it is the line that counts, not the rule."""
    names = ("test_b.py", "test_a.py")
    write(tmp_path, dict.fromkeys(names, CLEAN.replace("1 + 1, 2", "1 + 1,2")))

    broken = file_rules.broken_rules(
        [tmp_path / name for name in names], tmp_path)

    assert [(each.file, each.line) for each in broken] == [
        (name, line) for name in names for line in (1, 12)]


UNTIDY = CLEAN.replace("1 + 1, 2", f"len('{'1' * 50}'),50") + "x=1;\n"
SETTINGS = "[pycodestyle]\nignore = E,W\nmax-line-length = 200\n"


def test_the_style_is_that_of_the_command_without_settings(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the learner's folder, of this one or the user's are not read.

    The command is tried with the same environment, to see it heed them.
    """
    bare, own = tmp_path / "bare", tmp_path / "own"
    write(bare, {"test_sums.py": UNTIDY})
    write(own, {name: SETTINGS for name in (
        "setup.cfg", "tox.ini", "pycodestyle", ".config/pycodestyle")})
    command = [sys.executable, "-m", "pycodestyle", "--format",
               "%(row)d %(code)s %(text)s", "test_sums.py"]
    said = [subprocess.run(
        command, cwd=bare, text=True, stdout=subprocess.PIPE,
        env={**os.environ, "XDG_CONFIG_HOME": str(folder)}).stdout
        for folder in (bare, own)]
    ours = (
        "import sys; from pathlib import Path\n"
        "from winnow.suites import file_rules\n"
        "for each in file_rules.broken_rules([Path(sys.argv[1])], Path()):\n"
        "    if each.rule == 'pycodestyle':\n"
        "        print(each.line, each.message.split('. ')[0].strip('.'))\n")

    write(own, {"test_sums.py": UNTIDY})
    done = subprocess.run(
        [sys.executable, "-c", ours, str(own / "test_sums.py")], cwd=own,
        text=True, capture_output=True, env={
            **os.environ, "XDG_CONFIG_HOME": str(own), "HOME": str(own),
            "PYTHONPATH": str(ROOT)})

    assert said[1] == "", "the settings do nothing"
    assert (done.stdout, done.stderr) == (said[0], "")
    assert {line.split()[1] for line in done.stdout.splitlines()} >= {
        "E501", "E231", "E225", "E703"}


def places(*rules_broken: str) -> list[BrokenRule]:
    """Return a place in a file for each of these rules."""
    return [BrokenRule("test_a.py", line, rule, "Mend it.")
            for line, rule in enumerate(rules_broken, 1)]


@pytest.mark.parametrize(("broken", "line"), [
    ([], ""),
    (places("shebang"), "1 place breaks the course's rules on files "
     "(1 shebang): --rules shows it."),
    (places("shebang", "newline", "annotation", "annotation"),
     "4 places break the course's rules on files (2 annotation, 1 shebang, "
     "1 newline): --rules shows them."),
])
def test_the_places_are_counted_in_a_line(
        broken: list[BrokenRule], line: str) -> None:
    """The rule that is broken most stands first."""
    assert summary(broken) == line


def test_the_places_of_a_file_stand_together() -> None:
    """Each in eighty columns, with the file and line for an editor."""
    long = "A sentence of many words that takes more than one line: " * 2
    lines = "\n".join(render([
        *places("shebang"), BrokenRule("test_b.py", 12, "docstring", long)],
        Style())).splitlines()

    assert lines[1:4] == ["", "  test_a.py:1 shebang: Mend it.", ""]
    assert lines[4].startswith("  test_b.py:12 docstring: A sentence")
    assert lines[5].startswith("    ")
    assert max(map(len, lines)) in range(70, 81)


BROKEN = {"test_scales.py": SCALES, "scales.py": "x=1"}
COUNTED = "places break the course's rules on files"
SHOWN = "test_scales.py:1 shebang: The first line of test_scales.py must be"


@pytest.mark.parametrize("row", [
    Row("counted", BROKEN, 0, (COUNTED, "--rules shows them"), (SHOWN,),
        ("learner", *OF_TEMPERATURES, "--level", "core")),
    Row("shown", BROKEN, 0, (SHOWN, "chmod +x test_scales.py"),
        (COUNTED, "scales.py:1 pycodestyle", "keep all"),
        ("learner", *OF_TEMPERATURES, "--level", "core", "--rules")),
    Row("made faults", BROKEN, 1, (), ("course", SHOWN),
        ("learner", "--module", "learner/scales.py")),
    Row("made faults, and asked for", BROKEN, 2,
        ("--rules goes not with --module",), (),
        ("learner", "--module", "learner/scales.py", "--rules")),
], ids=lambda row: str(row.name))
def test_the_rules_are_told_where_they_apply(row: Row, tmp_path: Path) -> None:
    """Of test files, in an exercise; the exit status is not theirs."""
    files = row.files
    if "--module" in row.arguments:
        files = {"test_scales.py": SCALES, "scales.py": (
            TEMPERATURES / "scales.py").read_text()}
    ran = run_row(Row(row.name, files, row.status, row.says, row.never,
                      row.arguments), tmp_path)

    ran.assert_tidy()
    ran.assert_as(row)


def test_a_suite_that_keeps_the_rules_is_told_so() -> None:
    """A person who asks gets an answer."""
    assert "keep all of the course's rules" in "".join(render([], Style()))


def test_programs_get_each_place(tmp_path: Path) -> None:
    """They stand in the JSON, asked for or not."""
    report = report_on(tmp_path, BROKEN, "--level", "core")

    first = {**report["rules"][0], "message": ""}
    assert first == {"file": "test_scales.py", "line": 1, "rule": "shebang",
                     "message": ""}
    assert {each["file"] for each in report["rules"]} == {"test_scales.py"}
