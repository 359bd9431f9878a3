"""`winnow accept`: what it writes, what is found again, and what is stale.

- an entry holds when lines move, are indented or get neighbours
- it is stale once its code is gone, or a test catches the fault
- wrong uses are told, and lose nothing
- the command, and a check after it
"""
import json
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.checking import WINNOW
from winnow.checking.acceptance import MOST_STALE, without_accepted
from winnow.cli.accept import accepted
from winnow.cli.arguments import parsed
from winnow.cli.explain import NothingToExplain
from winnow.model.errors import CannotDo
from winnow.model.outcome import Verdict
from winnow.model.report import FaultVerdict, Report
from winnow.subjects.accepted import (
    FILE,
    Acceptance,
    CannotAccept,
    accept,
    entries_for,
    home,
    read,
)
from winnow.subjects.module_text import made_in
from winnow.subjects.project import find

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CODE = '''"""A shop."""


def price(amount):
    total = amount * 3
    return total + 1


def again(amount):
    return amount + 1
'''
WHY = "Nobody asks for it."


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a project with one module and its tests."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop.py").write_text(CODE)
    (tmp_path / "test_shop.py").write_text(
        "from shop import price\n\n\ndef test_price():\n"
        "    assert price(0) == 1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def accept_named(name: str, module: str = "shop.py", why: str = WHY) -> str:
    """Accept a fault, as the command does; return what it prints."""
    return accepted(name, [Path(module)], why)


def found_in(code: str) -> str | None:
    """Return the name of the fault that is accepted in another text."""
    entry, = read(Path())
    Path("shop.py").write_text(code)
    source, faults = made_in(Path("shop.py"))
    fault = entry.of(faults, source)
    return fault.name if fault else None


def test_what_is_written_says_what_and_why(shop: Path) -> None:
    """In TOML, what a person reads first."""
    said = accept_named("shop.price:constant")
    table = tomllib.loads((shop / FILE).read_text())

    assert said == (
        "shop.price:constant (shop.py, line 5) is accepted: checks leave it "
        f"out. The\nreason is in {FILE}.\n")
    entry, = table["accepted"]
    assert list(entry)[:4] == ["fault", "why", "date", "module"]
    assert len(entry.pop("date")) == len("2026-11-28")
    assert entry == {
        "fault": "shop.price:constant", "why": WHY, "module": "shop.py",
        "function": "price", "operator": "constant", "old": "3", "new": "4",
        "line": "total = amount * 3", "before": "def price(amount):",
        "after": "return total + 1", "place": 1,
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}"}


MOVED = {
    "as it was": (CODE, "shop.price:constant-2"),
    "lines above": (CODE.replace("def price", "LIMIT = 3\n\n\ndef price"),
                    "shop.price:constant-2"),
    "a fault before it in the function": (
        CODE.replace("    total =", "    amount += 7\n    total ="),
        "shop.price:constant-3"),
    "wrapped and indented": (
        CODE.replace("    return total + 1",
                     "    if amount:\n        return total +  1"),
        "shop.price:constant-2"),
    "other functions": (CODE.replace("def again", "def price2"),
                        "shop.price:constant-2"),
    "windows' ends of lines": (CODE.replace("\n", "\r\n"),
                               "shop.price:constant-2"),
    "changed": (CODE.replace("total + 1", "total + 2"), None),
    "renamed": (CODE.replace("def price", "def cost"), None),
    "gone": (CODE.replace("    return total + 1\n", ""), None),
}


@pytest.mark.parametrize("how", MOVED)
def test_an_entry_is_found_again_by_its_content(how: str) -> None:
    """Where lines move; where the line itself changes, it is another."""
    accept_named("shop.price:constant-2")
    code, name = MOVED[how]

    assert found_in(code) == name


TWICE = """def price(a):
    if a:
        b = a + 1
        a.go()
    else:
        b = a + 1
        a.end()
    return b
"""


@pytest.mark.parametrize(("accepts", "moved", "name"), [
    ("operator", TWICE, "operator"), ("operator-2", TWICE, "operator-2"),
    ("operator-2", TWICE.replace("    if a:", "    b = a + 1\n    if a:"),
     "operator-3"),
    ("operator", TWICE.replace("    else:", "    elif a.b:\n        c = a\n"
                               "        b = a + 1\n    else:"), "operator"),
])
def test_among_alike_what_is_around_tells(
        accepts: str, moved: str, name: str) -> None:
    """The same line twice in one function is two faults."""
    Path("shop.py").write_text(TWICE)
    accept_named(f"shop.price:{accepts}")

    assert found_in(moved) == f"shop.price:{name}"


def test_two_in_one_line_are_told_apart_by_their_order() -> None:
    """Nothing else differs."""
    Path("shop.py").write_text("def f(a):\n    return a + 1, a + 1, a + 1\n")
    accept_named("shop.f:operator-2")

    assert found_in("def f(a):\n    return a + 1, a + 1, a + 1\n") == (
        "shop.f:operator-2")


KEPT = "# Ours.\r\n\r\n[[accepted]] # old\r\n" + "\r\n".join(
    f'{key} = "x"' for key in ("module", "function", "operator", "old",
                               "new", "line", "why"))


@pytest.mark.parametrize("before", [
    "", "# Only a comment", "# Ours.\n\n", KEPT, f"{KEPT}\r\n",
    "[other]\nkey = 1\n", "\ufeff# With a mark.\n"])
def test_what_a_file_has_is_kept_to_the_byte(before: str, shop: Path) -> None:
    """Comments, blank lines and ends of lines; what is new comes last."""
    if before:
        (shop / FILE).write_bytes(before.encode())

    accept_named("shop.price:constant")

    text = (shop / FILE).read_bytes().decode()
    assert text.startswith(before)
    assert read(shop)[-1].fault == "shop.price:constant"
    assert not before or ("\r\n" in before) == ("\r\n" in text)
    assert sorted(os.listdir(shop)) == [
        "pyproject.toml", "shop.py", "test_shop.py", FILE]


@pytest.mark.parametrize("why", [
    'It\'s "so"', "a\\b", "é → \x7f", "'''", '"""', "# no comment", "\udc80"])
def test_any_reason_can_be_written(why: str, shop: Path) -> None:
    """And is read as it was given, as far as UTF-8 has it."""
    accept_named("shop.price:constant", why=why)

    entry, = read(shop)
    assert entry.why == why.replace("\udc80", "?")


def test_a_file_keeps_its_mode_and_a_link_stays_one(shop: Path) -> None:
    """What is replaced is the file that the link leads to."""
    (shop / "elsewhere").mkdir()
    target = shop / "elsewhere" / "faults.toml"
    target.write_text("# Ours.\n")
    target.chmod(0o600)
    (shop / FILE).symlink_to(target)

    accept_named("shop.price:constant")

    assert (shop / FILE).is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "[[accepted]]" in target.read_text()


BROKEN = {
    "[[accepted": "is not TOML: ",
    "accepted = 3": "write each fault under [[accepted]]",
    "[accepted]\nmodule = 'a'": "write each fault under [[accepted]]",
    "[[accepted]]\nmodule = 'a'": "line 1: the entry has no text for "
    "`function`",
    "\n[[accepted]]\nmodule = 3": "line 2: the entry has no text for "
    "`module`",
    KEPT.replace('why = "x"', 'why = " "'): "line 3: `why` is empty",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_told_and_kept(text: str, shop: Path) -> None:
    """By `accept`, and by a check before anything runs."""
    (shop / FILE).write_bytes(text.encode())

    for use in (lambda: accept_named("shop.price:constant"),
                lambda: entries_for([Path("shop.py")], shop)):
        with pytest.raises(CannotAccept) as error:
            use()
        assert FILE in str(error.value) and BROKEN[text] in str(error.value)
    assert (shop / FILE).read_bytes() == text.encode()


def test_a_file_in_another_encoding_is_told(shop: Path) -> None:
    """Nothing is guessed."""
    (shop / FILE).write_bytes(b"# \xe9\n")

    with pytest.raises(CannotAccept, match="is not in UTF-8"):
        accept_named("shop.price:constant")


def test_a_table_in_one_line_cannot_be_added_to(shop: Path) -> None:
    """TOML forbids it; the file stays as it was."""
    (shop / FILE).write_text("accepted = []\n")

    with pytest.raises(CannotAccept, match="is not TOML"):
        accept_named("shop.price:constant")

    assert (shop / FILE).read_text() == "accepted = []\n"


def test_a_file_that_is_read_only_stays_so(shop: Path) -> None:
    """Another in its place would not mind, but its owner would."""
    (shop / FILE).write_text("# Ours.\n")
    (shop / FILE).chmod(0o444)

    with pytest.raises(CannotAccept, match="cannot be written: it is read-on"):
        accept_named("shop.price:constant")

    assert (shop / FILE).read_text() == "# Ours.\n"


def test_a_folder_that_cannot_be_written_is_told(
        shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the reason is, and nothing is left there."""
    def refuse(*paths: object) -> None:
        """Do as a full disk does."""
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refuse)

    with pytest.raises(CannotAccept, match="written: No space left on dev"):
        accept_named("shop.price:constant")

    assert not [name for name in os.listdir(shop) if FILE in name]


def test_a_fault_is_accepted_once(shop: Path) -> None:
    """The second time, the reason of the first is shown."""
    accept_named("shop.price:constant")
    before = (shop / FILE).read_bytes()

    with pytest.raises(CannotAccept) as error:
        accept_named("shop.price:constant", why="Another.")

    assert str(error.value) == (
        f"shop.price:constant is accepted already: {FILE}, line 3 says why: "
        f"{WHY}")
    assert (shop / FILE).read_bytes() == before
    accept_named("shop.price:constant-2")
    assert [entry.fault for entry in read(shop)] == [
        "shop.price:constant", "shop.price:constant-2"]


@pytest.mark.parametrize(("name", "says"), [
    ("shop.price:constat", "Did you mean shop.price:constant or "),
    ("nothing", "Without a name, winnow explain --module shop.py lists"),
])
def test_an_unknown_fault_is_answered_by_those_that_are_near(
        name: str, says: str, shop: Path) -> None:
    """Nothing is written."""
    with pytest.raises(NothingToExplain) as error:
        accept_named(name)

    assert says in str(error.value)
    assert not (shop / FILE).exists()


def test_two_modules_of_one_name_are_told_apart(shop: Path) -> None:
    """By their files; a name that goes with another file is refused."""
    for package in ("east", "west"):
        (shop / package).mkdir()
        (shop / package / "shop.py").write_text(CODE)
        (shop / package / "__init__.py").touch()

    with pytest.raises(CannotAccept) as error:
        accept_named("east.shop.price:constant", "west/shop.py")
    accept_named("west.shop.price:constant", "west/shop.py")
    accept_named("shop.price:constant", "east/shop.py")

    assert str(error.value).startswith(
        "east.shop.price:constant is a fault of east.shop, and west/shop.py "
        "is not that module")
    assert [entry.module for entry in read(shop)] == [
        "west/shop.py", "east/shop.py"]
    (shop / "west" / "__init__.py").write_text("def f(a): return a + 1\n")
    accept_named("west.f:constant", "west/__init__.py")


def test_the_file_is_where_the_project_begins(
        tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Or where you are; or where one is already."""
    other = tmp_path_factory.mktemp("unmarked") / "a" / "b"
    other.mkdir(parents=True)
    (tmp_path / "src" / "pkg").mkdir(parents=True)
    (tmp_path / "src" / "setup.cfg").touch()

    assert home(Path("shop.py"), tmp_path) == tmp_path
    assert home(tmp_path / "src/pkg/a.py", tmp_path) == tmp_path / "src"
    assert home(other / "a.py", other.parent) == other.parent
    assert home(other / "a.py", tmp_path) == other
    (other.parent / FILE).touch()
    assert home(other / "a.py", tmp_path) == other.parent


def judged(outcomes: dict[str, Verdict], entries: Sequence[Acceptance]
           ) -> Report:
    """Return the report of a check that tried these faults, no others."""
    project, _ = find([Path("test_shop.py")], [Path("shop.py")], None)
    report = Report(
        project, project.modules, ("test_shop.py",), "pytest", {}, {},
        tuple(FaultVerdict(
            fault, 1, outcomes[fault.name],
            "error" if outcomes[fault.name] == Verdict.CAUGHT else None, ())
            for fault in project.faults if fault.name in outcomes), (),
        notes=("A note.",))
    return without_accepted(report, entries, project)


ONE, TWO = "shop.price:constant", "shop.again:constant"


@pytest.mark.parametrize("outcome", [Verdict.MISSED, Verdict.HUNG,
                                     Verdict.CRASHED])
def test_what_is_accepted_is_left_out_of_a_report(
        outcome: Verdict, shop: Path) -> None:
    """However it was missed; one line says so."""
    accept_named(ONE)

    report = judged({ONE: outcome, TWO: Verdict.MISSED}, read(shop))

    assert [each.fault.name for each in report.faults] == [TWO]
    assert [(each.verdict.fault.name, each.why) for each in report.accepted
            ] == [(ONE, WHY)]
    assert report.notes == (
        "A note.", f"1 accepted survivor left out: {FILE}.")


def test_what_the_tests_catch_now_is_stale(shop: Path) -> None:
    """It counts as caught, and the entry may go."""
    accept_named(ONE)

    report = judged({ONE: Verdict.CAUGHT}, read(shop))

    assert len(report.faults) == 1 and not report.accepted
    assert report.notes[1:] == (
        f"{FILE}, line 3: your tests catch {ONE} now. Delete the entry.",)


def test_what_was_not_tried_is_not_stale(shop: Path) -> None:
    """A sample leaves most faults out."""
    accept_named(ONE)

    assert judged({TWO: Verdict.CAUGHT}, read(shop)).notes == ("A note.",)


def test_what_is_not_made_any_more_is_stale(shop: Path) -> None:
    """But another Python makes other faults."""
    accept_named(ONE)
    (shop / "shop.py").write_text(CODE.replace("* 3", "* 5"))
    entry, = read(shop)

    report = judged({}, [entry])

    assert report.notes[1:] == (
        f"{FILE}, line 3: {ONE} is not made any more. Delete the entry; if "
        "your tests miss what is made instead, accept that.",)
    assert judged({}, [replace(entry, python="3.2")]).notes == ("A note.",)


def test_a_module_that_is_gone_is_told(shop: Path) -> None:
    """One that is merely not checked is not."""
    accept_named(ONE)
    entry, = read(shop)
    (shop / "other.py").touch()

    assert judged({}, [replace(entry, module="gone.py")]).notes[1:] == (
        f"{FILE}, line 3: there is no gone.py any more. Delete the entry.",)
    assert judged({}, [replace(entry, module="other.py")]).notes[1:] == ()


def test_not_every_stale_entry_is_named(shop: Path) -> None:
    """The rest is counted."""
    accept_named(ONE)
    entry, = read(shop)
    entries = [replace(entry, module=f"{number}.py")
               for number in range(MOST_STALE + 2)]

    *_, last = notes = judged({}, entries).notes

    assert len(notes) == 1 + MOST_STALE + 1
    assert last == "2 more accepted faults are stale."


@pytest.mark.parametrize(("arguments", "says"), [
    ((ONE, "--module", "shop.py"), "required: --why"),
    (("--module", "shop.py", "--why", WHY), "required: FAULT"),
    ((ONE, "--module", "shop.py", "--why", ""), "--why: it is empty: say why"),
    ((ONE, "--module", "shop.py", "--why", " \n"), "--why: it is empty"),
])
def test_what_is_lacking_on_the_command_line_is_told(
        arguments: tuple[str, ...], says: str,
        capsys: pytest.CaptureFixture[str]) -> None:
    """With exit status 2."""
    with pytest.raises(SystemExit) as ended:
        parsed(["accept", *arguments])

    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_a_fault_of_no_module_is_not_accepted() -> None:
    """Where pyproject.toml names none, the command line has to."""
    with pytest.raises(CannotDo, match="Name the file of .* too"):
        accepted(ONE, [], WHY)


@pytest.mark.parametrize(("module", "says"), [
    ("gone.py", "There is no module gone.py."),
    ("pyproject.toml", "pyproject.toml is no Python file.")])
def test_a_module_that_cannot_be_read_is_told(module: str, says: str) -> None:
    """As `explain` tells it."""
    with pytest.raises(CannotDo, match=says):
        accept_named(ONE, module)


def test_a_fault_of_another_module_is_none_of_this_one(shop: Path) -> None:
    """Nothing is matched across files."""
    source, faults = made_in(shop / "shop.py")
    accept(faults[0], faults, source, shop / "shop.py", WHY, "2026-11-28")
    entry, = read(shop)

    assert entry.of([], source) is None
    assert entry.path == shop / "shop.py"


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command itself, where the project is."""
    return subprocess.run([WINNOW, *arguments], capture_output=True,
                          text=True)


def test_a_check_after_it_is_clean(shop: Path) -> None:
    """All that this suite misses is accepted: nothing is left to say."""
    check = ("check", "--module", "shop.py", "--format", "json")
    missed = [fault["name"] for fault in json.loads(
        command(*check).stdout)["faults"] if fault["outcome"] != "caught"]
    for name in missed[1:]:
        accept_named(name)

    done = command("accept", missed[0], "--module", "shop.py", "--why", WHY)
    checked = command(*check)
    again = command("accept", missed[0], "--module", "shop.py", "--why", WHY)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{missed[0]} (shop.py, line ")
    report = json.loads(checked.stdout)
    assert sorted(each["name"] for each in report["accepted"]) == (
        sorted(missed))
    assert f"{len(missed)} accepted survivors left out: {FILE}." in (
        report["notes"])
    assert report["summary"]["faults"] == report["summary"]["caught"] > 0
    assert again.returncode == 2
    assert "is accepted already" in again.stderr
