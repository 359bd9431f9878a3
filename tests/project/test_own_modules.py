"""`docs/own-modules.md` is what happens, from the install to CI.

- its commands and blocks in their order, in a copy of `examples/shop`
- its tables are the settings and the operators that there are
- its YAML, and the hook of ours for pre-commit, keep their schemas

`python -m tests.project.test_own_modules` writes the tables and the outputs
anew.
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow.cli.project_settings import SETTINGS
from winnow.subjects.operators import OPERATORS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "own-modules.md"
TEXT = PAGE.read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@b.example")


def blocks(kind: str) -> list[str]:
    """Return the blocks of a kind."""
    return [text for found, text in BLOCK.findall(TEXT) if found == kind]


def walked(place: Path) -> Iterator[tuple[str, str]]:
    """Yield each session of the page, and what it is when it is run.

    Python goes to the tests and TOML to the settings, and both are committed.
    """
    shop = place / "shop"
    shutil.copytree(ROOT / "examples" / "shop", shop)
    ends = {"python": shop / "tests" / "test_prices.py",
            "toml": shop / "pyproject.toml"}
    _commit(shop, "init", "-q")
    for kind, text in BLOCK.findall(TEXT):
        if kind in ends:
            with open(ends[kind], "a", encoding="utf-8") as file:
                file.write(f"\n\n{text}" if kind == "python" else f"\n{text}")
            _commit(shop)
        elif kind == "console":
            command = text.partition("\n")[0].removeprefix("$ ")
            yield text, f"$ {command}\n{_printed(command, shop)}"


def _commit(folder: Path, *first: str) -> None:
    """Commit all that is in a folder."""
    for words in filter(None, (first, ("add", "."), ("commit", "-qm", "x"))):
        subprocess.run([*GIT, *words], cwd=folder, check=True)


def _printed(command: str, folder: Path) -> str:
    """Return what a command of ours prints in a folder."""
    words = shlex.split(command)
    assert words[0] == "winnow"
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, text=True,
        encoding="utf-8", capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT),
             "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    assert done.returncode in (0, 1) and not done.stderr, done.stderr
    return done.stdout


def tables() -> list[str]:
    """Return the rows of the two tables, as the code has them."""
    settings = [
        f"| `{each.key}` | `{each.option}` | {each.kind} | "
        f"`{each.key} = {each.example}` |" for each in SETTINGS.values()]
    operators = [f"| `{name}` | {text} |" for name, text in OPERATORS.items()]
    return ["\n".join(settings), "\n".join(operators)]


def in_page() -> list[str]:
    """Return the rows of the tables, as the page has them."""
    return [found.strip() for found in re.findall(
        r"^\|(?:---\|)+\n((?:\|.*\n)*)", TEXT, re.MULTILINE)]


def test_the_tables_are_those_of_the_code() -> None:
    """Each setting and each operator, once."""
    assert in_page() == tables()


@pytest.mark.slow
def test_the_page_can_be_walked_through(tmp_path: Path) -> None:
    """Each session prints what it shows."""
    sessions = list(walked(tmp_path))

    assert len(sessions) > 5
    for shown, printed in sessions:
        assert shown == printed


@pytest.mark.slow
def test_the_install_is_one(tmp_path: Path) -> None:
    """In an environment that has the libraries, the command works."""
    command, = blocks("sh")
    place = tmp_path / "venv"
    venv.create(place)  # pip and setuptools are ours, by mine.pth.
    (site,) = place.glob("lib/python*/site-packages")
    (mine,) = {path for path in sys.path if path.endswith("site-packages")
               and (Path(path) / "setuptools").is_dir()}
    (site / "mine.pth").write_text(mine)
    checkout = tmp_path / "winnow-tests"
    shutil.copytree(ROOT, checkout, ignore=lambda folder, names: [
        name for name in names
        if name.startswith(".") or name in ("build", "tests")
        or name.endswith(".egg-info")])

    subprocess.run(
        ["bash", "-ec", command.replace("path/to", str(tmp_path))],
        check=True, cwd=tmp_path, env={
            **os.environ, "PATH": f"{place}/bin:{os.environ['PATH']}",
            "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_QUIET": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INDEX": "1", "PIP_IGNORE_INSTALLED": "1"})

    done = subprocess.run([place / "bin" / "winnow", "--version"], text=True,
                          capture_output=True, cwd=tmp_path)
    assert done.stdout.startswith("winnow "), done.stderr
    assert (site / "winnow" / "cli" / "main.py").is_file()


def test_the_workflow_keeps_its_schema(tmp_path: Path) -> None:
    """As our own, which comes with check-jsonschema."""
    workflow = tmp_path / "winnow.yml"
    workflow.write_text(blocks("yaml")[0])

    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema",
         "vendor.github-workflows", str(workflow)],
        text=True, capture_output=True)

    assert done.returncode == 0, done.stdout


def test_the_hook_for_pre_commit_keeps_its_schema(tmp_path: Path) -> None:
    """As pre-commit itself holds them, and the page asks for a hook of ours.
    """
    clientlib = pytest.importorskip("pre_commit.clientlib")
    config = tmp_path / ".pre-commit-config.yaml"
    config.write_text(blocks("yaml")[1])

    (hook,) = clientlib.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    (repo,) = clientlib.load_config(str(config))["repos"]

    assert [each["id"] for each in repo["hooks"]] == [hook["id"]]
    assert hook["entry"] in TEXT
    assert not hook["pass_filenames"]


def test_the_readme_and_the_usage_lead_here() -> None:
    """So that it is found."""
    assert "docs/own-modules.md" in (ROOT / "README.md").read_text("utf-8")
    assert "(own-modules.md" in (ROOT / "docs/usage.md").read_text("utf-8")


def write() -> None:
    """Write the tables and the outputs of the page as they are now."""
    text = TEXT
    with tempfile.TemporaryDirectory() as place:
        for shown, printed in walked(Path(place)):
            text = text.replace(f"```console\n{shown}```",
                                f"```console\n{printed}```")
    for heading, rows in zip(
            (r"| setting |.*\n|.*\n", r"| operator |.*\n|.*\n"), tables()):
        head = heading.replace("|", r"\|")
        found = re.search(f"({head})(?:\\|.*\n)*", text)
        assert found
        text = text.replace(found[0], f"{found[1]}{rows}\n")
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
