"""`winnow apply`: a made fault in a file of your own, and out again.

- the change alone is made, and undone byte for byte
- refused where git could not give the file back, unless it is forced
- nothing is lost of a file that was changed since
- while it is there, the module is not checked
"""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.checking import write
from winnow.cli import main
from winnow.subjects import applied

UNIX = b'''def price(number):
    """Return a price."""
    if number < 0:
        raise ValueError("below")
    return [number,
            1]
'''
BOM = b"\xef\xbb\xbf"
FORMS = {"as on Unix": UNIX, "CRLF": UNIX.replace(b"\n", b"\r\n"),
         "CRLF and BOM": BOM + UNIX.replace(b"\n", b"\r\n"),
         "CR": UNIX.replace(b"\n", b"\r"),
         "mixed": UNIX.replace(b"\n", b"\r\n", 3),
         "beyond ASCII": UNIX.replace(b"Return", "Zürich ∀".encode())}
BOUNDARY = "shop.price:boundary"
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@b.example",
       "-c", "core.autocrlf=false")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository with one module; leave this process's signals be."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(main, "stop_at_signals", lambda: None)
    committed(UNIX)
    return tmp_path


def committed(data: bytes) -> None:
    """Commit a module, shop.py."""
    Path("shop.py").write_bytes(data)
    for words in (("init", "-q"), ("add", "shop.py"),
                  ("commit", "-qm", "x", "--allow-empty")):
        subprocess.run([*GIT, *words], check=True)


def ran(*arguments: str, module: str = "shop.py") -> int:
    """Return the status of `winnow apply` on the module."""
    return main.run(["apply", *arguments, "--module", module])


@pytest.mark.parametrize("form", FORMS)
def test_a_fault_is_put_in_and_taken_out(
        form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever ends the lines; the mode of the file stays, too."""
    committed(FORMS[form])
    os.chmod("shop.py", 0o755)
    subprocess.run([*GIT, "commit", "-qam", "x"], check=True)

    assert ran(BOUNDARY) == 0
    assert Path("shop.py").read_bytes() == FORMS[form].replace(b"<", b"<=")
    assert Path("shop.py").stat().st_mode & 0o777 == 0o755
    assert ran("--undo") == 0

    assert Path("shop.py").read_bytes() == FORMS[form]
    assert os.listdir() == [".git", "shop.py"] or sorted(os.listdir()) == [
        ".git", "shop.py"]
    assert capsys.readouterr().out == (
        "shop.price:boundary is in shop.py, line 3: `<` has become `<=` in "
        "`number < 0`.\nwinnow apply --undo takes it out.\n"
        "shop.price:boundary is out of shop.py, line 3.\n")


@pytest.mark.parametrize("form", FORMS)
def test_a_change_over_several_lines_keeps_the_others(form: str) -> None:
    """What is new has the line ends of the file."""
    committed(FORMS[form])
    before = FORMS[form].removeprefix(BOM)

    assert ran("shop.price:emptied") == 0

    after = Path("shop.py").read_bytes()
    ends = [line[len(line.rstrip(b"\r\n")):]
            for line in before.splitlines(keepends=True)]
    assert after.removeprefix(BOM) == before.replace(
        b"    if", b"    return None" + ends[0] + b"    if")
    assert ran("--undo") == 0
    assert Path("shop.py").read_bytes() == FORMS[form]


def test_python_takes_what_it_compiled_for_stale() -> None:
    """It looks at size and second: both may be those of the text before."""
    committed(b"def price(number):\n    return number + 1\n")

    def priced() -> str:
        """Return what a program makes of the module as it is now."""
        return subprocess.run(
            [sys.executable, "-c", "import shop; print(shop.price(1))"],
            text=True, capture_output=True, env={
                name: value for name, value in os.environ.items()
                if name != "PYTHONDONTWRITEBYTECODE"}).stdout.strip()

    said = [priced()]
    for words in (("shop.price:operator",), ("--undo",)):
        assert ran(*words) == 0
        said.append(priced())

    assert said == ["2", "0", "2"]


UNSAFE = {
    "has changes that are not committed":
        lambda: Path("shop.py").write_bytes(UNIX + b"A = 1\n"),
    "is not known to git":
        lambda: subprocess.run(["git", "rm", "-q", "--cached", "shop.py"]),
    "is in no git repository":
        lambda: Path(".git").rename("git"),
}


@pytest.mark.parametrize("why", UNSAFE)
def test_what_git_could_not_give_back_is_refused(
        why: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless it is forced; and then it is undone all the same."""
    UNSAFE[why]()
    before = Path("shop.py").read_bytes()

    assert ran(BOUNDARY) == 2
    assert capsys.readouterr().err == (
        f"winnow: shop.py {why}: commit it first, or use --force.\n")
    assert Path("shop.py").read_bytes() == before
    assert ran(BOUNDARY, "--force") == 0
    assert Path("shop.py").read_bytes() == before.replace(b"<", b"<=")
    assert ran("--undo") == 0
    assert Path("shop.py").read_bytes() == before


def test_a_file_that_was_changed_since_is_left_as_it_is(
        capsys: pytest.CaptureFixture[str]) -> None:
    """And how to correct it by hand is said."""
    ran(BOUNDARY)
    changed = Path("shop.py").read_bytes() + b"A = 1\n"
    Path("shop.py").write_bytes(changed)
    capsys.readouterr()

    assert ran("--undo") == 2

    assert capsys.readouterr().err == (
        "winnow: shop.py has changed since shop.price:boundary was put in, "
        "and was left as it is. In line 3 or near it, '<=' was '<': correct "
        "that, then delete shop.py.winnow-applied.\n")
    assert Path("shop.py").read_bytes() == changed


def test_what_git_gave_back_is_out_already() -> None:
    """Only the note has to go."""
    ran(BOUNDARY)
    subprocess.run(["git", "checkout", "-q", "shop.py"], check=True)

    assert ran("--undo") == 0

    assert not applied.beside(Path("shop.py")).exists()
    assert Path("shop.py").read_bytes() == UNIX


def test_all_that_is_below_is_undone(
        capsys: pytest.CaptureFixture[str]) -> None:
    """Where no module is named, or a package is."""
    write(Path("parts"), {"units.py": UNIX})
    ran("units.price:boundary", "--force", module="parts")
    ran(BOUNDARY)
    capsys.readouterr()

    assert main.run(["apply", "--undo"]) == 0

    out = capsys.readouterr().out
    assert out.count(" is out of ") == 2
    assert Path("parts/units.py").read_bytes() == UNIX


REFUSED = [
    ((BOUNDARY,), None, "Name the file of shop.price:boundary too, as in "
     "winnow apply shop.price:boundary --module FILE."),
    ((), "shop.py", "Name the fault, as a report does."),
    (("shop.price:bounary",), "shop.py", "There is no fault "
     "shop.price:bounary. Did you mean shop.price:boundary"),
    ((BOUNDARY,), "shopp.py", "There is no module shopp.py: did you mean "
     "shop.py?"),
    (("--undo",), "shop.py", "No file of shop.py has a fault in it."),
    (("--undo",), None, "No file of this folder has a fault in it."),
]


@pytest.mark.parametrize(("arguments", "module", "said"), REFUSED)
def test_what_cannot_be_done_is_a_sentence(
        arguments: tuple[str, ...], module: str | None, said: str,
        capsys: pytest.CaptureFixture[str]) -> None:
    """With status 2, and no file is changed."""
    named = ("--module", module) if module else ()

    assert main.run(["apply", *arguments, *named]) == 2

    assert said in " ".join(capsys.readouterr().err.split())
    assert Path("shop.py").read_bytes() == UNIX


def test_what_is_undone_is_not_chosen_by_its_name(
        capsys: pytest.CaptureFixture[str]) -> None:
    """Nor by force: nothing of a person's is thrown away."""
    for word in (BOUNDARY, "--force"):
        with pytest.raises(SystemExit) as ended:
            ran("--undo", word)
        assert ended.value.code == 2


@pytest.mark.parametrize("arguments", [
    ("apply", BOUNDARY), ("check",), ("explain", BOUNDARY)])
def test_a_module_with_a_fault_in_it_is_not_taken_for_right(
        arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
        ) -> None:
    """A second fault on top would be no mutant of the module."""
    ran(BOUNDARY)
    capsys.readouterr()

    assert main.run([*arguments, "--module", "shop.py"]) == 2

    assert capsys.readouterr().err == (
        "winnow: shop.py has the fault shop.price:boundary in it: winnow "
        "apply --undo takes it out.\n")


def test_a_note_that_cannot_be_read_is_named(
        capsys: pytest.CaptureFixture[str]) -> None:
    """It was changed by hand, or cut."""
    ran(BOUNDARY)
    applied.beside(Path("shop.py")).write_text("{")
    capsys.readouterr()

    for command in (("--undo",), (BOUNDARY,)):
        assert ran(*command) == 2
        assert "shop.py.winnow-applied cannot be read" in (
            capsys.readouterr().err)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions bind not root")
def test_a_folder_that_is_read_only_is_left_alone() -> None:
    """The note is written first, so nothing is changed."""
    os.chmod(".", 0o555)
    try:
        assert ran(BOUNDARY) == 2
    finally:
        os.chmod(".", 0o755)
    assert Path("shop.py").read_bytes() == UNIX


def test_a_disk_that_is_full_changes_nothing(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the note stays."""
    place = applied._replace

    def fail(path: Path, data: bytes) -> None:
        """Write the note, and no module."""
        if path.name == "shop.py":
            raise OSError(28, "No space left on device")
        place(path, data)

    monkeypatch.setattr(applied, "_replace", fail)

    assert ran(BOUNDARY) == 2
    assert sorted(os.listdir()) == [".git", "shop.py"]


def test_a_module_may_be_named_by_the_settings() -> None:
    """As for a check; the packages of the name tell two of one name apart."""
    write(Path(), {
        "pyproject.toml": "[tool.winnow]\nmodules = ['parts']\n",
        "parts/a/units.py": UNIX, "parts/b/units.py": UNIX})
    subprocess.run([*GIT, "add", "."], check=True)
    subprocess.run([*GIT, "commit", "-qm", "x"], check=True)

    assert main.run(["apply", "units.price:boundary"]) == 2
    assert main.run(["apply", "parts.b.units.price:boundary"]) == 0

    assert Path("parts/a/units.py").read_bytes() == UNIX
    assert Path("parts/b/units.py").read_bytes() != UNIX
