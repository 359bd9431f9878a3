"""`winnow results` shows the last check of a project again, and runs nothing.

- in every form it is the report that the check has made
- from any folder of the project; what has changed since is told
- what is kept can be deleted, and `--no-cache` takes nothing from it
- what is broken, or not there, is said in a sentence
"""
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.checking import Typed
from tests.support.made_reports import made_report, shown
from winnow.cli.results import keeping
from winnow.model.stored_report import NotReadable, as_text, from_text
from winnow.reports import FORMATS

SHOP = "def price(net):\n    return net * 2\n\n\ndef large(net):\n" \
       "    return net > 100\n"
TEST = "from shop import large, price\n\n\ndef test_price():\n" \
       "    assert price(3) == 6\n    assert large(500)\n"


@pytest.fixture
def project(typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
            ) -> Path:
    """Give a project that nobody has checked; nothing is kept yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "work"
    for name, text in (("shop.py", SHOP), ("test_shop.py", TEST),
                       ("pyproject.toml", ""), ("docs/notes.txt", "")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def kept(tmp_path: Path) -> list[str]:
    """Return the names of all that is kept."""
    return sorted(path.name for path in (tmp_path / "cache").rglob("*.json*"))


def test_the_last_check_is_shown_again(project: Path, typed: Typed,
                                       monkeypatch: pytest.MonkeyPatch
                                       ) -> None:
    """Whole, with when it was, by the same exit status, from anywhere."""
    assert typed("check", "--module", "shop.py") == 1
    first = typed.out
    monkeypatch.chdir(project / "docs")

    assert typed("results") == 1

    lines = [line for line in typed.out.splitlines()
             if "This is what the check of 20" not in line]
    assert "\n".join(lines).split() == first.split()
    assert len(lines) < len(typed.out.splitlines())
    assert typed("results", "--all") == 1
    assert (project / "docs" / "notes.txt").read_text() == ""


def test_each_form_is_as_a_check_would_write_it(
        project: Path, typed: Typed, tmp_path: Path) -> None:
    """Into a file, too, with a note of when that was."""
    typed("check", "--module", "shop.py", "--format", "json", "-o", "first")
    file, = (tmp_path / "cache").rglob("report.json")
    report, when = from_text(file.read_text())
    assert (project / "first").read_text() == shown("json", report)

    for form in FORMATS:
        assert typed("results", "--format", form, "-o", "second") == 1
        assert (project / "second").read_text() == shown(form, replace(
            report, notes=(f"This is what the check of {when} has found.",)))


def test_what_changed_since_is_told(project: Path, typed: Typed) -> None:
    """For the lines may be others; how they end makes no difference."""
    typed("check", "--module", "shop.py")
    (project / "shop.py").write_bytes(
        SHOP.replace("\n", "\r\n").encode("utf-8-sig"))
    typed("results")
    assert "Changed since" not in typed.out

    (project / "shop.py").write_text(f"# Prices.\n{SHOP}")
    typed("results")
    assert "Changed since then: shop.py. Lines may have moved." in typed.out
    (project / "shop.py").unlink()
    typed("results")
    assert "Changed since then: shop.py." in typed.out


def test_what_is_kept_can_be_deleted(project: Path, typed: Typed,
                                     tmp_path: Path) -> None:
    """Both the report and the verdicts; then there is nothing to show."""
    typed("check", "--module", "shop.py")
    assert len(kept(tmp_path)) == 2

    assert typed("results", "--forget") == 0

    assert f"What was kept of {project} is deleted: " in typed.out
    assert kept(tmp_path) == []
    for words in (("results",), ("results", "--forget")):
        assert typed(*words) == 2
        assert typed.err == (
            f"winnow: No check is kept of {project}, nor of a folder around "
            "it. Check with --module first.\n")


def test_without_the_cache_all_is_tried_and_none_kept(
        project: Path, typed: Typed, tmp_path: Path) -> None:
    """The report is there to look at all the same."""
    check = ("check", "--module", "shop.py")
    typed(*check, "--no-cache")
    assert kept(tmp_path) == ["report.json"]
    typed(*check)
    assert "known from an earlier check" not in typed.out
    typed(*check, "--no-cache")
    assert "known from an earlier check" not in typed.out
    typed(*check)
    assert "4 of 4 verdicts were known from an earlier check" in (
        " ".join(typed.out.split()))


def test_a_report_in_the_project_is_no_change_of_it(
        project: Path, typed: Typed) -> None:
    """Neither before it is there, nor while it is written, nor after."""
    check = ("check", "--module", "shop.py", "-o", "docs/the report.txt")
    for _ in range(2):
        assert typed(*check) == 1

    report = (project / "docs" / "the report.txt").read_text()
    assert "4 of 4 verdicts were known" in " ".join(report.split())


def test_no_cache_says_nothing_of_an_exercise(
        project: Path, typed: Typed) -> None:
    """There is none for it."""
    assert typed("check", "--no-cache") == 2
    assert "--no-cache goes only with --module" in typed.err


@pytest.mark.parametrize("text", [
    "", "null", "{}", "[1]", '{"winnow": 2}', "\ud800", "[" * 100_000,
    '{"winnow": 1, "when": "x", "report": {"is": "Path", "of": {}}}',
    '{"winnow": 1, "when": "x", "report": {"is": "Report", "of": {}}}'],
    ids=range(9))
def test_what_is_no_report_is_not_shown(
        text: str, project: Path, typed: Typed) -> None:
    """Another program, or another version, may have written it."""
    store = keeping(project, None)
    store.save_report("")
    store.report.write_text(text, "utf-8", "surrogatepass")

    assert typed("results") == 2

    assert typed.err == (
        f"winnow: {store.report} is no report that this version of Winnow has "
        "written. Check with --module first.\n")
    with pytest.raises(NotReadable):
        from_text(text)


def test_a_report_is_read_back_as_it_was() -> None:
    """Every form of it is the same."""
    report = made_report()

    again, when = from_text(as_text(report, "today"))

    assert when == "today"
    for form in FORMATS:
        assert shown(form, again, True) == shown(form, report, True)


def test_a_folder_that_cannot_be_written_costs_no_check(
        project: Path, typed: Typed, tmp_path: Path) -> None:
    """Nothing is kept then, and nothing is said of it."""
    (tmp_path / "cache").write_text("A file.")

    assert typed("check", "--module", "shop.py") == 1
    assert typed.err == ""
    assert typed("results") == 2


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0,
                    reason="this user may write everywhere")
def test_a_folder_of_another_user_costs_no_check(
        project: Path, typed: Typed, tmp_path: Path) -> None:
    """As above, where permissions count."""
    (tmp_path / "cache").mkdir(0o500)

    assert typed("check", "--module", "shop.py") == 1
    assert typed.err == ""


def test_the_share_that_was_asked_for_is_kept(
        project: Path, typed: Typed) -> None:
    """It decides on the exit status, then and now."""
    assert typed("check", "--module", "shop.py", "--fail-under", "10") == 0

    assert typed("results") == 0
    assert "at least 10 % asked for" in typed.out
